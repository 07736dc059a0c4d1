"""The examination sees what is wrong and says what to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser

from tianmu.foundation.access.choices import Client
from tianmu.foundation.backup.models import BackupRun
from tianmu.foundation.printing.typst_compiler import FONT_DIRECTORY
from tianmu.site.serve import checkup
from tianmu.site.serve.checkup import (
    data_folder,
    database,
    disk,
    fonts,
    keys,
    storage,
    time_zone,
    web_build,
)
from tianmu.site.serve.conditions import conditions


def test_a_data_folder_that_cannot_be_made_has_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = data_folder(tmp_path / "file" / "home")
    assert not finding.well
    assert "TIANMU_HOME" in finding.text
    assert data_folder(tmp_path / "home").well


def test_little_room_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert disk(tmp_path).well
    monkeypatch.setattr(checkup, "LEAST_FREE_BYTES", 10**18)
    assert not disk(tmp_path).well


def test_keys_that_others_can_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").touch(mode=0o600)
    assert keys(tmp_path).well
    (tmp_path / "keys" / "secret").chmod(0o644)
    assert keys(tmp_path).text.startswith("others can read secret; run: chmod 600")


def test_storage_must_take_a_file(tmp_path: Path) -> None:
    assert storage(tmp_path / "storage").well
    assert list((tmp_path / "storage").iterdir()) == []
    (tmp_path / "file").touch()
    assert not storage(tmp_path / "file").well


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert not fonts(tmp_path).well
    assert fonts(FONT_DIRECTORY).well
    assert web_build(tmp_path).text == "not built: desk, point, resident, wall; run: make web"
    for name in Client:
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    assert web_build(tmp_path).well
    assert time_zone("Asia/Shanghai").well
    assert not time_zone("Asia/Tianmu").well


@pytest.mark.django_db
def test_the_database_of_this_run_is_well(tmp_path: Path) -> None:
    names = {finding.name: finding.well for finding in database(tmp_path)}
    assert {name: names[name] for name in ("database", "migrations", "backup")} == {
        "database": True,
        "migrations": True,
        "backup": True,
    }


@pytest.mark.django_db
def test_a_late_backup_and_an_ending_calendar_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert [(one.name, one.well) for one in conditions(now)] == [("backup", True), ("calendar", True)]
    monkeypatch.setenv("TIANMU_BACKUP_FOLDER", str(tmp_path))
    late, calendar = conditions(datetime(2026, 12, 1, tzinfo=UTC))
    assert (late.well, calendar.well) == (False, False)
    assert "there is none; see logs/worker.log" in late.text
    assert calendar.text == "working days known until 2026-12-31; run: tianmu calendars import FILE"
    assert (late.mark, calendar.mark) == ("!!", " !")
    *_, over = conditions(datetime(2027, 1, 5, tzinfo=UTC))
    assert over.text.startswith("working days known until 2026-12-31, later ones are guessed by the plain week; run: ")
    assert over.warning
    BackupRun.objects.create(kind="archive", began_at=now, ended_at=now, place="x", size_bytes=1)
    assert [one.well for one in conditions(now + timedelta(hours=20))] == [True, True]
    assert [one.well for one in conditions(now + timedelta(hours=27))] == [False, True]


@pytest.mark.django_db
def test_readiness_names_every_part_and_fails_without_room_for_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIANMU_STORAGE_FOLDER", str(tmp_path / "storage"))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    answer = Browser().get("/api/v1/site/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ready",
            "checks": {"database": "ok", "migrations": "ok", "storage": "ok", "worker": "none alive"},
        },
    )
    assert list((tmp_path / "storage").iterdir()) == []
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert Browser().get("/api/v1/site/ready").json()["checks"]["worker"] == "alive"
    (tmp_path / "file").touch()
    monkeypatch.setenv("TIANMU_STORAGE_FOLDER", str(tmp_path / "file"))
    answer = Browser().get("/api/v1/site/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "api.unavailable")


def test_a_database_that_does_not_answer_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = {"NAME": "n", "USER": "u", "PASSWORD": "", "HOST": str(tmp_path), "PORT": "", "OPTIONS": {}}
    monkeypatch.setitem(settings.DATABASES, "default", elsewhere)
    findings = list(database(tmp_path))
    assert [(finding.name, finding.well) for finding in findings] == [("database", False)]
    assert "does not answer" in findings[0].text
