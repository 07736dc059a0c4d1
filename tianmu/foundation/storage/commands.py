"""`tianmu storage`: find missing and rotten files."""

from typing import Any

CONSOLE = "tianmu.foundation.storage.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("storage", help="stored files").add_subparsers(required=True)
    check = verbs.add_parser("check", help="compare tables and files; fails when one is missing or rotten")
    check.add_argument("--quick", action="store_true", help="look whether files are there without reading them")
    check.add_argument("--json", action="store_true", help="answer as JSON")
    check.set_defaults(run=f"{CONSOLE}:check", database=True)
    sweep = verbs.add_parser("sweep", help="remove what killed writers left behind more than a day ago")
    sweep.set_defaults(run=f"{CONSOLE}:sweep")
