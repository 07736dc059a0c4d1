"""`tianmu documents`: prove that what is signed is as it was signed; the certificates of those who sign."""

from pathlib import Path
from typing import Any

CONSOLE = "tianmu.foundation.documents.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("documents", help="signed documents").add_subparsers(required=True)
    verify = verbs.add_parser("verify", help="check content, chain, signatures, time stamps and completeness")
    verify.add_argument("--json", action="store_true", help="answer as JSON")
    verify.set_defaults(run=f"{CONSOLE}:verify", database=True)
    stamp = verbs.add_parser("stamp", help="ask for the time stamps that are owed; the worker does so every minute")
    stamp.set_defaults(run=f"{CONSOLE}:stamp", database=True)
    listing = verbs.add_parser("certificates", help="list the certificates of the test authority")
    listing.add_argument("--authority", type=Path, help="also write the authority's own certificate to this file")
    listing.set_defaults(run=f"{CONSOLE}:certificates", database=True)
    issue = verbs.add_parser("certify", help="issue a new certificate of the test authority to an account")
    issue.add_argument("login")
    issue.set_defaults(run=f"{CONSOLE}:certify", database=True)
    revoke = verbs.add_parser("revoke", help="revoke a certificate; what it signed before stays good")
    revoke.add_argument("serial")
    revoke.add_argument("--reason", required=True)
    revoke.set_defaults(run=f"{CONSOLE}:revoke", database=True)
