"""What `tianmu servicedesk` does with a database."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from datetime import date, datetime, time

from django.db import close_old_connections
from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.terminal import TerminalError
from tianmu.operations.servicedesk.actions.checking import Difference, compare
from tianmu.operations.servicedesk.actions.letters import take_letter
from tianmu.operations.servicedesk.mail.fetching import MailboxError, fetch_configured
from tianmu.operations.servicedesk.mail.receiving import Receiver, RefusedLetterError

MOST_PRINTED = 50


def clocks(arguments: argparse.Namespace) -> int:
    """Compare every clock with its log; without --check differing ones are put right. 1 when one differed."""
    since = datetime.combine(date.fromisoformat(arguments.since), time(), ZONE) if arguments.since else None
    tickets = count = 0
    differences: list[Difference] = []
    for one in compare(since=since, now=timezone.now(), write=not arguments.check):
        if isinstance(one, Difference):
            differences.append(one)
        else:
            tickets, count = tickets + 1, count + one
    if arguments.json:
        told = {"tickets": tickets, "clocks": count, "differences": [asdict(one) for one in differences]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        for one in differences[:MOST_PRINTED]:
            sys.stdout.write(f"{one.number} {one.clock}: {one.field} {one.cached} -> {one.computed}\n")
        sys.stdout.write(f"{tickets} tickets, {count} clocks, {len(differences)} differences\n")
    return 1 if differences else 0


def fetch_mail(_arguments: argparse.Namespace) -> int:
    """Fetch letters once."""
    try:
        taken = fetch_configured(actor=system("service desk"), now=timezone.now())
    except MailboxError as error:
        raise TerminalError(str(error)) from error
    sys.stdout.write(f"{taken} letters\n")
    return 0


def receive_mail(arguments: argparse.Namespace) -> int:
    """Receive letters until Ctrl-C."""
    asyncio.run(_receive(Receiver(arguments.address, keep), arguments.host, arguments.port))
    return 0


async def _receive(receiver: Receiver, host: str, port: int) -> None:
    chosen = await receiver.start(host, port)
    sys.stdout.write(f"letters for {receiver.address} at {host}:{chosen}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def keep(data: bytes) -> None:
    """Take in a letter from a thread of the server.

    Raises:
        RefusedLetterError: it cannot be read.

    """
    close_old_connections()
    try:
        take_letter(actor=system("service desk"), data=data, now=timezone.now())
    except TianmuError as error:
        raise RefusedLetterError(error.detail) from error
    finally:
        close_old_connections()
