"""Letters that came, assigning many tickets at once, and the queue as a file."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.servicedesk.actions.bulk import assign_all
from tianmu.operations.servicedesk.api.tickets import QueueQuery, wanted_of
from tianmu.operations.servicedesk.schemas.lists import DeskLetterOut, letter_out
from tianmu.operations.servicedesk.schemas.tickets import BulkAssignIn, BulkAssignOut, NotAssigned
from tianmu.operations.servicedesk.selectors import printing
from tianmu.operations.servicedesk.selectors.places import letters

router = Router()
NEWEST = (SortKey("id", descending=True),)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/intake/letters", response={200: Page[DeskLetterOut], **PROBLEMS})
def list_letters(request: HttpRequest, query: Query[PageQuery]) -> Page[DeskLetterOut]:
    """List the letters that came, the newest first."""
    return page(letters(actor_of(request)), NEWEST, query, letter_out)


@router.post("/assignments", response={200: BulkAssignOut, **PROBLEMS})
def assign_many(request: HttpRequest, body: BulkAssignIn) -> BulkAssignOut:
    """Give several tickets to an engineer; each succeeds or fails by itself."""
    done = assign_all(
        actor=actor_of(request),
        ticket_ids=body.ticket_ids,
        account_id=body.account_id,
        reason=body.reason,
        now=timezone.now(),
    )
    refused = [NotAssigned(id=key, code=error.code, detail=error.detail) for key, error in done.refused.items()]
    return BulkAssignOut(assigned=len(done.assigned), refused=refused)


@router.get("/queue.{form}", response={200: bytes, **PROBLEMS})
def export_queue(request: HttpRequest, form: str, query: Query[QueueQuery]) -> HttpResponse:
    """Send the list as it is filtered, as csv or xlsx; written down as an export."""
    actor, now = actor_of(request), timezone.now()
    data = printing.queue_file(actor, wanted_of(query, actor, now), form, now)
    kind = XLSX if form == "xlsx" else "text/csv; charset=utf-8"
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="queue.{form}"'
    return response
