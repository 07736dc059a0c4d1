"""`tianmu dicom`: the listening side, and asking a partner whether it listens."""

from typing import Any


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the commands."""
    part = subparsers.add_parser("dicom", help="carts and archives")
    verbs = part.add_subparsers(dest="verb", required=True, metavar="VERB")
    serve = verbs.add_parser("serve", help="listen for carts until Ctrl-C: worklist and storage")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at")
    serve.add_argument("--port", type=int, default=11112, help="port to listen at")
    serve.add_argument("--title", default=None, help="own application entity title (default TIANMU)")
    serve.add_argument("--certificate", default=None, help="PEM file: listen with TLS")
    serve.add_argument("--key", default=None, help="PEM file with the key of the certificate")
    serve.set_defaults(run="tianmu.exchange.dicom.console:serve", database=True)
    echo = verbs.add_parser("echo", help="ask a partner whether it listens")
    echo.add_argument("identifier", help="its application entity title")
    echo.set_defaults(run="tianmu.exchange.dicom.console:echo", database=True)
