"""The columnar copy follows its source: changed, voided, deleted rows; another database; a writer that dies midway."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db.models import QuerySet

from tianmu.clinical.ecg.datasets import CRITICAL_VALUES, DATA_SETS, EXAMINATIONS
from tianmu.clinical.ecg.models import Alert, Order
from tianmu.insight.reports.extract import manifest, refreshing
from tianmu.insight.reports.extract.refreshing import folder_of, refresh
from tianmu.insight.reports.extract.source import copy_out
from tianmu.insight.reports.tests.county import NOW, Office
from tianmu.operations.servicedesk.datasets import TICKETS
from tianmu.registry.residents.models import Resident


def held(dataset: object = EXAMINATIONS, columns: str = "number, conclusion_class") -> list[tuple[object, ...]]:
    folder = folder_of(dataset)  # type: ignore[arg-type]  # a data set
    here = manifest.read(folder)
    assert here is not None
    files = [str(folder / name) for name in here.parts.values()]
    if not files:
        return []
    return duckdb.connect().execute(f"SELECT {columns} FROM read_parquet(?) ORDER BY 1", [files]).fetchall()  # noqa: S608 - names and files of our own


def test_changes_however_made_arrive_and_nothing_else_is_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [office.order(office.north, number, NOW - timedelta(days=number)) for number in range(4)]
    refresh(EXAMINATIONS, NOW)
    assert held() == [(one.number, None) for one in orders]
    read: list[int] = []

    def counted(rows: "QuerySet[Any, Any]", path: Path) -> None:
        read.append(rows.count())
        copy_out(rows, path)

    monkeypatch.setattr(refreshing, "copy_out", counted)
    Order.objects.filter(pk=orders[1].pk).update(conclusion_class="abnormal")
    office.order(office.south, 7, NOW)
    after = refresh(EXAMINATIONS, NOW)
    assert held() == [("E0000", None), ("E0001", "abnormal"), ("E0002", None), ("E0003", None), ("E0007", None)]
    assert after.rows == 5


def test_what_no_longer_counts_leaves(office: Office) -> None:
    kept, void, test_person = (office.order(office.north, number, NOW) for number in range(3))
    office.alert(void)
    refresh(EXAMINATIONS, NOW)
    refresh(CRITICAL_VALUES, NOW)
    assert (len(held()), len(held(CRITICAL_VALUES, "code"))) == (3, 1)
    Order.objects.filter(pk=void.pk).update(state="void")
    Resident.objects.filter(pk=test_person.patient_id).update(
        name="测试者", name_keys=["测", "测试", "试", "试者", "者"]
    )
    refresh(EXAMINATIONS, NOW)
    refresh(CRITICAL_VALUES, NOW)
    assert (held(), held(CRITICAL_VALUES, "code")) == ([(kept.number, None)], [])


def test_deleted_rows_leave(office: Office) -> None:
    first, second = (office.alert(office.order(office.north, number, NOW), code=f"c{number}") for number in range(2))
    refresh(CRITICAL_VALUES, NOW)
    Alert.objects.filter(pk=first.pk).delete()
    assert refresh(CRITICAL_VALUES, NOW).rows == 1
    assert held(CRITICAL_VALUES, "code") == [(second.code,)]


def test_where_nothing_changed_everything_stays(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    order = office.order(office.north, 1, NOW)
    refresh(EXAMINATIONS, NOW)
    monkeypatch.setattr(refreshing, "changed_keys", lambda *_: set())
    assert refresh(EXAMINATIONS, NOW).rows == 1
    assert held() == [(order.number, None)]
    Order.objects.filter(pk=order.pk).delete()
    assert refresh(EXAMINATIONS, NOW).rows == 0
    assert held() == []


def test_columns_hold_wall_time_full_years_and_nothing_for_empty(office: Office) -> None:
    office.order(office.north, 1, NOW, department="", patient=office.people[0])
    refresh(EXAMINATIONS, NOW)
    found = held(columns="acquired_at::VARCHAR, department, age")
    assert found == [("2026-12-01 12:00:00", None, 86.0)]


def test_another_database_or_another_rule_makes_it_anew(office: Office) -> None:
    office.order(office.north, 1, NOW)
    before = refresh(EXAMINATIONS, NOW)
    folder = folder_of(EXAMINATIONS)
    gone = replace(before, rows=9, parts={"0000": "gone.parquet"})
    manifest.write(folder, replace(gone, source="elsewhere"))
    assert refresh(EXAMINATIONS, NOW).rows == 1
    manifest.write(folder, replace(gone, shape="other"))
    assert refresh(EXAMINATIONS, NOW).rows == 1


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("dataset", [*DATA_SETS, TICKETS], ids=lambda one: one.key)
def test_every_data_set_can_be_read(dataset: object) -> None:
    assert refresh(dataset, NOW).rows == 0  # type: ignore[arg-type]  # a data set


def test_leftovers_of_a_dead_writer_are_swept_and_files_in_use_are_kept(office: Office) -> None:
    office.order(office.north, 1, NOW)
    refresh(EXAMINATIONS, NOW)
    folder = folder_of(EXAMINATIONS)
    (folder / "0000-dead.parquet").write_bytes(b"x")
    assert manifest.sweep(folder) == 0
    assert manifest.sweep(folder, older_than_seconds=-1) == 1
    assert len(held()) == 1


def test_a_writer_killed_midway_leaves_the_last_whole_extract(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    manifest.write(folder, manifest.Manifest("s", "c", 1, 1, "t", {"0000": "a.parquet"}))
    script = """
import sys, time
from pathlib import Path
from tianmu.insight.reports.extract import manifest
folder = Path(sys.argv[1])
print("ready", flush=True)
for number in range(10**9):
    (folder / f"{number % 50}.parquet").write_bytes(b"y" * 10000)
    parts = {str(one): f"{one}.parquet" for one in range(200)}
    manifest.write(folder, manifest.Manifest("s", "c", number, number, "t" * 4000, parts))
"""
    for pause in (0.02, 0.05, 0.11):
        writer = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        here = manifest.read(folder)
        assert here is not None
        assert (len(here.parts), here.rows == here.watermark) == (200, True)
