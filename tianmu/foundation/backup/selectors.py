"""How old the newest backup is."""

from datetime import datetime, timedelta

from tianmu.foundation.backup.models import BackupRun

WARN_AFTER = timedelta(hours=26)


def newest() -> BackupRun | None:
    """Return the backup that began last."""
    return BackupRun.objects.order_by("-began_at").first()


def age(now: datetime) -> timedelta | None:
    """Return how old the newest backup is: what was written since its beginning would be lost. None without one."""
    row = newest()
    return now - row.began_at if row is not None else None


def is_old(now: datetime) -> bool:
    """Tell whether there is no backup of the last 26 hours."""
    old = age(now)
    return old is None or old > WARN_AFTER
