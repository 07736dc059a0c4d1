"""What a good password is: pure. Figures are data (`data/password_policy.json`)."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("data") / "password_policy.json"
_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"), re.compile(r"[^a-zA-Z\d]"))


class Weakness(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    SIMPLE = "simple"
    REPEATS = "repeats"
    COMMON = "common"
    PERSONAL = "personal"


SENTENCES = {
    Weakness.SHORT: "Take at least {min_length} characters.",
    Weakness.SIMPLE: "Mix {min_classes} of small, capital, digit and sign, or take {long_enough} characters.",
    Weakness.REPEATS: "Do not repeat one character more than {most_repeats} times in a row.",
    Weakness.COMMON: "It holds a word that everybody tries first.",
    Weakness.PERSONAL: "It holds your name, your login or your number.",
}


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """The figures in force."""

    min_length: int
    long_enough: int
    min_classes: int
    most_repeats: int
    remembered: int
    common: tuple[str, ...]

    def weaknesses(self, password: str, personal: Iterable[str]) -> list[Weakness]:
        """Return everything that is wrong with a password of somebody known by these names and numbers."""
        folded = password.casefold()
        found = []
        if len(password) < self.min_length:
            found.append(Weakness.SHORT)
        classes = sum(bool(one.search(password)) for one in _CLASSES)
        if classes < self.min_classes and len(password) < self.long_enough:
            found.append(Weakness.SIMPLE)
        if re.search(r"(.)\1{" + str(self.most_repeats) + "}", password):
            found.append(Weakness.REPEATS)
        if any(one in folded for one in self.common):
            found.append(Weakness.COMMON)
        if any(len(one) > 1 and one.casefold() in folded for one in personal):
            found.append(Weakness.PERSONAL)
        return found

    def sentence(self, weaknesses: Iterable[Weakness]) -> str:
        """Say what is wrong and what to do."""
        figures = {"min_length": self.min_length, "min_classes": self.min_classes}
        figures |= {"long_enough": self.long_enough, "most_repeats": self.most_repeats}
        return " ".join(SENTENCES[one].format(**figures) for one in weaknesses)


@lru_cache(maxsize=1)
def policy() -> PasswordPolicy:
    """Return the policy in force."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    return PasswordPolicy(
        min_length=data["min_length"],
        long_enough=data["long_enough"],
        min_classes=data["min_classes"],
        most_repeats=data["most_repeats"],
        remembered=data["remembered"],
        common=tuple(data["common"]),
    )
