"""Blind second reading of a random sample of signed reports (质控抽查)."""

from django.db import models

from tianmu.clinical.ecg.choices import Agreement, ReviewState
from tianmu.clinical.ecg.models.orders import Order
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.registry.organizations.models import Organization


class QualitySample(Row):
    """One draw: from which reports, by which rule, with which seed, so that it can be drawn again and compared."""

    centre = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    centre_path = models.CharField(max_length=400)
    since = models.DateTimeField()
    until = models.DateTimeField()
    percent = models.PositiveSmallIntegerField()
    rule_version = models.CharField(max_length=40)
    seed = models.BigIntegerField()
    population = models.PositiveIntegerField()
    drawn_by = models.CharField(max_length=120)
    drawn_at = models.DateTimeField()


class QualityReview(VersionedRow):
    """One signed report read again by somebody who sees neither its reader nor its wording."""

    sample = models.ForeignKey(QualitySample, on_delete=models.PROTECT, related_name="reviews")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="quality_reviews")
    centre_path = models.CharField(max_length=400)
    report_version = models.PositiveSmallIntegerField()
    first_reader = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=120)
    first_signed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.OPEN)
    reviewer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    reviewer_name = models.CharField(max_length=120, default="")
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    image_grade = models.CharField(max_length=1, default="")
    conclusion = models.JSONField(default=list)
    conclusion_class = models.CharField(max_length=16, default="")
    agreement = models.CharField(max_length=8, choices=Agreement.choices, default="")
    differences = models.JSONField(default=dict)
    comment = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "report_version"], name="ecg_quality_review_once"),
            models.CheckConstraint(
                condition=models.Q(reviewer=None) | ~models.Q(reviewer=models.F("first_reader")),
                name="ecg_quality_review_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["centre_path", "state", "id"], name="ecg_quality_open"),
            models.Index(fields=["first_reader", "done_at"], name="ecg_quality_of_reader"),
        ]
