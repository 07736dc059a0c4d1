"""Reading the audit log: administrators within their scope, residents what concerns themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.permissions import Right

LINES: ScopePolicy[AuditLine] = ScopePolicy("audit line", paths=("home_path",), owner="person_id")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; every part may be left out."""

    action: str = ""
    actor_name: str = ""
    person_id: UUID | None = None
    subject_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def lines(actor: Actor, wanted: AuditFilter) -> QuerySet[AuditLine]:
    """Return the lines the actor may see that match, newest first; staff are refused without the right to see any."""
    if actor.kind is not ActorKind.RESIDENT:
        actor.demand(Right.VIEW)
    query = Q()
    if wanted.action:
        query &= Q(action__startswith=wanted.action)
    if wanted.actor_name:
        query &= Q(actor_name__contains=wanted.actor_name)
    if wanted.person_id:
        query &= Q(person_id=wanted.person_id)
    if wanted.subject_id:
        query &= Q(subject_id=wanted.subject_id)
    if wanted.since:
        query &= Q(at__gte=wanted.since)
    if wanted.until:
        query &= Q(at__lt=wanted.until)
    return LINES.rows(actor, Right.VIEW, AuditLine.objects.filter(query)).order_by("-id")


def has_done(account_id: UUID, action: str, subject_id: UUID, since: datetime) -> bool:
    """Tell whether this account did this to this subject since then."""
    return AuditLine.objects.filter(account_id=account_id, action=action, subject_id=subject_id, at__gte=since).exists()
