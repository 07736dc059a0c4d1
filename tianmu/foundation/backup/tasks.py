"""Saving by plan: an archive each night, the log of the embedded server every minute, a base each night."""

import logging

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.access.actor import system
from tianmu.foundation.backup.actions import note, planned_folder, write_planned
from tianmu.foundation.backup.archive import passphrase_of
from tianmu.foundation.backup.choices import BackupKind
from tianmu.foundation.backup.wal import ship, write_base
from tianmu.foundation.db.embedded.archiving import archive_folder
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.work import Run, work
from tianmu.foundation.terminal import TerminalError

log = logging.getLogger(__name__)
ACTOR = "planned backup"


@work("backup.archive")
def write_archive(run: Run) -> None:
    """Write tonight's archive."""
    written = write_planned(actor=system(ACTOR), passphrase=passphrase_of(None), now=timezone.now())
    if written is not None:
        run.progress(1, 1, f"{written.size_bytes >> 20} MB")


@work("backup.base")
def take_base(run: Run) -> None:
    """Take tonight's base for restoring to a point in time."""
    began = timezone.now()
    base = write_base(passphrase_of(None), timezone.now())
    size = base.path.stat().st_size
    note(actor=system(ACTOR), kind=BackupKind.BASE, place=base.path, size_bytes=size, began_at=began)
    run.progress(1, 1, f"{size >> 20} MB")


@app.periodic(cron="15 2 * * *")
@app.task(name="tianmu.foundation.backup.plan", queueing_lock="backup-plan")
def plan(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Ask for tonight's backups, where folders for them are set."""
    close_old_connections()
    if planned_folder() is not None:
        enqueue(write_archive, actor=system(ACTOR))
    if archive_folder() is not None:
        enqueue(take_base, actor=system(ACTOR))


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.foundation.backup.ship", queueing_lock="backup-ship")
def ship_log(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Move finished pieces of log into the archive, where one is kept."""
    if archive_folder() is not None:
        try:
            ship(passphrase_of(None))
        except (TerminalError, OSError) as error:
            log.error("the log cannot be archived: %s", error)  # noqa: TRY400 - one line, no frames
