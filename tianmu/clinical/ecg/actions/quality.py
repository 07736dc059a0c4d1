"""Drawing signed reports at random and reading them again blind (质控抽查)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.choices import ReviewState
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order, QualityReview, QualitySample
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.agreement import AgreementRule, Reading, judge
from tianmu.clinical.ecg.rules.sampling import SampleRule, draw
from tianmu.clinical.ecg.selectors.quality import REVIEWS, reviews
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion, Signature
from tianmu.foundation.messages.actions import send
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.registry.organizations.models import Organization

RULE = "ecg.quality_sample"


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the second reader says; each line of `conclusion` is {code or None, text}."""

    conclusion: Sequence[Mapping[str, str | None]]
    conclusion_class: str
    image_grade: str
    comment: str


@transaction.atomic
def draw_sample(
    *, actor: Actor, centre: Organization, since: datetime, until: datetime, now: datetime, seed: int | None = None
) -> QualitySample:
    """Draw from the reports signed at a centre in a period, a share of each reader's; none is drawn twice.

    Raises:
        ConflictError: nothing was signed in the period that was not drawn before.

    """
    path = centre.unit.path
    actor.demand(Right.MANAGE_QUALITY, path)
    rules = in_force(RULE, timezone.localdate(now), path)
    rule = SampleRule.from_content(rules.content)
    candidates = _signed(path, since, until)
    by_reader: dict[str, list[UUID]] = {}
    for key, signature in candidates.items():
        by_reader.setdefault(str(signature.account_id), []).append(key)
    seed = secrets.randbits(62) if seed is None else seed
    drawn = draw(rule, by_reader, seed)
    if not drawn:
        detail = "No report was signed in this period that was not drawn before."
        raise ConflictError(Code.SAMPLE_EMPTY, detail)
    sample = QualitySample.objects.create(
        centre=centre,
        centre_path=path,
        since=since,
        until=until,
        percent=rule.percent,
        rule_version=rules.version,
        seed=seed,
        population=len(candidates),
        drawn_by=actor.name,
        drawn_at=now,
    )
    QualityReview.objects.bulk_create([_review(sample, key, candidates[key]) for key in drawn])
    new = {"population": len(candidates), "drawn": len(drawn), "seed": seed}
    record(actor=actor, action="ecg.quality.draw", kind="ecg_quality_sample", key=sample.pk, new=new)
    return sample


@transaction.atomic
def read_again(*, actor: Actor, review_id: UUID, reading: SecondReading, now: datetime) -> QualityReview:
    """Keep the second reading, judge how it agrees with the signed report, and tell the first reader.

    Raises:
        ConflictError: somebody else read it meanwhile, or the report is the actor's own.
        TianmuError: no conclusion or no grade of the image (422).

    """
    seen = reviews(actor).filter(pk=review_id).first()
    if seen is None:
        raise MissingError("quality review")
    REVIEWS.demand(actor, Right.REVIEW, seen)
    row = QualityReview.objects.select_for_update(of=("self",)).select_related("order").get(pk=review_id)
    if row.state != ReviewState.OPEN:
        raise ConflictError(Code.REVIEW_TAKEN, "This report was read again already.", holder=row.reviewer_name)
    if row.first_reader_id == actor.demand_account():
        raise ConflictError(Code.SAME_PERSON, "The second reading must be another person's.")
    _demand_complete(reading)
    rule = AgreementRule.from_content(in_force(RULE, timezone.localdate(now), row.centre_path).content)
    categories = {code: entry.category for code, entry in library().entries.items()}
    verdict = judge(rule, categories, _first(row), _reading(reading.conclusion, reading.conclusion_class))
    row.state, row.reviewer_id, row.reviewer_name = ReviewState.DONE, actor.account_id, actor.name
    row.done_at, row.agreement = now, verdict.grade
    row.conclusion = [dict(line) for line in reading.conclusion]
    row.conclusion_class, row.image_grade, row.comment = reading.conclusion_class, reading.image_grade, reading.comment
    row.differences = {
        "only_first": list(verdict.only_first),
        "only_second": list(verdict.only_second),
        "class_steps": verdict.class_steps,
    }
    row.version += 1
    row.save()
    record(
        actor=actor,
        action="ecg.quality.read",
        kind="ecg_quality_review",
        key=row.pk,
        person_id=row.order.patient_id,
        new={"agreement": verdict.grade, "image_grade": reading.image_grade},
    )
    if verdict.grade == "major":
        send(
            account_ids=[row.first_reader_id],
            topic="ecg.quality_disagrees",
            facts={"number": row.order.number},
            link=("ecg_order", row.order_id),
            once=f"ecg.quality:{row.pk}",
        )
    return row


def _signed(path: str, since: datetime, until: datetime) -> dict[UUID, Signature]:
    """Return the first signatures of published reports by order: those still in force and never drawn."""
    drawn = QualityReview.objects.filter(centre_path=path).values("order_id")
    orders = Order.objects.filter(
        centre_path__startswith=path, signed_at__gte=since, signed_at__lt=until, state__in=("signed", "amended")
    ).exclude(pk__in=drawn)
    rows = Signature.objects.select_related("document_version__document").filter(
        role="reader",
        document_version__state=VersionState.SIGNED,
        document_version__document__kind=REPORT,
        document_version__document__subject_id__in=orders.values("pk"),
    )
    return {row.document_version.document.subject_id: row for row in rows.order_by("document_version__number")}


def _review(sample: QualitySample, order_id: UUID, signature: Signature) -> QualityReview:
    return QualityReview(
        sample=sample,
        order_id=order_id,
        centre_path=sample.centre_path,
        report_version=signature.document_version.number,
        first_reader_id=signature.account_id,
        first_name=signature.name,
        first_signed_at=signature.signed_at,
    )


def _first(row: QualityReview) -> Reading:
    version = DocumentVersion.objects.get(
        document__kind=REPORT, document__subject_id=row.order_id, number=row.report_version
    )
    return _reading(version.content["conclusion"], version.content["conclusion_class"])


def _reading(lines: Sequence[Mapping[str, str | None]], conclusion_class: str) -> Reading:
    return Reading([line["code"] for line in lines if line["code"]], conclusion_class)


def _demand_complete(reading: SecondReading) -> None:
    missing = {}
    if not reading.conclusion_class:
        missing["conclusion_class"] = "required"
    if not any((line["text"] or "").strip() for line in reading.conclusion):
        missing["conclusion"] = "required"
    if reading.image_grade not in {"A", "B", "C", "D"}:
        missing["image_grade"] = "required"
    if missing:
        detail = "Give a conclusion, its class and a grade of the image."
        raise TianmuError(Code.CONCLUSION_MISSING, detail, status=422, fields=missing)
