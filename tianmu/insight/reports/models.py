"""Reports, their versions (never changed), schedules and runs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.insight.reports.choices import DaysOff, Every, Form, RunState


class Report(VersionedRow):
    """A report somebody made, or one that is built in (`owner` is none, `template` names it).

    `path` is the place of its maker; shared, everybody at or below it may run it. `number` is its newest version.
    """

    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    template = models.CharField(max_length=60, default="", blank=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="", blank=True)
    description = models.CharField(max_length=400, default="", blank=True)
    description_en = models.CharField(max_length=400, default="", blank=True)
    dataset = models.CharField(max_length=60)
    path = models.CharField(max_length=400)
    made_by = models.CharField(max_length=120)
    shared = models.BooleanField(default=False)
    number = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template"], condition=~models.Q(template=""), name="report_template_once")
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], condition=models.Q(removed_at=None), name="report_own"),
            models.Index(
                fields=["path", "-id"], condition=models.Q(removed_at=None, shared=True), name="report_shared"
            ),
        ]


class ReportVersion(Row):
    """A report as it was saved at an instant. Never changed; restoring one makes a new one."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    note = models.CharField(max_length=200, default="", blank=True)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]


class Schedule(VersionedRow):
    """When a report is made by itself, and for whom: each recipient gets what she herself may see."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="schedules")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    every = models.CharField(max_length=8, choices=Every.choices)
    weekday = models.PositiveSmallIntegerField(default=1)
    day = models.PositiveSmallIntegerField(default=1)
    at = models.TimeField()
    days_off = models.CharField(max_length=12, choices=DaysOff.choices, default=DaysOff.SEND)
    form = models.CharField(max_length=4, choices=Form.choices)
    parameters = models.JSONField(default=dict)
    recipients = ArrayField(models.UUIDField(), default=list)
    mail_to = models.CharField(max_length=200, default="", blank=True)
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], condition=models.Q(active=True), name="report_schedule_due")]


class Run(Row):
    """One asking of a saved report: whose, when, how long, how much; a scheduled one keeps its file for 90 days."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    schedule = models.ForeignKey(Schedule, on_delete=models.SET_NULL, null=True, related_name="runs")
    occasion = models.CharField(max_length=80, default="", blank=True)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    form = models.CharField(max_length=4, choices=Form.choices, default="", blank=True)
    filename = models.CharField(max_length=120, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    failure = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "occasion"], condition=~models.Q(occasion=""), name="report_run_once"
            )
        ]
        indexes = [models.Index(fields=["account", "-id"], name="report_run_own")]
