"""Fines for breaches of presence, annex 2 5.5.2, and when criticism and an interview are due (R-25)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from tianmu.operations.contracts.rules.events import Attendance
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.money import ZERO
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.rules.terms import Terms

RULE = "C-5.5.2"
_PARTS = {"left_unrecorded": "(1)", "late": "(2)", "holiday_no_reply": "(3)"}


def judge_attendance(
    breaches: Iterable[Attendance], terms: Terms, years: ContractYears, until: datetime
) -> tuple[list[Line], set[int]]:
    """Return a line for each breach before `until`, and the contract years that call for criticism and interview."""
    fixed = {"left_unrecorded": terms.attendance.left_unrecorded, "late": terms.attendance.late}
    lines = []
    left: Counter[int] = Counter()
    for breach in breaches:
        if breach.at >= until:
            continue
        year = years.of_day(breach.at.date())
        amount = fixed.get(breach.kind, breach.decided or ZERO)
        clause = f"附件2 5.5.2{_PARTS[breach.kind]}"
        lines.append(Line(breach.id, RULE, clause, amount, amount, breach.at, year, str(amount), [breach.kind]))
        left[year] += breach.kind == "left_unrecorded"
    return lines, {year for year, count in left.items() if count >= terms.attendance.criticism_from}
