"""Stations that send, as a process that may be killed: what was confirmed is in a journal, the rest is sent again.

    python -m benchmarks.replay.stations PLAN.json

The plan holds the port, the instant of the beginning and this group's sendings. A station sends one ECG after the
other, each again and again until the platform has answered that it has it.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LEAST_PAUSE_S, MOST_PAUSE_S = 0.1, 2.0
ANSWER_S = 60.0
BOUNDARY = b"tianmu-replay"
TAKEN = {200, 201}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a station wrote down of a recording that the platform has: its hash, instants, how often it was sent."""

    sha256: str
    recording: str
    order: str
    duplicate: bool
    began: float
    ended: float
    tries: int


def read_journal(path: Path) -> list[Confirmed]:
    """Return what was confirmed; half a line at the end, of a station that was killed, does not count."""
    if not path.exists():
        return []
    whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
    return [Confirmed(**json.loads(line)) for line in whole.splitlines() if line.endswith("}")]


def main() -> None:
    """Send what the plan says and the journal does not; without a plan nothing is to be sent."""
    if len(sys.argv) < 2:
        return
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    asyncio.run(_send_all(plan, Path(plan["journal"])))


async def _send_all(plan: dict[str, Any], path: Path) -> None:
    known = {one.sha256 for one in read_journal(path)}
    stations: dict[int, list[dict[str, Any]]] = {}
    for one in plan["sendings"]:
        if one["sha256"] not in known:
            stations.setdefault(one["station"], []).append(one)
    with path.open("a", encoding="utf-8") as journal:
        journal.write("\n" if known else "")
        await asyncio.gather(*(_station(plan, sent, journal) for sent in stations.values()))


async def _station(plan: dict[str, Any], sendings: list[dict[str, Any]], journal: Any) -> None:  # noqa: ANN401 - a text file
    for one in sendings:
        await asyncio.sleep(plan["began"] + one["due_s"] - time.time())
        confirmed = await _until_taken(plan, one)
        journal.write(json.dumps(asdict(confirmed)) + "\n")
        journal.flush()


async def _until_taken(plan: dict[str, Any], one: dict[str, Any]) -> Confirmed:
    began, tries, pause = time.time(), 0, LEAST_PAUSE_S
    while True:
        tries += 1
        try:
            status, body = await asyncio.wait_for(_post(plan["port"], plan["headers"][one["station"]], one), ANSWER_S)
        except (OSError, EOFError, TimeoutError, ValueError):
            status, body = 0, b""
        if status in TAKEN:
            told = json.loads(body)
            return Confirmed(
                sha256=one["sha256"],
                recording=told["recording_id"],
                order=told["order"]["id"],
                duplicate=told["duplicate"],
                began=began,
                ended=time.time(),
                tries=tries,
            )
        if 400 <= status < 500 and status != 429:
            raise SystemExit(f"refused with {status}: {body.decode(errors='replace')[:300]}")
        await asyncio.sleep(pause)
        pause = min(MOST_PAUSE_S, 2 * pause)


async def _post(port: int, headers: dict[str, str], one: dict[str, Any]) -> tuple[int, bytes]:
    file = Path(one["file"])
    part = f'Content-Disposition: form-data; name="file"; filename="{file.name}"'.encode()
    body = b"\r\n".join((b"--" + BOUNDARY, part, b"", file.read_bytes(), b"--" + BOUNDARY + b"--", b""))
    lines = ["POST /api/v1/ecg/imports HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        status = int((await reader.readline()).split()[1])
        length = 0
        while line := (await reader.readline()).strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return status, await reader.readexactly(length)
    except IndexError as error:
        message = "The line was cut before the answer."
        raise EOFError(message) from error
    finally:
        writer.close()


if __name__ == "__main__":
    main()
