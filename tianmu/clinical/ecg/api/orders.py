"""The worklist, one order, who is reading it."""

import gzip
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.clinical.ecg.actions import locks
from tianmu.clinical.ecg.actions.orders import Asked, register_order, void_order, withdraw_order
from tianmu.clinical.ecg.actions.reports import return_order
from tianmu.clinical.ecg.engine.derived import with_derived_leads
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.tiles import encode, planar
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.schemas.details import OrderDetail, order_detail
from tianmu.clinical.ecg.schemas.orders import OrderAsked, OrderOut, ReasonIn, order_out
from tianmu.clinical.ecg.selectors.orders import (
    earlier_orders,
    order_of,
    original_of,
    report_versions,
    safe_filename,
    signal_of,
)
from tianmu.clinical.ecg.selectors.places import origin_for
from tianmu.clinical.ecg.selectors.worklist import Wanted, counts, first_orders, orders
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page, sorting
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.residents.selectors import known_person

router = Router()
WORK_ORDER = (SortKey("rank"), SortKey("due_at"), SortKey("id"))
NEWEST_ORDER = (SortKey("registered_at", descending=True), SortKey("id", descending=True))


class WorklistQuery(PageQuery):
    """What a worklist shows."""

    state: list[str] = Field(default_factory=list, max_length=13)
    kind: list[str] = Field(default_factory=list, max_length=8)
    quality: str = Field("", pattern="^[A-D]?$")
    conclusion_class: str = Field("", max_length=16)
    since: datetime | None = None
    until: datetime | None = None
    unit: str = Field("", max_length=400)
    urgency: str = Field("", max_length=12)
    critical: str = Field("", max_length=12)
    statement: str = Field("", max_length=40)
    patient_id: UUID | None = None
    owner: str = Field("", pattern="^(me|assigned)?$")
    search: str = Field("", max_length=60)
    order: str = Field("worklist", pattern="^(worklist|newest)$")


class CountsOut(Schema):
    """How much there is to do."""

    by_state: dict[str, int]
    critical_open: int
    overdue: int
    assigned: int


def wanted_by(query: WorklistQuery, states: tuple[str, ...]) -> Wanted:
    """Return what a query asks for."""
    return Wanted(
        states=states,
        kinds=tuple(query.kind),
        since=query.since,
        until=query.until,
        unit_path=query.unit,
        urgency=query.urgency,
        critical=query.critical,
        statement=query.statement,
        patient_id=query.patient_id,
        owner=query.owner,
        quality=query.quality,
        conclusion_class=query.conclusion_class,
        search=query.search.strip(),
    )


@router.get("/orders", response={200: Page[OrderOut], **PROBLEMS})
def worklist(request: HttpRequest, query: Query[WorklistQuery]) -> Page[OrderOut]:
    """List orders: critical first, then emergency, then by remaining time; or the newest first."""
    actor, now = actor_of(request), timezone.now()
    keys = WORK_ORDER if query.order == "worklist" else NEWEST_ORDER
    wanted = wanted_by(query, tuple(query.state))
    first = None if query.cursor else first_orders(actor, wanted, sorting(keys), query.limit + 1)
    return page(orders(actor, wanted), keys, query, lambda order: order_out(order, actor, now), count=True, first=first)


@router.get("/counts", response={200: CountsOut, **PROBLEMS})
def worklist_counts(request: HttpRequest, query: Query[WorklistQuery]) -> CountsOut:
    """Count orders by state under the same filters."""
    return CountsOut.model_validate(counts(actor_of(request), wanted_by(query, ()), timezone.now()))


@router.post("/orders", response={201: OrderOut, **PROBLEMS})
def register(request: HttpRequest, body: OrderAsked) -> Status[OrderOut]:
    """Register an examination."""
    actor, now = actor_of(request), timezone.now()
    order = register_order(
        actor=actor,
        patient=known_person(actor, body.patient_id, now),
        origin=origin_for(actor, body.origin_id),
        asked=Asked(
            body.urgency, body.kind, body.department, body.requested_by, body.clinical_note, body.closed_reason
        ),
        now=now,
    )
    return Status(201, order_out(order, actor, now))


