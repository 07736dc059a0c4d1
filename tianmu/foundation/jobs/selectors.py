"""Reading the list of background work."""

from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.jobs.permissions import Right

JOBS: ScopePolicy[Job] = ScopePolicy("job", paths=("unit_path",))


def jobs(actor: Actor, *, state: str | None = None) -> QuerySet[Job]:
    """Return the listed jobs the actor may see, newest first; failed ones are always listed."""
    actor.demand(Right.VIEW)
    rows = Job.objects.filter(listed=True) | Job.objects.filter(state="failed")
    if state:
        rows = rows.filter(state=state)
    return JOBS.rows(actor, Right.VIEW, rows).order_by("-id")


def job(actor: Actor, key: UUID) -> Job:
    """Return one job the actor may see."""
    return JOBS.one(actor, Right.VIEW, Job.objects.all(), key)
