"""`tianmu keys`: which keys seal, and turning them over."""

from typing import Any

CONSOLE = "tianmu.foundation.keys.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("keys", help="keys of sealed columns").add_subparsers(required=True)
    status = verbs.add_parser("status", help="tell which key version seals and how many values each has sealed")
    status.set_defaults(run=f"{CONSOLE}:status", database=True)
    rotate = verbs.add_parser("rotate", help="begin a new key version and seal everything anew, while running")
    rotate.add_argument("--algorithm", choices=("aes-gcm", "sm4-gcm"), help="seal with this from now on")
    rotate.add_argument("--continue", dest="go_on", action="store_true", help="finish an earlier turn; no new version")
    rotate.add_argument("--hashes", action="store_true", help="turn over the look-up hashes too")
    rotate.set_defaults(run=f"{CONSOLE}:rotate", database=True)
