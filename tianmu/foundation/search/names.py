"""Search keys of a Chinese name. Trigrams find nothing in two characters, so names keep their 1- and 2-grams."""

from functools import lru_cache
from itertools import islice, pairwise, product
from typing import Any

from pypinyin import Style, pinyin

_MOST_READINGS = 8
MOST_NAMES = 4096
_SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "盖": "ge", "翟": "zhai", "尉": "yu", "缪": "miao", "乐": "yue", "种": "chong", "秘": "bi", "召": "shao",
}  # fmt: skip


def name_grams(name: str) -> list[str]:
    """Return every one and two neighbouring characters of `name`, without repeats, in order."""
    letters = [character for character in name.casefold() if not character.isspace()]
    pairs = [first + second for first, second in pairwise(letters)]
    return list(dict.fromkeys(letters + pairs))


def pinyin_key(name: str) -> str:
    """Return the name in pinyin without tones, for ordering; the surname by its reading as a surname."""
    return "".join(readings[0] for readings in _readings(name))


def pinyin_keys(name: str) -> list[str]:
    """Return every full-pinyin spelling of the name (polyphones multiply, at most eight)."""
    return list(dict.fromkeys("".join(choice) for choice in islice(product(*_readings(name)), _MOST_READINGS)))


def pinyin_syllables(name: str) -> list[list[str]]:
    """Return the readings of each character in pinyin without tones, likeliest first; a surname read as one."""
    return [list(group) for group in _readings(name)]


def initials(name: str) -> list[str]:
    """Return the pinyin initials of the name, one string for each reading of its polyphones (at most eight)."""
    letters = [list(dict.fromkeys(reading[0] for reading in readings)) for readings in _readings(name)]
    return list(dict.fromkeys("".join(choice) for choice in islice(product(*letters), _MOST_READINGS)))


def _each_letter(text: str) -> list[list[str]]:
    return [[one.casefold()] for one in text]


@lru_cache(maxsize=MOST_NAMES)
def _readings(name: str) -> tuple[tuple[str, ...], ...]:
    compact = "".join(name.split())
    foreign: Any = _each_letter
    found: list[list[str]] = pinyin(compact, style=Style.NORMAL, heteronym=True, errors=foreign)
    readings = [[one for one in dict.fromkeys(group) if one] or ["?"] for group in found]
    if compact and compact[0] in _SURNAME_READINGS:
        surname = _SURNAME_READINGS[compact[0]]
        readings[0] = [surname, *(one for one in readings[0] if one != surname)]
    return tuple(tuple(group) for group in readings)
