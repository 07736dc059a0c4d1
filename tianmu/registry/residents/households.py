"""Households: joining one, leaving it, who lives together."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.registry.residents.choices import HouseholdRole
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.identity import demand_unmerged, locked, resolve
from tianmu.registry.residents.models import Household, HouseholdMember, Resident
from tianmu.registry.residents.permissions import PEOPLE, Right


@transaction.atomic
def join_household(
    *, actor: Actor, person_id: UUID, with_id: UUID | None, role: str, since: date, now: datetime
) -> HouseholdMember:
    """Put a person into the household of `with_id`, or into a new one as its head; she leaves the one she was in.

    Raises:
        MissingError: one of them is not the actor's to see.
        RefusedError: the actor does not keep family data there.
        TianmuError: the day lies in the future, or there is a head already (422).

    """
    if since > timezone.localdate(now):
        raise _invalid("since", "The day lies in the future.")
    keys = [resolve(key) for key in (person_id, with_id) if key is not None]
    people = locked(keys)
    for key in keys:
        row = people.get(key)
        if row is None or not PEOPLE.allows(actor, Right.VIEW, row):
            raise MissingError(PEOPLE.resource)
        demand_unmerged(row)
        PEOPLE.demand(actor, Right.LINK, row)
    person = people[keys[0]]
    household = _household_with(people[keys[1]], since) if with_id is not None else _new(person)
    if with_id is None:
        role = HouseholdRole.HEAD
    elif role == HouseholdRole.HEAD and household.members.filter(role=role, until=None).exclude(person=person).exists():
        raise _invalid("role", "This household has a head already.")
    _leave(person, since)
    row_made = HouseholdMember.objects.create(household=household, person=person, role=role, since=since)
    _note(actor, person, "join", {"household": household.number, "role": role})
    return row_made


@transaction.atomic
def leave_household(*, actor: Actor, person_id: UUID, until: date, now: datetime) -> None:
    """Take a person out of her household.

    Raises:
        MissingError: she is not the actor's to see, or in no household.

    """
    row = locked([resolve(person_id)]).get(resolve(person_id))
    if row is None or not PEOPLE.allows(actor, Right.VIEW, row):
        raise MissingError(PEOPLE.resource)
    PEOPLE.demand(actor, Right.LINK, row)
    if until > timezone.localdate(now):
        raise _invalid("until", "The day lies in the future.")
    if not _leave(row, until):
        raise MissingError("household")
    _note(actor, row, "leave", {"until": str(until)})


def household_of(person_id: UUID) -> tuple[Household, Sequence[HouseholdMember]] | None:
    """Return the household a person lives in with its members of today, the head first."""
    own = HouseholdMember.objects.select_related("household").filter(person=person_id, until=None).first()
    if own is None:
        return None
    members = HouseholdMember.objects.select_related("person").filter(household=own.household, until=None)
    return own.household, sorted(members, key=lambda one: (one.role != HouseholdRole.HEAD, one.pk))


def next_number() -> str:
    """Return the number of the next household: H and eight digits that no two share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('residents_household_number')")
        (running,) = cursor.fetchone()
    return f"H{running:08d}"


def _new(head: Resident) -> Household:
    return Household.objects.create(number=next_number(), path=head.scope_path)


def _household_with(other: Resident, since: date) -> Household:
    found = HouseholdMember.objects.select_related("household").filter(person=other, until=None).first()
    if found is not None:
        return found.household
    household = _new(other)
    HouseholdMember.objects.create(household=household, person=other, role=HouseholdRole.HEAD, since=since)
    return household


def _leave(person: Resident, until: date) -> bool:
    rows = HouseholdMember.objects.filter(person=person, until=None)
    return rows.update(until=until) > 0


def _note(actor: Actor, person: Resident, step: str, new: dict[str, object]) -> None:
    record(
        actor=actor,
        action=f"residents.household.{step}",
        kind="resident",
        key=person.pk,
        person_id=person.pk,
        new=new,
    )


def _invalid(field: str, detail: str) -> TianmuError:
    return TianmuError(Code.LINK_INVALID, detail, status=422, fields={field: detail})
