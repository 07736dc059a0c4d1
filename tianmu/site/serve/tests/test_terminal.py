"""What the terminal shows: ports, logs, the banner."""

import json
import os
import socket
from pathlib import Path

import pytest

from tianmu.foundation.terminal import TerminalError
from tianmu.site.serve.banner import banner, width
from tianmu.site.serve.logs import KEPT, RotatingLog
from tianmu.site.serve.plan import Plan
from tianmu.site.serve.ports import demand_free_port, holder_of


def test_a_port_in_use_names_its_holder_and_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(TerminalError) as refusal:
            demand_free_port("127.0.0.1", port)
        assert f"(process {os.getpid()})" in str(refusal.value)
        assert f"make run PORT={port + 1}" in str(refusal.value)
    assert holder_of(port) == ""
    demand_free_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65536, 99999])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(TerminalError, match=f"{port} is not a port"):
        demand_free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(TerminalError, match=r"192\.0\.2\.1:8000 cannot be served here"):
        demand_free_port("192.0.2.1", 8000)


def test_a_full_log_is_put_aside_and_the_oldest_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tianmu.site.serve.logs.LARGEST_BYTES", 100)
    log = RotatingLog(tmp_path / "logs" / "web.log", "web", lambda _text: None)
    for number in range(12):
        log.feed(f"{number:<49}\n".encode())
    names = sorted(path.name for path in log.path.parent.iterdir())
    assert names == ["web.log", *(f"web.log.{number}" for number in range(1, KEPT + 1))]
    assert log.path.read_text().split() == ["10", "11"]
    assert (tmp_path / "logs" / f"web.log.{KEPT}").read_text().split() == ["4", "5"]


def test_warnings_reach_the_terminal_but_do_not_flood_it(tmp_path: Path) -> None:
    shown: list[str] = []
    log = RotatingLog(tmp_path / "web.log", "web", shown.append)
    log.feed(b"all is well\nWARN")
    assert shown == []
    log.feed(b"ING: half a line\n")
    assert shown == ["[web] WARNING: half a line"]
    log.feed(b"FATAL:  the database system is starting up\n")
    log.feed(b"2026-11-23 ERROR: again\n" * 50)
    assert len(shown) == 13
    assert shown[-1] == f"[web] more lines like this are in {tmp_path / 'web.log'}"
    assert log.path.read_text().count("\n") == 53


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    shown: list[str] = []
    log = RotatingLog(tmp_path / "web.log", "web", shown.append)
    log.path.mkdir()
    log.feed(b"one line\n")
    assert len(shown) == 1
    assert "cannot be written" in shown[0]


def test_the_banner_gives_the_address_and_aligned_logins(tmp_path: Path) -> None:
    logins = [
        {"role": "心电中心医生", "login": "ecg1", "password": "demo-1"},
        {"role": "township", "login": "town1", "password": "demo-2"},
    ]
    (tmp_path / "demo-logins.json").write_text(json.dumps(logins), encoding="utf-8")
    lines = banner(Plan(tmp_path, port=8123), 12.34).splitlines()
    assert lines[1] == "Tianmu is ready after 12.3 s:  http://127.0.0.1:8123/"
    rows = [line for line in lines if line.startswith("  ")]
    assert len({width(row[: row.index(word)]) for row, word in zip(rows, ["login", "ecg1", "town1"], strict=True)}) == 1
    assert "Stop: Ctrl-C" in lines[-1]


def test_the_banner_warns_when_others_can_reach_the_house(tmp_path: Path) -> None:
    open_house = banner(Plan(tmp_path, host="0.0.0.0", tls=True), 1)  # noqa: S104 - only printed
    assert "https://127.0.0.1:8000/" in open_house
    assert "Everyone who reaches 0.0.0.0 can open it." in open_house
    assert "authority.pem" in open_house
    assert "Everyone" not in banner(Plan(tmp_path), 1)
