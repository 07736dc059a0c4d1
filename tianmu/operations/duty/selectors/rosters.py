"""Rosters, shifts and who is on, as rules read them and as people see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.access.selectors import token_hash
from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.duty.choices import RosterState, Standing
from tianmu.operations.duty.models import Member, Roster, Shift, Swap
from tianmu.operations.duty.permissions import MEMBERS, ROSTERS, SHIFTS, SWAPS, Right
from tianmu.operations.duty.rules.calls import Rung, on_duty
from tianmu.operations.duty.rules.month import Fault, Hours, Month, Turns, faults
from tianmu.operations.duty.rules.share import Share, shares
from tianmu.operations.duty.rules.shifts import LONGEST_SHIFT, ShiftKind, Span
from tianmu.operations.duty.rules.shifts import Shift as PureShift

MOST_IN_FEED = 1000
MOST_CANDIDATES = 200
ACCOUNTS: ScopePolicy[Account] = ScopePolicy("account", paths=("home__path",))

FAIR_OVER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class RosterMonth:
    """A roster with what its screen shows."""

    roster: Roster
    shifts: list[Shift]
    faults: list[Fault]
    calendar: Calendar


def members_at(unit_path: str, *, engineers: bool = False) -> list[Member]:
    """Return the team of one provider, by name; with `engineers`, only those who take shifts."""
    rows = Member.objects.filter(unit_path=unit_path, active=True)
    return list((rows.filter(standing=Standing.ENGINEER) if engineers else rows).order_by("name", "id"))


def unit_path(actor: Actor, unit_id: UUID | None) -> str:
    """Return the scope path of a unit, or of the actor's own place.

    Raises:
        MissingError: there is no such unit.

    """
    if unit_id is None:
        return actor.home_path
    found = ScopeUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first()
    if found is None:
        raise MissingError("unit")
    return found


def team(actor: Actor) -> QuerySet[Member]:
    """Return everybody in the teams that the actor may see, those who left included."""
    return MEMBERS.rows(actor, Right.VIEW, Member.objects.select_related("account"))


def candidates(actor: Actor, search: str = "") -> QuerySet[Account]:
    """Return the active staff accounts, not in a team yet, of the places where the actor edits rosters."""
    actor.demand(Right.EDIT)
    free = Account.objects.filter(kind="staff", active=True).exclude(pk__in=Member.objects.values("account_id"))
    if search:
        free = free.filter(Q(name__icontains=search) | Q(login__icontains=search))
    return ACCOUNTS.rows(actor, Right.EDIT, free).order_by("name", "id")[:MOST_CANDIDATES]


def rosters(actor: Actor, year: int | None = None) -> QuerySet[Roster]:
    """Return the rosters the actor may see; drafts only those who edit."""
    rows = ROSTERS.rows(actor, Right.VIEW, Roster.objects.annotate(many=Count("shifts")))
    if not actor.may(Right.EDIT):
        rows = rows.filter(state=RosterState.PUBLISHED)
    return rows.filter(year=year) if year else rows


def roster(actor: Actor, roster_id: UUID) -> Roster:
    """Return one roster that the actor may see.

    Raises:
        MissingError: there is none, or it is a draft she does not edit.

    """
    return ROSTERS.one(actor, Right.VIEW, rosters(actor), roster_id)


def roster_month(actor: Actor, roster_id: UUID) -> RosterMonth:
    """Return one roster with its shifts, what is wrong with it, and the calendar it was made by.

    Raises:
        MissingError: there is none that the actor may see.

    """
    row = roster(actor, roster_id)
    shifts = shifts_of(row)
    return RosterMonth(row, shifts, faults_of(row, shifts), calendar_in_force(Month(row.year, row.month).first))


def is_published(unit_path: str, month: Month) -> bool:
    """Tell whether a provider's roster of a month is out."""
    of_month = Roster.objects.filter(unit_path=unit_path, year=month.year, month=month.month)
    return of_month.filter(state=RosterState.PUBLISHED).exists()


def shifts_of(row: Roster) -> list[Shift]:
    """Return the shifts of a roster in order of time, with their people."""
    return list(row.shifts.select_related("member", "planned").order_by("starts_at", "kind", "id"))


