"""What a person does with her own account: password, second factor, sessions. And what an administrator undoes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q, QuerySet

from tianmu.foundation.access.actions import confirm_password
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import Code, ConflictError, MissingError, TianmuError
from tianmu.foundation.access.models import Account, Session, Token
from tianmu.foundation.access.password_rules import policy
from tianmu.foundation.access.permissions import Right
from tianmu.foundation.access.selectors import ACCOUNTS
from tianmu.foundation.access.totp import address, matching_step, new_secret
from tianmu.foundation.audit.actions import record
from tianmu.foundation.live.actions import tell
from tianmu.foundation.live.hearing import SESSION_ENDED

ISSUER = "Tianmu"
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator application needs; shown once."""

    secret: str
    address: str


def change_password(*, actor: Actor, old: str, new: str, now: datetime) -> None:
    """Take a new password; every other session of the account ends.

    Raises:
        TianmuError: the old one is not right (401), or the new one is weak or was used before (422).

    """
    confirm_password(actor=actor, password=old, now=now)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.demand_account())
        set_password(account, new, now, must_change=False)
        others = Session.objects.filter(account=account, revoked_at=None).exclude(pk=actor.demand_session())
        end_sessions(others, now)
        record(actor=actor, action="access.password_changed", kind="account", key=account.pk)


def set_password(account: Account, new: str, now: datetime, *, must_change: bool) -> None:
    """Check a new password against the policy and keep it.

    Raises:
        TianmuError: it is weak, or one of the last five.

    """
    rules = policy()
    weaknesses = rules.weaknesses(new, [account.login, account.name])
    if weaknesses:
        raise weak(rules.sentence(weaknesses), [str(one) for one in weaknesses])
    history = [account.password, *account.password_history][: rules.remembered]
    if any(one and check_password(new, one) for one in history):
        raise weak(f"Take one that is not among your last {rules.remembered}.", ["used_before"])
    account.password, account.password_history = make_password(new), [one for one in history if one]
    account.password_changed_at, account.must_change_password = now, must_change
    account.save(
        update_fields=["password", "password_history", "password_changed_at", "must_change_password", "changed_at"]
    )


def weak(detail: str, weaknesses: list[str]) -> TianmuError:
    """Return the error of a password that will not do."""
    return TianmuError(Code.PASSWORD_WEAK, detail, status=422, fields={"new_password": detail}, weaknesses=weaknesses)


@transaction.atomic
def reset_password(*, actor: Actor, account_id: UUID, new: str, now: datetime) -> None:
    """Give somebody a first password that she must change; her sessions end and her second factor is kept.

    Raises:
        RefusedError: the actor may not manage accounts there.

    """
    account = _managed(actor, account_id)
    set_password(account, new, now, must_change=True)
    end_sessions(Session.objects.filter(account=account, revoked_at=None), now)
    record(actor=actor, action="access.password_reset", kind="account", key=account.pk)


@transaction.atomic
def begin_second_factor(*, actor: Actor) -> Enrolment:
    """Make a new secret; it counts once a code from it was confirmed.

    Raises:
        ConflictError: a second factor is in use; remove it first.

    """
    actor.demand_session()
    account = Account.objects.select_for_update().get(pk=actor.demand_account())
    if account.totp_confirmed_at is not None:
        raise ConflictError(Code.SECOND_FACTOR_OPEN, "A second factor is in use. Remove it first.")
    account.totp_secret = new_secret()
    account.save(update_fields=["totp_secret", "changed_at"])
    record(actor=actor, action="access.second_factor_begun", kind="account", key=account.pk)
    return Enrolment(account.totp_secret, address(account.totp_secret, account.login, ISSUER))


@transaction.atomic
def confirm_second_factor(*, actor: Actor, code: str, now: datetime) -> list[str]:
    """Put the second factor into use and return recovery codes, shown once; this session counts as confirmed.

    Raises:
        TianmuError: the code is not right.

    """
    account = Account.objects.select_for_update().get(pk=actor.demand_account())
    step = matching_step(account.totp_secret, code, now.timestamp(), 0) if account.totp_secret else None
    if step is None or account.totp_confirmed_at is not None:
        raise TianmuError(Code.SECOND_FACTOR_WRONG, "This code is not right. Check the clock of the phone.", status=422)
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
    account.totp_confirmed_at, account.totp_last_step = now, step
    account.recovery_hashes = [recovery_hash(one) for one in codes]
    account.save(update_fields=["totp_confirmed_at", "totp_last_step", "recovery_hashes", "changed_at"])
    Session.objects.filter(pk=actor.demand_session()).update(second_factor_at=now)
    record(actor=actor, action="access.second_factor_taken", kind="account", key=account.pk)
    return codes


