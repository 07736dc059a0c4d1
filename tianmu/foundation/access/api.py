"""The door: signing in and out, locking, one's own settings."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from tianmu.foundation.access import actions, selectors
from tianmu.foundation.access.accounts_api import router as accounts
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.errors import Code, TianmuError
from tianmu.foundation.access.guessing import KNOWN_FOR, known_browser, source_of
from tianmu.foundation.access.middleware import address_of, client_of, cookie_name, known_cookie
from tianmu.foundation.access.models import Account, Session
from tianmu.foundation.access.own import check_second_factor
from tianmu.foundation.access.permissions import PRIVILEGED
from tianmu.foundation.access.purpose_api import router as purposes
from tianmu.foundation.access.purposes import running_purpose
from tianmu.foundation.access.request import is_encrypted, trace_of, typed
from tianmu.foundation.access.safety_api import router as safety
from tianmu.foundation.access.schemas import (
    Credentials,
    Home,
    Me,
    MyChanges,
    PurposeOut,
    SecondFactorState,
    SessionOut,
    Unlock,
)
from tianmu.foundation.access.selectors import second_factor_required
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router(tags=["access"])
for part in (safety, accounts, purposes):
    router.add_router("", part)


@router.post("/sign-in", response={200: Me, **PROBLEMS})
def sign_in(request: HttpRequest, response: HttpResponse, body: Credentials) -> Me:
    """Open a session; the cookie is set on the answer."""
    client = client_of(request)
    if client is None:
        raise TianmuError(Code.CLIENT_MISMATCH, "Name the application in the header X-Tianmu-Client.", status=403)
    now, here = timezone.now(), typed(request).session_row
    known = known_browser(request.COOKIES.get(known_cookie(client)))
    cookie, actor = actions.sign_in(
        login=body.login,
        password=body.password,
        client=Client(client),
        source=source_of(known, body.login, address_of(request)),
        agent=request.headers.get("User-Agent", ""),
        now=now,
        prove=None if body.code is None else lambda account: check_second_factor(account, str(body.code), now),
        instead_of=here.pk if here else None,
        trace_id=trace_of(request),
    )
    remembered = known.with_login(body.login).cookie()
    for name, value, life in (
        (cookie_name(client), cookie, actions.SESSION_LENGTH[Client(client)]),
        (known_cookie(client), remembered, KNOWN_FOR),
    ):
        response.set_cookie(
            name, value, max_age=life, httponly=True, samesite="Lax", secure=is_encrypted(request), path="/api/"
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


def _me(actor: Actor) -> Me:
    now = timezone.now()
    account = selectors.own_account(actor)
    session = selectors.own_session(actor)
    running = running_purpose(actor, session, now)
    return Me(
        account_id=account.pk,
        kind=account.kind,
        login=account.login,
        name=account.name,
        locale=account.locale,
        preferences=account.preferences,
        home=Home.of(account.home),
        rights={right: list(paths) for right, paths in actor.rights.items()},
        figures={right: list(paths) for right, paths in actor.figures.items()},
        purpose=PurposeOut.of(running) if running else None,
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
