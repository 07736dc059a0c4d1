"""The bridge: bodies are read before a thread is taken, answers carry their length, files go out piece by piece."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tianmu.site import bridge
from tianmu.site.bridge import Bridge

Message = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], None]
MOST = 100


class Pieces:
    streaming = True

    def __init__(self) -> None:
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from (b"a", b"", b"b" * 9)

    def close(self) -> None:
        self.closed = True


def told(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Answer with what came."""
    body = environ["wsgi.input"].read()
    start("201 Created", [("Content-Type", "text/plain"), ("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [environ["PATH_INFO"].encode("latin-1"), b"|", environ.get("HTTP_X_TWO", "").encode(), b"|", body]


def served(application: Any, received: list[Message], **scope: Any) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        if received:
            return received.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    whole = {"type": "http", "method": "POST", "path": "/溧/", "query_string": b"", "headers": []} | scope
    asyncio.run(Bridge(application, threads=1, most_bytes=MOST)(whole, receive, send))
    return sent


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_an_answer_leaves_in_one_piece_with_its_length() -> None:
    headers = [(b"content-length", b"4"), (b"x-two", b"1"), (b"x-two", b"2")]
    start, body = served(told, [piece(b"ab", more=True), piece(b"cd")], headers=headers)
    assert start["status"] == 201
    assert dict(start["headers"]) == {b"content-type": b"text/plain", b"x-length": b"4", b"content-length": b"14"}
    assert body == {"type": "http.response.body", "body": "/溧/|1,2|abcd".encode(), "more_body": False}


def test_a_body_without_length_gets_one_and_a_get_waits_for_none() -> None:
    start, body = served(told, [piece(b"abc")], headers=[(b"transfer-encoding", b"chunked")])
    assert dict(start["headers"])[b"x-length"] == b"3"
    assert body["body"].endswith(b"||abc")
    start, body = served(told, [], method="HEAD")
    assert dict(start["headers"])[b"content-length"] == b"7"
    assert body["body"] == b""


def test_a_body_larger_than_allowed_is_not_read() -> None:
    start, _ = served(told, [], headers=[(b"content-length", b"101")])
    assert dict(start["headers"])[b"x-length"] == b"101"
    endless = [piece(b"x" * 60, more=True) for _ in range(9)]
    start, _ = served(told, endless, headers=[(b"transfer-encoding", b"chunked")])
    assert dict(start["headers"])[b"x-length"] == b"120"
    assert len(endless) == 7


def test_who_leaves_or_falls_silent_takes_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "SILENT_SECONDS", 0.05)
    half = [(b"content-length", b"4")]
    assert served(told, [piece(b"a", more=True), {"type": "http.disconnect"}], headers=half) == []
    assert served(told, [piece(b"a", more=True)], headers=half) == []


def test_a_file_goes_out_piece_by_piece_and_is_closed() -> None:
    pieces = Pieces()

    def application(_environ: object, start: Start) -> Pieces:
        start("200 OK", [("Content-Length", "10")])
        return pieces

    sent = served(application, [])
    assert [message.get("body") for message in sent] == [None, b"a", b"b" * 9, b""]
    assert [message.get("more_body") for message in sent] == [None, True, True, False]
    assert pieces.closed
