"""The request as our middleware leaves it: who is calling, in which session, under which trace id."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Session


class Request(HttpRequest):
    """What Django passes around, with what `TraceMiddleware` and `ActorMiddleware` put on it."""

    trace_id: str
    actor: Actor | None
    session_row: Session | None


def typed(request: HttpRequest) -> Request:
    """Return the request under its full type; every request of ours has passed the middleware."""
    return cast("Request", request)


def trace_of(request: HttpRequest) -> str:
    """Return the trace id, or nothing before the request has one."""
    return str(getattr(request, "trace_id", ""))


def is_encrypted(request: HttpRequest) -> bool:
    """Tell whether the browser speaks TLS, with us or with the proxy that our public address names."""
    return request.is_secure() or settings.PUBLIC_URL.startswith("https://")
