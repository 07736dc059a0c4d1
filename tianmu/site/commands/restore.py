"""`tianmu restore`: read an archive into an empty installation."""

from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("restore", help="read such an archive into an empty installation")
    parser.add_argument("file", type=Path)
    parser.add_argument("--passphrase-file", type=Path, help="else TIANMU_BACKUP_PASSPHRASE")
    parser.set_defaults(run="tianmu.foundation.backup.console:restore", database=True)
