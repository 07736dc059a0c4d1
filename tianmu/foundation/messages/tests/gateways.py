"""Real gateways on loopback for tests: an HTTP gateway that takes short messages, an SMTP server that takes letters."""

import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


@dataclass
class HttpGateway:
    """What the gateway was sent, and how it answers: each status once, then 200."""

    url: str = ""
    token: str = "right"
    statuses: list[int] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def answer(self, key: str, authorization: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take one message; a known key is not taken again."""
        with self.lock:
            self.calls.append(body)
            if authorization != f"Bearer {self.token}":
                return 401, {}
            status = self.statuses.pop(0) if self.statuses else 200
            if status == 200:
                self.taken.setdefault(key, body)
            return status, {"reference": f"r-{key[:8]}"}


@contextmanager
def http_gateway() -> Iterator[HttpGateway]:
    """Run an HTTP gateway."""
    gateway = HttpGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = gateway.answer(self.headers["Idempotency-Key"], self.headers["Authorization"], body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/send"
    with _running(server):
        yield gateway


@dataclass
class Letters:
    """What the SMTP server took; addresses in `refused` get their code."""

    port: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)


@contextmanager
def smtp_server() -> Iterator[Letters]:
    """Run an SMTP server."""
    letters = Letters()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                words = line.decode().strip()
                verb = words.split(" ", 1)[0].split(":", 1)[0].upper()
                if verb == "QUIT":
                    return self._say("221 bye")
                self._answer(verb, words)
            return None

        def _answer(self, verb: str, words: str) -> None:
            if verb == "RCPT":
                address = words[words.index("<") + 1 : words.index(">")]
                code = letters.refused.get(address)
                return self._say(f"{code} refused" if code else "250 ok")
            if verb == "DATA":
                self._say("354 go on")
                lines = []
                while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(line)
                letters.taken.append(b"".join(lines))
            return self._say("250 ok")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    letters.port = int(server.server_address[1])
    with _running(server):
        yield letters


@contextmanager
def _running(server: socketserver.TCPServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
