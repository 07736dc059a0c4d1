"""Stating for what one looks at persons, over HTTP."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from tianmu.foundation.access import purposes
from tianmu.foundation.access.schemas import PurposeOut
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router(tags=["access"])


class PurposeChoice(Schema):
    """One purpose that may be stated."""

    code: str
    name: str


class PurposesOut(Schema):
    """The list in force: how long a purpose lasts and how many characters its words have at least."""

    version: str
    source: str
    minutes: int
    shortest_text: int
    purposes: list[PurposeChoice]


class PurposeStated(Schema):
    """A purpose of the list, and in words what it is about."""

    code: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=400)


@router.get("/purposes", response={200: PurposesOut, **PROBLEMS})
def purpose_list(request: HttpRequest) -> PurposesOut:
    """List the purposes for which persons may be looked at."""
    found = purposes.purpose_list(actor_of(request), timezone.now())
    return PurposesOut(
        version=found.version,
        source=found.source,
        minutes=found.minutes,
        shortest_text=found.shortest_text,
        purposes=[PurposeChoice(code=one.code, name=one.name) for one in found.purposes],
    )


@router.post("/purpose", response={201: PurposeOut, **PROBLEMS})
def state_purpose(request: HttpRequest, body: PurposeStated) -> Status[PurposeOut]:
    """State a purpose; for a while this session shows persons, and every line of it names the purpose."""
    now: datetime = timezone.now()
    running = purposes.state_purpose(actor=actor_of(request), code=body.code, text=body.text, now=now)
    return Status(201, PurposeOut.of(running))


@router.post("/purpose/end", response={204: None, **PROBLEMS})
def end_purpose(request: HttpRequest) -> Status[None]:
    """End the purpose that is stated in this session."""
    purposes.end_purpose(actor=actor_of(request), now=timezone.now())
    return Status(204, None)
