"""Break-glass and delegation: reaching further for a while, with a reason, an end, and somebody who looks at it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import Code, ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import Account, BreakGlass, Grant, Role, ScopeUnit, Session
from tianmu.foundation.access.permissions import PRIVILEGED, Right
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.access.ports import person_behind
from tianmu.foundation.audit.actions import record

OPEN_FOR = timedelta(hours=4)
SHORTEST_REASON = 2
LONGEST_DELEGATION = timedelta(days=31)
REVIEWS: ScopePolicy[BreakGlass] = ScopePolicy("emergency opening", paths=("home_path",))


@transaction.atomic
def break_glass(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> BreakGlass:
    """Open a person's record for looking, for four hours in this session; it is reviewed afterwards.

    The key of an entry that was merged into another opens the one that holds everything.

    Raises:
        RefusedError: the actor may not open records in an emergency.
        MissingError: nobody is known by this key.
        TianmuError: the reason says nothing.

    """
    actor.demand(Right.BREAK_GLASS)
    _demand_reason(reason)
    person = person_behind(person_id)
    if person is None:
        raise MissingError("person")
    session = Session.objects.select_for_update().get(pk=actor.demand_session())
    until = now + OPEN_FOR
    session.opened_persons = {**session.opened_persons, str(person): until.isoformat()}
    session.save(update_fields=["opened_persons"])
    row = BreakGlass.objects.create(
        account_id=actor.demand_account(),
        session=session,
        home_path=actor.home_path,
        person_id=person,
        reason=reason.strip(),
        opened_at=now,
        expires_at=until,
    )
    record(
        actor=actor, action="access.break_glass", kind="break_glass", key=row.pk, person_id=person, reason=row.reason
    )
    return row


def own_openings(actor: Actor, now: datetime) -> QuerySet[BreakGlass]:
    """Return the records that are open in this session of the actor, the newest first."""
    rows = BreakGlass.objects.select_related("account", "reviewed_by").filter(session_id=actor.demand_session())
    return rows.filter(account_id=actor.demand_account(), expires_at__gt=now).order_by("-id")


@transaction.atomic
def end_opening(*, actor: Actor, opening_id: UUID, now: datetime) -> None:
    """Close a record that one opened in an emergency; its review stays owed.

    Raises:
        MissingError: the actor has no such record open in this session.

    """
    session = Session.objects.select_for_update().get(pk=actor.demand_session())
    row = own_openings(actor, now).filter(pk=opening_id).first()
    if row is None:
        raise MissingError("emergency opening")
    session.opened_persons = {key: until for key, until in session.opened_persons.items() if key != str(row.person_id)}
    session.save(update_fields=["opened_persons"])
    own_openings(actor, now).filter(person_id=row.person_id).order_by().update(expires_at=now)
    record(actor=actor, action="access.break_glass_ended", kind="break_glass", key=row.pk, person_id=row.person_id)


def openings(actor: Actor, *, pending: bool) -> QuerySet[BreakGlass]:
    """Return emergency openings that the actor reviews, newest first."""
    actor.demand(Right.REVIEW_BREAK_GLASS)
    rows = BreakGlass.objects.select_related("account", "reviewed_by").order_by("-id")
    rows = rows.filter(reviewed_at=None) if pending else rows
    return REVIEWS.rows(actor, Right.REVIEW_BREAK_GLASS, rows)


@transaction.atomic
def review(*, actor: Actor, opening_id: UUID, justified: bool, note: str, now: datetime) -> BreakGlass:
    """Judge an emergency opening; nobody judges her own.

    Raises:
        ConflictError: it was judged before.
        RefusedError: it is the actor's own.

    """
    rows = BreakGlass.objects.select_for_update(of=("self",)).select_related("account", "reviewed_by")
    row = REVIEWS.one(actor, Right.REVIEW_BREAK_GLASS, rows, opening_id)
    if row.account_id == actor.account_id:
        raise RefusedError(Right.REVIEW_BREAK_GLASS, row.home_path)
    if row.reviewed_at is not None:
        raise ConflictError(Code.REVIEWED, "Somebody judged this before.")
    if not justified:
        _demand_reason(note)
    row.reviewed_at, row.justified, row.review_note = now, justified, note.strip()
    row.reviewed_by = Account.objects.get(pk=actor.demand_account())
    row.save(update_fields=["reviewed_at", "reviewed_by", "justified", "review_note"])
    record(
        actor=actor,
        action="access.break_glass_reviewed",
        kind="break_glass",
        key=row.pk,
        person_id=row.person_id,
        new={"justified": justified},
        reason=row.review_note,
    )
    return row


@transaction.atomic
def delegate(
    *, actor: Actor, to_login: str, role_code: str, unit_id: UUID, until: date, reason: str, today: date
) -> Grant:
    """Lend one's own role to a colleague until a day; it ends when one's own does. Privileged roles are not lent.

    Raises:
        TianmuError: the role is not one's own there, is privileged, or the day is not within a month (422).

    """
    _demand_reason(reason)
    unit = ScopeUnit.objects.filter(pk=unit_id).first()
    role = Role.objects.filter(code=role_code).first()
    to = Account.objects.filter(login__iexact=to_login, kind=AccountKind.STAFF, active=True).first()
    if unit is None or role is None or to is None:
        raise MissingError("role, unit or colleague")
    own = Grant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=until), account_id=actor.demand_account(), role=role, delegated_by=None
    )
    if not any(unit.path.startswith(one.unit.path) for one in own.select_related("unit")):
        raise _invalid("You do not hold this role there until that day yourself.")
    if not PRIVILEGED.isdisjoint(role.rights):
        raise _invalid("A role with privileged rights is granted by an administrator, not lent.")
    if to.pk == actor.account_id or not today <= until <= today + LONGEST_DELEGATION:
        raise _invalid("Lend it to a colleague, until a day within the next 31.")
    grant = Grant.objects.create(
        account=to,
        role=role,
        unit=unit,
        starts_on=today,
        ends_on=until,
        delegated_by_id=actor.demand_account(),
        reason=reason.strip(),
    )
    new = {"to": to.login, "role": role.code, "unit": unit.code, "until": str(until)}
    record(actor=actor, action="access.delegated", kind="grant", key=grant.pk, new=new, reason=reason)
    return grant


def lendable(actor: Actor, today: date) -> list[Grant]:
    """Return the roles of the actor's own that may be lent: hers today, not lent to her, without privileged rights."""
    rows = Grant.objects.select_related("role", "unit").filter(
        Q(ends_on=None) | Q(ends_on__gte=today), account_id=actor.demand_account(), starts_on__lte=today
    )
    return [one for one in rows.filter(delegated_by=None).order_by("id") if PRIVILEGED.isdisjoint(one.role.rights)]


def delegations(actor: Actor, today: date) -> QuerySet[Grant]:
    """Return what the actor has lent and was lent, as far as it is not over."""
    mine = Q(delegated_by_id=actor.demand_account()) | Q(account_id=actor.demand_account())
    rows = Grant.objects.select_related("account", "role", "unit", "delegated_by").filter(mine, ends_on__gte=today)
    return rows.exclude(delegated_by=None).order_by("-id")


@transaction.atomic
def end_delegation(*, actor: Actor, grant_id: UUID, today: date) -> None:
    """Take back what one has lent, or give back what one was lent; it ends at once.

    Raises:
        MissingError: there is no such delegation of the actor's.

    """
    grant = delegations(actor, today).filter(pk=grant_id).first()
    if grant is None:
        raise MissingError("delegation")
    Grant.objects.filter(pk=grant.pk).update(ends_on=today - timedelta(days=1))
    record(actor=actor, action="access.delegation_ended", kind="grant", key=grant.pk)


def _demand_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise TianmuError(
            Code.REASON_NEEDED, "Say why, in a few words.", status=422, fields={"reason": "Say why, in a few words."}
        )


def _invalid(detail: str) -> TianmuError:
    return TianmuError(Code.DELEGATION, detail, status=422)
