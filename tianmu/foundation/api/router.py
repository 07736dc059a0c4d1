"""The API object: our renderer, our errors, and who is asking."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import Code as AccessCode
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.request import typed
from tianmu.foundation.api.answers import add_error_answers
from tianmu.foundation.api.errors import Code


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field_errors: dict[str, str] = Field(default_factory=dict)
    trace_id: str


PROBLEMS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 409, 412, 413, 422, 423, 429, 503))
"""Without a model each: an operation never returns them, the handlers of errors do; the document says their shape."""
PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


class OrjsonRenderer(BaseRenderer):
    """Writes JSON as UTF-8, Chinese unescaped."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ANN401, ARG002 - ninja's signature
        """Return the bytes."""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: object) -> str:
    """Return instants in the business zone, everything else as text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(timezone.get_default_timezone()).isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


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


class DescribedAPI(NinjaAPI):
    """An API whose document is made once and gives every refusal its shape."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the document below a path; callers leave it as it is."""
        return self._document(self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    @lru_cache(maxsize=4)  # noqa: B019 - the API lives as long as the process
    def _document(self, path_prefix: str) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix)
        for methods in document["paths"].values():
            for operation in methods.values():
                for status in operation["responses"].keys() & PROBLEMS.keys():
                    operation["responses"][status]["content"] = PROBLEM_CONTENT
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document


def make_api(version: str) -> NinjaAPI:
    """Return the API with our renderer and error answers."""
    api = DescribedAPI(
        title="Tianmu",
        version=version,
        description="天目: one API for the county's clinics, hospitals, residents and machines.",
        renderer=OrjsonRenderer(),
        docs_url="/docs",
        openapi_url="/openapi.json",
        urls_namespace="api",
    )
    add_error_answers(api)
    return api
