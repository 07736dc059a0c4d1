"""`tianmu check`: examine this installation and say what to do about each fault."""

from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("check", help="examine this installation")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run="tianmu.site.serve.checkup:run")
