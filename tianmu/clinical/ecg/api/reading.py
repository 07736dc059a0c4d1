"""What a reader does on one ECG: calipers, boundaries, comparing, handing over, checking the wording."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from tianmu.clinical.ecg.actions.handover import hand_over
from tianmu.clinical.ecg.actions.markings import save_marking
from tianmu.clinical.ecg.actions.remeasuring import measure_again, undo_measuring
from tianmu.clinical.ecg.api.orders import order_detail_for
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.engine.measure.given import Given
from tianmu.clinical.ecg.rules.contradictions import contradicting_lines
from tianmu.clinical.ecg.schemas.details import EarlierOut, OrderDetail
from tianmu.clinical.ecg.schemas.orders import OrderOut, order_out
from tianmu.clinical.ecg.schemas.reading import (
    BoundariesIn,
    ColleagueOut,
    ContradictionOut,
    HandOverIn,
    MarkingIn,
    MarkingOut,
    SerialComparisonOut,
    UndoIn,
    WordingCheckIn,
    comparison_out,
    marking_out,
)
from tianmu.clinical.ecg.selectors.colleagues import colleagues
from tianmu.clinical.ecg.selectors.comparison import comparable, compared
from tianmu.clinical.ecg.selectors.orders import markings_of, visible_order
from tianmu.clinical.ecg.selectors.phrases import lifting_words
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router()
MOST_EARLIER = 60


class ComparedQuery(Schema):
    """With which earlier ECG; the last one before unless named."""

    earlier: UUID | None = None


@router.get("/recordings/{recording_id}/markings", response={200: list[MarkingOut], **PROBLEMS})
def markings(request: HttpRequest, recording_id: UUID) -> list[MarkingOut]:
    """List the calipers that readers have put on a recording."""
    actor = actor_of(request)
    return [marking_out(row, actor) for row in markings_of(actor, recording_id)]


@router.put("/recordings/{recording_id}/markings", response={200: list[MarkingOut], **PROBLEMS})
def keep_markings(request: HttpRequest, recording_id: UUID, body: MarkingIn) -> list[MarkingOut]:
    """Keep one's own calipers in place of the earlier ones."""
    actor = actor_of(request)
    calipers = [one.model_dump() for one in body.calipers]
    save_marking(actor=actor, recording_id=recording_id, calipers=calipers, now=timezone.now())
    return [marking_out(row, actor) for row in markings_of(actor, recording_id)]


@router.post("/orders/{order_id}/measure", response={200: OrderDetail, **PROBLEMS})
def measure(request: HttpRequest, order_id: UUID, body: BoundariesIn) -> OrderDetail:
    """Measure with boundaries set by the reader; the machine's values stay beside them."""
    actor = actor_of(request)
    measure_again(actor=actor, order_id=order_id, given=Given(**body.model_dump()), now=timezone.now())
    return order_detail_for(actor, order_id)


@router.post("/orders/{order_id}/measure/undo", response={200: OrderDetail, **PROBLEMS})
def undo(request: HttpRequest, order_id: UUID, body: UndoIn) -> OrderDetail:
    """Withdraw the last boundaries set by a reader, or all of them."""
    actor = actor_of(request)
    undo_measuring(actor=actor, order_id=order_id, everything=body.everything, now=timezone.now())
    return order_detail_for(actor, order_id)


@router.get("/orders/{order_id}/comparison", response={200: SerialComparisonOut, **PROBLEMS})
def comparison(request: HttpRequest, order_id: UUID, query: Query[ComparedQuery]) -> SerialComparisonOut:
    """Compare with an earlier ECG of the same person."""
    actor = actor_of(request)
    return comparison_out(compared(actor, order_id, query.earlier, timezone.now()), actor.locale)


@router.get("/orders/{order_id}/comparable", response={200: list[EarlierOut], **PROBLEMS})
def list_comparable(request: HttpRequest, order_id: UUID) -> list[EarlierOut]:
    """List the ECGs that this one can be compared with."""
    actor = actor_of(request)
    rows = comparable(actor, visible_order(actor, order_id))[:MOST_EARLIER]
    return [EarlierOut.from_orm(row) for row in rows]


@router.get("/orders/{order_id}/colleagues", response={200: list[ColleagueOut], **PROBLEMS})
def list_colleagues(request: HttpRequest, order_id: UUID) -> list[ColleagueOut]:
    """List the colleagues to whom an order can be handed over."""
    actor = actor_of(request)
    return [ColleagueOut(id=one.pk, name=one.name) for one in colleagues(actor, visible_order(actor, order_id))]


@router.post("/orders/{order_id}/hand-over", response={200: OrderOut, **PROBLEMS})
def give_to_colleague(request: HttpRequest, order_id: UUID, body: HandOverIn) -> OrderOut:
    """Hand an order over to a colleague."""
    actor, now = actor_of(request), timezone.now()
    order = hand_over(actor=actor, order_id=order_id, account_id=body.account_id, reason=body.reason, now=now)
    return order_out(order, actor, now)


@router.post("/orders/{order_id}/check", response={200: list[ContradictionOut], **PROBLEMS})
def check(request: HttpRequest, order_id: UUID, body: WordingCheckIn) -> list[ContradictionOut]:
    """Name the statements of a conclusion that contradict each other."""
    actor = actor_of(request)
    order = visible_order(actor, order_id)
    lines = [line.model_dump() for line in body.conclusion]
    known = library().entries
    return [
        ContradictionOut(
            first=one,
            second=other,
            first_text=known[one].text(actor.locale),
            second_text=known[other].text(actor.locale),
        )
        for one, other in contradicting_lines(lines, lifting_words(order.centre_path, timezone.now()))
    ]
