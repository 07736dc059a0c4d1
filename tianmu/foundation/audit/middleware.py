"""Watches each request and records whose records it has seen, before the answer leaves."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.request import typed
from tianmu.foundation.audit.actions import record, record_views
from tianmu.foundation.audit.watch import (
    FEW,
    MOST_NAMED,
    SEEN,
    Watch,
    current,
    recently,
    unrecorded,
    watch_statement,
)


class SeenMiddleware:
    """Comes last, so that it runs inside the transaction of a write that may be sent twice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Watch the request."""
        actor = typed(request).actor
        if actor is None:
            return self.get_response(request)
        watch = Watch()
        token = current.set(watch)
        try:
            with connection.execute_wrapper(watch_statement):
                response = self.get_response(request)
        finally:
            current.reset(token)
        if response.status_code < 400:
            self.record(request, actor, watch)
        return response

    def record(self, request: HttpRequest, actor: Actor, watch: Watch) -> None:
        """Record whose records were seen and not recorded by the room itself."""
        route = request.resolver_match.route if request.resolver_match else request.path
        operation = f"{request.method} /{route}"
        persons = unrecorded(watch, actor)
        if len(persons) > FEW:
            self.record_list(actor, operation, persons)
            return
        who = actor.session_id or actor.account_id
        fresh = [(person, person) for person in persons if not recently.seen(who, operation, person)]
        if fresh:
            record_views(actor=actor, action=SEEN, kind="person", subjects=fresh, new={"by": operation})
            for person, _ in fresh:
                recently.told(who, operation, person)
        if watch.tables and not watch.persons and not watch.lines:
            tables = sorted(watch.tables)
            if not recently.seen(who, operation, *tables):
                record(actor=actor, action=SEEN, kind="table", key=None, new={"by": operation, "tables": tables})
                recently.told(who, operation, *tables)

    def record_list(self, actor: Actor, operation: str, persons: list[UUID]) -> None:
        """Record a list in one line that names everybody in it."""
        what = (actor.session_id or actor.account_id, operation, frozenset(persons))
        if recently.seen(*what):
            return
        named = [str(person) for person in persons[:MOST_NAMED]]
        new = {"by": operation, "persons": named, "count": len(persons)}
        record(actor=actor, action=SEEN, kind="list", key=None, new=new)
        recently.told(*what)
