"""One array of search keys for a person's name, and what a typed text asks of it.

Keys: one and two neighbouring characters as they are; `~` and a beginning of the pinyin initials; `=` and whole
syllables from the beginning of the full pinyin; every reading of a polyphone counts.
"""

from dataclasses import dataclass
from itertools import islice, pairwise, product

from tianmu.foundation.search.names import name_grams, pinyin_syllables

INITIALS = "~"
SYLLABLES = "="
MOST_READINGS = 8
MOST_LETTERS = 12


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """What a text asks: all `keys` must be there; `contains` must stand in the name when keys alone do not settle it.

    `latin` is the text when it may be pinyin: the person has the key `~latin` or `=latin`, or pinyin that begins so.
    """

    keys: tuple[str, ...] = ()
    contains: str = ""
    latin: str = ""


def name_keys(name: str) -> list[str]:
    """Return the search keys of a name, without repeats."""
    readings = pinyin_syllables(name)[:MOST_LETTERS]
    keys = dict.fromkeys(name_grams(name))
    for choice in islice(product(*readings), MOST_READINGS):
        letters = "".join(syllable[0] for syllable in choice)
        keys.update(dict.fromkeys(INITIALS + letters[: length + 1] for length in range(len(letters))))
        keys.update(dict.fromkeys(SYLLABLES + "".join(choice[: length + 1]) for length in range(len(choice))))
    return list(keys)


def readings_of(latin: str) -> tuple[bool, bool]:
    """Tell whether letters may be pinyin initials, and whether they may begin a pinyin spelling.

    No syllable begins with i, u or v, and none goes on without a vowel after its zh, ch, sh or single consonant.
    """
    letters = set(latin)
    by_initials = not letters & set("iuv")
    by_spelling = bool(letters & set("aeiouv")) or len(latin) == 1 or latin in {"zh", "ch", "sh", "ng"}
    return by_initials, by_spelling


def name_question(text: str) -> NameQuestion:
    """Return what `text` asks of a name; nothing when it holds neither letters nor characters."""
    compact = "".join(text.split()).casefold()
    if compact.isascii() and compact.replace("'", "").isalpha():
        return NameQuestion(latin=compact.replace("'", ""))
    if len(compact) <= 2:
        return NameQuestion(keys=(compact,) if compact else ())
    pairs = tuple(dict.fromkeys(first + second for first, second in pairwise(compact)))
    return NameQuestion(keys=pairs, contains=compact)
