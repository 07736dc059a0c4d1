"""`tianmu worker`: run background jobs until Ctrl-C."""

from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("worker", help="run background jobs until Ctrl-C")
    parser.add_argument("--until-empty", action="store_true", help="stop when nothing waits")
    parser.set_defaults(run="tianmu.site.serve.job_worker:run", database=True)
