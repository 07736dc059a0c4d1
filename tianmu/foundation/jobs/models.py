"""The job as people see it."""

from django.db import models

from tianmu.foundation.db.rows import Row
from tianmu.foundation.jobs.choices import JobState


class Job(Row):
    """A piece of background work."""

    kind = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(default="")
    subject_kind = models.CharField(max_length=40, default="")
    subject_id = models.UUIDField(null=True)
    asked_by = models.CharField(max_length=120, default="")
    unit_path = models.CharField(max_length=400, default="/")
    listed = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="job_by_state"),
            models.Index(fields=["subject_kind", "subject_id"], name="job_by_subject"),
        ]
