"""Passwords, second factor, sessions, tokens, emergency openings and delegations over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access import actions, emergency, own
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import BreakGlass, Grant, Session, Token
from tianmu.foundation.access.schemas import TokenAsked, TokenIssued
from tianmu.foundation.access.selectors import grantors, roles_with
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.printing.qr import qr_svg

router = Router(tags=["access"])


class PasswordChange(Schema):
    """The old and the new password."""

    old_password: str = Field(min_length=1, max_length=200)
    new_password: str = Field(min_length=1, max_length=200)


class FirstPassword(Schema):
    """A password that must be changed at the first sign-in."""

    new_password: str = Field(min_length=1, max_length=200)


class EnrolmentOut(Schema):
    """What an authenticator application reads; `qr_svg` is the address as a picture."""

    secret: str
    address: str
    qr_svg: str


class SecondFactorCode(Schema):
    """Six digits, or a recovery code."""

    code: str = Field(min_length=6, max_length=20)


class RecoveryCodes(Schema):
    """Each is good once; shown once."""

    recovery_codes: list[str]


class OwnPassword(Schema):
    """The actor's own password."""

    password: str = Field(min_length=1, max_length=200)


class OpenSession(Schema):
    """One place where somebody is signed in."""

    id: UUID
    client: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    agent: str
    mine: bool


class TokenOut(Schema):
    """A token without its secret."""

    id: UUID
    account_id: UUID
    account: str
    label: str
    rights: list[str]
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


class BreakGlassAsked(Schema):
    """Whose record, and why."""

    person_id: UUID
    reason: str = Field(min_length=2, max_length=400)


class BreakGlassOut(Schema):
    """An emergency opening; `mine` ones are judged by somebody else."""

    id: UUID
    account_id: UUID
    account: str
    mine: bool
    person_id: UUID
    reason: str
    opened_at: datetime
    expires_at: datetime
    justified: bool | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_note: str


class Verdict(Schema):
    """The review of an emergency opening; what is not justified needs a note."""

    justified: bool
    note: str = Field("", max_length=400)


class DelegationAsked(Schema):
    """Which role is lent to whom, where, until when and why."""

    to_login: str = Field(min_length=1, max_length=80)
    role: str = Field(min_length=1, max_length=60)
    unit_id: UUID
    until: date
    reason: str = Field(min_length=2, max_length=400)


class DelegationOut(Schema):
    """A role that is lent."""

    id: UUID
    lender: str
    to: str
    role: str
    unit: str
    until: date | None
    reason: str
    lent_by_me: bool


class LendableOut(Schema):
    """A role of one's own that may be lent, and where one holds it."""

    role: str
    role_name: str
    unit_id: UUID
    unit: str
    until: date | None


class GrantorsOut(Schema):
    """Who can grant a right to the caller, and which roles hold it."""

    right: str
    holder: str | None
    roles: list[str]


@router.get("/grantors", response={200: GrantorsOut, **PROBLEMS})
def who_grants(request: HttpRequest, right: Annotated[str, Query(min_length=1, max_length=80)]) -> GrantorsOut:
    """Tell who can grant a right to the caller, by role and office."""
    actor = actor_of(request)
    named = grantors(actor.home_path, actor.locale, timezone.now())
    return GrantorsOut(right=right, holder="; ".join(named) or None, roles=roles_with(right, actor.locale))


@router.post("/me/password", response={204: None, **PROBLEMS})
def change_password(request: HttpRequest, body: PasswordChange) -> Status[None]:
    """Change one's own password; other sessions end."""
    own.change_password(actor=actor_of(request), old=body.old_password, new=body.new_password, now=timezone.now())
    return Status(204, None)


@router.post("/accounts/{account_id}/password", response={204: None, **PROBLEMS})
def reset_password(request: HttpRequest, account_id: UUID, body: FirstPassword) -> Status[None]:
    """Give somebody a first password that she must change."""
    own.reset_password(actor=actor_of(request), account_id=account_id, new=body.new_password, now=timezone.now())
    return Status(204, None)


