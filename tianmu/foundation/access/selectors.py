"""Reads of the access part: who knocks, and what she holds."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, Grant, ScopeUnit, Session, Token
from tianmu.foundation.access.permissions import PRIVILEGED, Right
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.home import home

ACCOUNTS: ScopePolicy[Account] = ScopePolicy("account", paths=("home__path",))


def token_hash(token: str) -> bytes:
    """Return what is kept of a cookie or a bearer token."""
    return hashlib.sha256(token.encode()).digest()


def session_of(cookie: str, client: str, now: datetime) -> Session | None:
    """Return the living session behind a cookie, with its account and home, in one statement."""
    return (
        Session.objects.select_related("account__home")
        .filter(token_hash=token_hash(cookie), client=client, revoked_at=None, expires_at__gt=now, account__active=True)
        .first()
    )


def token_of(bearer: str, now: datetime) -> Token | None:
    """Return the living token behind a bearer string, with its account and home."""
    return (
        Token.objects.select_related("account__home")
        .filter(token_hash=token_hash(bearer), revoked_at=None, expires_at__gt=now, account__active=True)
        .first()
    )


def rights_of(account: Account, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return each right the account holds today with the paths it reaches, in one statement."""
    today = now.date()
    grants = Grant.objects.select_related("role", "unit").filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        Q(delegated_by=None) | Exists(_still_held(today)),
        account=account,
        starts_on__lte=today,
    )
    reach: defaultdict[str, set[str]] = defaultdict(set)
    for grant in grants:
        for right in grant.role.rights:
            reach[right].add(grant.unit.path)
    return {right: _outermost(paths) for right, paths in reach.items()}


def _still_held(today: date) -> QuerySet[Grant]:
    own = Q(ends_on=None) | Q(ends_on__gte=today)
    return Grant.objects.filter(
        own,
        account=OuterRef("delegated_by"),
        role=OuterRef("role"),
        delegated_by=None,
        starts_on__lte=today,
        account__active=True,
    )


def second_factor_required() -> bool:
    """Tell whether privileged rights need a second factor here: everywhere but where the demo county is.

    `TIANMU_SECOND_FACTOR=required` or `offered` decides otherwise.
    """
    said = os.environ.get("TIANMU_SECOND_FACTOR")
    if said in {"required", "offered"}:
        return said == "required"
    return not (home() / "demo-logins.json").exists()


def actor_in(session: Session, now: datetime, *, address: str | None, trace_id: str) -> Actor:
    """Return the actor behind a session: without the second factor privileged rights stay outside."""
    actor = actor_for(
        session.account, now, session_id=session.pk, client=session.client, address=address, trace_id=trace_id
    )
    rights = dict(actor.rights)
    if session.second_factor_at is None and not PRIVILEGED.isdisjoint(rights) and second_factor_required():
        rights = {right: paths for right, paths in rights.items() if right not in PRIVILEGED}
    opened = frozenset(
        UUID(person) for person, until in session.opened_persons.items() if datetime.fromisoformat(until) > now
    )
    return replace(actor, rights=MappingProxyType(rights), opened_persons=opened)


def actor_for(
    account: Account,
    now: datetime,
    *,
    only: Iterable[str] | None = None,
    session_id: UUID | None = None,
    client: str = "",
    address: str | None = None,
    trace_id: str = "",
) -> Actor:
    """Return the actor an account becomes; `only` narrows the rights to those a token carries."""
    rights = rights_of(account, now)
    if only is not None:
        allowed = set(only)
        rights = {right: paths for right, paths in rights.items() if right in allowed}
    return Actor(
        kind=ActorKind(account.kind),
        account_id=account.pk,
        name=account.name,
        home_path=account.home.path,
        rights=MappingProxyType(rights),
        person_id=account.person_id,
        locale=account.locale,
        session_id=session_id,
        client=client,
        address=address,
        trace_id=trace_id,
    )


def accounts(actor: Actor) -> QuerySet[Account]:
    """Return the staff accounts the actor may see; refused without the right to see any."""
    actor.demand(Right.VIEW_ACCOUNTS)
    rows = Account.objects.select_related("home").filter(kind=AccountKind.STAFF)
    return ACCOUNTS.rows(actor, Right.VIEW_ACCOUNTS, rows)


def scope_unit(code: str) -> ScopeUnit:
    """Return the node of the scope tree with this code."""
    return ScopeUnit.objects.get(code=code)


def _outermost(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted(one for one in paths if not any(one != other and one.startswith(other) for other in paths)))


def accounts_with(right: str, path: str, now: datetime) -> list[UUID]:
    """Return the accounts of people who hold `right` at `path` today, for telling them something."""
    today = now.date()
    grants = (
        Grant.objects.annotate(asked=Value(path, output_field=CharField()))
        .filter(
            Q(ends_on=None) | Q(ends_on__gte=today),
            asked__startswith=F("unit__path"),
            starts_on__lte=today,
            role__rights__contains=[right],
            account__active=True,
            account__kind=AccountKind.STAFF,
        )
        .values_list("account_id", flat=True)
    )
    return list(grants.distinct())
