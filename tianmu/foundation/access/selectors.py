"""Reads of the access part: who knocks, and what she holds."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.models import Account, Grant, Role, ScopeUnit, Session, Token
from tianmu.foundation.access.permissions import PRIVILEGED, Right
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.home import home

Reach = dict[str, tuple[str, ...]]
CLOCK_ERROR = timedelta(minutes=5)
MOST_GRANTORS = 3
MOST_ROLES = 8
ACCOUNTS: ScopePolicy[Account] = ScopePolicy("account", paths=("home__path",))


def token_hash(token: str) -> bytes:
    """Return what is kept of a cookie or a bearer token."""
    return hashlib.sha256(token.encode()).digest()


def token_of(bearer: str, now: datetime) -> Token | None:
    """Return the living token behind a bearer string, with its account and home."""
    return (
        Token.objects.select_related("account__home")
        .filter(token_hash=token_hash(bearer), revoked_at=None, expires_at__gt=now, account__active=True)
        .first()
    )


def rights_of(account: Account, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return each right the account holds today with the paths it reaches, in one statement; figures left out."""
    return held_by(account, now)[0]


def held_by(account: Account, now: datetime) -> tuple[Reach, Reach]:
    """Return the rights the account holds today, and those that show persons only while a purpose is stated."""
    reach: defaultdict[str, set[str]] = defaultdict(set)
    figures: defaultdict[str, set[str]] = defaultdict(set)
    known = account.read_grants
    for rights, purpose_rights, path in grants_today(account, now) if known is None else known:
        for right in rights:
            reach[right].add(path)
        for right in purpose_rights:
            figures[right].add(path)
    return _outermost_each(reach), _outermost_each(figures)


def grants_today(account: Account, now: datetime) -> list[tuple[list[str], list[str], str]]:
    """Return rights, rights that need a purpose, and path of each grant that counts today."""
    today = timezone.localdate(now)
    grants = Grant.objects.select_related("role", "unit").filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        Q(delegated_by=None) | Exists(_still_held(today)),
        account=account,
        starts_on__lte=today,
    )
    return [(grant.role.rights, grant.role.purpose_rights, grant.unit.path) for grant in grants]


def _outermost_each(reach: Mapping[str, set[str]]) -> Reach:
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
    """Return the actor behind a session: without the second factor privileged rights stay outside.

    While a purpose is stated, the rights that else show figures show persons, and the purpose goes into every line.
    """
    actor = actor_for(
        session.account, now, session_id=session.pk, client=session.client, address=address, trace_id=trace_id
    )
    rights, figures, purpose = dict(actor.rights), actor.figures, purpose_in(session, now)
    if purpose:
        for right, paths in figures.items():
            rights[right] = _outermost({*rights.get(right, ()), *paths})
        figures = MappingProxyType({})
    withheld: frozenset[str] = frozenset()
    if session.second_factor_at is None and not PRIVILEGED.isdisjoint(rights) and second_factor_required():
        withheld = PRIVILEGED & rights.keys()
        rights = {right: paths for right, paths in rights.items() if right not in withheld}
    opened = frozenset(
        UUID(person) for person, until in session.opened_persons.items() if datetime.fromisoformat(until) > now
    )
    return replace(
        actor,
        rights=MappingProxyType(rights),
        figures=figures,
        purpose=purpose,
        purpose_until=datetime.fromisoformat(session.purpose["until"]) if purpose else None,
        withheld=withheld,
        opened_persons=opened,
    )


def purpose_in(session: Session, now: datetime) -> str:
    """Return the purpose that is stated in a session as it stands in audit lines; empty when none is, or it is over."""
    stated = session.purpose
    if not stated:
        return ""
    begun, until = datetime.fromisoformat(stated["from"]), datetime.fromisoformat(stated["until"])
    return f"{stated['code']}: {stated['text']}" if begun - CLOCK_ERROR <= now < until else ""


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
    rights, figures = held_by(account, now)
    if only is not None:
        allowed = set(only)
        rights, figures = ({right: held[right] for right in held if right in allowed} for held in (rights, figures))
    return Actor(
        kind=ActorKind(account.kind),
        account_id=account.pk,
        name=account.name,
        home_path=account.home.path,
        rights=MappingProxyType(rights),
        figures=MappingProxyType(figures),
        person_id=account.person_id,
        locale=account.locale,
        session_id=session_id,
        client=client,
        address=address,
        trace_id=trace_id,
    )


