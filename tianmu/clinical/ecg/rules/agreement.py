"""How a blind second reading agrees with a signed report (诊断符合): the rule set `ecg.quality_sample`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

CLASSES = ("normal", "mostly_normal", "borderline", "abnormal")


@dataclass(frozen=True, slots=True)
class AgreementRule:
    """Which categories of statements count as major, and how many classes apart two readings may lie."""

    major_categories: frozenset[str]
    ignored_categories: frozenset[str]
    families: Mapping[str, str]
    major_class_steps: int

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Read the rule from the content of a rule set version."""
        return cls(
            major_categories=frozenset(content["major_categories"]),
            ignored_categories=frozenset(content["ignored_categories"]),
            families={code: family for family, codes in content["families"].items() for code in codes},
            major_class_steps=int(content["major_class_steps"]),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading says: the codes of its conclusion and its class."""

    codes: Collection[str]
    conclusion_class: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`grade` is full, minor or major; what the first reading has that the second lacks, and the other way round."""

    grade: str
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    class_steps: int


def judge(rule: AgreementRule, categories: Mapping[str, str], first: Reading, second: Reading) -> Verdict:
    """Compare two readings; swapping them swaps what only one has and changes nothing else.

    `categories` maps codes of the statement library to their category; a code it does not know counts as minor.
    """

    def counted(codes: Collection[str]) -> dict[str, str]:
        kept = [code for code in codes if categories.get(code) not in rule.ignored_categories]
        return {rule.families.get(code, code): code for code in kept}

    one, two = counted(first.codes), counted(second.codes)
    only_first = tuple(sorted(one[family] for family in one.keys() - two.keys()))
    only_second = tuple(sorted(two[family] for family in two.keys() - one.keys()))
    steps = _steps(first.conclusion_class, second.conclusion_class)
    apart = {categories.get(code, "") for code in (*only_first, *only_second)}
    if steps >= rule.major_class_steps or apart & rule.major_categories:
        grade = "major"
    elif steps or only_first or only_second:
        grade = "minor"
    else:
        grade = "full"
    return Verdict(grade, only_first, only_second, steps)


def _steps(first: str, second: str) -> int:
    if first not in CLASSES or second not in CLASSES:
        return 0 if first == second else 1
    return abs(CLASSES.index(first) - CLASSES.index(second))