@router.post("/second-factor", response={200: EnrolmentOut, **PROBLEMS})
def begin_second_factor(request: HttpRequest) -> EnrolmentOut:
    """Begin to use a second factor."""
    made = own.begin_second_factor(actor=actor_of(request))
    picture = qr_svg(made.address, border=2).decode()
    return EnrolmentOut(secret=made.secret, address=made.address, qr_svg=picture)


@router.post("/second-factor/confirm", response={200: RecoveryCodes, **PROBLEMS})
def confirm_second_factor(request: HttpRequest, body: SecondFactorCode) -> RecoveryCodes:
    """Put the second factor into use."""
    return RecoveryCodes(
        recovery_codes=own.confirm_second_factor(actor=actor_of(request), code=body.code, now=timezone.now())
    )


@router.post("/second-factor/remove", response={204: None, **PROBLEMS})
def remove_second_factor(request: HttpRequest, body: OwnPassword) -> Status[None]:
    """Stop using a second factor."""
    own.remove_second_factor(actor=actor_of(request), account_id=None, password=body.password, now=timezone.now())
    return Status(204, None)


@router.post("/accounts/{account_id}/second-factor/remove", response={204: None, **PROBLEMS})
def remove_second_factor_of(request: HttpRequest, account_id: UUID, body: OwnPassword) -> Status[None]:
    """Remove the second factor of somebody who lost her phone."""
    own.remove_second_factor(actor=actor_of(request), account_id=account_id, password=body.password, now=timezone.now())
    return Status(204, None)


@router.get("/sessions", response={200: list[OpenSession], **PROBLEMS})
def sessions(request: HttpRequest, account_id: UUID | None = None) -> list[OpenSession]:
    """List where one is signed in, or where an account that one manages is."""
    actor = actor_of(request)
    found = own.sessions(actor, account_id, timezone.now())[:100]
    return [_session(one, mine=one.pk == actor.session_id) for one in found]


@router.post("/sessions/{session_id}/revoke", response={204: None, **PROBLEMS})
def revoke_session(request: HttpRequest, session_id: UUID) -> Status[None]:
    """End a session."""
    own.revoke_session(actor=actor_of(request), session_id=session_id, now=timezone.now())
    return Status(204, None)


@router.get("/tokens", response={200: Page[TokenOut], **PROBLEMS})
def tokens(request: HttpRequest, query: Query[PageQuery], account_id: UUID | None = None) -> Page[TokenOut]:
    """List the tokens of devices and applications."""
    return page(own.tokens(actor_of(request), account_id), [Order("id", descending=True)], query, _token)


@router.post("/tokens", response={201: TokenIssued, **PROBLEMS})
def issue_token(request: HttpRequest, body: TokenAsked) -> Status[TokenIssued]:
    """Issue a bearer token for a device or an application."""
    token = actions.issue_token(
        actor=actor_of(request),
        account_id=body.account_id,
        label=body.label,
        rights=body.rights,
        expires_at=body.expires_at,
        now=timezone.now(),
    )
    return Status(201, TokenIssued(token=token))


@router.post("/tokens/{token_id}/revoke", response={204: None, **PROBLEMS})
def revoke_token(request: HttpRequest, token_id: UUID) -> Status[None]:
    """End a token."""
    own.revoke_token(actor=actor_of(request), token_id=token_id, now=timezone.now())
    return Status(204, None)


@router.post("/break-glass", response={201: BreakGlassOut, **PROBLEMS})
def break_glass(request: HttpRequest, body: BreakGlassAsked) -> Status[BreakGlassOut]:
    """Open a person's record in an emergency, for looking, for four hours."""
    actor = actor_of(request)
    row = emergency.break_glass(actor=actor, person_id=body.person_id, reason=body.reason, now=timezone.now())
    return Status(201, _opening(row, actor))


@router.get("/break-glass/mine", response={200: list[BreakGlassOut], **PROBLEMS})
def own_openings(request: HttpRequest) -> list[BreakGlassOut]:
    """List the records that one has open in an emergency in this session."""
    actor = actor_of(request)
    return [_opening(row, actor) for row in emergency.own_openings(actor, timezone.now())[:50]]


