"""`tianmu retention`: what is kept how long, and removing what is due."""

from typing import Any

CONSOLE = "tianmu.foundation.retention.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("retention", help="how long what is kept").add_subparsers(required=True)
    plan = verbs.add_parser("plan", help="tell what is due to be removed; nothing is changed")
    plan.set_defaults(run=f"{CONSOLE}:plan", database=True)
    apply = verbs.add_parser("apply", help="remove what is due now; the worker does so each night")
    apply.set_defaults(run=f"{CONSOLE}:apply", database=True)
