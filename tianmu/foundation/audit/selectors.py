"""Reading the audit log: administrators within their scope, residents what concerns themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tianmu.foundation.access.actor import EVERYWHERE, Actor, ActorKind
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.audit.models import AuditLine, AuditSeal, PendingLine, SealCheck
from tianmu.foundation.audit.permissions import Right
from tianmu.foundation.audit.ports import keys_of
from tianmu.foundation.db.keys import first_key_of

LINES: ScopePolicy[AuditLine] = ScopePolicy("audit line", paths=("home_path",), owner="person_id")
MOST_MONTHS = 36
TOP_OF_TREE = 2
FIRST_KEY = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; every part may be left out. `purpose` is a code of the list of purposes, or the words."""

    action: str = ""
    actor_name: str = ""
    account_id: UUID | None = None
    person_id: UUID | None = None
    subject_id: UUID | None = None
    purpose: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedMonth:
    """The chain of one month: its seals, the newest one, and what the last check found (None where none was made)."""

    month: date
    seals: int
    newest_at: datetime
    check: SealCheck | None


def lines(actor: Actor, wanted: AuditFilter) -> QuerySet[AuditLine]:
    """Return the lines the actor may see that match, newest first; staff are refused without the right to see any.

    Who looks after a whole county also sees what the platform itself did, which is at home nowhere in it.
    """
    if actor.kind is not ActorKind.RESIDENT:
        actor.demand(Right.VIEW)
    rows = AuditLine.objects.filter(_condition(wanted))
    if actor.kind is ActorKind.RESIDENT and actor.person_id is not None:
        return rows.filter(person_id__in=keys_of(actor.person_id)).order_by("-id")
    reach, held = LINES.filter(actor, Right.VIEW), actor.paths(Right.VIEW)
    if EVERYWHERE not in held and any(path.count("/") <= TOP_OF_TREE for path in held):
        reach |= Q(home_path=EVERYWHERE)
    return rows.filter(reach).order_by("-id")


def _condition(wanted: AuditFilter) -> Q:
    """Return what a filter asks for; times are asked of the key too, which the table is partitioned by."""
    plain = {
        "action__startswith": wanted.action,
        "actor_name__contains": wanted.actor_name,
        "account_id": wanted.account_id,
        "person_id__in": keys_of(wanted.person_id) if wanted.person_id else (),
        "subject_id": wanted.subject_id,
        "purpose__contains": wanted.purpose,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "id__gte": first_key_of(wanted.since) if wanted.since and wanted.since > FIRST_KEY else None,
    }
    query = Q(**{field: value for field, value in plain.items() if value})
    return query & ~Q(purpose="") if wanted.purpose else query


def has_done(account_id: UUID, action: str, subject_id: UUID, since: datetime) -> bool:
    """Tell whether this account did this to this subject since then."""
    return AuditLine.objects.filter(account_id=account_id, action=action, subject_id=subject_id, at__gte=since).exists()


def sealed_months(actor: Actor) -> list[SealedMonth]:
    """Return the chains of the last three years, newest first, each with its last check.

    Raises:
        RefusedError: the actor may not see audit lines.

    """
    actor.demand(Right.VIEW)
    return list(_sealed_months())


def _sealed_months() -> Iterator[SealedMonth]:
    """Yield month by month: a month has a hundred thousand seals, of which an index gives the newest."""
    checks = {one.month: one for one in SealCheck.objects.order_by("month", "-id").distinct("month")}
    seals = AuditSeal.objects.defer("line_ids", "hashes").order_by("-month", "-number")
    row = seals.first()
    for _ in range(MOST_MONTHS):
        if row is None:
            return
        yield SealedMonth(row.month, row.number, row.sealed_at, checks.get(row.month))
        row = seals.filter(month__lt=row.month).first()


def waiting_lines(actor: Actor) -> int:
    """Return how many lines wait for their seal; 1,000 at most are counted."""
    actor.demand(Right.VIEW)
    return PendingLine.objects.all()[:1_000].count()
