"""Blind second readings: what is to be read, what one of them shows, and what came of them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tianmu.clinical.ecg.models import QualityReview, QualitySample
from tianmu.clinical.ecg.permissions import Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.audit.actions import record

REVIEWS: ScopePolicy[QualityReview] = ScopePolicy("quality review", paths=("centre_path",))
SAMPLES: ScopePolicy[QualitySample] = ScopePolicy("quality sample", paths=("centre_path",))


def reviews(
    actor: Actor, *, state: str = "", since: datetime | None = None, until: datetime | None = None
) -> QuerySet[QualityReview]:
    """Return the blind readings at the actor's centre that she may do or did; all of them to who manages quality.

    Open ones of her own reports, and those a colleague took, are left out: she can do nothing with them.
    """
    rows = QualityReview.objects.select_related("order__patient", "order__origin__unit", "sample")
    rows = REVIEWS.rows(actor, Right.REVIEW, rows)
    if not actor.may(Right.MANAGE_QUALITY):
        hers = Q(reviewer_id=actor.account_id)
        free = Q(state="open", reviewer=None) & ~Q(first_reader_id=actor.account_id)
        told = Q(first_reader_id=actor.account_id, state="done")
        rows = rows.filter(hers | free | told)
    plain = {"state": state, "done_at__gte": since, "done_at__lt": until}
    return rows.filter(**{field: value for field, value in plain.items() if value})


def review_of(actor: Actor, review_id: UUID) -> QualityReview:
    """Return one blind reading; looking at it is written down.

    Raises:
        MissingError: there is none that the actor may see.

    """
    row = reviews(actor).filter(pk=review_id).first()
    if row is None:
        raise MissingError("quality review")
    record(
        actor=actor,
        action="ecg.quality.view",
        kind="ecg_quality_review",
        key=row.pk,
        person_id=row.order.patient_id,
    )
    return row


def samples(actor: Actor) -> QuerySet[QualitySample]:
    """Return the draws at the centres whose quality the actor manages, the newest first."""
    rows = QualitySample.objects.select_related("centre__unit").prefetch_related("reviews")
    return SAMPLES.rows(actor, Right.MANAGE_QUALITY, rows).order_by("-id")
