"""What an administrator does with accounts: making, disabling, granting and taking back roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import Code, ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import Account, Grant, Role, ScopeUnit, Session
from tianmu.foundation.access.own import end_sessions, set_password
from tianmu.foundation.access.permissions import Right
from tianmu.foundation.access.selectors import ACCOUNTS
from tianmu.foundation.audit.actions import record

YESTERDAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is said of an account to be made; people get a first password, devices and applications a token later."""

    kind: AccountKind
    login: str
    name: str
    home_id: UUID
    first_password: str = ""
    person_id: UUID | None = None


def account(actor: Actor, key: UUID) -> Account:
    """Return an account that the actor may see, with all its grants, the newest first.

    Raises:
        MissingError: there is none.

    """
    actor.demand(Right.VIEW_ACCOUNTS)
    grants = Grant.objects.select_related("role", "unit", "delegated_by").order_by("-id")
    rows = Account.objects.select_related("home").prefetch_related(Prefetch("grants", grants))
    return ACCOUNTS.one(actor, Right.VIEW_ACCOUNTS, rows, key)


def last_seen(row: Account) -> datetime | None:
    """Return when the account was last seen in any session."""
    latest: Session | None = row.sessions.order_by("-seen_at").first()
    return latest.seen_at if latest else None


@transaction.atomic
def add_account(*, actor: Actor, draft: NewAccount, now: datetime) -> Account:
    """Make an account of a person, a device or an application at an institution that the actor looks after.

    Raises:
        RefusedError: the actor may not manage accounts there.
        ConflictError: the login is taken.
        TianmuError: the first password is weak (422).

    """
    home = _unit(draft.home_id)
    actor.demand(Right.MANAGE_ACCOUNTS, home.path)
    if Account.objects.filter(login__iexact=draft.login, kind=draft.kind).exists():
        raise ConflictError(Code.LOGIN_TAKEN, "Somebody else has this login. Choose another one.")
    row = Account(kind=draft.kind, login=draft.login, name=draft.name, home=home, person_id=draft.person_id)
    row.save(force_insert=True)
    if draft.kind == AccountKind.STAFF:
        set_password(row, draft.first_password, now, must_change=True)
    new = {"login": row.login, "kind": row.kind, "home": home.code}
    record(actor=actor, action="access.account_made", kind="account", key=row.pk, new=new)
    return row


@transaction.atomic
def change_account(
    *, actor: Actor, account_id: UUID, active: bool | None, name: str | None, reason: str, now: datetime
) -> Account:
    """Rename an account, disable it (its sessions end, its tokens rest) or enable it again; nobody disables herself.

    Raises:
        MissingError: the actor manages no such account.
        RefusedError: it is her own.

    """
    row = _managed(actor, account_id)
    if active is False and row.pk == actor.account_id:
        raise RefusedError(Right.MANAGE_ACCOUNTS, row.home.path)
    old = {"active": row.active, "name": row.name}
    row.active = row.active if active is None else active
    row.name = row.name if name is None else name
    row.save(update_fields=["active", "name", "changed_at"])
    if not row.active:
        end_sessions(Session.objects.filter(account=row, revoked_at=None), now)
    new = {"active": row.active, "name": row.name}
    record(actor=actor, action="access.account_changed", kind="account", key=row.pk, old=old, new=new, reason=reason)
    return row


@transaction.atomic
def grant(
    *,
    actor: Actor,
    account_id: UUID,
    role_code: str,
    unit_id: UUID,
    starts_on: date,
    ends_on: date | None,
    reason: str,
) -> Grant:
    """Give an account a role at a unit; nobody gives herself one.

    Raises:
        MissingError: there is no such account, role or unit that the actor manages.
        RefusedError: the actor may not manage accounts at that unit, or the account is her own.
        TianmuError: it would end before it begins, or is held already (422, 409).

    """
    row, unit = _managed(actor, account_id), _unit(unit_id)
    actor.demand(Right.MANAGE_ACCOUNTS, unit.path)
    _demand_other(actor, row)
    role = Role.objects.filter(code=role_code).first()
    if role is None:
        raise MissingError("role")
    if ends_on is not None and ends_on < starts_on:
        detail = "A role cannot end before it begins."
        raise TianmuError(Code.GRANT, detail, status=422, fields={"ends_on": detail})
    held = Grant.objects.filter(account=row, role=role, unit=unit, delegated_by=None)
    if any(one.ends_on is None or one.ends_on >= starts_on for one in held):
        raise ConflictError(Code.GRANT, "The account holds this role there already. Take it back first.")
    made, _ = Grant.objects.update_or_create(
        account=row, role=role, unit=unit, starts_on=starts_on, defaults={"ends_on": ends_on, "reason": reason}
    )
    _told(actor, "access.role_granted", made, None, reason)
    return made


@transaction.atomic
def revoke_grant(*, actor: Actor, grant_id: UUID, reason: str, today: date) -> None:
    """Take a role back; it ends at once.

    Raises:
        MissingError: there is no such grant that the actor manages, or it is over.

    """
    rows = Grant.objects.select_for_update(of=("self",)).select_related("account__home", "role", "unit")
    row = rows.filter(pk=grant_id).first()
    over = row is not None and row.ends_on is not None and row.ends_on < today
    if row is None or over or not actor.may(Right.MANAGE_ACCOUNTS, row.unit.path):
        raise MissingError("grant")
    _demand_other(actor, row.account)
    old = {"ends_on": str(row.ends_on) if row.ends_on else None}
    row.ends_on = today - YESTERDAY
    row.save(update_fields=["ends_on"])
    _told(actor, "access.role_revoked", row, old, reason)


def grants_of(rows: QuerySet[Grant], today: date) -> list[Grant]:
    """Return the grants that are not over."""
    return [one for one in rows if one.ends_on is None or one.ends_on >= today]


def _told(actor: Actor, action: str, row: Grant, old: Mapping[str, object] | None, reason: str) -> None:
    new = {"role": row.role.code, "unit": row.unit.code, "ends_on": str(row.ends_on) if row.ends_on else None}
    record(actor=actor, action=action, kind="account", key=row.account_id, old=old, new=new, reason=reason)


def _demand_other(actor: Actor, row: Account) -> None:
    if row.pk == actor.account_id:
        raise RefusedError(Right.MANAGE_ACCOUNTS, row.home.path)


def _managed(actor: Actor, key: UUID) -> Account:
    actor.demand(Right.MANAGE_ACCOUNTS)
    rows = Account.objects.select_for_update(of=("self",)).select_related("home")
    return ACCOUNTS.one(actor, Right.MANAGE_ACCOUNTS, rows, key)


def _unit(key: UUID) -> ScopeUnit:
    found = ScopeUnit.objects.filter(pk=key).first()
    if found is None:
        raise MissingError("unit")
    return found
