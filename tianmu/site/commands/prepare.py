"""`tianmu prepare`: check the database, apply migrations, load the demo county into an empty house."""

import argparse
import sys
from typing import Any

from tianmu.foundation.home import home
from tianmu.site.command_line import resolve, with_database
from tianmu.site.serve import stamp

RESIDENTS = 2000
SEED = 7


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("prepare", help="bring the database up to date and fill an empty one with the demo")
    parser.add_argument("--without-demo", action="store_true", help="leave an empty database empty")
    parser.add_argument("--residents", type=int, default=RESIDENTS, help="size of the demo county")
    parser.add_argument("--seed", type=int, default=SEED, help="which demo county")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Skip everything when this data folder was prepared by the same migrations before."""
    if stamp.already(home(), demo=not arguments.without_demo):
        sys.stdout.write("  database: up to date\n")
        return 0
    return with_database(lambda: resolve("tianmu.site.serve.preparation:run")(arguments), ["prepare"])