@router.get("/orders/{order_id}", response={200: OrderDetail, **PROBLEMS})
def detail(request: HttpRequest, order_id: UUID) -> OrderDetail:
    """Show one order with everything about it."""
    actor = actor_of(request)
    return order_detail_for(actor, order_id)


@router.post("/orders/{order_id}/open", response={200: OrderDetail, **PROBLEMS})
def open_order(request: HttpRequest, order_id: UUID) -> OrderDetail:
    """Take an order to read it."""
    actor = actor_of(request)
    locks.open_order(actor=actor, order_id=order_id, now=timezone.now())
    return order_detail_for(actor, order_id)


@router.post("/orders/{order_id}/keep", response={200: OrderOut, **PROBLEMS})
def keep_order(request: HttpRequest, order_id: UUID) -> OrderOut:
    """Tell that the reader is still there."""
    actor, now = actor_of(request), timezone.now()
    return order_out(locks.keep_order(actor=actor, order_id=order_id, now=now), actor, now)


@router.post("/orders/{order_id}/release", response={200: OrderOut, **PROBLEMS})
def release_order(request: HttpRequest, order_id: UUID) -> OrderOut:
    """Give an order back to the list."""
    actor, now = actor_of(request), timezone.now()
    return order_out(locks.release_order(actor=actor, order_id=order_id, now=now), actor, now)


@router.post("/orders/{order_id}/take-over", response={200: OrderDetail, **PROBLEMS})
def take_over(request: HttpRequest, order_id: UUID, body: ReasonIn) -> OrderDetail:
    """Take an order from another reader."""
    actor = actor_of(request)
    locks.take_over(actor=actor, order_id=order_id, reason=body.reason, now=timezone.now())
    return order_detail_for(actor, order_id)


@router.post("/orders/{order_id}/return", response={200: OrderOut, **PROBLEMS})
def give_back(request: HttpRequest, order_id: UUID, body: ReasonIn) -> OrderOut:
    """Return an order to where it was recorded."""
    actor, now = actor_of(request), timezone.now()
    order = return_order(actor=actor, order_id=order_id, reason=body.reason, now=now)
    return order_out(order, actor, now)


@router.post("/orders/{order_id}/withdraw", response={200: OrderOut, **PROBLEMS})
def withdraw(request: HttpRequest, order_id: UUID, body: ReasonIn) -> OrderOut:
    """Take an order back before it was read."""
    actor, now = actor_of(request), timezone.now()
    return order_out(withdraw_order(actor=actor, order_id=order_id, reason=body.reason, now=now), actor, now)


@router.post("/orders/{order_id}/void", response={200: OrderOut, **PROBLEMS})
def void(request: HttpRequest, order_id: UUID, body: ReasonIn) -> OrderOut:
    """Void an order."""
    actor, now = actor_of(request), timezone.now()
    return order_out(void_order(actor=actor, order_id=order_id, reason=body.reason, now=now), actor, now)


@router.get("/recordings/{recording_id}/signal", response={200: bytes, **PROBLEMS})
def signal(request: HttpRequest, recording_id: UUID, level: Annotated[int, Query(ge=0, le=8)] = 0) -> HttpResponse:
    """Send the samples for the screen: 16-bit, planar, or minima and maxima of a level."""
    row, data = signal_of(actor_of(request), recording_id)
    return signal_answer(request, row.filename, data, level)


@router.get("/recordings/{recording_id}/original", response={200: bytes, **PROBLEMS})
def original(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Send the original bytes."""
    row, data = original_of(actor_of(request), recording_id)
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{safe_filename(row.filename)}"'
    return response


def signal_answer(request: HttpRequest, filename: str, data: bytes, level: int) -> HttpResponse:
    """Return the samples of a file, compressed where the browser takes it."""
    tile = encode(planar(with_derived_leads(read(data, filename))), level=level)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(tile, content_type="application/octet-stream")
    packed = gzip.compress(tile, compresslevel=5, mtime=0)
    return HttpResponse(packed, content_type="application/octet-stream", headers={"Content-Encoding": "gzip"})


def order_detail_for(actor: Actor, order_id: UUID) -> OrderDetail:
    """Return one order with everything about it."""
    order: Order = order_of(actor, order_id)
    versions = list(report_versions(actor, order))
    return order_detail(order, versions, list(earlier_orders(actor, order)), actor, timezone.now())
