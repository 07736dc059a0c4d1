"""`tianmu prepare`: check the database, apply migrations, load the demo county into an empty house."""

from typing import Any

RESIDENTS = 2000
SEED = 7


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("prepare", help="bring the database up to date and fill an empty one with the demo")
    parser.add_argument("--without-demo", action="store_true", help="leave an empty database empty")
    parser.add_argument("--residents", type=int, default=RESIDENTS, help="size of the demo county")
    parser.add_argument("--seed", type=int, default=SEED, help="which demo county")
    parser.set_defaults(run="tianmu.site.serve.preparation:run", database=True)
