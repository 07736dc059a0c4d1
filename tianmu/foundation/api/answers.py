"""How each kind of error is answered: our own say what to do, foreign ones never show more than a trace id."""

import logging
import sys
from collections.abc import Callable

from django.core.exceptions import BadRequest, ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.db.utils import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from psycopg_pool import PoolTimeout

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import PurposeNeededError, RefusedError, TianmuError
from tianmu.foundation.access.request import trace_of, typed
from tianmu.foundation.access.selectors import grantors, roles_with
from tianmu.foundation.api.errors import Code
from tianmu.foundation.api.problem import problem
from tianmu.foundation.audit.actions import record
from tianmu.foundation.audit.watch import recently
from tianmu.foundation.storage.store import StorageError

log = logging.getLogger(__name__)
UNREADABLE_VALUES: tuple[type[Exception], ...] = (
    DataError,
    DjangoValidationError,
    UnicodeError,
    OverflowError,
    RecursionError,
)
UNREADABLE_REQUESTS: tuple[type[Exception], ...] = (
    MultiPartParserError,
    BadRequest,
    SuspiciousOperation,
    UnreadablePostError,
)
UNAVAILABLE: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeout)


def add_error_answers(api: NinjaAPI) -> None:
    """Teach the API every answer of this module."""
    answers: list[tuple[tuple[type[Exception], ...], Callable[..., HttpResponse]]] = [
        ((TianmuError,), ours),
        ((RefusedError,), refused),
        ((PurposeNeededError,), needs_purpose),
        ((ValidationError,), invalid),
        ((HttpError,), plain),
        ((Http404, ObjectDoesNotExist), missing),
        ((StorageError,), storage),
        ((RequestDataTooBig,), too_large),
        (UNREADABLE_VALUES, unreadable_value),
        (UNREADABLE_REQUESTS, unreadable_request),
        (UNAVAILABLE, unavailable),
        ((Exception,), unforeseen),
    ]
    for kinds, answer in answers:
        for kind in kinds:
            api.exception_handler(kind)(answer)


def refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    """Name the missing right, the roles that hold it and who can grant it; the refusal is recorded."""
    actor = typed(request).actor
    if actor is not None:
        try:
            error.extra |= {
                "holder": "; ".join(grantors(actor.home_path, actor.locale, timezone.now())) or None,
                "roles": roles_with(error.right, actor.locale),
            }
            record_refusal(request, actor, error.right)
        except DatabaseError as failed:
            log.warning("trace %s: a refusal could not be recorded: %s", trace_of(request), type(failed).__name__)
    return ours(request, error)


def needs_purpose(request: HttpRequest, error: PurposeNeededError) -> HttpResponse:
    """Ask for the purpose; the refusal is recorded."""
    actor = typed(request).actor
    if actor is not None:
        record_refusal(request, actor, error.right)
    return ours(request, error)


def record_refusal(request: HttpRequest, actor: Actor, right: str) -> None:
    """Leave a line of what was refused; the same refusal in the same session is told of once in ten minutes."""
    route = request.resolver_match.route if request.resolver_match else request.path
    operation = f"{request.method} /{route}"
    who = actor.session_id or actor.account_id
    if not recently.seen(who, "refused", operation, right):
        with transaction.atomic():
            new = {"right": right, "by": operation}
            record(actor=actor, action="access.refused", kind="right", key=None, new=new)
        recently.told(who, "refused", operation, right)


def ours(request: HttpRequest, error: TianmuError) -> HttpResponse:
    """Answer an error of ours as it says."""
    return problem(
        status=error.status,
        code=error.code,
        detail=error.detail,
        trace_id=trace_of(request),
        fields=error.fields,
        **error.extra,
    )


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the fields that are not right."""
    fields = {
        ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]): str(one["msg"]) for one in error.errors
    }
    detail = "Some fields are not right: " + ", ".join(sorted(fields)) + "."
    return problem(status=422, code=Code.INVALID, detail=detail, trace_id=trace_of(request), fields=fields)


def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer an error of the framework, such as a body that is no JSON."""
    return problem(status=error.status_code, code=Code.INVALID, detail=str(error), trace_id=trace_of(request))


def missing(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Say that nothing is here."""
    detail = "There is nothing at this address."
    return problem(status=404, code=Code.NOT_FOUND, detail=detail, trace_id=trace_of(request))


def storage(request: HttpRequest, error: StorageError) -> HttpResponse:
    """Say why a stored file cannot be had."""
    return problem(status=503, code="storage.unavailable", detail=str(error), trace_id=trace_of(request))


def too_large(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Refuse a body that grew too large while it was read."""
    detail = "The request is larger than the platform takes. Send less."
    return problem(status=413, code=Code.TOO_LARGE, detail=detail, trace_id=trace_of(request))


def unreadable_value(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Refuse a value that neither Python nor the database can take."""
    detail = "A value cannot be read. Check the request."
    return problem(status=422, code=Code.INVALID, detail=detail, trace_id=trace_of(request))


def unreadable_request(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Refuse a request that is not put together as HTTP wants it."""
    detail = "The request cannot be read. Check its form and send it again."
    return problem(status=400, code=Code.INVALID, detail=detail, trace_id=trace_of(request))


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say that the database does not answer."""
    log.warning("trace %s: database unavailable: %s", trace_of(request), type(error).__name__)
    detail = "The database does not answer. Your work is kept; try again in a moment."
    return problem(status=503, code=Code.UNAVAILABLE, detail=detail, trace_id=trace_of(request))


def unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
    """Hide what nobody foresaw behind its trace id; the log keeps where it happened, not what was sent."""
    log.error("trace %s: %s", trace_of(request), type(error).__name__, exc_info=error)
    detail = "Something failed on our side. Quote the trace id when you report it."
    return problem(status=500, code=Code.INTERNAL, detail=detail, trace_id=trace_of(request))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what failed outside of the API itself; Django calls this as its handler of status 500."""
    error = sys.exc_info()[1]
    if isinstance(error, UNAVAILABLE):
        return unavailable(request, error)
    return unforeseen(request, error if isinstance(error, Exception) else RuntimeError("unknown"))
