"""Blind second readings of the demo county: a sample of each week, most of it read again, some of it in dissent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tianmu.clinical.ecg.actions.quality import SecondReading, draw_sample, read_again
from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.demo.month import staff_with
from tianmu.clinical.ecg.models import QualityReview, QualitySample
from tianmu.clinical.ecg.permissions import Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.registry.organizations.models import Organization

WEEKS = 5
OPEN_EVERY = 4
GRADES = ("A", "A", "B", "A", "C", "A", "B")


def sample_weeks(*, anchor: datetime) -> int:
    """Draw from the reports of each week before `anchor` that was not drawn from yet; return how many samples came.

    May be repeated: a week that has its sample is left alone, one without signed reports gives none.
    """
    made = 0
    for head in staff_with("ecg_head"):
        paths = head.paths(Right.MANAGE_QUALITY)
        for centre in Organization.objects.select_related("unit").filter(unit__path__in=paths).order_by("unit__code"):
            for weeks in range(WEEKS):
                until = anchor - timedelta(weeks=weeks)
                made += _sample(head, centre, until - timedelta(weeks=1), until, weeks)
    return made


def _sample(head: Actor, centre: Organization, since: datetime, until: datetime, weeks: int) -> bool:
    if QualitySample.objects.filter(centre=centre, since=since, until=until).exists():
        return False
    try:
        sample = draw_sample(actor=head, centre=centre, since=since, until=until, now=until)
    except ConflictError:
        return False
    reviewers = [one for one in staff_with("ecg_reviewer") if one.may(Right.REVIEW, sample.centre_path)]
    for index, review in enumerate(sample.reviews.order_by("id")):
        if index % OPEN_EVERY != OPEN_EVERY - 1:
            _read(review, reviewers, index + 2 * weeks, until + timedelta(minutes=10 + 7 * index))
    return True


def _read(review: QualityReview, reviewers: Sequence[Actor], index: int, at: datetime) -> None:
    others = [one for one in reviewers if one.account_id != review.first_reader_id]
    if not others:
        return
    version = DocumentVersion.objects.get(
        document__kind=REPORT, document__subject_id=review.order_id, number=review.report_version
    )
    reading = second_opinion(version.content, index)
    read_again(actor=others[index % len(others)], review_id=review.pk, reading=reading, now=at)


def second_opinion(signed: Mapping[str, Any], index: int) -> SecondReading:
    """Return what a second reader says: mostly the same, every fifth less, every ninth something else."""
    same = SecondReading(signed["conclusion"], signed["conclusion_class"], GRADES[index % len(GRADES)], "")
    if index % 9 == 4:
        rhythm = {"code": "atrial_fibrillation", "text": "心房颤动"}
        return replace(same, conclusion=[rhythm], conclusion_class="abnormal", comment="未见规律 P 波，节律绝对不齐")
    if index % 5 == 3 and len(same.conclusion) > 1:
        return replace(same, conclusion=same.conclusion[:-1])
    return same
