"""The API object: our renderer, our errors, and who is asking."""

import logging
from typing import Any

import orjson
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.utils import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import Code as AccessCode
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.request import typed
from tianmu.foundation.api.errors import Code
from tianmu.foundation.api.problem import problem
from tianmu.foundation.storage.store import StorageError

log = logging.getLogger(__name__)


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field_errors: dict[str, str] = Field(default_factory=dict)
    trace_id: str


PROBLEMS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 409, 412, 413, 422, 423, 429, 503), Problem)


class OrjsonRenderer(BaseRenderer):
    """Writes JSON as UTF-8, Chinese unescaped."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ANN401, ARG002 - ninja's signature
        """Return the bytes."""
        return orjson.dumps(data, default=str)


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking.

    Raises:
        TianmuError: nobody is signed in.

    """
    actor = typed(request).actor
    if actor is None:
        raise TianmuError(AccessCode.NOT_SIGNED_IN, "Sign in to go on.", status=401)
    return actor


def expected_version(request: HttpRequest) -> int | None:
    """Return the row version named in If-Match, or None.

    Raises:
        TianmuError: If-Match is not a version.

    """
    given = request.headers.get("If-Match", "").strip().strip('"')
    if not given:
        return None
    if not given.isdigit() or len(given) > 9:
        raise TianmuError(Code.INVALID, "If-Match must hold the version of the row.", status=422)
    return int(given)


def make_api(version: str) -> NinjaAPI:
    """Return the API with our renderer and error answers."""
    api = NinjaAPI(
        title="Tianmu",
        version=version,
        description="天目: one API for the county's clinics, hospitals, residents and machines.",
        renderer=OrjsonRenderer(),
        docs_url="/docs",
        openapi_url="/openapi.json",
        urls_namespace="api",
    )

    @api.exception_handler(TianmuError)
    def ours(request: HttpRequest, error: TianmuError) -> HttpResponse:
        return problem(
            status=error.status,
            code=error.code,
            detail=error.detail,
            trace_id=typed(request).trace_id,
            fields=error.fields,
            **error.extra,
        )

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {
            ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0]): str(one["msg"])
            for one in error.errors
        }
        detail = "Some fields are not right: " + ", ".join(sorted(fields)) + "."
        return problem(status=422, code=Code.INVALID, detail=detail, trace_id=typed(request).trace_id, fields=fields)

    @api.exception_handler(StorageError)
    def storage(request: HttpRequest, error: StorageError) -> HttpResponse:
        return problem(status=503, code="storage.unavailable", detail=str(error), trace_id=typed(request).trace_id)

    @api.exception_handler(HttpError)
    def plain(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(status=error.status_code, code=Code.INVALID, detail=str(error), trace_id=typed(request).trace_id)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(
            status=404,
            code=Code.NOT_FOUND,
            detail="There is nothing at this address.",
            trace_id=typed(request).trace_id,
        )

    @api.exception_handler(DataError)
    @api.exception_handler(DjangoValidationError)
    def unreadable(request: HttpRequest, _error: Exception) -> HttpResponse:
        detail = "A value cannot be read. Check the request."
        return problem(status=422, code=Code.INVALID, detail=detail, trace_id=typed(request).trace_id)

    @api.exception_handler(Exception)
    def unforeseen(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("trace %s: %s", typed(request).trace_id, type(error).__name__, exc_info=error)
        detail = "Something failed on our side. Quote the trace id when you report it."
        return problem(status=500, code=Code.INTERNAL, detail=detail, trace_id=typed(request).trace_id)

    return api
