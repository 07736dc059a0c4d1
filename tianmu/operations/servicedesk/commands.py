"""`tianmu servicedesk`: recompute clocks, fetch and receive letters, read a pasted chat without a database."""

from pathlib import Path
from typing import Any

CONSOLE = "tianmu.operations.servicedesk.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("servicedesk", help="clocks, letters and chats of the service desk").add_subparsers(
        dest="verb", required=True
    )
    clocks = verbs.add_parser("clocks", help="compute every clock anew from the logs and compare with the cache")
    clocks.add_argument("--check", action="store_true", help="only compare; 1 when one differs")
    clocks.add_argument("--since", default="", help="only tickets raised from this day on (2026-11-01)")
    clocks.add_argument("--json", action="store_true", help="answer in JSON")
    clocks.set_defaults(run=f"{CONSOLE}:clocks", database=True)
    fetch = verbs.add_parser("fetch-mail", help="fetch letters from the mailbox in mailbox.json once")
    fetch.set_defaults(run=f"{CONSOLE}:fetch_mail", database=True)
    receive = verbs.add_parser("receive-mail", help="receive letters by SMTP until Ctrl-C")
    receive.add_argument("address", help="the desk's address")
    receive.add_argument("--host", default="127.0.0.1", help="where to listen")
    receive.add_argument("--port", type=int, default=8025, help="where to listen")
    receive.set_defaults(run=f"{CONSOLE}:receive_mail", database=True)
    chat = verbs.add_parser("chat", help="read a chat export and print its messages as JSON")
    chat.add_argument("file", type=Path, help="the export as text")
    chat.add_argument("--today", default="", help="the day that 今天 means (2026-11-01)")
    chat.set_defaults(run="tianmu.operations.servicedesk.reading:chat")
