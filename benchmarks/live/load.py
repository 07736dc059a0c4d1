"""Devices and screens in one process, so that one clock times a frame from its last sample to every screen."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tianmu.clinical.ecg.rules.live.frames import head_of, split
from tianmu.clinical.ecg.simulator.device import FRAME_S, Device
from tianmu.clinical.ecg.simulator.signals import Signal

VIEWERS = 4
Ticket = Callable[[UUID], Awaitable[str]]
Shifts = Callable[[], dict[UUID, int]]


@dataclass(slots=True)
class Seen:
    """What all screens saw: delays in ms from the last sample of a frame, and of alarms from their raising."""

    frames_ms: list[float] = field(default_factory=list)
    alarms_ms: list[float] = field(default_factory=list)
    shifts: dict[UUID, int] = field(default_factory=dict)
    counting: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table."""

    streams: int
    frames: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    core: float
    alarms: int
    alarm_p95_ms: float


def share(values: list[float], part: float) -> float:
    """Return a percentile; NaN of nothing."""
    found = sorted(values)
    return found[min(len(found) - 1, int(part * len(found)))] if found else float("nan")


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / 100.0


async def watch(line: ClientConnection, device: Device, seen: Seen) -> str:
    """Time every frame and every first sight of an alarm; return why the line was closed."""
    known: set[object] = set()
    with contextlib.suppress(ConnectionClosed):
        async for message in line:
            now = time.time() * 1000
            if isinstance(message, bytes):
                for frame in split(message):
                    head = head_of(frame)
                    sampled = device.began_ms + 1000 * FRAME_S * (head.seq - seen.shifts.get(head.session, 0) + 1)
                    if seen.counting:
                        seen.frames_ms.append(now - sampled)
                continue
            said = json.loads(message)
            for alarm in said.get("alarms", ()):
                if alarm["kind"] not in known and seen.counting:
                    seen.alarms_ms.append(now - alarm["raised_ms"])
                known.add(alarm["kind"])
    return f"{line.close_code} {line.close_reason}"


async def screen(address: str, ticket: Ticket, device: Device, seen: Seen) -> str:
    """Open one line of one screen to one stream."""
    while device.told.session is None:
        await asyncio.sleep(0.05)
    key = device.told.session
    opening = json.dumps({"type": "open", "ticket": await ticket(key)})
    async with connect(address, compression=None, open_timeout=60) as line:
        await line.send(opening)
        await line.send(json.dumps({"type": "watch", "session": str(key), "seconds": 0}))
        return await watch(line, device, seen)


async def run(
    url: str,
    tokens: list[str],
    signals: list[Signal],
    ticket: Ticket,
    shifts: Shifts,
    *,
    streams: int,
    seconds: float,
    pid: int,
) -> Figures:
    """Let devices send and screens watch; measure the last `seconds`."""
    seen, base = Seen(), url.replace("http", "ws", 1) + "/api/v1/ecg/live/"
    devices = [
        Device(
            base + "send",
            signals[number % len(signals)],
            token=tokens[number % len(tokens)],
            patient={"name": f"测{number}"},
            place=f"{number} 床",
        )
        for number in range(streams)
    ]
    sending = [asyncio.create_task(one.run()) for one in devices]
    watching = [
        asyncio.create_task(screen(base + "watch", ticket, one, seen)) for one in devices for _ in range(VIEWERS)
    ]
    try:
        while not all(one.told.acknowledged > 5 for one in devices):
            for task in (*sending, *watching):
                if task.done():
                    raise RuntimeError(f"A line ended early: {task.exception() or task.result()}")
            await asyncio.sleep(0.2)
        await asyncio.sleep(12)
        seen.shifts = await asyncio.to_thread(shifts)
        seen.counting, began, used = True, time.monotonic(), cpu_seconds(pid)
        await asyncio.sleep(seconds)
        core = (cpu_seconds(pid) - used) / (time.monotonic() - began)
        seen.counting = False
    finally:
        for one in devices:
            one.stop()
        await asyncio.wait(sending, timeout=30)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    frames, alarms = seen.frames_ms, seen.alarms_ms
    return Figures(
        streams, len(frames), share(frames, 0.5), share(frames, 0.95), max(frames, default=0.0), core,
        len(alarms), share(alarms, 0.95),
    )  # fmt: skip
