"""Days of duty through the ordinary actions at simulated instants: signs, leave, check calls, findings.

The same days and the same chance, the same signs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.duty.actions.attendance import Decision, decide, find, hear, receive_leave, record_leave, sign
from tianmu.operations.duty.actions.calls import answer_call, find_unanswered, place_call
from tianmu.operations.duty.models import Finding, Member
from tianmu.operations.duty.rules.attendance import Sign
from tianmu.operations.duty.rules.calls import ANSWER_LIMIT
from tianmu.operations.duty.rules.shifts import at
from tianmu.operations.duty.selectors.attendance import residents_of
from tianmu.operations.duty.selectors.rosters import now_on_duty

LATE, LEFT, LEAVE, SILENT = "late", "left", "leave", "silent"
PLACE = "信息科驻场点"
AMOUNT = Decimal("200.00")
CALL_EVERY_DAYS = 4


@dataclass(frozen=True, slots=True)
class Sides:
    """Who takes part besides the engineers: the provider's manager, the information section."""

    manager: Actor
    officer: Actor


def live(
    days: Iterable[date],
    sides: Sides,
    chance: Random,
    marred: Mapping[date, str],
    progress: Callable[[], None] = lambda: None,
) -> list[Finding]:
    """Live the days, those of `marred` with what is wrong in them, and return the breaches that were found."""
    found: list[Finding] = []
    acting: dict[Member, Actor] = {}
    for day in days:
        calendar = calendar_in_force(day)
        for member in residents_of(day) if calendar.is_workday(day) else ():
            engineer = acting.setdefault(member, actor_for(member.account, timezone.now(), client="desk"))
            _resident(engineer, sides.officer, day, chance, marred.get(day, ""))
            found += find(member=member, day=day, now=end_of_day(day) + timedelta(hours=6))
        if marred.get(day) == SILENT or (not calendar.is_workday(day) and day.toordinal() % CALL_EVERY_DAYS == 0):
            found += _check_call(sides.officer, day, calendar, chance, answered=marred.get(day) != SILENT)
        progress()
    return found


def settle(found: Iterable[Finding], sides: Sides, now: datetime) -> None:
    """Let the provider be heard on breaches, and the information section confirm them."""
    for one in found:
        hear(actor=sides.manager, finding_id=one.pk, statement="情况属实，已提醒本人（示范）。")
        amount = AMOUNT if one.call_id else None
        reason = "三十分钟内未应答，影响抽查（示范）。" if one.call_id else "考勤记录属实（示范）。"
        decide(actor=sides.officer, finding_id=one.pk, decision=Decision(True, reason, amount), now=now)


def _resident(engineer: Actor, officer: Actor, day: date, chance: Random, wrong: str) -> None:
    came = at(day, time(8, chance.randint(8, 25)) if wrong == LATE else time(7, chance.randint(40, 58)))
    steps = [
        (Sign.IN, came),
        (Sign.OUT, at(day, time(12, chance.randint(1, 9)))),
        (Sign.IN, at(day, time(13, chance.randint(15, 29)))),
        (Sign.OUT, at(day, time(17, chance.randint(31, 55)))),
    ]
    if wrong in {LEFT, LEAVE}:
        steps[3:3] = [(Sign.OUT, at(day, time(15))), (Sign.IN, at(day, time(16, 10)))]
    if wrong == LEAVE:
        told = at(day, time(14, 40))
        leave = record_leave(
            actor=engineer,
            starts_at=at(day, time(14, 55)),
            ends_at=at(day, time(16, 15)),
            reason="到乡镇卫生院现场处理（示范）",
            now=told,
        )
        receive_leave(actor=officer, leave_id=leave.pk, now=told + timedelta(minutes=6))
    for kind, instant in steps:
        sign(actor=engineer, kind=kind, place=PLACE, now=instant)


def _check_call(officer: Actor, day: date, calendar: Calendar, chance: Random, *, answered: bool) -> list[Finding]:
    called = at(day, time(chance.randint(9, 20), chance.randint(0, 59)))
    shift = next((one for one in now_on_duty(officer, called) if one.kind == "duty"), None)
    if shift is None or calendar.is_workday(day):
        return []
    call = place_call(actor=officer, shift_id=shift.pk, now=called)
    if answered:
        back = called + timedelta(minutes=chance.randint(1, 14))
        answer_call(actor=officer, call_id=call.pk, note="电话接通（示范）", now=back)
        return []
    return find_unanswered(now=called + ANSWER_LIMIT + timedelta(minutes=1))
