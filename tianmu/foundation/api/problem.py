"""Problem details (RFC 9457): every error leaves the house in one shape, with a stable code and a trace to quote."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from django.http import HttpResponse


def problem_body(
    *, status: int, code: str, detail: str, trace_id: str, fields: Mapping[str, str] | None = None, **extra: object
) -> dict[str, object]:
    """Return the members of a problem."""
    return {
        "type": f"urn:tianmu:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "field_errors": dict(fields or {}),
        "trace_id": trace_id,
        **{key: value for key, value in extra.items() if value is not None},
    }


def problem(
    *, status: int, code: str, detail: str, trace_id: str, fields: Mapping[str, str] | None = None, **extra: object
) -> HttpResponse:
    """Return a problem+json response."""
    body = problem_body(status=status, code=code, detail=detail, trace_id=trace_id, fields=fields, **extra)
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")
