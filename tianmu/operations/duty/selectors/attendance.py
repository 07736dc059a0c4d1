"""Signs, leave, days, findings and calls, as rules read them and as people see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.duty.choices import RosterState
from tianmu.operations.duty.models import CheckCall, Finding, Leave, Member, Shift, Sign
from tianmu.operations.duty.permissions import CALLS, FINDINGS, LEAVES, SHIFTS, Right
from tianmu.operations.duty.rules.attendance import Day, Signed, day_of
from tianmu.operations.duty.rules.attendance import Leave as PureLeave
from tianmu.operations.duty.rules.attendance import Sign as SignKind
from tianmu.operations.duty.rules.month import Month
from tianmu.operations.duty.rules.shifts import ShiftKind, Span, at


@dataclass(frozen=True, slots=True)
class AttendanceDay:
    """One member's day: what was signed, what it came to, and whether she was the resident."""

    member: Member
    day: date
    signs: tuple[Sign, ...]
    result: Day


def signs_of(member: Member, day: date) -> list[Signed]:
    """Return a member's signs of one day."""
    rows = member.signs.filter(at__gte=at(day, time()), at__lt=end_of_day(day))
    return [as_signed(row) for row in rows]


def as_signed(row: Sign) -> Signed:
    """Return a row as the rules know it."""
    return Signed(row.at, SignKind(row.sign))


def leaves_of(member: Member, day: date) -> list[PureLeave]:
    """Return a member's leave that touches one day."""
    rows = member.leaves.filter(starts_at__lt=end_of_day(day), ends_at__gt=at(day, time()))
    return [_leave(row) for row in rows]


def resident_day(member: Member, day: date) -> bool:
    """Tell whether a member was the resident engineer on a day, by the published roster."""
    return _resident_shifts(day, day).filter(member=member).exists()


def residents_of(day: date) -> list[Member]:
    """Return everybody who was a resident engineer on a day."""
    return list(Member.objects.filter(pk__in=_resident_shifts(day, day).values("member_id")).order_by("id"))


def month_of(actor: Actor, month: Month, now: datetime) -> list[AttendanceDay]:
    """Return the resident engineers' days of a month so far, in order; five statements, however many days there are."""
    first, last = month.days()[0], month.days()[-1]
    shifts = SHIFTS.rows(actor, Right.VIEW, _resident_shifts(first, last)).order_by("starts_at", "id")
    people = {shift.member_id: shift.member for shift in shifts}
    span = month.span
    signs = Sign.objects.filter(member_id__in=people, at__gte=span.start, at__lt=span.end).order_by("at", "id")
    leaves = Leave.objects.filter(member_id__in=people, starts_at__lt=span.end, ends_at__gt=span.start)
    calendar = calendar_in_force(first)
    found = []
    for shift in shifts:
        day = shift.starts_at.astimezone(span.start.tzinfo).date()
        if shift.starts_at > now:
            break
        own = tuple(one for one in signs if one.member_id == shift.member_id and _on(one.at, day))
        away = [_leave(one) for one in leaves if one.member_id == shift.member_id]
        result = day_of(day, [as_signed(one) for one in own], away, calendar, min(now, end_of_day(day)))
        found.append(AttendanceDay(shift.member, day, own, result))
    return found


def findings(actor: Actor, states: Sequence[str] = ()) -> QuerySet[Finding]:
    """Return the findings that the actor may see."""
    rows = FINDINGS.rows(actor, Right.VIEW, Finding.objects.select_related("member", "call"))
    return rows.filter(state__in=states) if states else rows


def leaves(actor: Actor, *, unreceived: bool = False) -> QuerySet[Leave]:
    """Return the leave records that the actor may see."""
    rows = LEAVES.rows(actor, Right.VIEW, Leave.objects.select_related("member"))
    return rows.filter(received_at=None) if unreceived else rows


def calls(actor: Actor) -> QuerySet[CheckCall]:
    """Return the check calls that the actor may see."""
    return CALLS.rows(actor, Right.VIEW, CheckCall.objects.select_related("member", "shift"))


def _resident_shifts(first: date, last: date) -> QuerySet[Shift]:
    return Shift.objects.select_related("member").filter(
        kind=ShiftKind.RESIDENT.value,
        roster__state=RosterState.PUBLISHED,
        starts_at__gte=at(first, time()),
        starts_at__lt=end_of_day(last),
    )


def _leave(row: Leave) -> PureLeave:
    return PureLeave(Span(row.starts_at, row.ends_at), row.recorded_at)


def _on(instant: datetime, day: date) -> bool:
    start = at(day, time())
    return start <= instant < start + timedelta(days=1)
