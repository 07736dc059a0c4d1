"""What `tianmu dicom` does."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from tianmu.exchange.dicom import transport
from tianmu.exchange.dicom.server import Listening, start
from tianmu.exchange.partners.choices import Protocol
from tianmu.exchange.partners.selectors import partner_known_as
from tianmu.foundation.terminal import TerminalError


def serve(arguments: argparse.Namespace) -> int:
    """Listen until a signal asks for the end."""
    if arguments.certificate and not arguments.key:
        message = "--certificate needs --key."
        raise TerminalError(message)
    place = Listening(
        title=arguments.title or transport.TITLE,
        host=arguments.host,
        port=arguments.port,
        certificate=Path(arguments.certificate) if arguments.certificate else None,
        key=Path(arguments.key) if arguments.key else None,
    )
    try:
        _, server = start(place)
    except OSError as error:
        message = f"{place.host}:{place.port} cannot be listened at: {error}"
        raise TerminalError(message) from error
    sys.stdout.write(f"DICOM: {place.title} at {place.host}:{place.port}{' with TLS' if place.certificate else ''}\n")
    sys.stdout.flush()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    ended.wait()
    server.shutdown()
    return 0


def echo(arguments: argparse.Namespace) -> int:
    """Ask one partner."""
    partner = partner_known_as(Protocol.DICOM, arguments.identifier)
    if partner is None or not (partner.host and partner.port):
        message = f"There is no active partner {arguments.identifier} with host and port."
        raise TerminalError(message)
    try:
        answer = transport.probe(partner)
    except OSError as error:
        raise TerminalError(f"{partner.name}: {error}") from error
    sys.stdout.write(f"{partner.name}: {answer.text}\n")
    return 0 if answer.accepted else 1
