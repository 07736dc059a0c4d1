"""A provider's team under the county, with a published May 2023 (national holiday on the 1st to 3rd)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tianmu.foundation.access.actions import make_scope_unit
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.access.tests.people import SETUP, make_county, make_person
from tianmu.operations.duty.actions.members import MemberDraft, save_member
from tianmu.operations.duty.actions.rosters import open_roster, publish_roster
from tianmu.operations.duty.choices import Standing
from tianmu.operations.duty.models import Member, Roster, Shift
from tianmu.operations.duty.permissions import Right
from tianmu.operations.duty.rules.month import Month
from tianmu.operations.duty.rules.shifts import ShiftKind

MAY = Month(2023, 5)
OURS = (Right.VIEW, Right.EDIT, Right.SEE_PHONES, Right.TAKE_SHIFTS)
THEIRS = (Right.VIEW, Right.ACKNOWLEDGE, Right.SEE_PHONES, Right.RECEIVE_LEAVE, Right.DECIDE, Right.CALL)


@dataclass(frozen=True)
class Team:
    """The provider and the county's side."""

    unit: ScopeUnit
    manager: Actor
    officer: Actor
    ann: Actor
    ben: Actor
    outsider: Actor
    members: dict[str, Member]

    def shifts(self, name: str, kind: ShiftKind) -> list[Shift]:
        """Return somebody's shifts of a kind in May, in order."""
        own = self.members[name].shifts.filter(roster__month=MAY.month, kind=kind.value)
        return list(own.order_by("starts_at"))


def make_team() -> Team:
    """Make the team; nothing is planned yet."""
    county = make_county()
    unit = make_scope_unit(code="b", name="运维单位", parent=county.top)
    accounts = {name: make_person(name, unit, [Right.VIEW, Right.TAKE_SHIFTS]) for name in ("ann", "ben", "cai", "dai")}
    manager = make_person("manager", unit, OURS)
    officer = make_person("officer", county.top, THEIRS)
    outsider = make_person("outsider", county.first, [*OURS, *THEIRS])
    members = {
        name: save_member(actor=SETUP, account_id=account.pk, draft=MemberDraft(phone=f"1380000000{number}"))
        for number, (name, account) in enumerate(accounts.items())
    }
    members["manager"] = save_member(
        actor=SETUP, account_id=manager.pk, draft=MemberDraft(standing=Standing.MANAGER, phone="13900000000")
    )
    return Team(
        unit=unit,
        manager=acting(manager),
        officer=acting(officer),
        ann=acting(accounts["ann"]),
        ben=acting(accounts["ben"]),
        outsider=acting(outsider),
        members=members,
    )


def acting(account: Account) -> Actor:
    """Return the actor of an account."""
    return actor_for(account, timezone.now(), client="desk")


def published(team: Team, month: Month, now: datetime) -> Roster:
    """Propose and publish a month; its first night is covered by an earlier month's shift."""
    before = open_roster(actor=team.manager, unit_path=team.unit.path, month=month.previous, proposed=True, now=now)
    Roster.objects.filter(pk=before.pk).update(state="published")
    roster = open_roster(actor=team.manager, unit_path=team.unit.path, month=month, proposed=True, now=now)
    return publish_roster(actor=team.manager, roster_id=roster.pk, expected=None, now=now)
