"""The background work `audit.verify`."""

from datetime import date

from django.utils import timezone

from tianmu.foundation.audit.checks import keep_check
from tianmu.foundation.jobs.work import Run


def verify_month(run: Run, *, month: str, asked_by: str) -> None:
    """Check the chain of a month."""
    kept = keep_check(month=date.fromisoformat(month), asked_by=asked_by, now=timezone.now())
    run.progress(kept.lines, kept.lines, f"{len(kept.faults)} faults")
