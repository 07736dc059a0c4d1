"""The real platform: it starts, answers, survives a kill of its parent, and stops in time with nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tianmu.foundation.db.embedded.leftovers import servers_in
from tianmu.foundation.db.tests.houses import open_folder

COMMAND = [sys.executable, "-P", "-m", "tianmu.site.command_line"]
OWN = ("TIANMU_HOME", "TIANMU_POSTGRES_SOCKET", "TIANMU_TEST_RUN", "TIANMU_DATABASE_URL", "DJANGO_SETTINGS_MODULE")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "天目 湖"


def environment(home: Path) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OWN} | {"TIANMU_HOME": str(home)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    command = [*COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            seen = []
            for line in process.stdout:
                seen.append(line)
                if "Tianmu is ready" in line:
                    break
            else:
                pytest.fail("".join(seen))
            yield process
        finally:
            process.kill()


def status(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/openapi.json", timeout=20) as answer:
        return int(answer.status)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_platform_starts_survives_a_kill_and_stops_cleanly(home: Path) -> None:
    port = free_port()
    with serving(home, port) as process:
        assert status(port) == 200
        check = subprocess.run(
            [*COMMAND, "check", "--json"],
            env=environment(home),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        findings = {finding["name"]: finding for finding in json.loads(check.stdout)}
        assert findings["database"]["well"]
        assert findings["migrations"]["well"]
        process.kill()
        process.wait()
    deadline = time.monotonic() + 10
    while (listening(port) or servers_in(home / "pg" / "18")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not listening(port)
    with serving(home, port) as process:
        assert status(port) == 200
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
        assert time.monotonic() - began < 10
    assert not listening(port)
    assert servers_in(home / "pg" / "18") == []
