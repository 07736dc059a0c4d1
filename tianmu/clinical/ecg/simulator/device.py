"""The client side of the protocol: hello, frames on time, what was not acknowledged sent again after a broken line."""

import asyncio
import contextlib
import json
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tianmu.clinical.ecg.rules.live.frames import Frame, encode
from tianmu.clinical.ecg.simulator.signals import Signal

AGAIN_S = 0.5
KEPT_FRAMES = 600
GRACE_S = 3.0
FRAME_S = 0.2
OVER = 4_400


class RefusedByServerError(Exception):
    """Raised when the server will not have this device; trying again does not help."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the device behaves: `loss` of frames for ever, a broken line every `breaks_s`, `pauses_s` long."""

    loss: float = 0.0
    breaks_s: float = 0.0
    pause_s: float = 1.0
    resends: bool = True
    seconds: float = 0.0
    frame_s: float = FRAME_S
    seed: int = 1


@dataclass(slots=True)
class Told:
    """What happened so far."""

    session: UUID | None = None
    sent: int = 0
    lost: int = 0
    resent: int = 0
    connections: int = 0
    acknowledged: int = 0
    began_ms: int = 0
    ended: str = ""
    times_ms: dict[int, float] = field(default_factory=dict)


class Device:
    """One device that streams until its seconds are over, it is stopped, or the server ends the session."""

    def __init__(
        self,
        address: str,
        signal: Signal,
        *,
        token: str = "",
        ticket: str = "",
        patient: dict[str, str] | None = None,
        place: str = "",
        manner: Manner | None = None,
        says: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self.address, self.signal, self.token, self.ticket = address, signal, token, ticket
        self.patient, self.place, self.says = patient, place, says
        self.manner = manner or Manner()
        self.count = round(self.manner.frame_s * signal.fs_hz)
        self.told = Told()
        self.random = random.Random(self.manner.seed)  # noqa: S311 - chance of a simulator
        self.kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT_FRAMES)
        self.next_seq = 0
        self.began = self.began_ms = 0.0
        self.stopping = asyncio.Event()

    async def run(self) -> Told:
        """Stream; reconnect as a device does. Returns what happened.

        Raises:
            RefusedByServerError: the server refused the hello, the token or a frame.

        """
        working, grace = asyncio.create_task(self._work()), asyncio.create_task(self._grace_over())
        try:
            await asyncio.wait({working, grace}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
            else:
                self.says("no answer to the end of the session")
        finally:
            for task in (working, grace):
                task.cancel()
            await asyncio.gather(working, grace, return_exceptions=True)
        self.told.ended = self.told.ended or "stopped"
        return self.told

    async def _work(self) -> None:
        while not self.told.ended and not self.stopping.is_set():
            try:
                await self._connected()
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError) as error:
                code = getattr(getattr(error, "rcvd", None), "code", 0) or 0
                if code >= OVER:
                    raise RefusedByServerError(str(error)) from error
                self.says(f"line lost ({type(error).__name__}), trying again")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), AGAIN_S)

    async def _grace_over(self) -> None:
        """Wait until it was asked to stop and had its time to end the session in order."""
        await self.stopping.wait()
        await asyncio.sleep(GRACE_S)

    def stop(self) -> None:
        """End the session in order; after three seconds without the server."""
        self.stopping.set()

    async def _connected(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        address = self.address + (f"?ticket={self.ticket}" if self.ticket else "")
        async with connect(address, additional_headers=headers, compression=None, max_queue=64) as line:
            self.told.connections += 1
            await line.send(json.dumps(self._hello()))
            await self._welcomed(await self._object(line))
            listener = asyncio.create_task(self._listen(line))
            try:
                await self._stream(line)
            finally:
                listener.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                    await listener

    def _hello(self) -> dict[str, Any]:
        return {
            "protocol": 1,
            "leads": list(self.signal.leads),
            "fs_hz": self.signal.fs_hz,
            "samples_per_frame": self.count,
            "uv_per_lsb": list(self.signal.uv_per_lsb),
            "device_clock": datetime.now().astimezone().isoformat(timespec="seconds"),
            "place": self.place,
            "patient": self.patient,
            "resume": str(self.told.session) if self.told.session else None,
        }

    async def _object(self, line: ClientConnection) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await asyncio.wait_for(line.recv(), 20))
        if found.get("type") == "refused":
            raise RefusedByServerError(f"{found.get('code')}: {found.get('detail')}")
        return found

    async def _welcomed(self, welcome: dict[str, Any]) -> None:
        rejoined = self.told.session is not None
        self.told.session = UUID(welcome["session"])
        self.says(f"{'joined again' if rejoined else 'session'} {self.told.session}")
        self.resend_from = int(welcome["next_seq"]) if self.manner.resends else self.next_seq

    async def _stream(self, line: ClientConnection) -> None:
        if not self.began:
            self.began, self.began_ms = time.monotonic(), time.time() * 1000
        for seq, data in [one for one in self.kept if one[0] >= self.resend_from]:
            await line.send(data)
            self.told.resent += 1
            self.told.times_ms.setdefault(seq, time.time() * 1000)
        opened = time.monotonic()
        while True:
            if self.manner.seconds and self.next_seq * self.manner.frame_s >= self.manner.seconds:
                self.stopping.set()
            if self.stopping.is_set():
                await line.send(json.dumps({"type": "end"}))
                self.told.ended = "device"
                with contextlib.suppress(ConnectionClosed, TimeoutError):
                    await asyncio.wait_for(line.wait_closed(), 2)
                return
            if self.told.ended:
                return
            due = self.began + (self.next_seq + 1) * self.manner.frame_s
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._send_next(line)
            if self.manner.breaks_s and time.monotonic() - opened > self.manner.breaks_s:
                line.transport.abort()
                self.says("line broken on purpose")
                await self._pause()
                return

    async def _send_next(self, line: ClientConnection) -> None:
        if self.told.session is None:
            return
        seq, data = self._next(self.told.session)
        if self.random.random() < self.manner.loss:
            self.told.lost += 1
            return
        self.kept.append((seq, data))
        self.told.times_ms[seq] = time.time() * 1000
        if len(self.told.times_ms) > 5 * KEPT_FRAMES:
            self.told.times_ms.pop(next(iter(self.told.times_ms)))
        await line.send(data)
        self.told.sent += 1

    def _next(self, session: UUID) -> tuple[int, bytes]:
        """Return the next frame, stamped with the instant of its first sample by the device's clock."""
        seq, self.next_seq = self.next_seq, self.next_seq + 1
        clock_ms = round(self.began_ms + 1000 * seq * self.manner.frame_s)
        return seq, encode(Frame(session, seq, clock_ms, self.signal.at(seq * self.count, self.count)))

    async def _pause(self) -> None:
        """Be away; what is recorded meanwhile waits in the device."""
        end = time.monotonic() + self.manner.pause_s
        while time.monotonic() < end:
            await asyncio.sleep(0.05)
            due = self.began + (self.next_seq + 1) * self.manner.frame_s
            if due <= time.monotonic() and self.told.session is not None:
                self.kept.append(self._next(self.told.session))

    async def _listen(self, line: ClientConnection) -> None:
        async for message in line:
            said = json.loads(message)
            if said["type"] == "ack":
                self.told.acknowledged = said["next_seq"]
                while self.kept and self.kept[0][0] < self.told.acknowledged:
                    self.kept.popleft()
            elif said["type"] in {"ended", "refused"}:
                self.told.ended = said.get("reason") or said["type"]
            elif said["type"] == "moved":
                line.transport.abort()
