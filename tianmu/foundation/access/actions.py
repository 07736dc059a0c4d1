"""Writes of the access part: signing in and out, locking, tokens, accounts, roles and grants."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from tianmu.foundation.access.actor import EVERYWHERE, Actor, system
from tianmu.foundation.access.choices import AccountKind, Client
from tianmu.foundation.access.errors import Code, MissingError, TianmuError
from tianmu.foundation.access.guessing import Source, forget_failures, note_failure, refuse_guessing
from tianmu.foundation.access.models import Account, Grant, Role, ScopeUnit, Session, Token
from tianmu.foundation.access.permissions import Right
from tianmu.foundation.access.selectors import actor_in, token_hash
from tianmu.foundation.audit.actions import record
from tianmu.foundation.live.actions import tell
from tianmu.foundation.live.hearing import SESSION_ENDED

SESSION_LENGTH = {
    Client.DESK: timedelta(hours=12),
    Client.POINT: timedelta(hours=12),
    Client.RESIDENT: timedelta(days=30),
    Client.WALL: timedelta(days=30),
}
LONGEST_TOKEN = timedelta(days=5 * 366)
_NOBODY = make_password(secrets.token_urlsafe(16))


def sign_in(
    *,
    login: str,
    password: str,
    client: Client,
    source: Source,
    agent: str,
    now: datetime,
    prove: Callable[[Account], bool] | None = None,
    instead_of: UUID | None = None,
    trace_id: str = "",
) -> tuple[str, Actor]:
    """Open a session and return its cookie and the actor; the session `instead_of` which it is opened ends.

    `prove` checks the second factor of an account that has one; without it such an account does not get in.

    Raises:
        TianmuError: wrong name or password (one answer for both), or too many attempts from there.

    """
    refuse_guessing(login, source, now)
    kind = AccountKind.RESIDENT if client == Client.RESIDENT else AccountKind.STAFF
    account = Account.objects.select_related("home").filter(login__iexact=login, kind=kind, active=True).first()
    matches = check_password(password, account.password if account else _NOBODY)
    if account is None or not matches:
        _refused(account, login, client, source, now)
        raise TianmuError(
            Code.SIGN_IN_FAILED, "The name or the password is not right. Check both and try again.", status=401
        )
    second = account.totp_confirmed_at is not None
    if second and prove is None:
        raise TianmuError(Code.SECOND_FACTOR_NEEDED, "Enter the code of your authenticator application.", status=401)
    if second and prove is not None and not prove(account):
        _refused(account, login, client, source, now)
        raise TianmuError(Code.SECOND_FACTOR_WRONG, "This code is wrong or was used. Wait for the next.", status=401)
    if instead_of is not None:
        Session.objects.filter(pk=instead_of, revoked_at=None).update(revoked_at=now)
    forget_failures(login, source)
    return open_session(
        account=account,
        client=client,
        address=source.address,
        agent=agent,
        now=now,
        second_factor=second,
        trace_id=trace_id,
    )


@transaction.atomic
def _refused(account: Account | None, login: str, client: Client, source: Source, now: datetime) -> None:
    """Count a failure and leave a line; a name that nobody has is not kept, it may be a password typed in haste."""
    note_failure(login, source, now)
    home = account.home.path if account else EVERYWHERE
    knocking = replace(system("sign-in"), client=str(client), address=source.address, home_path=home)
    key = account.pk if account else None
    new = {"login": account.login} if account else None
    record(actor=knocking, action="access.sign_in_refused", kind="account", key=key, new=new)


@transaction.atomic
def open_session(
    *,
    account: Account,
    client: Client,
    address: str | None,
    agent: str,
    now: datetime,
    second_factor: bool = False,
    trace_id: str = "",
) -> tuple[str, Actor]:
    """Open a session for an account whose proof was checked; return the cookie and the actor."""
    cookie = secrets.token_urlsafe(32)
    session = Session.objects.create(
        account=account,
        client=client,
        token_hash=token_hash(cookie),
        opened_at=now,
        seen_at=now,
        expires_at=now + SESSION_LENGTH[client],
        address=address,
        agent=agent[:200],
        second_factor_at=now if second_factor else None,
    )
    actor = actor_in(session, now, address=address, trace_id=trace_id)
    record(actor=actor, action="access.signed_in", kind="session", key=session.pk)
    return cookie, actor


@transaction.atomic
def sign_out(*, actor: Actor, now: datetime) -> None:
    """End the actor's session."""
    Session.objects.filter(pk=actor.demand_session(), revoked_at=None).update(revoked_at=now)
    tell(SESSION_ENDED, account_id=actor.demand_account(), facts={"session": str(actor.session_id)})
    record(actor=actor, action="access.signed_out", kind="session", key=actor.session_id)


@transaction.atomic
def lock_session(*, actor: Actor, now: datetime) -> None:
    """Lock the session: nothing but unlocking or signing out is possible until the password is given again."""
    Session.objects.filter(pk=actor.demand_session(), locked_at=None).update(locked_at=now)
    record(actor=actor, action="access.locked", kind="session", key=actor.session_id)


def unlock_session(*, actor: Actor, password: str, now: datetime) -> None:
    """Unlock the session with the person's own password.

    Raises:
        TianmuError: the password is not right, or was guessed at too often.

    """
    confirm_password(actor=actor, password=password, now=now)
    with transaction.atomic():
        Session.objects.filter(pk=actor.demand_session()).update(locked_at=None)
        record(actor=actor, action="access.unlocked", kind="session", key=actor.session_id)


