"""What the Holter station reads: the view, the beats, pieces of the signal, templates with examples, the log."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.engine.holter.signal_file import SignalFile, open_signal_file
from tianmu.clinical.ecg.engine.tiles import encode, encode_level
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import HolterEdit, HolterResult, HolterReview, HolterUpload, Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.selectors.holter.states import standing_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.audit.actions import record, record_views
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.storage.here import store

BEATS_MAGIC = b"TMHB"
LONGEST_S = {0: 120.0, 1: 3700.0}
LONGEST_ANY_S = 170.0 * 3600.0
EXAMPLES = 24
MOST_EARLIER = 3
_BEFORE_S, _AFTER_S, _EXAMPLE_HZ = 0.25, 0.45, 125.0


def holter_order(actor: Actor, order_id: UUID, *, seen_as: str | None = None) -> Order:
    """Return a Holter order that the actor may see; `seen_as` writes down that it was looked at.

    Raises:
        MissingError: there is none.

    """
    rows = Order.objects.select_related("patient", "origin__unit", "centre__unit", "device").filter(kind="holter")
    order = ORDERS.one(actor, Right.VIEW, rows, order_id)
    if seen_as:
        record(actor=actor, action=seen_as, kind="ecg_order", key=order.pk, person_id=order.patient_id)
    return order


def review_of(order: Order) -> HolterReview:
    """Return the review of an order's newest result.

    Raises:
        ConflictError: the recording is not analysed yet.

    """
    review = (
        HolterReview.objects.select_related("result")
        .filter(result__recording__order=order, result__recording__active=True)
        .order_by("-id")
        .first()
    )
    if review is None:
        detail = "The recording is not analysed yet. Wait for the job to end."
        raise ConflictError(Code.HOLTER_NOT_READY, detail, state=order.state)
    return review


def earlier_holters(actor: Actor, order_id: UUID) -> list[tuple[Order, dict[str, Any]]]:
    """Return the person's earlier ambulatory ECGs that the actor may see, newest first, each with its view."""
    order = holter_order(actor, order_id)
    before = Order.objects.filter(
        patient_id=order.patient_id, kind="holter", acquired_at__lt=order.acquired_at or order.registered_at
    ).exclude(pk=order.pk)
    seen = ORDERS.rows(actor, Right.VIEW, before).order_by("-acquired_at", "-id")[:MOST_EARLIER]
    reviews: dict[UUID, HolterReview] = {}
    of_these = HolterReview.objects.filter(
        result__recording__order__in=[one.pk for one in seen], result__recording__active=True
    )
    for review in of_these.select_related("result__recording").defer("result__view").order_by("id"):
        reviews[review.result.recording.order_id] = review
    found = [(one, unpack_view(bytes(reviews[one.pk].view))) for one in seen if one.pk in reviews]
    subjects = [(one.pk, one.patient_id) for one, _ in found]
    if subjects:
        record_views(actor=actor, action="ecg.holter.compare", kind="ecg_order", subjects=subjects)
    return found


def progress_of(order: Order) -> Job | None:
    """Return the newest analysis job of an order."""
    return Job.objects.filter(subject_id=order.pk, kind="ecg.holter_analyse").order_by("-id").first()


