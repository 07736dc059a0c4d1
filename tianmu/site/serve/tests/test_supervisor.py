"""The supervisor announces, restarts, stops in time, and leaves nothing behind when it is killed itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tianmu.site.serve.children import PAUSES_SECONDS, Child, ending
from tianmu.site.serve.health import answers
from tianmu.site.serve.logs import RotatingLog

MODULE = "tianmu.site.serve.tests.small_house"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def house(home: Path, port: int, workers: int = 1) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", MODULE, str(home), str(port), str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if words in line:
            return seen
    pytest.fail(f"{words!r} never came: {seen}")


def children_of(pid: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    pytest.fail("it did not happen in time")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_announces_restarts_what_died_and_stops_on_a_signal(tmp_path: Path, port: int) -> None:
    with house(tmp_path, port) as process:
        seen = read_until(process, "Stop: Ctrl-C")
        assert f"http://127.0.0.1:{port}/" in seen
        assert "[web] WARNING: opening" in seen
        assert answers("127.0.0.1", port)
        web, worker = sorted(children_of(process.pid))
        os.kill(web, signal.SIGKILL)
        assert "web ended unexpectedly (signal SIGKILL); starting it again in 0.5 s" in read_until(process, "ended")
        wait_for(lambda: answers("127.0.0.1", port))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 10
        assert not alive(worker)
        assert not answers("127.0.0.1", port)


def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path, port: int) -> None:
    with house(tmp_path, port) as process:
        read_until(process, "Stop: Ctrl-C")
        children = children_of(process.pid)
        process.kill()
        process.wait()
        wait_for(lambda: not any(alive(child) for child in children))
    with house(tmp_path, port) as process:
        read_until(process, "Stop: Ctrl-C")


def test_a_second_start_says_who_is_there(tmp_path: Path, port: int) -> None:
    with house(tmp_path, port) as first:
        read_until(first, "Stop: Ctrl-C")
        with house(tmp_path, port) as second:
            output = read_until(second, "already running")
            assert f"(process {first.pid}, http://127.0.0.1:{port}/)" in output
            assert second.wait() == 1


def test_a_web_process_that_never_comes_up_is_given_up(tmp_path: Path, port: int) -> None:
    with house(tmp_path, port, workers=0) as process:
        read_until(process, "The web process does not start")
        assert "the page cannot be found" in read_until(process, "cannot be found")
        assert process.wait(10) == 1


def test_pauses_grow_and_end_at_half_a_minute(tmp_path: Path) -> None:
    child = Child("web", ["false"], {}, RotatingLog(tmp_path / "web.log", "web", print))
    pauses = []
    for _ in range(8):
        child.started = now = time.monotonic()
        child.died()
        assert child.again_at is not None
        pauses.append(round(child.again_at - now, 1))
    assert pauses == [0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0, 30.0]
    assert PAUSES_SECONDS[-1] == 30
    child.started = time.monotonic() - 61
    assert "in 0.5 s" in child.died()


def test_how_a_process_ended_is_said_in_words() -> None:
    assert (ending(3), ending(-9), ending(None)) == ("exit code 3", "signal SIGKILL", "unknown")
