"""The Holter station: uploads in pieces, the view, beats, signal, templates, edits."""

import gzip
from datetime import datetime
from typing import Annotated
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.clinical.ecg.actions.holter import uploads as upload_actions
from tianmu.clinical.ecg.actions.holter.editing import Wish, edit_holter
from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import HolterReview, HolterUpload, Order
from tianmu.clinical.ecg.rules.holter_edits import Act, EditError, standing_edits
from tianmu.clinical.ecg.rules.holter_suggestion import suggestion_of
from tianmu.clinical.ecg.rules.holter_wishes import arguments_of
from tianmu.clinical.ecg.schemas.details import SuggestionOut
from tianmu.clinical.ecg.schemas.holter import (
    EarlierHolterOut,
    EditIn,
    EditLineOut,
    HolterOut,
    ProgressOut,
    UploadIn,
    UploadOut,
    earlier_holter_out,
    edit_line_out,
    upload_out,
)
from tianmu.clinical.ecg.schemas.orders import OrderOut, order_out
from tianmu.clinical.ecg.selectors.holter import printing, station
from tianmu.clinical.ecg.selectors.holter.states import acts_of
from tianmu.clinical.ecg.selectors.places import origin_for
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version

router = Router()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/holter/uploads", response={200: Page[UploadOut], **PROBLEMS})
def uploads(request: HttpRequest, query: Query[PageQuery]) -> Page[UploadOut]:
    """List one's own uploads, newest first; an open one can go on."""
    now = timezone.now()
    limits = upload_actions.limits_everywhere(now)
    rows = station.uploads(actor_of(request))
    return page(
        rows,
        [SortKey("id", descending=True)],
        query,
        lambda one: upload_out(one, limits(one.origin.unit.path).chunk_bytes),
    )


@router.post("/holter/uploads", response={201: UploadOut, **PROBLEMS})
def begin(request: HttpRequest, body: UploadIn) -> Status[UploadOut]:
    """Announce a recording; the same files announced again give the unfinished upload."""
    actor, now = actor_of(request), timezone.now()
    upload = upload_actions.begin_upload(
        actor=actor,
        origin=origin_for(actor, body.origin_id),
        files=[upload_actions.FileAnnounced(one.name, one.size, one.sha256) for one in body.files],
        asked=body.model_dump(mode="json", exclude={"files", "origin_id"}, exclude_none=True),
        now=now,
    )
    return Status(201, _upload(upload, now))


@router.put("/holter/uploads/{upload_id}/chunks/{offset}", response={200: UploadOut, **PROBLEMS})
def chunk(request: HttpRequest, upload_id: UUID, offset: int) -> UploadOut:
    """Take a piece: raw bytes, with their SHA-256 in `X-Chunk-SHA256`."""
    upload = upload_actions.add_chunk(
        actor=actor_of(request),
        upload_id=upload_id,
        offset=offset,
        data=request.body,
        sha256=request.headers.get("X-Chunk-SHA256", ""),
    )
    return _upload(upload, timezone.now())


@router.post("/holter/uploads/{upload_id}/finish", response={200: OrderOut, **PROBLEMS})
def finish(request: HttpRequest, upload_id: UUID) -> OrderOut:
    """Take the whole recording in; asked again, give the same order."""
    actor, now = actor_of(request), timezone.now()
    _, order = upload_actions.finish_upload(actor=actor, upload_id=upload_id, now=now)
    return order_out(station.holter_order(actor, order.pk), actor, now)


@router.delete("/holter/uploads/{upload_id}", response={204: None, **PROBLEMS})
def give_up(request: HttpRequest, upload_id: UUID) -> Status[None]:
    """Drop an unfinished upload."""
    upload_actions.give_up_upload(actor=actor_of(request), upload_id=upload_id)
    return Status(204, None)


@router.get("/holter/orders/{order_id}", response={200: HolterOut, **PROBLEMS})
def show(request: HttpRequest, order_id: UUID) -> HolterOut:
    """Show a Holter: the view as it stands, or how far its analysis is."""
    actor = actor_of(request)
    order = station.holter_order(actor, order_id, seen_as="ecg.holter.view")
    try:
        review: HolterReview | None = station.review_of(order)
    except ConflictError:
        review = None
    return _holter(actor, order, review)


@router.post("/holter/orders/{order_id}/edits", response={200: HolterOut, **PROBLEMS})
def edit(request: HttpRequest, order_id: UUID, body: EditIn) -> HolterOut:
    """Change something; `If-Match` holds the number of edits the client has seen."""
    actor, now = actor_of(request), timezone.now()
    act = Act(body.act)
    try:
        arguments = arguments_of(act, body.model_dump(exclude={"act", "beats"}))
    except EditError as error:
        raise TianmuError(Code.HOLTER_EDIT, str(error), status=422) from error
    wish = Wish(act, arguments, np.array(body.beats, dtype=np.int32))
    expected = expected_version(request)
    if expected is None:
        raise TianmuError(Code.HOLTER_EDIT, "Say in If-Match how many edits you have seen.", status=422)
    review = edit_holter(actor=actor, order_id=order_id, wish=wish, expected=expected, now=now)
    return _holter(actor, station.holter_order(actor, order_id), review)