def around(unit_path: str, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """Return every shift of a provider's published rosters that touches a span."""
    return list(
        Shift.objects.select_related("member").filter(
            roster__unit_path=unit_path,
            roster__state=RosterState.PUBLISHED,
            starts_at__lt=ends_at,
            starts_at__gte=starts_at - LONGEST_SHIFT,
            ends_at__gt=starts_at,
        )
    )


def as_shift(row: Shift) -> PureShift:
    """Return a row as the rules know it."""
    return PureShift(row.pk, row.member_id, ShiftKind(row.kind), Span(row.starts_at, row.ends_at))


def turns_before(unit_path: str, month: Month) -> dict[UUID, Turns]:
    """Return the rest days and nights that everybody took on in the year before a month, by the published rosters."""
    end = month.span.start
    start = end - FAIR_OVER
    rows = Shift.objects.filter(
        roster__unit_path=unit_path, roster__state=RosterState.PUBLISHED, starts_at__gte=start, starts_at__lt=end
    )
    found = shares((as_shift(row) for row in rows), Span(start, end), calendar_in_force(month.first))
    return {one.person: Turns(one.rest_days, one.nights) for one in found}


def faults_of(row: Roster, shifts: Sequence[Shift] | None = None) -> list[Fault]:
    """Return what stands in the way of a roster's publication, the published months beside it taken into account."""
    month = Month(row.year, row.month)
    own = [as_shift(one) for one in (shifts_of(row) if shifts is None else shifts)]
    span = month.span
    beside = [
        as_shift(one)
        for one in around(row.unit_path, span.start - LONGEST_SHIFT, span.end + LONGEST_SHIFT)
        if one.roster_id != row.pk
    ]
    return faults(month, own, calendar_in_force(month.first), Hours(), beside)


def now_on_duty(actor: Actor, now: datetime) -> list[Shift]:
    """Return the published shifts that run now in the teams that the actor may see, the resident first."""
    running = SHIFTS.rows(actor, Right.VIEW, Shift.objects.select_related("member", "planned")).filter(
        roster__state=RosterState.PUBLISHED, starts_at__lte=now, starts_at__gt=now - LONGEST_SHIFT, ends_at__gt=now
    )
    found = {row.pk: row for row in running}
    return [found[shift.key] for shift in on_duty([as_shift(row) for row in found.values()], now)]


def people_to_call(unit_path: str, now: datetime) -> dict[Rung, list[UUID]]:
    """Return the accounts to call in turn at an instant: who is on duty, then the second line, manager and lead."""
    team_now = members_at(unit_path)
    accounts = {member.pk: member.account_id for member in team_now}
    running = [as_shift(row) for row in around(unit_path, now, now + timedelta.resolution)]
    found = {rung: [member.account_id for member in team_now if member.standing == rung.value] for rung in Rung}
    found[Rung.DUTY] = [accounts[one.person] for one in on_duty(running, now) if one.person in accounts]
    return found


def swaps(actor: Actor) -> QuerySet[Swap]:
    """Return the swaps of the teams that the actor may see."""
    together = (
        "asker",
        "other",
        "shift__member",
        "shift__planned",
        "in_return__member",
        "in_return__planned",
    )
    return SWAPS.rows(actor, Right.VIEW, Swap.objects.select_related(*together))


def fair_shares(actor: Actor, period: Span) -> list[tuple[Member, Share]]:
    """Return what everybody has taken on in a period, whoever has most rest days first."""
    rows = SHIFTS.rows(actor, Right.VIEW, Shift.objects.select_related("member")).filter(
        roster__state=RosterState.PUBLISHED, starts_at__lt=period.end, ends_at__gt=period.start
    )
    people = {row.member_id: row.member for row in rows}
    calendar = calendar_in_force(period.start.astimezone(ZONE).date())
    return [(people[one.person], one) for one in shares([as_shift(row) for row in rows], period, calendar)]


def shifts_of_feed(secret: str, since: datetime) -> tuple[Member, list[Shift]] | None:
    """Return whose calendar a secret address opens, and the published shifts from `since` on; None for a wrong one."""
    member = Member.objects.filter(feed_hash=token_hash(secret), active=True).first()
    if member is None:
        return None
    rows = member.shifts.filter(roster__state=RosterState.PUBLISHED, ends_at__gte=since).order_by("starts_at", "id")
    return member, list(rows[:MOST_IN_FEED])