def confirm_password(*, actor: Actor, password: str, now: datetime) -> None:
    """Check the actor's own password again before an act that binds, such as a signature.

    Raises:
        TianmuError: the password is not right, or was guessed at too often in this session.

    """
    account = Account.objects.get(pk=actor.demand_account())
    source = Source(actor.address, actor.session_id.hex if actor.session_id else "")
    refuse_guessing(account.login, source, now)
    if not check_password(password, account.password):
        note_failure(account.login, source, now)
        raise TianmuError(Code.SIGN_IN_FAILED, "The password is not right. Try again.", status=401)


@transaction.atomic
def save_preferences(*, actor: Actor, locale: str | None, preferences: Mapping[str, object] | None) -> Account:
    """Keep the person's own settings; keys that are not named stay as they are."""
    account = Account.objects.select_for_update().get(pk=actor.demand_account())
    old = {"locale": account.locale, "preferences": account.preferences}
    if locale is not None:
        account.locale = locale
    if preferences is not None:
        account.preferences = {**account.preferences, **preferences}
    account.save(update_fields=["locale", "preferences", "changed_at"])
    new = {"locale": account.locale, "preferences": account.preferences}
    record(actor=actor, action="access.preferences_saved", kind="account", key=account.pk, old=old, new=new)
    return account


@transaction.atomic
def issue_token(
    *,
    actor: Actor,
    account_id: UUID,
    label: str,
    rights: Iterable[str],
    expires_at: datetime,
    now: datetime | None = None,
) -> str:
    """Issue a bearer token for a device or an application, good for five years at most; it is shown once.

    Raises:
        RefusedError: the actor may not issue tokens at the account's home.
        TianmuError: it would end before it begins, or live longer than five years (422).

    """
    kinds = [AccountKind.DEVICE, AccountKind.APPLICATION]
    account = Account.objects.select_related("home").filter(pk=account_id, kind__in=kinds).first()
    if account is None:
        raise MissingError("device or application")
    actor.demand(Right.ISSUE_TOKENS, account.home.path)
    if now is not None and not now < expires_at <= now + LONGEST_TOKEN:
        detail = "A token ends within five years from now."
        raise TianmuError(Code.GRANT, detail, status=422, fields={"expires_at": detail})
    bearer = f"tmt_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        account=account, label=label, token_hash=token_hash(bearer), rights=sorted(rights), expires_at=expires_at
    )
    record(
        actor=actor,
        action="access.token_issued",
        kind="token",
        key=token.pk,
        new={"account": str(account.pk), "label": label, "rights": token.rights, "expires_at": expires_at.isoformat()},
    )
    return bearer


@transaction.atomic
def make_scope_unit(*, code: str, name: str, parent: ScopeUnit | None) -> ScopeUnit:
    """Add a node to the scope tree."""
    path = f"{parent.path if parent else '/'}{code}/"
    return ScopeUnit.objects.create(code=code, name=name, parent=parent, path=path)


@transaction.atomic
def make_account(
    *,
    actor: Actor,
    kind: AccountKind,
    login: str,
    name: str,
    home: ScopeUnit,
    person_id: UUID | None,
    password_hash: str = "",
) -> Account:
    """Make an account whose password, if any, was hashed before.

    Raises:
        RefusedError: the actor may not manage accounts at this home.

    """
    actor.demand(Right.MANAGE_ACCOUNTS, home.path)
    account = Account.objects.create(
        kind=kind, login=login, name=name, home=home, person_id=person_id, password=password_hash
    )
    record(
        actor=actor, action="access.account_made", kind="account", key=account.pk, new={"login": login, "kind": kind}
    )
    return account


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """What is said of a new account; with `role`, it is held at `reach` from the day the accounts are made for."""

    kind: AccountKind
    login: str
    name: str
    home: ScopeUnit
    person_id: UUID | None
    password_hash: str = ""
    role: Role | None = None
    reach: ScopeUnit | None = None


@transaction.atomic
def make_accounts(*, actor: Actor, drafts: Sequence[AccountDraft], starts_on: date) -> list[Account]:
    """Make a whole list of accounts with their roles in two statements and one audit line.

    Raises:
        RefusedError: the actor may not manage accounts everywhere.

    """
    actor.demand(Right.MANAGE_ACCOUNTS, EVERYWHERE)
    accounts = Account.objects.bulk_create(
        Account(
            kind=draft.kind,
            login=draft.login,
            name=draft.name,
            home=draft.home,
            person_id=draft.person_id,
            password=draft.password_hash,
        )
        for draft in drafts
    )
    Grant.objects.bulk_create(
        Grant(account=account, role=draft.role, unit=draft.reach or draft.home, starts_on=starts_on)
        for account, draft in zip(accounts, drafts, strict=True)
        if draft.role is not None
    )
    record(actor=actor, action="access.accounts_made", kind="account", key=None, new={"count": len(accounts)})
    return accounts


@transaction.atomic
def grant_role(
    *, actor: Actor, account: Account, role: Role, unit: ScopeUnit, starts_on: date, ends_on: date | None = None
) -> Grant:
    """Give an account a role at a node of the tree.

    Raises:
        RefusedError: the actor may not manage accounts there.

    """
    actor.demand(Right.MANAGE_ACCOUNTS, unit.path)
    grant = Grant.objects.create(account=account, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on)
    new = {"role": role.code, "unit": unit.code, "ends_on": str(ends_on) if ends_on else None}
    record(actor=actor, action="access.role_granted", kind="account", key=account.pk, new=new)
    return grant


@transaction.atomic
def load_roles(*, roles: Iterable[Mapping[str, Any]]) -> None:
    """Bring the roles in line with the versioned data of the house."""
    for role in roles:
        values = {"name": role["name"], "name_en": role.get("name_en", ""), "rights": role["rights"]}
        values["purpose_rights"] = role.get("purpose_rights", [])
        Role.objects.update_or_create(code=role["code"], defaults=values)
