"""`tianmu residents`: duplicates of the whole county."""

from typing import Any

CONSOLE = "tianmu.registry.residents.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("residents", help="the register of people").add_subparsers(required=True)
    duplicates = verbs.add_parser("duplicates", help="count entries that may be one person; --scan compares the county")
    duplicates.add_argument("--scan", action="store_true", help="compare every entry with its like, now")
    duplicates.add_argument("--json", action="store_true", help="answer as JSON")
    duplicates.set_defaults(run=f"{CONSOLE}:duplicates", database=True)
