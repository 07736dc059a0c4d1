"""`tianmu servicedesk chat`: the parser of chat exports on a file, without a database."""

import argparse
import json
import sys
from datetime import date

from tianmu.foundation.terminal import TerminalError
from tianmu.operations.servicedesk.rules.chat import ChatError, parse_chat


def chat(arguments: argparse.Namespace) -> int:
    """Print the messages of an export; 1 when it holds none."""
    today = date.fromisoformat(arguments.today) if arguments.today else date.today()  # noqa: DTZ011 - the reader's day
    try:
        found = parse_chat(arguments.file.read_text(encoding="utf-8", errors="replace"), today=today)
    except ChatError as error:
        raise TerminalError(str(error)) from error
    for one in found.messages:
        line = {"at": one.at.isoformat(), "sender": one.sender, "text": one.text}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0