@router.get("/holter/orders/{order_id}/log", response={200: Page[EditLineOut], **PROBLEMS})
def log(request: HttpRequest, order_id: UUID, query: Query[PageQuery]) -> Page[EditLineOut]:
    """List who changed what, newest first."""
    rows = station.log_lines(actor_of(request), order_id)
    return page(rows, [SortKey("number", descending=True)], query, edit_line_out)


@router.get("/holter/orders/{order_id}/earlier", response={200: list[EarlierHolterOut], **PROBLEMS})
def earlier(request: HttpRequest, order_id: UUID) -> list[EarlierHolterOut]:
    """List the person's earlier ambulatory ECGs with their figures, newest first."""
    return [earlier_holter_out(order, view) for order, view in station.earlier_holters(actor_of(request), order_id)]


@router.get("/holter/orders/{order_id}/beats", response={200: bytes, **PROBLEMS})
def beats(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Send the beats as they stand in a small binary form (docs/algorithms/ecg-holter-station.md)."""
    review, data = station.packed_beats(actor_of(request), order_id)
    answer = _binary(request, data)
    answer.headers["ETag"] = f'"{review.edits}"'
    return answer


@router.get("/holter/orders/{order_id}/signal", response={200: bytes, **PROBLEMS})
def signal(
    request: HttpRequest,
    order_id: UUID,
    start_s: Annotated[float, Query(ge=0)],
    stop_s: Annotated[float, Query(ge=0)],
    level: Annotated[int, Query(ge=0, le=8)] = 0,
    lead: Annotated[list[str] | None, Query(max_length=12)] = None,
) -> HttpResponse:
    """Send a piece of the signal: samples, or minima and maxima of a level."""
    window = station.Window(start_s, stop_s, level, tuple(lead or ()))
    answer = _binary(request, station.signal_window(actor_of(request), order_id, window))
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@router.get("/holter/orders/{order_id}/templates", response={200: dict, **PROBLEMS})
def templates(request: HttpRequest, order_id: UUID) -> dict[str, object]:
    """Send every cluster with some of its beats laid over each other."""
    return station.templates(actor_of(request), order_id)


@router.get("/holter/orders/{order_id}/tables.xlsx", response={200: bytes, **PROBLEMS})
def workbook(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Send the tables as a workbook; written down as an export."""
    actor = actor_of(request)
    order, facts = printing.tables(actor, order_id)
    return _file(f"{order.number}.xlsx", XLSX, printing.tables_xlsx(facts, actor.locale))


@router.get("/holter/orders/{order_id}/tables.csv", response={200: bytes, **PROBLEMS})
def hourly_csv(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Send the hourly table as CSV; written down as an export."""
    actor = actor_of(request)
    order, facts = printing.tables(actor, order_id)
    return _file(f"{order.number}.csv", "text/csv; charset=utf-8", printing.tables_csv(facts, actor.locale))


def _file(name: str, kind: str, data: bytes) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _binary(request: HttpRequest, data: bytes) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(data, content_type="application/octet-stream")
    packed = gzip.compress(data, compresslevel=2, mtime=0)
    return HttpResponse(packed, content_type="application/octet-stream", headers={"Content-Encoding": "gzip"})


def _upload(upload: HolterUpload, now: datetime) -> UploadOut:
    return upload_out(upload, upload_actions.limits_of(upload.origin.unit.path, now).chunk_bytes)


def _holter(actor: Actor, order: Order, review: HolterReview | None) -> HolterOut:
    now = timezone.now()
    if review is None:
        job = station.progress_of(order)
        progress = (
            ProgressOut(
                state=job.state,
                percent=round(100 * job.done / job.total) if job.total else 0,
                note=job.note,
                error=job.error if job.state == "failed" else "",
            )
            if job
            else None
        )
        return HolterOut(
            order=order_out(order, actor, now),
            progress=progress,
            edits=0,
            undo=None,
            redo=None,
            versions=None,
            view=None,
            suggestion=None,
        )
    view = unpack_view(bytes(review.view))
    done, undone = standing_edits(acts_of(review))
    result = review.result
    return HolterOut(
        order=order_out(order, actor, now),
        progress=None,
        edits=review.edits,
        undo=done[-1].act.value if done else None,
        redo=undone[-1].act.value if undone else None,
        versions={
            "engine": result.engine_version,
            "criteria": result.criteria_version,
            "made_at": timezone.localtime(result.made_at).isoformat(),
            "seconds": result.seconds,
        },
        view=view,
        suggestion=SuggestionOut(**suggestion_of(view, actor.locale)),
    )
