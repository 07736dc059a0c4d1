"""A reader changes a Holter: one line of the log each time, and the report of what then stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from tianmu.clinical.ecg.actions.holter.packing import pack_beats, pack_view
from tianmu.clinical.ecg.actions.locks import demand_lock
from tianmu.clinical.ecg.actions.moving import locked_order
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.engine.recording import Int32
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import HolterEdit, HolterReview, Order
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.clinical.ecg.rules.holter_edits import Act, Edit, EditError, check
from tianmu.clinical.ecg.rules.holter_state import view_of
from tianmu.clinical.ecg.selectors.holter.states import log_of, remember, standing_of, state_after
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record

MOST_TOLD = 20


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What a reader wants changed; `beats` are samples in any order."""

    act: Act
    arguments: Mapping[str, Any] = field(default_factory=dict)
    beats: Int32 = field(default_factory=lambda: np.zeros(0, dtype=np.int32))


@transaction.atomic
def edit_holter(*, actor: Actor, order_id: UUID, wish: Wish, expected: int, now: datetime) -> HolterReview:
    """Append one line to the log and keep the report after it.

    Raises:
        TianmuError: somebody edited in between (412, with who did what); the edit makes no sense (422).
        ConflictError: the actor does not hold the order, or it is not being read.

    """
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    demand_lock(order, actor, now)
    if order.state != OrderState.IN_PROGRESS:
        detail = "This recording is not being read now. Open the order, or amend its report."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=order.state)
    review = locked_review(order)
    if review.edits != expected:
        raise _changed_meanwhile(review, expected)
    log = log_of(review)
    line = Edit(review.edits + 1, wish.act, dict(wish.arguments), np.unique(wish.beats).astype(np.int32))
    try:
        check(standing_of(review), line, log)
    except EditError as error:
        raise TianmuError(Code.HOLTER_EDIT, str(error), status=422) from error
    state = state_after(review, [*log, line])
    HolterEdit.objects.create(
        review=review,
        number=line.number,
        act=line.act.value,
        arguments=line.arguments,
        beats=pack_beats(line.beats),
        beat_count=int(line.beats.size),
        account_id=actor.account_id,
        actor=actor.name,
        at=now,
    )
    review.edits, review.view = line.number, pack_view(view_of(state))
    review.version += 1
    review.save(update_fields=["edits", "view", "version", "changed_at"])
    record(
        actor=actor,
        action=f"ecg.holter.{line.act.value}",
        kind="ecg_order",
        key=order.pk,
        person_id=order.patient_id,
        new={"number": line.number, "beats": int(line.beats.size), **_short(line.arguments)},
    )
    transaction.on_commit(lambda: remember(review.pk, line.number, state))
    return review


def locked_review(order: Order) -> HolterReview:
    """Return the review of an order's newest result under its row lock.

    Raises:
        ConflictError: the recording is not analysed yet.

    """
    review = (
        HolterReview.objects.select_for_update(of=("self",))
        .select_related("result")
        .filter(result__recording__order=order, result__recording__active=True)
        .order_by("-id")
        .first()
    )
    if review is None:
        detail = "The recording is not analysed yet. Wait for the job to end."
        raise ConflictError(Code.HOLTER_NOT_READY, detail, state=order.state)
    return review


def _changed_meanwhile(review: HolterReview, expected: int) -> TianmuError:
    since = review.log.filter(number__gt=expected).order_by("-number")[:MOST_TOLD]
    return TianmuError(
        Code.HOLTER_CHANGED,
        "Somebody else changed this recording in the meantime. Look at the changes and repeat yours.",
        status=412,
        current={
            "edits": review.edits,
            "since": [
                {"number": one.number, "act": one.act, "actor": one.actor, "beats": one.beat_count} for one in since
            ],
        },
    )


def _short(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as far as an audit line needs them."""
    return {key: value for key, value in arguments.items() if not isinstance(value, dict)}
