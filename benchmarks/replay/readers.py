"""Readers who look at the worklist while the day goes by, each once in so many seconds."""

import asyncio
import time
from dataclasses import dataclass, field
from threading import Event, Thread

from benchmarks.ground.load import length_of, request
from benchmarks.ground.people import signed_in

LOGINS = ("reader1", "reader2", "reviewer1", "head1")
STATES = "&".join(f"state={one}" for one in ("uploaded", "waiting", "in_progress", "to_review", "in_consultation"))
WORKLIST = f"/api/v1/ecg/orders?limit=50&order=worklist&{STATES}"


@dataclass
class Read:
    """What the readers saw: seconds of each answer, and how often none came (the platform was being killed)."""

    seconds: list[float] = field(default_factory=list)
    unanswered: int = 0


class Readers:
    """A thread with the readers, until the end of the block."""

    def __init__(self, port: int, count: int, every_s: float) -> None:
        self.port, self.every_s = port, every_s
        self.cookies = [signed_in(port, LOGINS[number % len(LOGINS)]) for number in range(count)]
        self.read, self.over = Read(), Event()
        self.thread = Thread(target=lambda: asyncio.run(self._all()))

    def __enter__(self) -> Read:
        """Begin to read."""
        self.thread.start()
        return self.read

    def __exit__(self, *_reason: object) -> None:
        """Wait for the last answers."""
        self.over.set()
        self.thread.join()

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(number) for number in range(len(self.cookies))))

    async def _one(self, number: int) -> None:
        headers = {"Cookie": self.cookies[number], "X-Tianmu-Client": "desk", "Connection": "close"}
        asked = request("GET", WORKLIST, headers)
        await asyncio.sleep(self.every_s * number / len(self.cookies))
        while not self.over.is_set():
            began = time.perf_counter()
            try:
                answered = await asyncio.wait_for(self._ask(asked), 30)
            except (OSError, EOFError, TimeoutError):
                answered = False
            took = time.perf_counter() - began
            if answered:
                self.read.seconds.append(took)
            else:
                self.read.unanswered += 1
            await asyncio.sleep(max(0.05, self.every_s - took))

    async def _ask(self, asked: bytes) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(length_of(head))
            return head[9:12] == b"200"
        finally:
            writer.close()
