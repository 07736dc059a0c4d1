"""Check calls on rest days."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.duty.actions import calls as actions
from tianmu.operations.duty.schemas.attendance import AnswerCallIn, CallIn, CallOut, call_out
from tianmu.operations.duty.selectors import attendance as selectors

router = Router()


@router.get("/calls", response={200: Page[CallOut], **PROBLEMS})
def calls(request: HttpRequest, query: Query[PageQuery]) -> Page[CallOut]:
    """List check calls, newest first."""
    now = timezone.now()
    rows = selectors.calls(actor_of(request))
    return page(rows, [Order("id", descending=True)], query, lambda row: call_out(row, now))


@router.post("/calls", response={201: CallOut, **PROBLEMS})
def place(request: HttpRequest, body: CallIn) -> Status[CallOut]:
    """Call whoever is on a running shift of a rest day."""
    now = timezone.now()
    return Status(201, call_out(actions.place_call(actor=actor_of(request), shift_id=body.shift_id, now=now), now))


@router.post("/calls/{call_id}/answer", response={200: CallOut, **PROBLEMS})
def answer(request: HttpRequest, call_id: UUID, body: AnswerCallIn) -> CallOut:
    """Note that a call was answered."""
    now = timezone.now()
    return call_out(actions.answer_call(actor=actor_of(request), call_id=call_id, note=body.note, now=now), now)