def check_second_factor(account: Account, code: str, now: datetime) -> bool:
    """Tell whether a code, or an unused recovery code, is right; it is used up."""
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        step = matching_step(locked.totp_secret or "", code, now.timestamp(), locked.totp_last_step)
        digest = recovery_hash(code)
        if step is not None:
            locked.totp_last_step = step
        elif digest in locked.recovery_hashes:
            locked.recovery_hashes = [one for one in locked.recovery_hashes if one != digest]
        else:
            return False
        locked.save(update_fields=["totp_last_step", "recovery_hashes", "changed_at"])
    return True


def remove_second_factor(*, actor: Actor, account_id: UUID | None, password: str, now: datetime) -> None:
    """Remove one's own second factor with the password, or as an administrator somebody else's who lost the phone.

    Raises:
        TianmuError: the password is not right.
        RefusedError: the actor may not manage that account.

    """
    confirm_password(actor=actor, password=password, now=now)
    with transaction.atomic():
        own = account_id in {None, actor.account_id}
        account = Account.objects.select_for_update().get(pk=actor.demand_account()) if own else None
        account = account or _managed(actor, account_id)
        account.totp_secret, account.totp_confirmed_at, account.recovery_hashes = None, None, []
        account.save(update_fields=["totp_secret", "totp_confirmed_at", "recovery_hashes", "changed_at"])
        record(actor=actor, action="access.second_factor_removed", kind="account", key=account.pk)


def recovery_hash(code: str) -> str:
    """Return what is kept of a recovery code."""
    return hashlib.sha256(code.strip().casefold().encode()).hexdigest()


def sessions(actor: Actor, account_id: UUID | None, now: datetime) -> QuerySet[Session]:
    """Return the living sessions of the actor, or of an account that she manages, newest first."""
    key = actor.demand_account()
    if account_id is not None and account_id != key:
        key = ACCOUNTS.one(actor, Right.MANAGE_ACCOUNTS, Account.objects.all(), account_id).pk
    return Session.objects.filter(account_id=key, revoked_at=None, expires_at__gt=now).order_by("-id")


@transaction.atomic
def revoke_session(*, actor: Actor, session_id: UUID, now: datetime) -> None:
    """End one of one's own sessions, or one of an account that the actor manages.

    Raises:
        MissingError: there is none that she may end.

    """
    session = Session.objects.select_related("account__home").filter(pk=session_id, revoked_at=None).first()
    mine = session is not None and session.account_id == actor.account_id
    if session is None or not (mine or actor.may(Right.MANAGE_ACCOUNTS, session.account.home.path)):
        raise MissingError("session")
    end_sessions(Session.objects.filter(pk=session.pk), now)
    record(actor=actor, action="access.session_revoked", kind="session", key=session.pk)


def end_sessions(rows: QuerySet[Session], now: datetime) -> None:
    """End sessions and the live streams that they hold."""
    for key, account_id in rows.values_list("pk", "account_id"):
        tell(SESSION_ENDED, account_id=account_id, facts={"session": str(key)})
    rows.update(revoked_at=now)


def tokens(actor: Actor, account_id: UUID | None) -> QuerySet[Token]:
    """Return the tokens of devices and applications that the actor looks after, newest first."""
    actor.demand(Right.ISSUE_TOKENS)
    rows = Token.objects.select_related("account__home").order_by("-id")
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    reach = Q(pk__in=[])
    for path in actor.paths(Right.ISSUE_TOKENS):
        reach |= Q(account__home__path__startswith=path)
    return rows.filter(reach)


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: UUID, now: datetime) -> None:
    """End a token at once.

    Raises:
        MissingError: there is none that the actor may end.

    """
    token = tokens(actor, None).filter(pk=token_id).first()
    if token is None:
        raise MissingError("token")
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    record(actor=actor, action="access.token_revoked", kind="token", key=token.pk)


def _managed(actor: Actor, account_id: UUID | None) -> Account:
    actor.demand(Right.MANAGE_ACCOUNTS)
    rows = Account.objects.select_for_update(of=("self",)).select_related("home")
    return ACCOUNTS.one(actor, Right.MANAGE_ACCOUNTS, rows, account_id)
