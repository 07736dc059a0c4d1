"""Counts every request by route, method, status and time; answers `/metrics` to who brings the token.

The outermost middleware. A route is the pattern of the address, never the address itself, which names persons.
"""

import hmac
import logging
import os
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tianmu.foundation.home import key_file, read_or_make_secret
from tianmu.foundation.metrics.book import read_all
from tianmu.foundation.metrics.counting import BUCKETS_SECONDS, count, folder, gauge, observe
from tianmu.foundation.metrics.exposition import CONTENT_TYPE, text_of
from tianmu.foundation.metrics.gauges import database_figures, disk_figures

log = logging.getLogger(__name__)
PAGE = "/metrics"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
POOL_EVERY_SECONDS = 1.0
Handler = Callable[[HttpRequest], HttpResponse]


class MetricsMiddleware:
    """Counts and shows."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.look_at_pool = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count the request."""
        if request.path == PAGE:
            return page(request)
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method or ""
        labels = {"route": route_of(request), "method": method if method in METHODS else "other"}
        observe("tianmu_request_seconds", time.perf_counter() - began, labels)
        count("tianmu_requests_total", {**labels, "status": str(response.status_code)})
        if began > self.look_at_pool:
            self.look_at_pool = began + POOL_EVERY_SECONDS
            note_pool()
        return response


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the address that answered."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None and match.route is not None else "other"


def note_pool() -> None:
    """Note how busy this process's database connections are."""
    pool: Any = getattr(connection, "_connection_pools", {}).get(connection.alias)
    if pool is None:
        return
    stats = pool.get_stats()
    for name in ("pool_size", "pool_available", "requests_waiting"):
        gauge(f"tianmu_database_{name}", float(stats.get(name, 0)))


def page(request: HttpRequest) -> HttpResponse:
    """Show every figure to who brings the token (`TIANMU_METRICS_TOKEN`, else the file `keys/metrics-token`)."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token().encode()):
        answer = HttpResponse("Bring the token of keys/metrics-token.\n", status=401, content_type="text/plain")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    return HttpResponse(figures(), content_type=CONTENT_TYPE)


def token() -> str:
    """Return the token that opens the page."""
    return os.environ.get("TIANMU_METRICS_TOKEN") or read_or_make_secret(key_file("metrics-token"))


def figures() -> str:
    """Return the page; without a database it says so and shows the rest."""
    counters, gauges = read_all(folder())
    gauges |= disk_figures()
    try:
        gauges |= database_figures(timezone.now()) | {"tianmu_database_up": 1.0}
    except DatabaseError as error:
        log.warning("no figures of the database: %s", type(error).__name__)
        gauges["tianmu_database_up"] = 0.0
    return text_of(counters, gauges, BUCKETS_SECONDS)
