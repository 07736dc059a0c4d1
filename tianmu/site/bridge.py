"""The bridge from the asynchronous door to the synchronous half: a request is read whole before a thread is taken.

A slow sender therefore holds no thread, only its own few bytes; an answer that is ready leaves in one piece with its
length; a long one (a file) goes out piece by piece, as fast as its reader takes it.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from tianmu.foundation.live.asgi import Receive, Scope, Send

IN_MEMORY_BYTES = 1 << 20
SILENT_SECONDS = 30.0
THREADS = 4
Headers = list[tuple[bytes, bytes]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class GoneError(ConnectionError):
    """Raised when the sender left, or went silent, before the request was whole."""


class Bridge:
    """An ASGI application whose threads run a WSGI application.

    Of a body larger than `most_bytes` no more is read: the application refuses it by its length.
    """

    def __init__(self, application: Application, *, threads: int, most_bytes: int) -> None:
        self.application, self.most_bytes = application, most_bytes
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        loop = asyncio.get_running_loop()
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
            environ = environ_of(scope, body)
            if awaits_body(environ, self.most_bytes):
                try:
                    size = await read_into(body, receive, self.most_bytes)
                except GoneError:
                    return
                environ.setdefault("CONTENT_LENGTH", str(size))
            status, headers, content = await loop.run_in_executor(self.threads, self.answer, environ, send, loop)
        if content is not None:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": content, "more_body": False})

    def answer(
        self, environ: dict[str, Any], send: Send, loop: asyncio.AbstractEventLoop
    ) -> tuple[int, Headers, bytes | None]:
        """Run the application in this thread; return its answer, or None for content that was streamed already."""
        head: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: Iterable[tuple[str, str]], _error: object = None) -> None:
            encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            head.append((int(status[:3]), encoded))

        answer = self.application(environ, start_response)
        try:
            status, headers = head[0]
            if getattr(answer, "streaming", False):
                self.stream(answer, status, headers, send, loop)
                return status, headers, None
            content = b"".join(answer)
            if status >= 200 and status not in {204, 304} and not any(name == b"content-length" for name, _ in headers):
                headers.append((b"content-length", str(len(content)).encode()))
            return status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else content
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def stream(
        self, answer: Iterable[bytes], status: int, headers: Headers, send: Send, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Send piece by piece, waiting until each is taken."""

        def sent(message: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(_sending(send, message), loop).result()

        sent({"type": "http.response.start", "status": status, "headers": headers})
        for piece in answer:
            if piece:
                sent({"type": "http.response.body", "body": piece, "more_body": True})
        sent({"type": "http.response.body", "body": b"", "more_body": False})


async def _sending(send: Send, message: dict[str, Any]) -> None:
    await send(message)


def awaits_body(environ: Mapping[str, Any], most_bytes: int) -> bool:
    """Tell whether a body follows the head that is worth reading: none larger than what is taken."""
    declared = environ.get("CONTENT_LENGTH", "")
    if declared.isdigit():
        return 0 < int(declared) <= most_bytes
    return "HTTP_TRANSFER_ENCODING" in environ


async def read_into(body: IO[bytes], receive: Receive, most_bytes: int) -> int:
    """Read a request's body and return how long it is; of one that grows beyond `most_bytes` the rest stays unread.

    Raises:
        GoneError: the sender left, or sent nothing for half a minute.

    """
    size = 0
    while size <= most_bytes:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                message = await receive()
        except TimeoutError:
            message = {"type": "http.disconnect"}
        if message["type"] != "http.request":
            raise GoneError
        piece = message.get("body", b"")
        size += len(piece)
        body.write(piece)
        if not message.get("more_body", False):
            break
    body.seek(0)
    return size


def environ_of(scope: Mapping[str, Any], body: IO[bytes]) -> dict[str, Any]:
    """Return the request as WSGI names it (PEP 3333)."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
