"""What the database and the disks know: work that waits, events not yet told, the unsealed tail, ages, room left."""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.utils import timezone

import tianmu
from tianmu.foundation.backup.selectors import age
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.db.keys import instant_of
from tianmu.foundation.home import home
from tianmu.foundation.metrics.counting import sample
from tianmu.foundation.storage.here import store

WALK_AGAIN_SECONDS = 600
STATEMENTS = {
    "tianmu_jobs_waiting": "SELECT count(*) FROM jobs_job WHERE state = 'waiting'",
    "tianmu_jobs_running": "SELECT count(*) FROM jobs_job WHERE state = 'running'",
    "tianmu_jobs_failed": "SELECT count(*) FROM jobs_job WHERE state = 'failed'",
    "tianmu_job_oldest_waiting_seconds": (
        "SELECT COALESCE(EXTRACT(EPOCH FROM now() - min(created_at)), 0) FROM jobs_job WHERE state = 'waiting'"
    ),
    "tianmu_audit_unsealed_lines": "SELECT count(*) FROM audit_pendingline",
    "tianmu_time_stamps_owed": "SELECT count(*) FROM documents_pendingstamp",
    "tianmu_sessions_open": "SELECT count(*) FROM access_session WHERE revoked_at IS NULL AND expires_at > now()",
    "tianmu_database_bytes": "SELECT pg_database_size(current_database())",
    "tianmu_database_connections": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()",
    "tianmu_events_undelivered": (
        "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = 'events'"
    ),
    "tianmu_workers_alive": (
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"
    ),
}
OLDEST = {
    "tianmu_audit_oldest_unsealed_seconds": "SELECT min(line_id::text) FROM audit_pendingline",
    "tianmu_event_oldest_undelivered_seconds": (
        "SELECT min(args ->> 'event_id') FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = 'events'"
    ),
}


class _Walked:
    at = 0.0
    files = 0
    size_bytes = 0


def database_figures(now: datetime) -> dict[str, float]:
    """Return what the database knows; one statement each."""
    found: dict[str, float] = {}
    with connection.cursor() as cursor:
        for name, statement in STATEMENTS.items():
            cursor.execute(statement)
            found[name] = float(cursor.fetchone()[0])
        for name, statement in OLDEST.items():
            cursor.execute(statement)
            key = cursor.fetchone()[0]
            found[name] = max(0.0, (now - instant_of(UUID(key))).total_seconds()) if key else 0.0
    since = age(now)
    if since is not None:
        found["tianmu_backup_age_seconds"] = since.total_seconds()
    today = timezone.localdate(now)
    found["tianmu_calendar_days_left"] = float(calendar_in_force(today).days_left(today))
    return found


def disk_figures() -> dict[str, float]:
    """Return how much room is left, and how much is stored (counted anew at most every ten minutes)."""
    root = store().root
    found = {sample("tianmu_info", {"version": tianmu.__version__}): 1.0}
    for place, folder in (("data", home()), ("storage", root)):
        if folder.exists():
            found[sample("tianmu_disk_free_bytes", {"place": place})] = float(shutil.disk_usage(folder).free)
    if time.monotonic() > _Walked.at:
        _Walked.files, _Walked.size_bytes = _walk(root)
        _Walked.at = time.monotonic() + WALK_AGAIN_SECONDS
    return found | {"tianmu_storage_files": _Walked.files, "tianmu_storage_bytes": _Walked.size_bytes}


def _walk(root: Path) -> tuple[int, int]:
    files = size_bytes = 0
    for folder in root.glob("[0-9a-f][0-9a-f]"):
        with os.scandir(folder) as entries:
            sizes = [entry.stat().st_size for entry in entries]
        files, size_bytes = files + len(sizes), size_bytes + sum(sizes)
    return files, size_bytes
