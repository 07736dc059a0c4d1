"""A light HTTP/1.1 client for load: keep-alive sockets on one event loop, no library between, so that little is spent.

Each client sends one request, waits for its answer, sends the next: 16 clients are 16 people who never pause.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Ask = Callable[[], bytes]


@dataclass
class Measured:
    """What a run saw: seconds of each answer that was right, statuses of those that were not, how long it took."""

    seconds: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Return right answers per second."""
        return len(self.seconds) / self.took if self.took else 0.0

    def percentile_ms(self, share: float) -> float:
        """Return the time within which a share of the answers came, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, ask: Ask, expected: int, deadline: float, measured: Measured) -> None:
        self.ask, self.expected, self.deadline, self.measured = ask, expected, deadline, measured
        self.begun = 0.0
        self.waiting = b""
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.send()

    def send(self) -> None:
        """Send the next request, or end."""
        self.begun = time.perf_counter()
        if self.begun >= self.deadline:
            self.transport.close()
            return
        self.transport.write(self.ask())

    def data_received(self, data: bytes) -> None:
        """Count an answer once it is whole."""
        self.waiting += data
        head, found, body = self.waiting.partition(b"\r\n\r\n")
        if not found or len(body) < length_of(head):
            return
        status = int(head[9:12])
        if status == self.expected:
            self.measured.seconds.append(time.perf_counter() - self.begun)
        else:
            self.measured.wrong[status] = self.measured.wrong.get(status, 0) + 1
        self.waiting = b""
        self.send()

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell that this client is done."""
        if not self.over.done():
            self.over.set_result(None)


def length_of(head: bytes) -> int:
    """Return the length of the body that a head announces."""
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 : lower.find(b"\r\n", at) if b"\r\n" in lower[at:] else None]) if at >= 0 else 0


def run(port: int, asks: list[Ask], seconds: float, expected: int = 200) -> Measured:
    """Let one client for each of `asks` work for so long, and return what was measured."""

    async def all_of_them() -> Measured:
        measured = Measured()
        begun = time.perf_counter()
        loop = asyncio.get_running_loop()
        clients = []
        for ask in asks:
            _, client = await loop.create_connection(
                lambda ask=ask: Client(ask, expected, begun + seconds, measured),  # type: ignore[misc]  # a default
                "127.0.0.1",
                port,
            )
            clients.append(client)
        await asyncio.gather(*(client.over for client in clients))
        measured.took = time.perf_counter() - begun
        return measured

    return asyncio.run(all_of_them())


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def in_turn(requests: Iterator[bytes]) -> Ask:
    """Return what asks for the next of endless requests."""
    return lambda: next(requests)
