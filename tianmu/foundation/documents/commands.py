"""`tianmu documents`: prove that what is signed is as it was signed."""

from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("documents", help="signed documents").add_subparsers(required=True)
    verify = verbs.add_parser("verify", help="check content, chain and signatures of every signed version")
    verify.add_argument("--json", action="store_true", help="answer as JSON")
    verify.set_defaults(run="tianmu.foundation.documents.console:verify", database=True)
