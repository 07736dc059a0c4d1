"""`tianmu audit`: seal what waits, verify what was sealed."""

from typing import Any

CONSOLE = "tianmu.foundation.audit.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("audit", help="the audit log").add_subparsers(required=True)
    verify = verbs.add_parser("verify", help="find altered, missing, reordered or smuggled lines; fails when there are")
    verify.add_argument("--month", help="only this month, such as 2026-11")
    verify.add_argument("--json", action="store_true", help="answer as JSON")
    verify.set_defaults(run=f"{CONSOLE}:verify", database=True)
    seal = verbs.add_parser("seal", help="seal the lines that wait; the worker does so three times a minute")
    seal.set_defaults(run=f"{CONSOLE}:seal", database=True)
