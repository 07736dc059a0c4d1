"""Finds out who is calling and puts the actor on the request; decides nothing."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.identity import session_of
from tianmu.foundation.access.presence import keep_alive, note_use
from tianmu.foundation.access.request import Request, typed
from tianmu.foundation.access.selectors import actor_for, actor_in, token_of


def client_of(request: HttpRequest) -> str | None:
    """Return the application the request comes from: a header, or `client` in the query of a plain link."""
    named = request.headers.get("X-Tianmu-Client") or request.GET.get("client", "")
    return named if named in Client.values else None


def cookie_name(client: str) -> str:
    """Return the name of the session cookie of one application."""
    return f"tianmu_{client}"


def known_cookie(client: str) -> str:
    """Return the name of the cookie by which a browser is known to have been used before."""
    return f"tianmu_known_{client}"


def address_of(request: HttpRequest) -> str | None:
    """Return the address the request came from; what a proxy says counts only from proxies of ours.

    `TRUSTED_PROXIES` names them; the last address in X-Forwarded-For that is none of them is the caller's.
    """
    address = str(request.META.get("REMOTE_ADDR") or "") or None
    if address not in settings.TRUSTED_PROXIES:
        return address
    trusted: frozenset[str] = settings.TRUSTED_PROXIES
    for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        try:
            found = str(ip_address(said.strip()))
        except ValueError:
            return address
        if found not in trusted:
            return found
    return address


class ActorMiddleware:
    """Sets `request.actor` (or None) and `request.session_row` for requests to the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look the caller up, then go on."""
        caller = typed(request)
        caller.actor, caller.session_row = None, None
        if request.path.startswith("/api/"):
            self.recognise(caller)
        return self.get_response(request)

    def recognise(self, request: Request) -> None:
        """Take a bearer token first, else the cookie of the named application."""
        now = timezone.now()
        address = address_of(request)
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() == "bearer" and bearer:
            token = token_of(bearer, now)
            if token is not None:
                note_use(token, now)
                request.actor = actor_for(
                    token.account, now, only=token.rights, client="token", address=address, trace_id=request.trace_id
                )
            return
        client = client_of(request)
        cookie = request.COOKIES.get(cookie_name(client)) if client else None
        session = session_of(cookie, client, now) if cookie and client else None
        if session is not None:
            request.session_row = session
            request.actor = actor_in(session, now, address=address, trace_id=request.trace_id)
            keep_alive(session, now)
