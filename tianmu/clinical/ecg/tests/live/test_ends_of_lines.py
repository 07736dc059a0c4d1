"""How lines and sessions end: the code of a refusal arrives, and an end that the database missed is written later."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import OperationalError

from tianmu.clinical.ecg.rules.live.states import Course, EndReason, LiveState
from tianmu.clinical.ecg.streaming import desk, wire
from tianmu.clinical.ecg.streaming.hub import Hub
from tianmu.clinical.ecg.streaming.sources import Source, utc_now
from tianmu.clinical.ecg.streaming.wire import TOO_FAST, Line
from tianmu.foundation.db.keys import uuid7


class Wire:
    """The server below a line: what the device sent waits to be read, what is sent is kept."""

    def __init__(self, waiting: int, *, pours: bool = False) -> None:
        self.waiting, self.pours, self.sent = waiting, pours, list[dict[str, Any]]()

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(0)
        if not self.waiting and not self.pours:
            await asyncio.Event().wait()
        self.waiting = max(0, self.waiting - 1)
        return {"type": "websocket.receive", "bytes": b"frame"}

    async def send(self, message: Any) -> None:
        self.sent.append({**message, "unread": self.waiting})


@pytest.mark.parametrize("pours", [False, True])
def test_a_refused_device_is_read_until_it_is_quiet_or_the_time_is_over(
    pours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "QUIET_S", 0.05)
    monkeypatch.setattr(wire, "LISTEN_S", 0.2)
    below = Wire(100, pours=pours)
    line = Line(below.receive, below.send)
    line.open = True
    asyncio.run(asyncio.wait_for(line.turn_away(TOO_FAST, "Too much."), 10))
    assert [(one["code"], one["unread"]) for one in below.sent] == [(TOO_FAST, 0)]


def test_an_end_is_told_once_all_is_on_the_disk_and_written_when_the_database_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happened: list[object] = []
    now = utc_now()

    async def hang(why: str) -> None:
        happened.append(why)

    source = SimpleNamespace(
        info=SimpleNamespace(session=uuid7()),
        course=Course(LiveState.LIVE, now, now),
        alarms={},
        hang=hang,
        journal=SimpleNamespace(close=lambda: happened.append("on the disk")),
        counts=lambda: {"next_index": 120},
        state=dict,
        said_at=0.0,
    )

    def finish(_key: object, reason: EndReason, counts: object) -> None:
        happened.append((reason, counts))
        if len(happened) < 5:
            raise OperationalError

    monkeypatch.setattr(desk, "finish", finish)
    monkeypatch.setattr(desk, "AGAIN_S", 0.0)

    async def story() -> None:
        hub = Hub()
        hub.sources[source.info.session] = cast("Source", source)
        await hub.finish(cast("Source", source), EndReason.DEVICE)

    asyncio.run(asyncio.wait_for(story(), 10))
    assert happened == ["on the disk", "ended", *[(EndReason.DEVICE, {"next_index": 120})] * 3]
