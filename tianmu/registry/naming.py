"""Believable Chinese names for people who do not exist: surname, then a given name of the person's sex and time."""

import json
import random
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "names.json"


@dataclass(frozen=True, slots=True)
class _Era:
    until_year: int
    single_share: float
    letters: dict[str, tuple[str, ...]]
    weights: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _Names:
    surnames: tuple[str, ...]
    surname_weights: tuple[float, ...]
    eras: tuple[_Era, ...]


@lru_cache(maxsize=1)
def _names() -> _Names:
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    surnames = loaded["surnames"]
    return _Names(
        surnames=tuple(name for name, _ in surnames),
        surname_weights=tuple(accumulate(weight for _, weight in surnames)),
        eras=tuple(_era(one) for one in loaded["eras"]),
    )


def _era(one: dict[str, Any]) -> _Era:
    letters = {sex: tuple(one[sex]) for sex in ("M", "F")}
    weights = {sex: tuple(accumulate(1 / (rank + 4) for rank in range(len(letters[sex])))) for sex in letters}
    return _Era(one["until_year"], one["single_share"], letters, weights)


def person_name(chance: random.Random, sex: str, birth_year: int) -> str:
    """Return a name for somebody of this sex ("M" or "F") born in this year."""
    names = _names()
    surname = chance.choices(names.surnames, cum_weights=names.surname_weights)[0]
    era = next((one for one in names.eras if birth_year <= one.until_year), names.eras[-1])
    count = 1 if chance.random() < era.single_share else 2
    given = chance.choices(era.letters[sex], cum_weights=era.weights[sex], k=count)
    return surname + "".join(given)
