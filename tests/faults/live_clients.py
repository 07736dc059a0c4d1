"""Live ECG from outside: devices of the simulator and screens over real WebSockets, which go on when a line breaks."""

import asyncio
import contextlib
import json
from collections import Counter
from typing import Any
from uuid import UUID

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.served import Platform
from tianmu.clinical.ecg.rules.live.assembly import assembled
from tianmu.clinical.ecg.rules.live.frames import Int16, head_of, split
from tianmu.clinical.ecg.simulator.device import Device, Manner
from tianmu.clinical.ecg.simulator.signals import Signal, drawn

COUNT = 50
BREAKS = (OSError, ConnectionClosed, InvalidHandshake, TimeoutError)


def sinus(rhythm: str = "sinus", seconds: float = 60.0) -> Signal:
    """Return twelve leads of a rhythm."""
    return drawn([f"{rhythm}:{seconds:g}"])


def device(served: Platform, manner: Manner, signal: Signal | None = None, token: str = "") -> Device:
    """Return a device of the demo county."""
    return Device(
        f"ws://127.0.0.1:{served.port}/api/v1/ecg/live/send",
        signal or sinus(),
        token=token or (served.home / "demo-device-token").read_text().strip(),
        patient={"name": "周实时", "sex": "M"},
        place="抢救室 1 床",
        manner=manner,
    )


class Screen:
    """Somebody who watches one session, asking for a new ticket when the line breaks."""

    def __init__(self, served: Platform, cookie: str) -> None:
        self.served, self.cookie = served, cookie
        self.frames: dict[int, bytes] = {}
        self.states: list[dict[str, Any]] = []
        self.closed: dict[str, Any] = {}
        self.breaks: Counter[int] = Counter()

    async def watch(self, session: UUID) -> None:
        """Watch until the session has ended or the right is gone."""
        while not self.closed:
            with contextlib.suppress(*BREAKS):
                await self._line(session)
            await asyncio.sleep(0.1)

    async def _line(self, session: UUID) -> None:
        body = {"sessions": [str(session)]}
        answer = await asyncio.to_thread(
            self.served.call, "POST", "/ecg/live/streams", body, cookie=self.cookie, seconds=5
        )
        if answer.status != 200:
            return
        async with connect(f"ws://127.0.0.1:{self.served.port}/api/v1/ecg/live/watch", compression=None) as line:
            await line.send(json.dumps({"type": "open", "ticket": answer.json["ticket"]}))
            await line.send(json.dumps({"type": "watch", "session": str(session), "seconds": 600}))
            try:
                await self._listen(line)
            finally:
                self.breaks[line.close_code or 0] += 1

    async def _listen(self, line: ClientConnection) -> None:
        """Take what comes; after the end, what is still on its way."""
        while True:
            patience = 2.0 if self.closed else None
            try:
                message = await asyncio.wait_for(line.recv(), patience)
            except TimeoutError:
                return
            if isinstance(message, bytes):
                for frame in split(message):
                    self.frames[head_of(frame).seq] = frame
                continue
            said = json.loads(message)
            if said["type"] == "state":
                self.states.append(said)
            if said["type"] == "closed" or said.get("state") == "ended":
                self.closed = said


def signal_of(frames: dict[int, bytes], first: int, end: int) -> Int16:
    """Return what was seen, in order, holes as missing."""
    return assembled(frames.values(), leads=12, samples_per_frame=COUNT, first=first, end=end)


def sent_by(sender: Device, end: int) -> Int16:
    """Return what the device recorded."""
    return np.concatenate([sender.signal.at(seq * COUNT, COUNT) for seq in range(end)], axis=1)


async def until(true: Any, seconds: float = 30.0) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.05)


async def begun(sender: Device) -> UUID:
    """Wait until the device has its session."""
    await until(lambda: sender.told.session is not None)
    if sender.told.session is None:
        raise AssertionError
    return sender.told.session
