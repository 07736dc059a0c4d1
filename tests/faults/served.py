"""A whole platform of its own with a small demo county, as real processes that a test may kill."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.installations import COMMAND, copied_county, environment
from tianmu.foundation.db.tests.houses import ask, cluster_in

PASSWORD = "tianmu-demo"
READY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    cookies: tuple[str, ...]

    @property
    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


class Platform:
    """The processes of one platform and ways to speak to it."""

    def __init__(self, home: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.home, self.port, self.process = home, port, process

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        cookie: str = "",
        key: str = "",
        seconds: float = 20,
        kind: str = "application/json",
        match: int | None = None,
    ) -> Answer:
        """Send one request over a connection of its own.

        Raises:
            OSError, http.client.HTTPException: no answer came.

        """
        headers = {"X-Tianmu-Client": "desk", "Content-Type": kind}
        headers |= {"Cookie": cookie} if cookie else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {} if match is None else {"If-Match": f'"{match}"'}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            sent = body if body is None or isinstance(body, bytes) else json.dumps(body)
            connection.request(method, f"/api/v1{path}", sent, headers)
            answer = connection.getresponse()
            cookies = answer.headers.get_all("Set-Cookie") or []
            return Answer(answer.status, answer.read(), tuple(one.partition(";")[0] for one in cookies))
        finally:
            connection.close()

    def confirmed(self, method: str, path: str, body: object, *, cookie: str, key: str, seconds: float = 60) -> Answer:
        """Send a write under its key again and again until it is answered, as a client does that lost the line."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.call(method, path, body, cookie=cookie, key=key)
                if answer.status not in {500, 502, 503, 504}:
                    return answer
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < deadline, f"no answer to {key} within {seconds:.0f} s"
            time.sleep(0.05)

    def sign_in(self, login: str) -> str:
        """Return the cookie of a new session."""
        answer = self.call("POST", "/access/sign-in", {"login": login, "password": PASSWORD})
        assert answer.status == 200, answer.body
        return "; ".join(answer.cookies)

    def items(self, path: str, *, cookie: str) -> list[dict[str, Any]]:
        """Return the rows of a list."""
        answer = self.call("GET", path, cookie=cookie)
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.json["items"]
        return found

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        return ask(cluster_in(self.home), statement)

    def kill(self, sign: str) -> int:
        """Send SIGKILL to the oldest child of the supervisor whose command holds `sign`; return its number."""
        for pid in children(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if sign in words:
                os.kill(pid, signal.SIGKILL)
                return pid
        raise AssertionError(sign)


@contextmanager
def platform(web_processes: int = 2) -> Iterator[Platform]:
    """Serve a new small county until the end of the block."""
    with copied_county("tianmu-faults-") as home:
        port = free_port()
        log = (home / "serve.log").open("wb")
        serve = [*COMMAND, "serve", "--prepared", "--port", str(port), "--workers", str(web_processes)]
        process = subprocess.Popen(serve, env=environment(home), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            served = Platform(home, port, process)
            wait_ready(served)
            yield served
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


def wait_ready(served: Platform) -> None:
    """Wait until the platform answers."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            if served.call("GET", "/site/ready", seconds=5).status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        assert served.process.poll() is None, (served.home / "serve.log").read_text()
        assert time.monotonic() < deadline, (served.home / "serve.log").read_text()[-2000:]
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    """Return the children of a process, oldest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return sorted(found)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
