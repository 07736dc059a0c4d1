"""Checking a month's chain as background work, and keeping what was found."""

from datetime import date, datetime

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.foundation.audit.models import SealCheck
from tianmu.foundation.audit.permissions import Right
from tianmu.foundation.audit.seals import check_month
from tianmu.foundation.audit.tasks import VERIFY
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.models import Job

MOST_FAULTS_KEPT = 200


@transaction.atomic
def ask_for_check(*, actor: Actor, month: date) -> Job:
    """Ask for a check of one month's chain; it runs in the background.

    Raises:
        RefusedError: the actor may not see audit lines.

    """
    actor.demand(Right.VIEW)
    first = month.replace(day=1)
    job = enqueue(VERIFY, actor=actor, month=first.isoformat(), asked_by=actor.name)
    record(actor=actor, action="audit.check_asked", kind="job", key=job.pk, new={"month": f"{first:%Y-%m}"})
    return job


def keep_check(*, month: date, asked_by: str, now: datetime) -> SealCheck:
    """Check one month's chain and keep what was found, 200 faults at most."""
    found = check_month(month)
    return SealCheck.objects.create(
        month=month,
        checked_at=now,
        asked_by=asked_by,
        lines=found.lines,
        seals=found.seals,
        unsealed=found.unsealed,
        faults=[{"kind": one.kind, "where": one.where} for one in found.faults[:MOST_FAULTS_KEPT]],
    )
