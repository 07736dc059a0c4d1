"""`tianmu backup`: write database, files and keys to one encrypted archive, while the platform runs."""

import argparse
from pathlib import Path
from typing import Any

from tianmu.foundation.terminal import TerminalError
from tianmu.site.command_line import resolve, with_database, with_settings

CONSOLE = "tianmu.foundation.backup.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("backup", help="write database, files and keys to one archive")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--list", action="store_true", help="list the archives in FILE, a folder, and the bases")
    parser.add_argument("--check", action="store_true", help="read FILE to its end without restoring it")
    parser.add_argument("--base", action="store_true", help="take a base for restoring to a point in time")
    parser.add_argument("--passphrase-file", type=Path, help="else TIANMU_BACKUP_PASSPHRASE")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for; only writing needs the database."""
    if arguments.list:
        return with_settings(lambda: resolve(f"{CONSOLE}:listing")(arguments))
    if arguments.base:
        return with_database(lambda: resolve(f"{CONSOLE}:base")(arguments), ["backup"])
    if arguments.file is None:
        message = "Name the file: tianmu backup FILE."
        raise TerminalError(message)
    if arguments.check:
        return with_settings(lambda: resolve(f"{CONSOLE}:check")(arguments))
    return with_database(lambda: resolve(f"{CONSOLE}:backup")(arguments), ["backup"])
