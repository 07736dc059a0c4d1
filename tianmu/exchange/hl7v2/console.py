"""What `tianmu hl7v2` does."""

import argparse
import asyncio
import sys

from tianmu.exchange.hl7v2.server import Server
from tianmu.foundation.terminal import TerminalError


def serve(arguments: argparse.Namespace) -> int:
    """Take messages until Ctrl-C."""
    asyncio.run(_serve(arguments.host, arguments.port))
    return 0


async def _serve(host: str, port: int) -> None:
    try:
        chosen = await Server().start(host, port)
    except OSError as error:
        message = f"{host}:{port} cannot be listened at: {error}"
        raise TerminalError(message) from error
    sys.stdout.write(f"HL7 v2 (MLLP) at {host}:{chosen}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()
