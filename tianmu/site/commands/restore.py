"""`tianmu restore`: read an archive into an empty installation, or go back to a point in time."""

import argparse
from pathlib import Path
from typing import Any

from tianmu.site.command_line import resolve, with_database, with_settings

CONSOLE = "tianmu.foundation.backup.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("restore", help="read such an archive into an empty installation")
    parser.add_argument("file", type=Path)
    parser.add_argument("--until", help="point in time, or latest; FILE is then the folder TIANMU_ARCHIVE_FOLDER")
    parser.add_argument("--passphrase-file", type=Path, help="else TIANMU_BACKUP_PASSPHRASE")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Restore; going back to a point in time makes the database itself."""
    if arguments.until:
        return with_settings(lambda: resolve(f"{CONSOLE}:restore_to")(arguments))
    return with_database(lambda: resolve(f"{CONSOLE}:restore")(arguments), ["restore"])
