"""The same devices and screens at the naive server: the same samples as JSON."""

import asyncio
import contextlib
import json
import time

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.live.load import VIEWERS, Figures, Seen, cpu_seconds, share
from tianmu.clinical.ecg.simulator.device import FRAME_S
from tianmu.clinical.ecg.simulator.signals import Signal

COUNT = 50


async def device(url: str, key: str, signal: Signal) -> None:
    """Send frames on time."""
    async with connect(url, compression=None, open_timeout=60) as line:
        await line.send(json.dumps({"who": "device", "session": key}))
        began, seq = time.time(), 0
        while True:
            due = began + (seq + 1) * FRAME_S
            await asyncio.sleep(max(0.0, due - time.time()))
            samples = signal.at(seq * COUNT, COUNT).tolist()
            await line.send(json.dumps({"seq": seq, "sampled": due * 1000, "samples": samples}))
            seq += 1


async def screen(url: str, key: str, seen: Seen) -> None:
    """Time every frame."""
    async with connect(url, compression=None, open_timeout=60) as line:
        await line.send(json.dumps({"who": "screen", "session": key}))
        with contextlib.suppress(ConnectionClosed):
            async for message in line:
                frame = json.loads(message)
                if seen.counting:
                    seen.frames_ms.append(time.time() * 1000 - frame["sampled"])


async def run(url: str, signals: list[Signal], *, streams: int, seconds: float, pid: int) -> Figures:
    """Measure the naive server."""
    seen, keys = Seen(), [str(number) for number in range(streams)]
    tasks = [asyncio.create_task(screen(url, key, seen)) for key in keys for _ in range(VIEWERS)]
    tasks += [asyncio.create_task(device(url, key, signals[int(key) % len(signals)])) for key in keys]
    await asyncio.sleep(8)
    seen.counting, began, used = True, time.monotonic(), cpu_seconds(pid)
    await asyncio.sleep(seconds)
    core = (cpu_seconds(pid) - used) / (time.monotonic() - began)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    frames = seen.frames_ms
    return Figures(
        streams, len(frames), share(frames, 0.5), share(frames, 0.95), max(frames, default=0.0), core, 0, float("nan")
    )
