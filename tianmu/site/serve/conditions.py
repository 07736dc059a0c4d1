"""What grows old in an installation that runs: loaded once Django is set up, since it reads the database."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from tianmu.foundation.backup.actions import planned_folder
from tianmu.foundation.backup.selectors import age, is_old
from tianmu.foundation.backup.wal import waiting
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.db.embedded.archiving import archive_folder
from tianmu.site.serve.checkup import Finding

MOST_PIECES = 30


def conditions(now: datetime) -> Iterator[Finding]:
    """Look at what grows old: the newest backup, the log that waits for the archive, the calendar, the worker."""
    planned = planned_folder() is not None or archive_folder() is not None
    old = age(now)
    said = f"{old.total_seconds() / 3600:.0f} hours old" if old is not None else "there is none"
    advice = "" if planned else "; set TIANMU_BACKUP_FOLDER for one each night"
    late = planned and is_old(now)
    yield Finding(
        "backup", not late, f"{said}; see logs/worker.log, run: tianmu backup FILE" if late else said + advice
    )
    if archive_folder() is not None:
        pieces = len(waiting())
        yield Finding("archive", pieces < MOST_PIECES, f"{pieces} pieces of log wait; is a worker running?")
    today = timezone.localdate(now)
    calendar = calendar_in_force(today)
    text = f"working days known until {calendar.covers_until}"
    if not calendar.is_known(today):
        text += ", later ones are guessed by the plain week"
    ending = calendar.runs_out_soon(today)
    said = f"{text}; run: tianmu calendars import FILE" if ending else text
    yield Finding("calendar", not ending, said, warning=ending)
