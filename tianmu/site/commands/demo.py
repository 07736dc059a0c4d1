"""`tianmu demo`: fill an empty database with the demo county."""

from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("demo", help="fill an empty database with the demo county")
    parser.add_argument(
        "part",
        nargs="?",
        choices=["county", "service-year"],
        default="county",
        help="the county, or a year of its service",
    )
    people = "how many people live there; above 50,000 with a year of ECGs (200 waveforms, repeated) and audit lines"
    parser.add_argument("--residents", type=int, default=2000, help=people)
    parser.add_argument("--seed", type=int, default=7, help="which demo county")
    parser.add_argument("--fill-later", action="store_true", help="leave most of the ECGs to a visible job")
    parser.add_argument("--questions", type=int, default=240, help="how many questions that year has")
    parser.set_defaults(run="tianmu.site.demo.told:run", database=True)
