"""A year of duty for a replayed contract year: rosters published by the 28th, signs, leave, check calls, breaches."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.operations.duty.actions.rosters import acknowledge_roster, open_roster, publish_roster
from tianmu.operations.duty.actions.swaps import answer_swap, ask_swap, settle_swap
from tianmu.operations.duty.actions.telling import tell_contract
from tianmu.operations.duty.choices import FindingState, Standing
from tianmu.operations.duty.demo.county import handed_over
from tianmu.operations.duty.demo.days import LATE, LEAVE, LEFT, SILENT, Sides, live, settle
from tianmu.operations.duty.models import Member, Roster
from tianmu.operations.duty.rules.month import Month

SWAPPED_IN = 3
# Which working day of which month goes wrong, and how; a call on the third rest day is not answered in the last one.
WRONG = {1: (4, LATE), 2: (7, LEAVE), 4: (9, LEFT), 6: (3, LATE), 8: (11, LEFT)}
SILENT_IN, SILENT_REST_DAY = 10, 2


def live_year(
    *,
    sides: Sides,
    unit_path: str,
    first: date,
    last: date,
    chance: Random,
    months: int = 12,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Live the whole months between two days, at most `months` of them; those with a roster already are left alone.

    Returns how many breaches the contract was told of.
    """
    wanted = [one for one in _months(first, last) if not _planned(unit_path, one)][:months]
    told = 0
    for number, month in enumerate(wanted, 1):
        _hand_over(sides, unit_path, month)
        if number == SWAPPED_IN:
            _swap(sides, unit_path, month)
        found = live(month.days(), sides, chance, _marred(number, month))
        settle(found, sides, handed_over(month.following))
        for one in found:
            one.refresh_from_db()
            if one.state == FindingState.CONFIRMED:
                tell_contract(one)
                told += 1
        progress(number, len(wanted))
    return told


def _months(first: date, last: date) -> list[Month]:
    month, found = Month(first.year, first.month).following, []
    while month.following.first <= last + timedelta(days=1):
        found.append(month)
        month = month.following
    return found


def _planned(unit_path: str, month: Month) -> bool:
    return Roster.objects.filter(unit_path=unit_path, year=month.year, month=month.month).exists()


def _hand_over(sides: Sides, unit_path: str, month: Month) -> None:
    now = handed_over(month)
    roster = open_roster(actor=sides.manager, unit_path=unit_path, month=month, proposed=True, now=now)
    publish_roster(actor=sides.manager, roster_id=roster.pk, expected=None, now=now)
    acknowledge_roster(actor=sides.officer, roster_id=roster.pk, now=now + timedelta(hours=3))


def _swap(sides: Sides, unit_path: str, month: Month) -> None:
    """Let an engineer give a night on call to a colleague who is free then, through all three steps."""
    now = handed_over(month) + timedelta(days=1)
    team = list(Member.objects.filter(unit_path=unit_path, standing=Standing.ENGINEER, active=True).order_by("name"))
    roster = Roster.objects.get(unit_path=unit_path, year=month.year, month=month.month)
    shift = roster.shifts.filter(kind="on_call").select_related("member__account").order_by("starts_at")[1]
    near = (shift.starts_at, shift.ends_at)
    busy = set(roster.shifts.filter(starts_at__lt=near[1], ends_at__gt=near[0]).values_list("member_id", flat=True))
    other = next((one for one in team if one.pk not in busy), None)
    if other is None:
        return
    asker = actor_for(shift.member.account, timezone.now(), client="desk")
    asked = ask_swap(
        actor=asker, shift_id=shift.pk, other_id=other.pk, in_return_id=None, reason="当晚参加培训（示范）", now=now
    )
    colleague = actor_for(other.account, timezone.now(), client="desk")
    answer_swap(actor=colleague, swap_id=asked.pk, accept=True, answer="可以（示范）", now=now)
    settle_swap(actor=sides.manager, swap_id=asked.pk, now=now + timedelta(hours=2))


def _marred(number: int, month: Month) -> dict[date, str]:
    calendar = calendar_in_force(month.first)
    worked = [day for day in month.days() if calendar.is_workday(day)]
    rested = [day for day in month.days() if not calendar.is_workday(day)]
    marred = {worked[WRONG[number][0]]: WRONG[number][1]} if number in WRONG else {}
    if number == SILENT_IN:
        marred[rested[SILENT_REST_DAY]] = SILENT
    return marred
