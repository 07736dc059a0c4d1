"""A screen that takes nothing: the others get everything at once, and what waits for it stays small."""

import asyncio

import pytest

from tianmu.clinical.ecg.streaming import viewers
from tianmu.clinical.ecg.streaming.viewers import (
    MOST_BACKLOG_BYTES,
    MOST_TEXTS,
    MOST_WAITING,
    Channel,
    TooSlowError,
    Viewer,
)
from tianmu.foundation.db.keys import uuid7

FRAMES = 2_000
FRAME = bytes(1_236)


def screen() -> Viewer:
    return Viewer(uuid7(), None)


async def never(_message: bytes | str) -> None:
    await asyncio.Event().wait()


def test_delays_nobody_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "SEND_SECONDS", 0.2)
    channel, quick, stalled, taken = Channel(), screen(), screen(), bytearray()

    async def take(message: bytes | str) -> None:
        taken.extend(message if isinstance(message, bytes) else b"")

    async def story() -> None:
        for one in (quick, stalled):
            channel.add(one, None)
        writing = asyncio.create_task(quick.write(take, take))
        stuck = asyncio.create_task(stalled.write(never, never))
        for _ in range(FRAMES):
            channel.publish(FRAME)
            await asyncio.sleep(0)
            assert len(stalled.samples) <= MOST_WAITING
        with pytest.raises(TooSlowError):
            await stuck
        quick.close("done")
        await writing

    asyncio.run(asyncio.wait_for(story(), 10))
    assert (len(taken), quick.dropped) == (FRAMES * len(FRAME), 0)
    assert stalled.dropped >= FRAMES - 2 * MOST_WAITING


def test_asks_again_and_again_for_ten_minutes_and_fills_no_memory() -> None:
    one, ten_minutes = screen(), [FRAME] * 3_000
    for _ in range(20):
        one.back_fill(ten_minutes)
    assert sum(map(len, one.backlog)) == one.backlog_bytes <= MOST_BACKLOG_BYTES
    assert one.backlog_bytes + one.dropped * len(FRAME) == 20 * 3_000 * len(FRAME)


def test_asks_without_end_and_is_closed() -> None:
    one = screen()
    for _ in range(2 * MOST_TEXTS):
        one.say({"type": "pong"})
    assert (len(one.texts), one.closed_because) == (MOST_TEXTS, "slow")
