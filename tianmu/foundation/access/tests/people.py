"""People and places for tests: two institutions under one county, accounts with just the rights a test names."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from django.utils import timezone

from tianmu.foundation.access import actions
from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.foundation.access.choices import AccountKind, Client
from tianmu.foundation.access.models import Account, Role, ScopeUnit
from tianmu.foundation.db.keys import uuid7

SETUP = system("test")
PASSWORD = "correct horse battery"
PASSWORD_HASH = make_password(PASSWORD, salt="a-salt-for-tests")


@dataclass(frozen=True, slots=True)
class County:
    """A county with two hospitals."""

    top: ScopeUnit
    first: ScopeUnit
    second: ScopeUnit


def make_county() -> County:
    """Make the scope tree of a test."""
    top = actions.make_scope_unit(code="ly", name="县", parent=None)
    first = actions.make_scope_unit(code="h1", name="县人民医院", parent=top)
    second = actions.make_scope_unit(code="h2", name="县中医院", parent=top)
    return County(top, first, second)


def make_person(
    login: str,
    unit: ScopeUnit,
    rights: Iterable[str] = (),
    *,
    kind: AccountKind = AccountKind.STAFF,
    person_id: UUID | None = None,
) -> Account:
    """Make an account at `unit` with these rights there."""
    account = actions.make_account(
        actor=SETUP,
        kind=kind,
        login=login,
        name=f"{login}者",
        home=unit,
        person_id=person_id,
        password_hash=PASSWORD_HASH,
    )
    held = sorted(rights)
    if held:
        role, _ = Role.objects.get_or_create(code=f"test-{login}", defaults={"name": login, "rights": held})
        actions.grant_role(actor=SETUP, account=account, role=role, unit=unit, starts_on=timezone.localdate())
    return account


def actor_with(rights: dict[str, tuple[str, ...]], *, home: str = "/ly/h1/", person_id: UUID | None = None) -> Actor:
    """Return an actor that no table knows."""
    return Actor(ActorKind.STAFF, uuid7(), "王医生", home, MappingProxyType(rights), person_id=person_id)


def browser_of(account: Account, client: Client = Client.DESK, address: str = "127.0.0.1") -> Browser:
    """Return a browser in which this account is signed in."""
    cookie, _ = actions.open_session(
        account=account, client=client, address=address, agent="pytest", now=timezone.now(), second_factor=True
    )
    browser = Browser(headers={"X-Tianmu-Client": str(client)}, raise_request_exception=False)
    browser.cookies[f"tianmu_{client}"] = cookie
    return browser


def stranger(client: Client = Client.DESK) -> Browser:
    """Return a browser in which nobody is signed in."""
    return Browser(headers={"X-Tianmu-Client": str(client)}, raise_request_exception=False)
