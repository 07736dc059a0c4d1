"""What `tianmu backup` and `tianmu restore` do."""

import argparse
import sys

from django.utils import timezone

from tianmu.foundation.backup.archive import passphrase_of, read_backup, write_backup
from tianmu.foundation.backup.sealed_stream import BackupError
from tianmu.foundation.terminal import TerminalError


def backup(arguments: argparse.Namespace) -> int:
    """Write an archive."""
    size = write_backup(arguments.file, passphrase_of(arguments.passphrase_file), timezone.now())
    sys.stdout.write(f"{arguments.file}: {size} bytes. Keep the passphrase elsewhere.\n")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Read an archive."""
    try:
        manifest = read_backup(arguments.file, passphrase_of(arguments.passphrase_file))
    except BackupError as error:
        raise TerminalError(str(error)) from error
    except FileNotFoundError as error:
        message = f"There is no file {arguments.file}."
        raise TerminalError(message) from error
    sys.stdout.write(
        f"restored the backup of {manifest['made_at']}; now run: tianmu audit verify, tianmu storage check\n"
    )
    return 0
