"""The duty team of the demo county: who is in it, two months published and lived, the next one planned."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.demo import Demo
from tianmu.operations.duty.actions.attendance import record_leave
from tianmu.operations.duty.actions.members import MemberDraft, save_member
from tianmu.operations.duty.actions.rosters import acknowledge_roster, open_roster, publish_roster
from tianmu.operations.duty.actions.swaps import ask_swap
from tianmu.operations.duty.choices import RosterState, Standing
from tianmu.operations.duty.demo.days import LATE, LEAVE, LEFT, SILENT, Sides, live, settle
from tianmu.operations.duty.models import Member, Roster, Shift
from tianmu.operations.duty.rules.month import Month
from tianmu.operations.duty.rules.shifts import at

TEAM = {
    "engineer1": ("软件组", "驻场，心电与病历质控", Standing.ENGINEER),
    "engineer2": ("软件组", "护理记录与居民APP", Standing.ENGINEER),
    "engineer3": ("平台组", "云平台巡检", Standing.ENGINEER),
    "engineer4": ("视频组", "远程会诊视频会议", Standing.ENGINEER),
    "director1": ("平台组", "二线支持", Standing.SECOND),
    "manager1": ("项目组", "项目管理、排班", Standing.MANAGER),
    "lead1": ("项目组", "项目负责人", Standing.LEAD),
}
OFFICER = "info1"
PUBLISHED_ON = 26


def fill(demo: Demo) -> None:
    """Enter the team and its rosters; asked again, do nothing."""
    if Member.objects.exists():
        return
    accounts = {row.login: row for row in Account.objects.select_related("home").filter(login__in=TEAM)}
    for number, (login, (team, work, standing)) in enumerate(TEAM.items()):
        draft = MemberDraft(team=team, work=work, standing=standing, phone=f"1610009{number:04d}")
        save_member(actor=demo.actor, account_id=accounts[login].pk, draft=draft)
    officer, now = Account.objects.filter(login=OFFICER).first(), timezone.localtime()
    plan(accounts["manager1"], officer, now)
    if officer is not None:
        sides = Sides(*(actor_for(one, timezone.now(), client="desk") for one in (accounts["manager1"], officer)))
        live_until(sides, demo.chance("duty"), now, lambda done, total: demo.progress("duty", done, total))
        _ask(now)


def live_until(sides: Sides, chance: Random, now: datetime, progress: Callable[[int, int], None]) -> None:
    """Live last month and this one up to yesterday: most breaches decided, the newest one open."""
    today = now.astimezone(ZONE).date()
    month = Month(today.year, today.month)
    days = [day for day in (*month.previous.days(), *month.days()) if day < today]
    calendar = calendar_in_force(today)
    worked = [day for day in days if calendar.is_workday(day)]
    rested = [day for day in days if not calendar.is_workday(day)]
    marred = {worked[2]: LATE, worked[6]: LEAVE, worked[9]: LEFT, worked[-3]: LATE, rested[1]: SILENT}
    done = iter(range(1, len(days) + 1))
    found = live(days, sides, chance, marred, lambda: progress(next(done), len(days)))
    settle([one for one in found if one.kind != "holiday_no_reply"][:2], sides, now)


def _ask(now: datetime) -> None:
    """Let one engineer ask another for a swap, and record leave that nobody has received yet."""
    coming = (
        Shift.objects.filter(roster__state=RosterState.PUBLISHED, kind="on_call", starts_at__gt=now + timedelta(days=2))
        .select_related("member__account")
        .order_by("starts_at")
    )
    shift = coming.first()
    if shift is None:
        return
    asker = actor_for(shift.member.account, timezone.now(), client="desk")
    other = Member.objects.filter(unit_path=shift.member.unit_path, standing=Standing.ENGINEER, active=True)
    colleague = other.exclude(pk=shift.member_id).order_by("name")[0]
    ask_swap(
        actor=asker, shift_id=shift.pk, other_id=colleague.pk, in_return_id=None, reason="当晚家中有事（示范）", now=now
    )
    soon = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    record_leave(
        actor=asker, starts_at=soon, ends_at=soon + timedelta(hours=2), reason="到县医院处理报告打印（示范）", now=now
    )


def plan(manager: Account, officer: Account | None, anchor: datetime) -> None:
    """Publish the month before `anchor` and its own, and open the next; the first stands as it was at take-over.

    So does the second where the table of working days has run out: its days follow the plain week and are marked.
    """
    boss = actor_for(manager, timezone.now(), client="desk")
    today = anchor.astimezone(ZONE).date()
    month = Month(today.year, today.month)
    path = manager.home.path
    for one in (month.previous, month):
        now = min(handed_over(one), anchor)
        roster = open_roster(actor=boss, unit_path=path, month=one, proposed=True, now=now)
        if one == month.previous or not calendar_in_force(today).is_known(one.days()[-1]):
            Roster.objects.filter(pk=roster.pk).update(
                state=RosterState.PUBLISHED, published_at=now, published_by=manager.name, in_time=True
            )
        else:
            publish_roster(actor=boss, roster_id=roster.pk, expected=None, now=now)
        if officer is not None:
            section = actor_for(officer, timezone.now(), client="desk")
            acknowledge_roster(actor=section, roster_id=roster.pk, now=now + timedelta(hours=3))
    open_roster(actor=boss, unit_path=path, month=month.following, proposed=True, now=anchor)


def handed_over(month: Month) -> datetime:
    """Return when a month's roster was handed over: on the 26th of the month before."""
    before = month.previous
    return at(date(before.year, before.month, PUBLISHED_ON), time(16))
