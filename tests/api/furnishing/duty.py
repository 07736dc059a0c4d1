"""Duty: each half's township stands for a provider with two engineers, a manager and a published month."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from tests.api.world import World, _acting, _staff
from tianmu.foundation.access.models import Account
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.duty.actions.members import MemberDraft, save_member
from tianmu.operations.duty.models import CheckCall, Finding, Leave, Member, Roster, Shift, Swap
from tianmu.registry.organizations.models import Organization

PARAMETERS = {
    "roster_id": "roster.1",
    "swap_id": "swap.1",
    "leave_id": "leave.1",
    "finding_id": "finding.1",
    "call_id": "call.1",
}
_people: dict[str, Account] = {}


def furnish(world: World) -> dict[str, UUID]:
    """Make a team with one of everything in each half."""
    _people.clear()
    things: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        things.update({f"{name}.{number}": key for name, key in _half(number, half.township).items()})
    return things


def accounts(world: World) -> dict[str, Account]:
    """Return the managers and engineers."""
    return dict(_people)


def _half(number: int, place: Organization) -> dict[str, UUID]:
    manager = _staff(f"manager{number}", "project_manager", place.unit)
    first, second = (_staff(f"shift{number}{one}", "duty_engineer", place.unit) for one in "ab")
    _people.update({f"manager.{number}": manager, f"shift.{number}": first, f"other.{number}": second})
    boss = _acting(manager)
    mine, other = (
        save_member(actor=boss, account_id=who.pk, draft=MemberDraft(phone="13800000000")) for who in (first, second)
    )
    today = timezone.now().astimezone(ZONE)
    roster = Roster.objects.create(
        unit_path=place.unit.path, year=today.year, month=today.month, state="published", published_at=today
    )
    return {
        "team": mine.pk,
        "mate": other.pk,
        "roster": roster.pk,
        "open_roster": Roster.objects.create(unit_path=place.unit.path, year=2023, month=1).pk,
        "engineer_of_team": first.pk,
        **_events(roster, mine, other),
    }


def _events(roster: Roster, mine: Member, other: Member) -> dict[str, UUID]:
    now = timezone.now()
    running = Shift.objects.create(
        roster=roster, member=mine, kind="duty", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9)
    )
    coming, free = (
        Shift.objects.create(
            roster=roster,
            member=mine,
            kind="on_call",
            starts_at=now + timedelta(days=day),
            ends_at=now + timedelta(days=day, hours=9),
        )
        for day in (3, 5)
    )
    call = CheckCall.objects.create(shift=running, member=mine, called_at=now, called_by="x")
    finding = Finding.objects.create(member=mine, kind="late", starts_at=now, ends_at=now + timedelta(minutes=5))
    leave = Leave.objects.create(
        member=mine, starts_at=now, ends_at=now + timedelta(hours=1), reason="x", recorded_at=now
    )
    swap = Swap.objects.create(shift=coming, asker=mine, other=other, reason="x")
    return {
        "running": running.pk,
        "coming": coming.pk,
        "free": free.pk,
        "call": call.pk,
        "finding": finding.pk,
        "leave": leave.pk,
        "swap": swap.pk,
    }


def grow(world: World) -> None:
    """Add more of everything to the first half's team."""
    mine = Member.objects.get(account=_people["shift.1"])
    other = Member.objects.get(account=_people["other.1"])
    for number in range(3):
        roster = Roster.objects.create(unit_path=mine.unit_path, year=2024, month=number + 1, state="published")
        _events(roster, mine, other)
        account = _staff(f"more{number}", "duty_engineer", world.first.township.unit)
        save_member(actor=_acting(_people["manager.1"]), account_id=account.pk, draft=MemberDraft())
