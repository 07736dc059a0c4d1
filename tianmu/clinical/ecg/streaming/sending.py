"""A device on its line: hello, welcome, frames, acknowledgements, end."""

import asyncio
import contextlib
import json
import logging
import time
from typing import TYPE_CHECKING
from uuid import UUID

from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.rules.live.frames import FrameError
from tianmu.clinical.ecg.rules.live.hello import Hello, HelloError, read_hello
from tianmu.clinical.ecg.rules.live.states import EndReason, SessionOverError
from tianmu.clinical.ecg.rules.live.timeline import AheadError
from tianmu.clinical.ecg.streaming import desk
from tianmu.clinical.ecg.streaming.desk import Sender
from tianmu.clinical.ecg.streaming.relay_client import TEXT, read_message
from tianmu.clinical.ecg.streaming.sources import Source, utc_now, wall_ms
from tianmu.clinical.ecg.streaming.wire import (
    BAD_REQUEST,
    ENDED,
    REFUSED,
    SIGN_IN,
    TOO_FAST,
    GoneError,
    Line,
    object_of,
)
from tianmu.foundation.access.errors import TianmuError

if TYPE_CHECKING:
    from tianmu.clinical.ecg.streaming.hub import Hub

log = logging.getLogger(__name__)
HELLO_SECONDS = 10.0
ACK_SECONDS = 1.0
MESSAGES_PER_SECOND, MOST_BURST = 60.0, 1_500.0
RELEASE_SECONDS = 5.0


class Bucket:
    """How many messages a device may send: sixty a second, and a minute's worth at once after a broken line."""

    def __init__(self, ahead_s: float) -> None:
        self.most = MOST_BURST + ahead_s * MESSAGES_PER_SECOND
        self.left, self.at = self.most, time.monotonic()

    def take(self) -> bool:
        """Take one; False when too many came."""
        now = time.monotonic()
        self.left = min(self.most, self.left + (now - self.at) * MESSAGES_PER_SECOND) - 1.0
        self.at = now
        return self.left >= 0.0


async def serve_device(hub: "Hub", line: Line, bearer: str, ticket: str) -> None:
    """Serve one device until it ends or its line breaks."""
    sender = await _sender(hub, bearer, ticket)
    if sender is None:
        await line.turn_away(SIGN_IN, "Bring the token of a device, or a ticket that was not used.")
        return
    source: Source | None = None

    async def hang(why: str) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            await line.say({"type": why})
            await line.close(ENDED, why)

    try:
        async with asyncio.timeout(HELLO_SECONDS):
            hello = read_hello(object_of(await line.receive()))
        source = await _source(hub, sender, hello)
        previous, source.hang = source.hang, hang
        if previous is not None:
            await previous("replaced")
        await line.say(
            {
                "type": "welcome",
                "session": str(source.info.session),
                "next_seq": source.timeline.next_seq,
                "server_ms": wall_ms(),
                "rejoined": hello.resume is not None,
            }
        )
        await _frames(hub, line, source)
    except GoneError:
        pass
    except HelloError as error:
        await _refuse(line, Code.LIVE_HELLO, str(error), BAD_REQUEST)
    except TianmuError as error:
        await _refuse(line, error.code, error.detail, TOO_FAST if error.status == 429 else REFUSED)
    except SessionOverError as error:
        await _refuse(line, Code.LIVE_OVER, str(error), ENDED)
    except (FrameError, ValueError, TypeError, TimeoutError) as error:
        code = TOO_FAST if isinstance(error, AheadError) else BAD_REQUEST
        await _refuse(line, Code.LIVE_FRAME, str(error) or "Nothing came in time.", code)
    finally:
        if source is not None and hub.sources.get(source.info.session) is source and source.hang is hang:
            hub.lost(source)


async def _sender(hub: "Hub", bearer: str, ticket: str) -> Sender | None:
    if bearer:
        return await hub.work(desk.sender_by_token, bearer, None)
    return await hub.work(desk.sender_by_ticket, ticket) if ticket else None


async def _refuse(line: Line, code: str, detail: str, number: int) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        await line.say({"type": "refused", "code": code, "detail": detail})
        await line.turn_away(number, detail)


async def _source(hub: "Hub", sender: Sender, hello: Hello) -> Source:
    """Return the stream: a new one, the one that is here, or one taken over from another process."""
    account = sender.actor.account_id
    if hello.resume is None:
        opened = await hub.work(desk.begin, sender.actor, hello, hub.address)
        source = Source(opened, sender.token_id, account)
        hub.adopt(source)
        return source
    before, key = await hub.work(desk.join, sender.actor, hello.resume, hello, hub.address)
    here = hub.sources.get(key)
    if here is not None:
        here.course, here.token_id, here.last_heard = here.course.joined(utc_now()), sender.token_id, time.monotonic()
        return here
    if before and before != hub.address:
        await _take_over(before, key)
    source = Source(await hub.work(desk.load, key), sender.token_id, account)
    hub.adopt(source)
    return source


async def _take_over(address: str, key: UUID) -> None:
    """Ask the process that held the session to let go; one that is dead has nothing more to write."""
    with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(RELEASE_SECONDS):
            reader, writer = await asyncio.open_unix_connection(address)
            try:
                writer.write(json.dumps({"op": "release", "session": str(key)}).encode() + b"\n")
                kind, data = await read_message(reader)
                if kind == TEXT:
                    log.info("a session was not held any more: %s", data.decode("utf-8", "replace"))
            finally:
                writer.close()


async def _frames(hub: "Hub", line: Line, source: Source) -> None:
    """Take frames until the device says that it is done; what is on the disk is acknowledged once a second."""
    bucket, said_at = Bucket(source.timeline.ahead_ms / 1000), time.monotonic()
    while True:
        message = await line.receive()
        if not bucket.take():
            raise AheadError("The device sends more messages than sixty a second.")
        if isinstance(message, str):
            if object_of(message).get("type") == "end":
                await hub.finish(source, EndReason.DEVICE)
                return
            continue
        if hub.sources.get(source.info.session) is not source:
            return
        hub.feed(source, message)
        now = time.monotonic()
        if now - said_at >= ACK_SECONDS:
            said_at = now
            await line.say({"type": "ack", "next_seq": source.written_seq})