def actor_later(account_id: UUID, session_id: UUID | None, now: datetime) -> Actor:
    """Return who asked for background work as she stands now: a right, purpose or opening that is over counts no more.

    Raises:
        MissingError: the account is no longer active.

    """
    sessions = Session.objects.select_related("account__home").filter(
        account_id=account_id, revoked_at=None, expires_at__gt=now, account__active=True
    )
    here = sessions.filter(pk=session_id).first() if session_id else None
    if here is not None:
        return actor_in(here, now, address=None, trace_id="")
    account = Account.objects.select_related("home").filter(pk=account_id, active=True).first()
    if account is None:
        raise MissingError("account")
    actor = actor_for(account, now, client="job")
    return replace(actor, rights={right: held for right, held in actor.rights.items() if right not in PRIVILEGED})


def accounts(actor: Actor, kind: str = AccountKind.STAFF, search: str = "") -> QuerySet[Account]:
    """Return the accounts of a kind that the actor may see; refused without the right to see any."""
    actor.demand(Right.VIEW_ACCOUNTS)
    rows = Account.objects.select_related("home").filter(kind=kind).prefetch_related("grants__role", "grants__unit")
    if search:
        rows = rows.filter(Q(name__contains=search) | Q(login__startswith=search))
    return ACCOUNTS.rows(actor, Right.VIEW_ACCOUNTS, rows)


def roles(actor: Actor) -> QuerySet[Role]:
    """Return the roles of the house, for those who may see accounts."""
    actor.demand(Right.VIEW_ACCOUNTS)
    return Role.objects.order_by("code")


def own_account(actor: Actor) -> Account:
    """Return the actor's own account with its home."""
    return Account.objects.select_related("home").get(pk=actor.demand_account())


def own_session(actor: Actor) -> Session | None:
    """Return the actor's own session; None for who came with a token."""
    return Session.objects.filter(pk=actor.session_id).first() if actor.session_id else None


def scope_unit(code: str) -> ScopeUnit:
    """Return the node of the scope tree with this code."""
    return ScopeUnit.objects.get(code=code)


def _outermost(paths: set[str]) -> tuple[str, ...]:
    return tuple(sorted(one for one in paths if not any(one != other and one.startswith(other) for other in paths)))


def grantors(home_path: str, locale: str, now: datetime) -> list[str]:
    """Return who can grant rights to somebody at home there: roles that manage accounts, with their offices.

    The nearest office first; an office and a role are named once, however many people hold it.
    """
    today = timezone.localdate(now)
    grants = (
        Grant.objects.annotate(asked=Value(home_path, output_field=CharField()))
        .filter(
            Q(ends_on=None) | Q(ends_on__gte=today),
            asked__startswith=F("unit__path"),
            starts_on__lte=today,
            role__rights__contains=[Right.MANAGE_ACCOUNTS],
            account__active=True,
        )
        .select_related("role", "unit", "account__home")
    )
    nearest = sorted(grants, key=lambda one: (-len(one.unit.path), -len(one.account.home.path), one.role.code))
    named = ((_role_name(one.role, locale), one.account.home.name) for one in nearest)
    form = "{0} ({1})" if locale == "en" else "{0}（{1}）"
    return list(dict.fromkeys(form.format(*one) for one in named))[:MOST_GRANTORS]


def roles_with(right: str, locale: str) -> list[str]:
    """Return the names of the roles that hold a right, so that one knows what to ask for."""
    holds = Q(rights__contains=[right]) | Q(purpose_rights__contains=[right])
    return [_role_name(role, locale) for role in Role.objects.filter(holds).order_by("code")[:MOST_ROLES]]


def _role_name(role: Role, locale: str) -> str:
    return (role.name_en if locale == "en" else "") or role.name


def accounts_with(right: str, path: str | None, now: datetime) -> list[UUID]:
    """Return the accounts of people who hold `right` at `path` today (anywhere: None), for telling or asking them."""
    today = timezone.localdate(now)
    grants = Grant.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        starts_on__lte=today,
        role__rights__contains=[right],
        account__active=True,
        account__kind=AccountKind.STAFF,
    )
    if path is not None:
        asked = Value(path, output_field=CharField())
        grants = grants.annotate(asked=asked).filter(asked__startswith=F("unit__path"))
    return list(grants.values_list("account_id", flat=True).distinct())
