"""`tianmu backup`: write database, files and keys to one encrypted archive, while the platform runs."""

from pathlib import Path
from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("backup", help="write database, files and keys to one archive")
    parser.add_argument("file", type=Path)
    parser.add_argument("--passphrase-file", type=Path, help="else TIANMU_BACKUP_PASSPHRASE")
    parser.set_defaults(run="tianmu.foundation.backup.console:backup", database=True)
