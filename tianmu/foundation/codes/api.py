"""Looking codes up."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.codes import selectors

router = Router(tags=["codes"])
MOST_CODES = 500


class SystemOut(Schema):
    """A code system."""

    key: str
    name: str
    version: str
    source: str


class CodeOut(Schema):
    """A code."""

    code: str
    display: str
    display_en: str
    extra: dict[str, Any]


@router.get("/systems", response={200: list[SystemOut], **PROBLEMS})
def systems(request: HttpRequest) -> list[SystemOut]:
    """List the code systems of the house."""
    actor_of(request)
    return [SystemOut.from_orm(one) for one in selectors.systems()]


@router.get("/systems/{key}", response={200: list[CodeOut], **PROBLEMS})
def codes(request: HttpRequest, key: str, search: str = "") -> list[CodeOut]:
    """List the first codes of a system that match."""
    actor_of(request)
    return [CodeOut.from_orm(one) for one in selectors.codes(key, search)[:MOST_CODES]]
