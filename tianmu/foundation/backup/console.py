"""What `tianmu backup` and `tianmu restore` do."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.backup.actions import note, planned_folder, write_noted
from tianmu.foundation.backup.archive import SUFFIX, check_backup, passphrase_of, read_backup
from tianmu.foundation.backup.choices import BackupKind
from tianmu.foundation.backup.point_in_time import restore_until
from tianmu.foundation.backup.sealed_stream import BackupError
from tianmu.foundation.backup.wal import archive, bases, ship, write_base
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.db.embedded.archiving import archive_folder
from tianmu.foundation.home import home
from tianmu.foundation.terminal import TerminalError

THEN = "now run: tianmu prepare --without-demo, tianmu audit verify, tianmu documents verify, tianmu storage check"


def backup(arguments: argparse.Namespace) -> int:
    """Write an archive."""
    passphrase, now = passphrase_of(arguments.passphrase_file), timezone.now()
    with sentences(arguments.file):
        row = write_noted(actor=system("tianmu backup"), target=arguments.file, passphrase=passphrase, now=now)
    sys.stdout.write(f"{arguments.file}: {row.size_bytes} bytes. Keep the passphrase elsewhere.\n")
    return 0


def base(arguments: argparse.Namespace) -> int:
    """Take a base for restoring to a point in time."""
    passphrase, began = passphrase_of(arguments.passphrase_file), timezone.now()
    folder = archive()
    with sentences(folder):
        written = write_base(passphrase, timezone.now())
        shipped = ship(passphrase)
    size = written.path.stat().st_size
    actor = system("tianmu backup")
    note(actor=actor, kind=BackupKind.BASE, place=written.path, size_bytes=size, began_at=began)
    sys.stdout.write(f"{written.path}: {size} bytes; {shipped} more pieces of log and files in {folder}\n")
    return 0


def listing(arguments: argparse.Namespace) -> int:
    """List archives and bases, without opening them."""
    folder = arguments.file or planned_folder()
    archived = archive_folder()
    if folder is None and archived is None:
        message = "Name a folder, or set TIANMU_BACKUP_FOLDER or TIANMU_ARCHIVE_FOLDER."
        raise TerminalError(message)
    found = sorted(folder.glob(f"*{SUFFIX}")) if folder is not None else []
    for path in found:
        written = datetime.fromtimestamp(path.stat().st_mtime, ZONE)
        sys.stdout.write(f"{path}  {written:%Y-%m-%d %H:%M}  {path.stat().st_size} bytes\n")
    for one in bases(archived) if archived is not None else []:
        ended = one.ended_at.astimezone(ZONE)
        sys.stdout.write(f"{one.path}  {ended:%Y-%m-%d %H:%M:%S}  {one.path.stat().st_size} bytes  base\n")
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Read an archive to its end without restoring it."""
    with sentences(arguments.file):
        seen = check_backup(arguments.file, passphrase_of(arguments.passphrase_file))
    sys.stdout.write(
        f"{arguments.file}: whole. Made {seen.made_at} by release {seen.release}; "
        f"{seen.tables} tables, {seen.files} stored files, {seen.keys} keys\n"
    )
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Read an archive."""
    with sentences(arguments.file):
        manifest = read_backup(arguments.file, passphrase_of(arguments.passphrase_file))
    sys.stdout.write(f"restored the backup of {manifest['made_at']}; {THEN}\n")
    return 0


def restore_to(arguments: argparse.Namespace) -> int:
    """Restore the embedded server to a point in time."""
    until = None if arguments.until == "latest" else instant(arguments.until)
    with sentences(arguments.file):
        last = restore_until(arguments.file, passphrase_of(arguments.passphrase_file), until, home())
    said = f"the last change is of {last.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if last else "no change after the base"
    sys.stdout.write(f"restored {arguments.file}; {said}; {THEN}\n")
    return 0


def instant(text: str) -> datetime:
    """Read an instant; without an offset it is of the business zone.

    Raises:
        TerminalError: it is none.

    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not an instant such as 2026-11-23T10:30:00 (or `latest`)."
        raise TerminalError(message) from error
    return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)


@contextmanager
def sentences(place: Path) -> Iterator[None]:
    """Turn what can go wrong with an archive into one sentence."""
    try:
        yield
    except BackupError as error:
        raise TerminalError(str(error)) from error
    except FileNotFoundError as error:
        message = f"There is no {error.filename or place}."
        raise TerminalError(message) from error
