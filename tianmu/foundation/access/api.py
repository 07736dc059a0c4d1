"""The door: signing in and out, locking, one's own settings, accounts, roles, tokens."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.access import actions, selectors
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.errors import Code, TianmuError
from tianmu.foundation.access.middleware import address_of, client_of, cookie_name
from tianmu.foundation.access.models import Account, Role, Session
from tianmu.foundation.access.own import check_second_factor
from tianmu.foundation.access.permissions import PRIVILEGED, Right
from tianmu.foundation.access.safety_api import router as safety
from tianmu.foundation.access.schemas import (
    Credentials,
    Home,
    Me,
    MyChanges,
    RoleHeld,
    RoleOut,
    SecondFactorState,
    SessionOut,
    StaffAccount,
    Unlock,
)
from tianmu.foundation.access.selectors import second_factor_required
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router(tags=["access"])
router.add_router("", safety)


@router.post("/sign-in", response={200: Me, **PROBLEMS})
def sign_in(request: HttpRequest, response: HttpResponse, body: Credentials) -> Me:
    """Open a session; the cookie is set on the answer."""
    client = client_of(request)
    if client is None:
        raise TianmuError(Code.CLIENT_MISMATCH, "Name the application in the header X-Tianmu-Client.", status=403)
    now = timezone.now()
    cookie, actor = actions.sign_in(
        login=body.login,
        password=body.password,
        client=Client(client),
        address=address_of(request),
        agent=request.headers.get("User-Agent", ""),
        now=now,
        prove=None if body.code is None else lambda account: check_second_factor(account, str(body.code), now),
    )
    response.set_cookie(
        cookie_name(client),
        cookie,
        max_age=int(actions.SESSION_LENGTH[Client(client)].total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
        path="/api/",
    )
    return _me(actor)


@router.post("/sign-out", response={204: None, **PROBLEMS})
def sign_out(request: HttpRequest, response: HttpResponse) -> Status[None]:
    """End the session."""
    actor = actor_of(request)
    actions.sign_out(actor=actor, now=timezone.now())
    response.delete_cookie(cookie_name(actor.client), path="/api/")
    return Status(204, None)


@router.post("/lock", response={204: None, **PROBLEMS})
def lock(request: HttpRequest) -> Status[None]:
    """Lock the screen; the session stays."""
    actions.lock_session(actor=actor_of(request), now=timezone.now())
    return Status(204, None)


@router.post("/unlock", response={200: Me, **PROBLEMS})
def unlock(request: HttpRequest, body: Unlock) -> Me:
    """Unlock the screen."""
    actor = actor_of(request)
    actions.unlock_session(actor=actor, password=body.password, now=timezone.now())
    return _me(actor)


@router.get("/me", response={200: Me, **PROBLEMS})
def me(request: HttpRequest) -> Me:
    """Tell who is signed in."""
    return _me(actor_of(request))


@router.patch("/me", response={200: Me, **PROBLEMS})
def change_me(request: HttpRequest, body: MyChanges) -> Me:
    """Keep one's own settings."""
    actor = actor_of(request)
    actions.save_preferences(actor=actor, locale=body.locale, preferences=body.preferences)
    return _me(actor)


@router.get("/accounts", response={200: Page[StaffAccount], **PROBLEMS})
def accounts(request: HttpRequest, query: Query[PageQuery], search: str = "") -> Page[StaffAccount]:
    """List staff accounts with the roles they hold."""
    rows = selectors.accounts(actor_of(request)).prefetch_related("grants__role", "grants__unit")
    if search:
        rows = rows.filter(Q(name__contains=search) | Q(login__startswith=search))
    return page(rows, [Order("login"), Order("id")], query, _account, count=True)


@router.get("/roles", response={200: list[RoleOut], **PROBLEMS})
def roles(request: HttpRequest) -> list[RoleOut]:
    """List the roles and what they allow."""
    actor_of(request).demand(Right.VIEW_ACCOUNTS)
    return [RoleOut(code=role.code, name=role.name, rights=role.rights) for role in Role.objects.order_by("code")]


def _me(actor: Actor) -> Me:
    account = Account.objects.select_related("home").get(pk=actor.demand_account())
    session = Session.objects.filter(pk=actor.session_id).first() if actor.session_id else None
    return Me(
        account_id=account.pk,
        kind=account.kind,
        login=account.login,
        name=account.name,
        locale=account.locale,
        preferences=account.preferences,
        home=_home(account),
        rights={right: list(paths) for right, paths in actor.rights.items()},
        person_id=account.person_id,
        session=_session(session) if session else None,
        must_change_password=account.must_change_password,
        second_factor=SecondFactorState(
            enrolled=account.totp_confirmed_at is not None, required=_needs_second_factor(account)
        ),
    )


def _needs_second_factor(account: Account) -> bool:
    return second_factor_required() and not PRIVILEGED.isdisjoint(selectors.rights_of(account, timezone.now()))


def _session(session: Session) -> SessionOut:
    return SessionOut(opened_at=session.opened_at, expires_at=session.expires_at, locked=session.locked_at is not None)


def _home(account: Account) -> Home:
    return Home(id=account.home.pk, code=account.home.code, name=account.home.name, path=account.home.path)


def _account(account: Account) -> StaffAccount:
    held = [
        RoleHeld(code=grant.role.code, name=grant.role.name, unit=grant.unit.name) for grant in account.grants.all()
    ]
    return StaffAccount(
        id=account.pk, login=account.login, name=account.name, home=_home(account), active=account.active, roles=held
    )