def packed_beats(actor: Actor, order_id: UUID) -> tuple[HolterReview, bytes]:
    """Return the beats as they stand: magic, count, edits, rate; samples int32, templates uint16, classes, flags."""
    review = review_of(holter_order(actor, order_id))
    standing = standing_of(review)
    scan = standing.scan
    head = struct.pack("<4sIIf", BEATS_MAGIC, scan.samples.size, review.edits, scan.fs_hz)
    parts = (
        scan.samples.astype("<i4"),
        standing.templates.astype("<u2"),
        standing.classes.astype("S1"),
        scan.unreadable.astype(np.uint8),
    )
    return review, head + b"".join(part.tobytes() for part in parts)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of the signal: seconds, pyramid level, leads (all when empty)."""

    start_s: float
    stop_s: float
    level: int
    leads: tuple[str, ...] = ()


def signal_window(actor: Actor, order_id: UUID, window: Window) -> bytes:
    """Return a tile of the signal: samples at level 0, minima and maxima above.

    Raises:
        MissingError: no such level, lead or time.

    """
    review = review_of(holter_order(actor, order_id))
    signal = opened_signal(review.result.signal_sha256)
    longest = LONGEST_S.get(window.level, LONGEST_ANY_S)
    if not 0 <= window.level < len(signal.places) or not 0 < window.stop_s - window.start_s <= longest:
        raise MissingError("signal")
    leads = tuple(signal.names.index(name) for name in window.leads if name in signal.names)
    if window.leads and not leads:
        raise MissingError("lead")
    leads = leads or tuple(range(len(signal.names)))
    step = 8**window.level
    first = max(0, int(window.start_s * signal.fs_hz) // step * step)
    stop = min(signal.samples, -(-int(np.ceil(window.stop_s * signal.fs_hz)) // step) * step)
    if window.level == 0:
        return encode(signal.planar(first, stop, leads), first_sample=first)
    named = signal.planar(first, first, leads)
    values = signal.piece(window.level, first // step, -(-stop // step), leads)
    return encode_level(named, values, level=window.level, first_sample=first)


@lru_cache(maxsize=8)
def opened_signal(sha256: str) -> SignalFile:
    """Return an open signal file."""
    return open_signal_file(store().path(sha256))


def templates(actor: Actor, order_id: UUID) -> dict[str, Any]:
    """Return every cluster with its mean beat and a few of its beats laid over each other, in µV per lead."""
    review = review_of(holter_order(actor, order_id))
    standing = standing_of(review)
    signal = opened_signal(review.result.signal_sha256)
    found = []
    numbers, counts = np.unique(standing.templates, return_counts=True)
    for number, count in sorted(zip(numbers.tolist(), counts.tolist(), strict=True), key=lambda one: (-one[1], one[0])):
        members = np.flatnonzero(standing.templates == number)
        letters, each = np.unique(standing.classes[members], return_counts=True)
        chosen = members[np.unique(np.linspace(0, members.size - 1, EXAMPLES).astype(int))]
        beats = examples(signal, standing.scan.samples[chosen])
        found.append(
            {
                "number": number,
                "label": str(letters[int(np.argmax(each))]),
                "beats": count,
                "classes": {str(letter): int(many) for letter, many in zip(letters, each, strict=True)},
                "mean_uv": np.rint(beats.mean(axis=0)).astype(int).tolist(),
                "examples_uv": np.rint(beats).astype(int).tolist(),
                "example_samples": standing.scan.samples[chosen].tolist(),
            }
        )
    return {
        "leads": list(signal.names),
        "rate_hz": _EXAMPLE_HZ,
        "before_s": _BEFORE_S,
        "edits": review.edits,
        "clusters": found,
    }


def examples(signal: SignalFile, samples: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return beats (k, leads, n) in µV around `samples`, each from its own level before the QRS."""
    grid = np.arange(-_BEFORE_S, _AFTER_S, 1.0 / _EXAMPLE_HZ)
    table = signal.level(0)
    scale = np.array(signal.uv_per_lsb)[:, None]
    rows = []
    for sample in samples:
        at = np.clip(np.rint(int(sample) + grid * signal.fs_hz).astype(int), 0, signal.samples - 1)
        uv = table[:, at] * scale
        rows.append(uv - np.median(uv, axis=1, keepdims=True))
    return np.array(rows)


def log_lines(actor: Actor, order_id: UUID) -> QuerySet[HolterEdit]:
    """Return the log of an order, newest first."""
    review = review_of(holter_order(actor, order_id))
    return review.log.order_by("-number").defer("beats")


def uploads(actor: Actor) -> QuerySet[HolterUpload]:
    """Return the actor's own uploads, newest first."""
    actor.demand(Right.IMPORT)
    return (
        HolterUpload.objects.filter(account_id=actor.demand_account())
        .select_related("order", "origin__unit")
        .order_by("-id")
    )


def results_of(order: Order) -> list[HolterResult]:
    """Return every result of an order without its view, newest first."""
    return list(HolterResult.objects.filter(recording__order=order).defer("view").order_by("-id"))
