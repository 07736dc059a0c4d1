"""Which signed reports are read again: a seeded draw in which every reader has a share (质控抽查)."""

import math
import random
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class SampleRule:
    """How many of each reader's reports: a percentage, at least and at most so many."""

    percent: int
    least: int
    most: int

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Read the rule from the content of a rule set version."""
        return cls(int(content["percent"]), int(content["least_per_reader"]), int(content["most_per_reader"]))

    def size(self, count: int) -> int:
        """Return how many of `count` reports of one reader are drawn."""
        return min(count, max(self.least, min(self.most, math.ceil(count * self.percent / 100))))


def draw(rule: SampleRule, by_reader: Mapping[str, Sequence[K]], seed: int) -> list[K]:
    """Draw from each reader's reports; the same reports, rule and seed give the same draw whatever their order."""
    dice = random.Random(seed)  # noqa: S311 - a draw that can be repeated, no secret
    drawn: list[K] = []
    for reader in sorted(by_reader):
        reports = sorted(by_reader[reader], key=str)
        drawn += dice.sample(reports, rule.size(len(reports)))
    return drawn
