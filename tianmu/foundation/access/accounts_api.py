"""Accounts and roles over HTTP, for those who look after them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access import admin, selectors
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, Grant
from tianmu.foundation.access.schemas import AccountRow, Home, RoleHeld, RoleOut
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router(tags=["access"])


class AccountQuery(PageQuery):
    """Which accounts to list."""

    search: str = Field("", max_length=80)
    kind: Literal["staff", "device", "application"] = "staff"


class GrantOut(Schema):
    """A role held at a unit between two dates; `lender` where it is lent."""

    id: UUID
    role: str
    role_name: str
    unit_id: UUID
    unit: str
    starts_on: date
    ends_on: date | None
    over: bool
    lender: str | None
    reason: str


class AccountDetail(Schema):
    """One account."""

    id: UUID
    kind: str
    login: str
    name: str
    home: Home
    active: bool
    must_change_password: bool
    second_factor: bool
    password_changed_at: datetime | None
    last_seen_at: datetime | None
    rights: list[str]
    grants: list[GrantOut]


class AccountAsked(Schema):
    """An account to be made; staff need a first password, which they must change."""

    kind: Literal["staff", "device", "application"]
    login: str = Field(min_length=2, max_length=80, pattern=r"^[\w.@-]+$")
    name: str = Field(min_length=1, max_length=120)
    home_id: UUID
    first_password: str = Field("", max_length=200)


class AccountChanges(Schema):
    """What to change of an account, and why."""

    active: bool | None = None
    name: str | None = Field(None, min_length=1, max_length=120)
    reason: str = Field(min_length=2, max_length=400)


class GrantAsked(Schema):
    """A role to be given at a unit, from one day to another (or without end), and why."""

    role: str = Field(min_length=1, max_length=60)
    unit_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str = Field(min_length=2, max_length=400)


class GrantRevoked(Schema):
    """Why a role is taken back."""

    reason: str = Field(min_length=2, max_length=400)


@router.get("/accounts", response={200: Page[AccountRow], **PROBLEMS})
def accounts(request: HttpRequest, query: Query[AccountQuery]) -> Page[AccountRow]:
    """List accounts with the roles they hold."""
    rows = selectors.accounts(actor_of(request), query.kind, query.search.strip())
    return page(rows, [Order("login"), Order("id")], query, _row, count=True)


@router.post("/accounts", response={201: AccountDetail, **PROBLEMS})
def add_account(request: HttpRequest, body: AccountAsked) -> Status[AccountDetail]:
    """Make an account for a person, a device or an application."""
    actor, now = actor_of(request), timezone.now()
    draft = admin.NewAccount(**{**body.dict(), "kind": AccountKind(body.kind)})
    row = admin.add_account(actor=actor, draft=draft, now=now)
    return Status(201, _detail(admin.account(actor, row.pk), now))


@router.get("/accounts/{account_id}", response={200: AccountDetail, **PROBLEMS})
def account(request: HttpRequest, account_id: UUID) -> AccountDetail:
    """Show one account with everything it holds and held."""
    return _detail(admin.account(actor_of(request), account_id), timezone.now())


@router.patch("/accounts/{account_id}", response={200: AccountDetail, **PROBLEMS})
def change_account(request: HttpRequest, account_id: UUID, body: AccountChanges) -> AccountDetail:
    """Rename, disable or enable an account."""
    actor, now = actor_of(request), timezone.now()
    admin.change_account(
        actor=actor, account_id=account_id, active=body.active, name=body.name, reason=body.reason, now=now
    )
    return _detail(admin.account(actor, account_id), now)


@router.post("/accounts/{account_id}/grants", response={201: AccountDetail, **PROBLEMS})
def grant(request: HttpRequest, account_id: UUID, body: GrantAsked) -> Status[AccountDetail]:
    """Give an account a role."""
    actor, now = actor_of(request), timezone.now()
    admin.grant(
        actor=actor,
        account_id=account_id,
        role_code=body.role,
        unit_id=body.unit_id,
        starts_on=body.starts_on or timezone.localdate(),
        ends_on=body.ends_on,
        reason=body.reason,
    )
    return Status(201, _detail(admin.account(actor, account_id), now))


@router.post("/grants/{grant_id}/revoke", response={204: None, **PROBLEMS})
def revoke_grant(request: HttpRequest, grant_id: UUID, body: GrantRevoked) -> Status[None]:
    """Take a role back."""
    actor = actor_of(request)
    admin.revoke_grant(actor=actor, grant_id=grant_id, reason=body.reason, today=timezone.localdate())
    return Status(204, None)


@router.get("/roles", response={200: list[RoleOut], **PROBLEMS})
def roles(request: HttpRequest) -> list[RoleOut]:
    """List the roles and what they allow."""
    actor = actor_of(request)
    english = actor.locale == "en"
    return [
        RoleOut(
            code=role.code,
            name=(role.name_en if english else "") or role.name,
            rights=role.rights,
            purpose_rights=role.purpose_rights,
        )
        for role in selectors.roles(actor)
    ]


def _row(row: Account) -> AccountRow:
    held = [
        RoleHeld(code=one.role.code, name=one.role.name, unit=one.unit.name)
        for one in admin.grants_of(row.grants.all(), timezone.localdate())
    ]
    return AccountRow(
        id=row.pk,
        kind=row.kind,
        login=row.login,
        name=row.name,
        home=Home.of(row.home),
        active=row.active,
        roles=held,
    )


def _detail(row: Account, now: datetime) -> AccountDetail:
    return AccountDetail(
        id=row.pk,
        kind=row.kind,
        login=row.login,
        name=row.name,
        home=Home.of(row.home),
        active=row.active,
        must_change_password=row.must_change_password,
        second_factor=row.totp_confirmed_at is not None,
        password_changed_at=row.password_changed_at,
        last_seen_at=admin.last_seen(row),
        rights=sorted(selectors.rights_of(row, now)),
        grants=[_grant(one, timezone.localdate()) for one in row.grants.all()],
    )


def _grant(one: Grant, today: date) -> GrantOut:
    return GrantOut(
        id=one.pk,
        role=one.role.code,
        role_name=one.role.name,
        unit_id=one.unit_id,
        unit=one.unit.name,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        over=one.ends_on is not None and one.ends_on < today,
        lender=one.delegated_by.name if one.delegated_by else None,
        reason=one.reason,
    )
