"""The embedded server survives what happens to servers: kills, stale lock files, long paths, two starts at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tianmu.foundation.db.embedded.cluster import Cluster
from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.db.embedded.installation import borrowed, owned, ownership
from tianmu.foundation.db.embedded.leftovers import servers_in
from tianmu.foundation.db.tests.houses import ask, cluster_in, log_of, open_folder


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[Path, Cluster]]:
    with open_folder() as home:
        cluster = cluster_in(home)
        yield home, cluster
        cluster.stop()


def start(home: Path, cluster: Cluster) -> "subprocess.Popen[bytes]":
    log = log_of(home)
    try:
        return cluster.start(output=log)
    finally:
        os.close(log)


def test_committed_rows_survive_a_kill_and_the_next_start_needs_no_help(house: tuple[Path, Cluster]) -> None:
    home, cluster = house
    process = start(home, cluster)
    ask(cluster, "CREATE TABLE kept (n integer)")
    ask(cluster, "INSERT INTO kept SELECT generate_series(1, 500)")
    process.kill()
    began = time.monotonic()
    second = start(home, cluster)
    assert time.monotonic() - began < 8
    assert ask(cluster, "SELECT count(*), sum(n) FROM kept") == [(500, 125250)]
    cluster.stop(second)
    process.wait()
    assert servers_in(cluster.data) == []


def test_a_lock_file_that_names_a_living_stranger_is_no_obstacle(house: tuple[Path, Cluster]) -> None:
    home, cluster = house
    stranger = cluster.account.spawn(["/bin/sleep", "30"], output=subprocess.DEVNULL, dies_with_parent=True)
    try:
        for name in (cluster.data / "postmaster.pid", cluster.socket / ".s.PGSQL.5432.lock"):
            name.write_text(f"{stranger.pid}\n{cluster.data}\n1700000000\n5432\n{cluster.socket}\n\n0 0\nready   \n")
            cluster.account.owns(name)
        process = start(home, cluster)
        assert ask(cluster, "SELECT 1") == [(1,)]
        assert stranger.poll() is None
        cluster.stop(process)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_whose_owner_died_is_taken_over(house: tuple[Path, Cluster]) -> None:
    home, cluster = house
    orphan = start(home, cluster)
    second = start(home, cluster)
    assert orphan.wait(5) == 0
    assert ask(cluster, "SELECT 2") == [(2,)]
    cluster.stop(second)


def test_one_command_owns_the_server_and_another_waits_in_vain(
    house: tuple[Path, Cluster], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _cluster = house
    monkeypatch.setattr("tianmu.foundation.db.embedded.installation.LEND_SECONDS", 0.2)
    with ownership(home, "tianmu first") as mine:
        assert mine
        sentence = rf"still uses the database.*: {os.getpid()} tianmu first"
        with pytest.raises(PostgresError, match=sentence), owned(home, "tianmu second"):
            pytest.fail("two owners at once")


def test_a_second_command_borrows_the_running_server(house: tuple[Path, Cluster]) -> None:
    home, cluster = house
    with borrowed(home, "tianmu first"):
        pids = servers_in(cluster.data)
        assert pids
        with borrowed(home, "tianmu second"):
            assert set(pids) <= set(servers_in(cluster.data))
            assert ask(cluster, "SELECT 3") == [(3,)]
        assert ask(cluster, "SELECT 4") == [(4,)]
    assert servers_in(cluster.data) == []


def test_the_server_dies_with_a_command_that_was_killed(house: tuple[Path, Cluster]) -> None:
    home, cluster = house
    code = (
        "import sys, time; from pathlib import Path; from tianmu.foundation.db.embedded.installation import borrowed\n"
        "with borrowed(Path(sys.argv[1]), 'test'): print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == b"up\n"
        command.send_signal(signal.SIGKILL)
        command.wait()
        deadline = time.monotonic() + 5
        while servers_in(cluster.data) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert servers_in(cluster.data) == []


def test_a_path_too_long_for_a_socket_with_spaces_and_chinese_letters_works() -> None:
    with open_folder() as folder:
        home = folder / "a b" / ("天目湖" * 12)
        home.mkdir(parents=True)
        cluster = cluster_in(home)
        assert cluster.socket != home / "pg"
        process = start(home, cluster)
        try:
            assert ask(cluster, "SELECT '天目'") == [("天目",)]
        finally:
            cluster.stop(process)
        cluster.socket.rmdir()
