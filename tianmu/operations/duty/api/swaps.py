"""Changing shifts with a colleague."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.duty.actions import swaps as actions
from tianmu.operations.duty.schemas.rosters import AnswerIn, SwapIn, SwapOut, swap_out
from tianmu.operations.duty.selectors import rosters as selectors

router = Router()


@router.get("/swaps", response={200: Page[SwapOut], **PROBLEMS})
def swaps(request: HttpRequest, query: Query[PageQuery]) -> Page[SwapOut]:
    """List the swaps, newest first."""
    actor = actor_of(request)
    return page(selectors.swaps(actor), [Order("id", descending=True)], query, lambda row: swap_out(row, actor))


@router.post("/swaps", response={201: SwapOut, **PROBLEMS})
def ask(request: HttpRequest, body: SwapIn) -> Status[SwapOut]:
    """Ask a colleague to take one's shift."""
    actor = actor_of(request)
    made = actions.ask_swap(
        actor=actor,
        shift_id=body.shift_id,
        other_id=body.other_id,
        in_return_id=body.in_return_id,
        reason=body.reason,
        now=timezone.now(),
    )
    return Status(201, _shown(actor, made.pk))


@router.post("/swaps/{swap_id}/answer", response={200: SwapOut, **PROBLEMS})
def answer(request: HttpRequest, swap_id: UUID, body: AnswerIn) -> SwapOut:
    """Accept or decline what a colleague asks."""
    actor = actor_of(request)
    actions.answer_swap(actor=actor, swap_id=swap_id, accept=body.accept, answer=body.answer, now=timezone.now())
    return _shown(actor, swap_id)


@router.post("/swaps/{swap_id}/withdraw", response={200: SwapOut, **PROBLEMS})
def withdraw(request: HttpRequest, swap_id: UUID) -> SwapOut:
    """Withdraw what one has asked."""
    actor = actor_of(request)
    actions.withdraw_swap(actor=actor, swap_id=swap_id, now=timezone.now())
    return _shown(actor, swap_id)


@router.post("/swaps/{swap_id}/settle", response={200: SwapOut, **PROBLEMS})
def settle(request: HttpRequest, swap_id: UUID) -> SwapOut:
    """Make an accepted swap effective."""
    actor = actor_of(request)
    actions.settle_swap(actor=actor, swap_id=swap_id, now=timezone.now())
    return _shown(actor, swap_id)


def _shown(actor: Actor, swap_id: UUID) -> SwapOut:
    return swap_out(selectors.swaps(actor).get(pk=swap_id), actor)