@router.post("/break-glass/{opening_id}/end", response={204: None, **PROBLEMS})
def end_opening(request: HttpRequest, opening_id: UUID) -> Status[None]:
    """Close a record that one opened in an emergency."""
    emergency.end_opening(actor=actor_of(request), opening_id=opening_id, now=timezone.now())
    return Status(204, None)


@router.get("/break-glass", response={200: Page[BreakGlassOut], **PROBLEMS})
def openings(request: HttpRequest, query: Query[PageQuery], pending: bool = True) -> Page[BreakGlassOut]:
    """List emergency openings that one reviews."""
    actor = actor_of(request)
    rows = emergency.openings(actor, pending=pending)
    return page(rows, [Order("id", descending=True)], query, lambda row: _opening(row, actor))


@router.post("/break-glass/{opening_id}/review", response={200: BreakGlassOut, **PROBLEMS})
def review(request: HttpRequest, opening_id: UUID, body: Verdict) -> BreakGlassOut:
    """Judge an emergency opening."""
    actor = actor_of(request)
    row = emergency.review(
        actor=actor, opening_id=opening_id, justified=body.justified, note=body.note, now=timezone.now()
    )
    return _opening(row, actor)


@router.get("/delegations", response={200: list[DelegationOut], **PROBLEMS})
def delegations(request: HttpRequest) -> list[DelegationOut]:
    """List what one has lent and was lent."""
    actor = actor_of(request)
    return [_delegation(one, actor) for one in emergency.delegations(actor, timezone.localdate())[:200]]


@router.get("/delegations/lendable", response={200: list[LendableOut], **PROBLEMS})
def lendable(request: HttpRequest) -> list[LendableOut]:
    """List the roles of one's own that may be lent."""
    return [
        LendableOut(
            role=one.role.code,
            role_name=one.role.name,
            unit_id=one.unit_id,
            unit=one.unit.name,
            until=one.ends_on,
        )
        for one in emergency.lendable(actor_of(request), timezone.localdate())
    ]


@router.post("/delegations", response={201: DelegationOut, **PROBLEMS})
def delegate(request: HttpRequest, body: DelegationAsked) -> Status[DelegationOut]:
    """Lend a role to a colleague."""
    actor = actor_of(request)
    grant = emergency.delegate(
        actor=actor,
        to_login=body.to_login,
        role_code=body.role,
        unit_id=body.unit_id,
        until=body.until,
        reason=body.reason,
        today=timezone.localdate(),
    )
    return Status(201, _delegation(grant, actor))


@router.post("/delegations/{grant_id}/end", response={204: None, **PROBLEMS})
def end_delegation(request: HttpRequest, grant_id: UUID) -> Status[None]:
    """Take back or give back a lent role."""
    emergency.end_delegation(actor=actor_of(request), grant_id=grant_id, today=timezone.localdate())
    return Status(204, None)


def _session(row: Session, *, mine: bool) -> OpenSession:
    names = ("client", "opened_at", "seen_at", "expires_at", "address", "agent")
    return OpenSession(id=row.pk, mine=mine, **{name: getattr(row, name) for name in names})


def _token(row: Token) -> TokenOut:
    names = ("label", "rights", "expires_at", "revoked_at", "used_at")
    return TokenOut(
        id=row.pk, account_id=row.account_id, account=row.account.name, **{name: getattr(row, name) for name in names}
    )


def _opening(row: BreakGlass, actor: Actor) -> BreakGlassOut:
    names = ("account_id", "person_id", "reason", "opened_at", "expires_at", "justified", "reviewed_at", "review_note")
    return BreakGlassOut(
        id=row.pk,
        account=row.account.name,
        mine=row.account_id == actor.account_id,
        reviewed_by=row.reviewed_by.name if row.reviewed_by else None,
        **{name: getattr(row, name) for name in names},
    )


def _delegation(row: Grant, actor: Actor) -> DelegationOut:
    return DelegationOut(
        id=row.pk,
        lender=row.delegated_by.name if row.delegated_by else "",
        to=row.account.name,
        role=row.role.name,
        unit=row.unit.name,
        until=row.ends_on,
        reason=row.reason,
        lent_by_me=row.delegated_by_id == actor.account_id,
    )
