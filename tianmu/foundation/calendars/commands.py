"""`tianmu calendars`: check how long the working days in force last, import the next table."""

from pathlib import Path
from typing import Any

CONSOLE = "tianmu.foundation.calendars.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("calendars", help="working days of the State Council").add_subparsers(required=True)
    check = verbs.add_parser("check", help="tell how long the calendar in force still lasts; fails 60 days before")
    check.set_defaults(run=f"{CONSOLE}:check", database=True)
    load = verbs.add_parser("import", help="load a table of two columns: date, rest or work")
    load.add_argument("file", type=Path)
    load.add_argument("--as", dest="version", required=True, help="name of this version, such as 2027.1")
    load.add_argument("--source", required=True, help="the notice it was taken from")
    load.set_defaults(run=f"{CONSOLE}:load", database=True)
