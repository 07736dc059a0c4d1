"""Penalty and interest of late payment, 7.3: by the day on what is open, the sum of both capped for the contract."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.rules.events import Payment
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.money import ZERO, to_fen
from tianmu.operations.contracts.rules.periods import ONE_DAY, excused_days, instalment_due
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import Terms

RULE = "C-7.3"
CLAUSE = "7.3"


@dataclass(slots=True)
class LatePayments:
    """The lines, and their sums before and after the cap."""

    penalty: Decimal = ZERO
    interest: Decimal = ZERO
    payable: Decimal = ZERO
    b_may_terminate: bool = False
    lines: list[Line] = field(default_factory=list)


def judge_payments(
    payments: Iterable[Payment], terms: Terms, readings: Readings, calendar: Calendar, as_of: date
) -> LatePayments:
    """Return what late instalments cost at `as_of`, a line for each that is; money arriving later has not arrived.

    Late days are those after the due day up to and including the day of payment; the day after a part arrived, the base
    is lower. B may terminate once the penalty alone reaches the cap (R-21).
    """
    found = LatePayments()
    parts = {one.number: one for one in terms.instalments}
    for payment in sorted(payments, key=lambda one: (one.year, one.instalment)):
        due = instalment_due(parts[payment.instalment], terms, readings, calendar, payment.year)
        amount_days = _amount_days(payment, due, terms, readings, calendar, as_of)
        penalty, interest = amount_days * terms.penalty_day, amount_days * terms.interest_day
        assessed = to_fen(penalty + interest)
        if not assessed:
            continue
        note = f"{amount_days} × ({terms.penalty_day} + {terms.interest_day})"
        at = datetime.combine(due + ONE_DAY, time(), ZONE)
        found.lines.append(Line(payment.id, RULE, CLAUSE, assessed, None, at, 0, note, ["late"]))
        found.penalty += to_fen(penalty)
        found.interest += to_fen(interest)
    cap = to_fen(terms.total * terms.late_cap_share)
    found.payable = min(cap, sum((line.assessed for line in found.lines), ZERO))
    found.b_may_terminate = found.penalty >= cap
    return found


def _amount_days(
    payment: Payment, due: date, terms: Terms, readings: Readings, calendar: Calendar, as_of: date
) -> Decimal:
    """Return yuan × late days."""
    arrived = [one for one in payment.paid if one.day <= as_of]
    first, last = due + ONE_DAY, max([as_of, *(one.day for one in arrived)])
    free = excused_days(first, last, payment.excused, terms, readings, calendar) if payment.excused else set()
    total, since = ZERO, due
    left = terms.instalment_amount(payment.instalment)
    for one in arrived:
        if one.day > since:
            total += left * _open_days(since, one.day, free)
            since = one.day
        left = max(left - one.amount, ZERO)
    if as_of > since:
        total += left * _open_days(since, as_of, free)
    return total


def _open_days(after: date, last: date, free: set[date]) -> int:
    count = (last - after).days
    return count - sum(after < day <= last for day in free) if free else count
