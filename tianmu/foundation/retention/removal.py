"""What is due, and removing it in small steps. Partitions of the audit log move to the schema `archive` and stay."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.keys import first_key_of
from tianmu.foundation.db.partitions import partitions_before
from tianmu.foundation.retention.rules import Period, periods_of
from tianmu.foundation.rulesets.selectors import in_force

KEY = "retention.periods"
STEP_ROWS = 5_000
ROWS = {
    "deliveries": ("events_delivery", "at < %s"),
    "sessions": (
        "access_session",
        "expires_at < %s AND NOT EXISTS (SELECT 1 FROM access_breakglass WHERE session_id = access_session.id)",
    ),
    "sign_in_attempts": ("access_signinattempt", "at < %s"),
    "live_tickets": ("live_ticket", "expires_at < %s"),
    "idempotent_answers": ("api_idempotentanswer", "at < %s"),
    "messages_read": ("messages_message", "read_at < %s"),
    "jobs_done": ("jobs_job", "ended_at < %s AND state IN ('done', 'cancelled')"),
    "jobs_failed": ("jobs_job", "ended_at < %s AND state = 'failed'"),
    "queue_leftovers": (
        "procrastinate_jobs",
        "status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS (SELECT 1 FROM "
        "procrastinate_periodic_defers WHERE job_id = procrastinate_jobs.id) AND NOT EXISTS (SELECT 1 FROM "
        "procrastinate_events WHERE job_id = procrastinate_jobs.id AND at >= %s)",
    ),
    "backup_notes": ("backup_backuprun", "ended_at < %s"),
}
PARTITIONS = {"audit_lines": "audit_auditline", "events": "events_outboxevent"}
KEPT_IN_ARCHIVE = frozenset({"audit_lines"})
KNOWN = frozenset(ROWS) | frozenset(PARTITIONS)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of one kind: rows, and whole partitions by name."""

    period: Period
    border: datetime
    rows: int
    partitions: tuple[str, ...]


def periods_in_force(now: datetime) -> list[Period]:
    """Return the periods of the day."""
    return periods_of(in_force(KEY, timezone.localdate(now)).content, KNOWN)


def due(now: datetime) -> list[Due]:
    """Return what is due of every kind; nothing is changed."""
    return [_due(period, period.border(now)) for period in periods_in_force(now)]


def remove(*, actor: Actor, now: datetime) -> list[Due]:
    """Remove what is due, each kind with one audit line; return what was removed."""
    return [removed for one in due(now) if (removed := _remove(actor, one)) is not None]


def _due(period: Period, border: datetime) -> Due:
    if period.what in PARTITIONS:
        table = PARTITIONS[period.what]
        whole = tuple(partitions_before(table, timezone.localdate(border).replace(day=1)))
        return Due(period, border, sum(_count(name, "true", []) for name in whole) + _rest(period, border), whole)
    table, condition = ROWS[period.what]
    return Due(period, border, _count(table, condition, [border]), ())


def _rest(period: Period, border: datetime) -> int:
    if period.what in KEPT_IN_ARCHIVE:
        return 0
    return _count(f"{PARTITIONS[period.what]}_rest", "id < %s", [str(first_key_of(border))])


def _remove(actor: Actor, one: Due) -> Due | None:
    if one.rows == 0 and not one.partitions:
        return None
    what, rows = one.period.what, 0
    for name in one.partitions:
        rows += _put_aside(PARTITIONS[what], name, keep=what in KEPT_IN_ARCHIVE)
    if what in ROWS:
        rows += _delete(*ROWS[what], one.border)
    elif what not in KEPT_IN_ARCHIVE:
        rows += _delete(f"{PARTITIONS[what]}_rest", "id < %s", str(first_key_of(one.border)))
    new = {"what": what, "before": one.border.isoformat(), "rows": rows, "partitions": list(one.partitions)}
    action = "retention.archived" if what in KEPT_IN_ARCHIVE else "retention.removed"
    record(actor=actor, action=action, kind="retention", key=None, new=new, reason=one.period.reason)
    return Due(one.period, one.border, rows, one.partitions)


@transaction.atomic
def _put_aside(table: str, partition: str, *, keep: bool) -> int:
    rows = _count(partition, "true", [])
    with connection.cursor() as cursor:
        if not keep:
            cursor.execute(f'ALTER TABLE "{table}" DETACH PARTITION "{partition}"')
            cursor.execute(f'DROP TABLE "{partition}"')
            return rows
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal "
            "AND tgtype & 32 = 0 AND tgtype & 4 = 0",
            [table],
        )
        guards = [str(definition) for (definition,) in cursor.fetchall()]
        cursor.execute(f'ALTER TABLE "{table}" DETACH PARTITION "{partition}"')
        cursor.execute("CREATE SCHEMA IF NOT EXISTS archive")
        cursor.execute(f'ALTER TABLE "{partition}" SET SCHEMA archive')
        for guard in guards:
            cursor.execute(guard.replace(f"ON public.{table} ", f'ON archive."{partition}" ', 1))
    return rows


def _delete(table: str, condition: str, border: datetime | str) -> int:
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'DELETE FROM "{table}" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "{table}" '  # noqa: S608 - our tables
                f"WHERE {condition} LIMIT {STEP_ROWS}))",
                [border],
            )
            count = int(cursor.rowcount)
        total += count
        if count < STEP_ROWS:
            return total


def _count(table: str, condition: str, values: list[datetime] | list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {condition}', values)  # noqa: S608 - our tables
        return int(cursor.fetchone()[0])
