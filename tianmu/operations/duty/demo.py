"""The duty team of the demo county: who is in it, last month and this month published, next month planned."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.demo import Demo
from tianmu.operations.duty.actions.members import MemberDraft, save_member
from tianmu.operations.duty.actions.rosters import acknowledge_roster, open_roster, publish_roster
from tianmu.operations.duty.choices import RosterState, Standing
from tianmu.operations.duty.models import Member, Roster
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
    plan(accounts["manager1"], Account.objects.filter(login=OFFICER).first(), timezone.localtime())


def plan(manager: Account, officer: Account | None, anchor: datetime) -> None:
    """Publish the month before `anchor` and its own, and open the next; the first stands as it was at take-over."""
    boss = actor_for(manager, timezone.now(), client="desk")
    today = anchor.astimezone(ZONE).date()
    month = Month(today.year, today.month)
    path = manager.home.path
    for one in (month.previous, month):
        now = min(handed_over(one), anchor)
        roster = open_roster(actor=boss, unit_path=path, month=one, proposed=True, now=now)
        if one == month.previous:
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
