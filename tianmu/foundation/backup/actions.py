"""Saving by plan: an archive every night into the folder `TIANMU_BACKUP_FOLDER`, old ones given up, all of it noted."""

import os
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.foundation.backup.archive import SUFFIX, write_backup
from tianmu.foundation.backup.choices import BackupKind
from tianmu.foundation.backup.models import BackupRun

KEEP_BACKUPS = 14


def write_noted(*, actor: Actor, target: Path, passphrase: str, now: datetime) -> BackupRun:
    """Write an archive and note it."""
    size = write_backup(target, passphrase, now)
    return note(actor=actor, kind=BackupKind.ARCHIVE, place=target, size_bytes=size, began_at=now)


@transaction.atomic
def note(*, actor: Actor, kind: BackupKind, place: Path, size_bytes: int, began_at: datetime) -> BackupRun:
    """Note a backup that is whole."""
    row = BackupRun.objects.create(
        kind=kind, began_at=began_at, ended_at=timezone.now(), place=str(place)[-400:], size_bytes=size_bytes
    )
    new = {"kind": str(kind), "place": row.place, "size_bytes": size_bytes}
    record(actor=actor, action="backup.written", kind="backup", key=row.pk, new=new)
    return row


def write_planned(*, actor: Actor, passphrase: str, now: datetime) -> BackupRun | None:
    """Write tonight's archive and give up the oldest beyond `TIANMU_BACKUP_KEEP`; nothing without a folder."""
    folder = planned_folder()
    if folder is None:
        return None
    target = folder / f"tianmu-{timezone.localtime(now):%Y%m%d-%H%M%S}{SUFFIX}"
    written = write_noted(actor=actor, target=target, passphrase=passphrase, now=now)
    for old in sorted(folder.glob(f"tianmu-*{SUFFIX}"))[: -kept_backups()]:
        old.unlink()
        record(actor=actor, action="backup.removed", kind="backup", key=None, old={"place": str(old)})
    return written


def planned_folder() -> Path | None:
    """Return the folder of planned backups."""
    named = os.environ.get("TIANMU_BACKUP_FOLDER")
    return Path(named) if named else None


def kept_backups() -> int:
    """Return how many planned backups are kept, one at least."""
    return max(1, int(os.environ.get("TIANMU_BACKUP_KEEP", KEEP_BACKUPS)))
