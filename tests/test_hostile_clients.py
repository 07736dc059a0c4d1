"""Hostile clients against the running platform: slow ones, those that climb paths, those that bend HTTP itself.

What only a real server can show; requests that Django sees are tried in `tests/api/test_hostile_requests.py`.
"""

import contextlib
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_whole_house import free_port, serving
from tianmu.foundation.db.tests.houses import open_folder

SLOW = 30
HEADER_SECONDS = 2


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with pytest.MonkeyPatch.context() as patch, open_folder() as folder:
        patch.setenv("GRANIAN_HTTP1_HEADER_READ_TIMEOUT", str(HEADER_SECONDS * 1000))
        number = free_port()
        with serving(Path(folder) / "house", number):
            yield number


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def exchange(port: int, request: bytes) -> bytes:
    """Send raw bytes and return what comes back until the server has answered or closed."""
    with connect(port) as client:
        client.sendall(request)
        client.settimeout(3)
        received = b""
        with contextlib.suppress(TimeoutError, ConnectionError):
            while chunk := client.recv(65536):
                received += chunk
                if b"\r\n\r\n" in received and len(received) > 200_000:
                    break
        return received


def health_seconds(port: int) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/site/health", timeout=10) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def closed(client: socket.socket) -> bool:
    """Tell whether the server has closed the connection."""
    client.settimeout(0.2)
    try:
        return client.recv(1024) == b"" or closed(client)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_slow_headers_hold_nobody_up_and_are_cut_off(port: int) -> None:
    slow = [connect(port) for _ in range(SLOW)]
    try:
        for client in slow:
            client.sendall(b"GET /api/v1/site/health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert health_seconds(port) < 2
        time.sleep(HEADER_SECONDS + 1.5)
        assert [closed(client) for client in slow] == [True] * SLOW
    finally:
        for client in slow:
            client.close()


def test_slow_bodies_hold_nobody_up(port: int) -> None:
    """More callers than there are worker threads begin a body and do not go on."""
    head = (
        b"POST /api/v1/access/sign-in HTTP/1.1\r\nHost: x\r\nX-Tianmu-Client: desk\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    slow = [connect(port) for _ in range(SLOW)]
    try:
        for client in slow:
            client.sendall(head)
        time.sleep(0.5)
        assert health_seconds(port) < 2
        for client in slow:
            client.sendall(b'"')
        assert health_seconds(port) < 2
    finally:
        for client in slow:
            client.close()


CLIMBS = [
    "/static/../../../../etc/passwd",
    "/static/web/../../../site/settings.py",
    "/static/web/%2e%2e/%2e%2e/%2e%2e/site/settings.py",
    "/static/..%2f..%2f..%2fetc%2fpasswd",
    "/static//etc/passwd",
    "/static/web/desk/assets/..%5c..%5c..%5csite%5csettings.py",
    "/desk/../../../../../etc/passwd",
    "/desk/%2e%2e/%2e%2e/site/settings.py",
    "/desk/%00/etc/passwd",
    "/verify/..%2f..%2f..%2fetc%2fpasswd",
    "/api/v1/ecg/recordings/..%2f..%2fetc%2fpasswd/signal",
    "/api/v1/rulesets/rulesets/..%2f..%2f/..%2fetc%2fpasswd",
    "//etc/passwd",
    "/.git/config",
    "/.tianmu/keys/secret",
]


@pytest.mark.parametrize("path", CLIMBS)
def test_no_path_climbs_out(port: int, path: str) -> None:
    answer = exchange(port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 ")
    assert answer.split(b" ", 2)[1] < b"500"
    assert b"root:" not in answer
    assert b"SECRET_KEY" not in answer
    assert b"[core]" not in answer


def test_headers_that_grow_without_end_are_refused(port: int) -> None:
    request = b"GET /api/v1/site/health HTTP/1.1\r\nHost: x\r\nX-Large: " + b"a" * 600_000 + b"\r\n\r\n"
    with contextlib.suppress(ConnectionError):
        assert exchange(port, request)[:12] in {b"", b"HTTP/1.1 431", b"HTTP/1.1 400"}
    assert health_seconds(port) < 2


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 40\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 99999999999999999999\r\n",
    ],
)
def test_a_request_with_two_lengths_smuggles_nothing(port: int, head: bytes) -> None:
    """What follows the first request must never be answered as a second one under another reading."""
    second = b"GET /api/v1/site/info HTTP/1.1\r\nHost: x\r\n\r\n"
    request = b"POST /api/v1/access/sign-in HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n0\r\n\r\n" + second
    answer = exchange(port, request)
    assert b'"demo_logins"' not in answer or answer.count(b"HTTP/1.1 ") <= 2
    assert b"HTTP/1.1 5" not in answer
    assert health_seconds(port) < 2


def test_a_host_header_leads_nobody_elsewhere(port: int) -> None:
    answer = exchange(port, b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    assert b"evil.example" not in answer
    assert b"location: /desk/" in answer.lower()


def test_every_answer_carries_the_security_headers(port: int) -> None:
    for path in ("/desk/", "/api/v1/site/info", "/api/v1/access/me", "/verify/" + "0" * 64, "/nothing"):
        answer = exchange(port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()).lower()
        head = answer.split(b"\r\n\r\n")[0]
        for name in (b"content-security-policy", b"x-content-type-options: nosniff", b"referrer-policy"):
            assert name in head, (path, name)
        assert not re.search(rb"\r\nserver:[^\r]*\d", head), "the server tells its version"
