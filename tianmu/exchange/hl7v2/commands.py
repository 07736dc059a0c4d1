"""`tianmu hl7v2`: the listening side."""

from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the commands."""
    part = subparsers.add_parser("hl7v2", help="hospital systems over MLLP")
    verbs = part.add_subparsers(dest="verb", required=True, metavar="VERB")
    serve = verbs.add_parser("serve", help="take orders (ORM^O01, OMG^O19) until Ctrl-C")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at")
    serve.add_argument("--port", type=int, default=2575, help="port to listen at")
    serve.set_defaults(run="tianmu.exchange.hl7v2.console:serve", database=True)
