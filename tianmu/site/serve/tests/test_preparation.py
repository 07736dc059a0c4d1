"""Preparation does what is missing, once, and notes it in the data folder."""

import argparse
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection, connections

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.embedded.place import prepare_place
from tianmu.site.demo import marker
from tianmu.site.serve import preparation, stamp
from tianmu.site.serve.preparation import fill, migrate, run


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    noted: list[bool] = []
    monkeypatch.setattr(stamp, "note", lambda _home, *, demo: noted.append(demo))
    return noted


@pytest.fixture
def demos(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    asked: list[list[str]] = []
    monkeypatch.setattr(preparation, "dispatch", asked.append)
    return asked


@pytest.mark.django_db
def test_a_prepared_database_is_left_as_it_is(notes: list[bool], capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate() == "up to date"
    assert run(argparse.Namespace(without_demo=True, residents=10, seed=1)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["  database", "  migrations", "  reference data"]
    assert lines[1].startswith("  migrations: up to date (")
    assert notes == [False]
    assert not Account.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_node_that_waits_lets_the_one_that_migrates_make_an_index_meanwhile() -> None:
    said: list[str] = []

    def wait() -> None:
        said.append(migrate())
        connections.close_all()

    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as first:
        first.execute("SELECT pg_advisory_lock(%s)", [preparation.MIGRATION_LOCK])
        other = threading.Thread(target=wait)
        other.start()
        time.sleep(2 * preparation.ASK_AGAIN_SECONDS)
        first.execute("SET statement_timeout = '20s'")
        first.execute("CREATE INDEX CONCURRENTLY meanwhile ON documents_document (kind)")
        first.execute("DROP INDEX CONCURRENTLY meanwhile")
        assert not said
        first.execute("SELECT pg_advisory_unlock(%s)", [preparation.MIGRATION_LOCK])
        other.join(20)
    assert said == ["up to date"]


@pytest.mark.django_db
def test_an_empty_house_is_filled(notes: list[bool], demos: list[list[str]]) -> None:
    run(argparse.Namespace(without_demo=False, residents=300, seed=5))
    assert demos == [["demo", "--residents", "300", "--seed", "5", "--fill-later"]]
    assert notes == [True]


@pytest.mark.django_db
def test_a_filling_that_was_broken_off_goes_on_with_its_own_size(
    demos: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marker, "read", lambda: SimpleNamespace(residents=400, seed=9))
    fill(300, 5)
    assert demos == [["demo", "--residents", "400", "--seed", "9", "--fill-later"]]


@pytest.mark.django_db
def test_a_house_of_somebody_else_gets_no_demo(demos: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account.objects, "exists", lambda: True)
    fill(300, 5)
    assert demos == []


def test_the_stamp_lives_and_dies_with_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tianmu.foundation.db.embedded.place.OUTSIDE", tmp_path / "outside")
    monkeypatch.setattr("tianmu.foundation.db.embedded.account.Account.reaches", lambda _self, _folder: True)
    assert not stamp.already(tmp_path, demo=False)
    data = prepare_place(tmp_path).data(18)
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    stamp.note(tmp_path, demo=False)
    assert stamp.already(tmp_path, demo=False)
    assert not stamp.already(tmp_path, demo=True)
    stamp.note(tmp_path, demo=True)
    stamp.note(tmp_path, demo=False)
    assert stamp.already(tmp_path, demo=True)
    monkeypatch.setenv("TIANMU_DATABASE_URL", "postgresql://u@h/n")
    assert not stamp.already(tmp_path, demo=False)
    monkeypatch.delenv("TIANMU_DATABASE_URL")
    monkeypatch.setattr(stamp, "migrations_digest", lambda: "another")
    assert not stamp.already(tmp_path, demo=False)
