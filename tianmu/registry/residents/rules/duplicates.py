"""How likely two register entries are one person: a sum of weights for what agrees and what does not. Pure.

Each field gives one reason (its level of likeness and the weight of that level); a field unknown on one side says
nothing. The weights are base-2 logarithms of likelihood ratios and versioned data (`residents.duplicates`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tianmu.registry.residents.rules.likeness import date_likeness, digits_likeness, one_missing, one_substituted

BODY = 17
LEGACY = 15
SEQUENCE = slice(14, 17)
UNKNOWN_SEX = "unknown"
LEAST_NAME = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of one entry. `sounds` are the readings of the name in pinyin; empty texts are unknown."""

    name: str
    sounds: tuple[tuple[str, ...], ...]
    sex: str = UNKNOWN_SEX
    birth_date: date | None = None
    id_number: str = ""
    phone: str = ""
    address: str = ""
    village: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the weights: by field and level, the least sums of the bands, the largest block compared."""

    version: str
    levels: Mapping[str, Mapping[str, float]]
    bands: Mapping[str, float]
    largest_block: int

    @classmethod
    def from_content(cls, version: str, content: Mapping[str, Any]) -> "Weights":
        """Build the weights from the rule set."""
        return cls(version, content["weights"], content["bands"], int(content["largest_block"]))


@dataclass(frozen=True, slots=True)
class Reason:
    """One field: how alike it is, and what that weighs."""

    field: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """The sum, its band (`certain`, `likely`, `possible` or empty) and the reasons."""

    total: float
    band: str
    reasons: tuple[Reason, ...]


def score(first: Entry, second: Entry, weights: Weights) -> Score:
    """Return how likely two entries are one person; the order of the two does not matter."""
    reasons = tuple(
        Reason(field, level, weights.levels[field][level])
        for field, level in levels(first, second)
        if level in weights.levels[field]
    )
    total = round(sum(one.weight for one in reasons), 2)
    band = max(
        (name for name, least in weights.bands.items() if total >= least),
        key=lambda name: weights.bands[name],
        default="",
    )
    return Score(total, band, reasons)


def levels(first: Entry, second: Entry) -> Iterator[tuple[str, str]]:
    """Yield each field that is known on both sides with its level of likeness."""
    yield "name", name_level(first, second)
    if first.birth_date and second.birth_date:
        yield "birth_date", date_likeness(first.birth_date, second.birth_date)
    if UNKNOWN_SEX not in {first.sex, second.sex}:
        yield "sex", "same" if first.sex == second.sex else "different"
    if first.phone and second.phone:
        yield "phone", digits_likeness(_digits(first.phone), _digits(second.phone))
    if first.id_number and second.id_number:
        yield "id_number", digits_likeness(body_of(first.id_number), body_of(second.id_number))
    yield from _address(first, second)
    if _twins(first, second):
        yield "twins", "likely"


def name_level(first: Entry, second: Entry) -> str:
    """Return how alike two names are: the same, sounding the same, two parts swapped, one character apart."""
    one, other = _compact(first.name), _compact(second.name)
    if one == other:
        return "same"
    if sounds_alike(first, second):
        return "same_sound"
    if sorted(one) == sorted(other):
        return "swapped"
    if min(len(one), len(other)) >= LEAST_NAME and one_substituted(one, other):
        return "one_character"
    if one_missing(one, other) or one_missing(other, one):
        return "part"
    return "different"


def sounds_alike(first: Entry, second: Entry) -> bool:
    """Tell whether every character of two names shares a reading, tones left out."""
    if not first.sounds or len(first.sounds) != len(second.sounds):
        return False
    return all(set(a) & set(b) for a, b in zip(first.sounds, second.sounds, strict=True))


def body_of(number: str) -> str:
    """Return the 17 digits of an id number without its check character; one of 15 digits is lengthened."""
    return number[:6] + "19" + number[6:] if len(number) == LEGACY else number[:BODY]


def _twins(first: Entry, second: Entry) -> bool:
    """Tell whether two entries look like twins: one day of birth, two names, numbers given one after the other."""
    if not first.id_number or not second.id_number or first.birth_date != second.birth_date:
        return False
    one, other = body_of(first.id_number), body_of(second.id_number)
    in_sequence = one != other and one[: SEQUENCE.start] == other[: SEQUENCE.start]
    return in_sequence and _compact(first.name) != _compact(second.name)


def _address(first: Entry, second: Entry) -> Iterator[tuple[str, str]]:
    if first.address and second.address:
        if _compact(first.address) == _compact(second.address):
            yield "address", "same"
        elif first.village and first.village == second.village:
            yield "address", "same_village"
        else:
            yield "address", "different"


def _compact(text: str) -> str:
    return "".join(text.split()).casefold()


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
