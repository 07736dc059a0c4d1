"""A line of the evaluation: what an event costs by which rule, and why."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tianmu.operations.contracts.rules.money import ZERO

WAIVED = "waived"


@dataclass(slots=True)
class Line:
    """One line. `assessed` is the amount by the rule, `payable` what a cap leaves of it (None: capped elsewhere).

    `at` is the instant of the breach, `year` the contract year it belongs to (0: to none), `clause` where it is
    written, `note` the arithmetic, `because` codes of what changed the amount.
    """

    event: str
    rule: str
    clause: str
    assessed: Decimal
    payable: Decimal | None
    at: datetime | None
    year: int
    note: str = ""
    because: list[str] = field(default_factory=list)

    def key(self) -> tuple[str, str, str]:
        """Return what tells this line from the others: event, rule, instant of the breach."""
        return self.event, self.rule, self.at.isoformat() if self.at else ""

    def sort_key(self) -> tuple[bool, float, str, str]:
        """Order by instant, then event, then rule; lines without an instant come last."""
        return self.at is None, self.at.timestamp() if self.at else 0.0, self.event, self.rule

    def as_json(self) -> dict[str, Any]:
        """Return the line; `payable` is left out when the cap is applied to a total."""
        row: dict[str, Any] = {"event": self.event, "rule": self.rule, "clause": self.clause}
        row["assessed"] = str(self.assessed)
        if self.payable is not None:
            row["payable"] = str(self.payable)
        row["at"] = self.at.isoformat() if self.at else None
        row["year"] = self.year or None
        row["note"] = self.note
        row["because"] = list(self.because)
        return row


def fill_cap(lines: list[Line], cap: Decimal) -> dict[int, Decimal]:
    """Give each line in order what its contract year's cap leaves; return what each year pays in all.

    A waived line takes nothing of the cap.
    """
    paid: dict[int, Decimal] = {}
    for line in sorted(lines, key=Line.sort_key):
        if WAIVED in line.because:
            line.payable = ZERO
            continue
        before = paid.get(line.year, ZERO)
        line.payable = min(line.assessed, cap - before)
        paid[line.year] = before + line.payable
        if line.payable < line.assessed:
            line.because.append("capped")
    return paid
