"""The grade of an incident as the machine proposes it (R-22; annex 2, 5.1): a person decides, with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

ORDINARY = 4


class Effect(StrEnum):
    """How heavily patients and public order are affected; judged by a person (annex 2, 5.1)."""

    NONE = "none"
    FAIRLY_SERIOUS = "fairly_serious"
    SERIOUS = "serious"
    ESPECIALLY_SERIOUS = "especially_serious"


_BY_EFFECT = {Effect.NONE: ORDINARY, Effect.FAIRLY_SERIOUS: 3, Effect.SERIOUS: 2, Effect.ESPECIALLY_SERIOUS: 1}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A grade from 1 (I) to 4 (IV), and what made it: outage, data, effect."""

    grade: int
    outage: int
    data: int
    effect: int

    @property
    def clause(self) -> str:
        """Return the clause of annex 2 that describes this grade."""
        return f"5.1({self.grade})"

    @property
    def because(self) -> str:
        """Return what made the grade: outage, data or effect, the first that reaches it; `none` for grade IV."""
        if self.grade == ORDINARY:
            return "none"
        made = (("outage", self.outage), ("data", self.data), ("effect", self.effect))
        return next(name for name, grade in made if grade == self.grade)


def by_institutions(affected: Collection[str], users: Collection[str]) -> int:
    """Return 3 for one institution, 2 for several, 1 for all that use the system if they are at least two, else 4."""
    count = len(set(affected))
    if count == 0:
        return ORDINARY
    if count == 1:
        return 3
    return 1 if set(users) <= set(affected) else 2


def propose(
    *,
    affected: Collection[str],
    users: Collection[str],
    core_blocked: bool,
    data_affected: Collection[str] = (),
    effect: Effect = Effect.NONE,
) -> Proposal:
    """Propose a grade; `users` are the institutions that use the sub-system, `core_blocked` that core medical
    business cannot be done, `data_affected` those whose data were lost, stolen, altered or forged.
    """
    outage = by_institutions(affected, users) if core_blocked else ORDINARY
    data = by_institutions(data_affected, users)
    heavy = _BY_EFFECT[effect]
    return Proposal(min(outage, data, heavy), outage, data, heavy)
