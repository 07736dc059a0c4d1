"""A definition asked of DuckDB: every measure against plain Python, scope, filters, totals, limits."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mean, median
from typing import Any

import duckdb
import pytest

from tianmu.foundation.datasets import DataSet, Field, Kind
from tianmu.insight.reports.engine.duck import CancelledError, Facts, Limits, TooSlowError
from tianmu.insight.reports.engine.question import ask
from tianmu.insight.reports.rules.checking import check
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.grid import Grid, grid_of

TODAY = date(2026, 12, 1)
PLACES = ("/ly/a/", "/ly/b/", "/ly/c/")
SAMPLE = DataSet(
    key="test.visits", name="就诊", name_en="Visits", counts="", counts_en="", left_out="", left_out_en="",
    right="test.view", paths=("path",), time="at", rows=lambda _now: None, subject="key", about="person",
    fields=(
        Field("place", Kind.UNIT, "机构", "Place", path="path"),
        Field("path", Kind.TEXT, "", "", hidden=True),
        Field("key", Kind.TEXT, "", "", hidden=True),
        Field("at", Kind.INSTANT, "时间", "At"),
        Field("ended", Kind.INSTANT, "结束", "Ended"),
        Field("kind", Kind.CODE, "类型", "Kind", values={"x": ("甲", "X"), "y": ("乙", "Y")}),
        Field("cost", Kind.NUMBER, "费用", "Cost"),
        Field("good", Kind.BOOLEAN, "合格", "Good"),
        Field("person", Kind.TEXT, "居民", "Person", person=True),
        Field("minutes", Kind.NUMBER, "用时", "Minutes", expression="minutes_between(at, ended)"),
    ),
)  # fmt: skip
TYPES = {"place": "VARCHAR", "path": "VARCHAR", "key": "VARCHAR", "at": "TIMESTAMP", "ended": "TIMESTAMP",
         "kind": "VARCHAR", "cost": "DOUBLE", "good": "BOOLEAN", "person": "VARCHAR"}  # fmt: skip
ASKED = {
    "dataset": "test.visits",
    "rows": [{"field": "place"}],
    "columns": [{"field": "kind"}],
    "measures": [
        {"key": "n", "name": "n", "function": "count"},
        {"key": "good", "name": "g", "function": "count", "where": "good"},
        {"key": "people", "name": "p", "function": "distinct", "field": "person"},
        {"key": "sum", "name": "s", "function": "sum", "field": "cost"},
        {"key": "mean", "name": "m", "function": "mean", "field": "cost", "where": "[费用] > 100"},
        {"key": "median", "name": "m", "function": "median", "field": "minutes"},
        {"key": "p90", "name": "m", "function": "percentile", "field": "cost", "percentile": 90},
        {"key": "most", "name": "m", "function": "greatest", "field": "cost"},
        {"key": "rate", "name": "r", "function": "ratio", "where": "good", "among": "is_known(good)"},
        {"key": "of_row", "name": "r", "function": "share", "of": "row"},
    ],
}


def rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    random = Random(seed)
    found = []
    for number in range(count):
        path = random.choice(PLACES)
        at = datetime(2026, 11, 1) + timedelta(minutes=random.randrange(60 * 24 * 40))  # noqa: DTZ001 - wall time
        found.append(
            {
                "place": path, "path": path, "key": str(number), "at": at,
                "ended": random.choice([None, at + timedelta(minutes=random.randrange(90))]),
                "kind": random.choice(["x", "y", None]), "cost": random.choice([None, random.randrange(400) / 4]),
                "good": random.choice([True, False, None]), "person": str(random.randrange(40)),
            }
        )  # fmt: skip
    return found


def written(folder: Path, some: Sequence[dict[str, Any]]) -> list[Path]:
    engine = duckdb.connect()
    engine.execute("CREATE TABLE t (" + ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items()) + ")")
    places = ", ".join("?" * len(TYPES))
    engine.executemany(f"INSERT INTO t VALUES ({places})", [[one[name] for name in TYPES] for one in some])  # noqa: S608 - our own table
    engine.execute(f"COPY t TO '{folder / 'visits.parquet'}' (FORMAT parquet)")
    return [folder / "visits.parquet"]


def grid(
    files: Sequence[Path], content: dict[str, Any], reach: Sequence[Sequence[str]] = (("/",),), **more: Any
) -> Grid:
    definition = Definition.model_validate(content)
    checked = check(definition, SAMPLE, lambda _field: "")
    assert checked.faults == ()
    question = ask(definition, checked, SAMPLE, reach=reach, given=more.pop("given", {}), today=TODAY, most_rows=1000)
    with Facts(files, TYPES, Limits(10)) as facts:
        found = facts.found(question)
    return grid_of(definition, found, rank=lambda _part, _place, value: value, figures_only=False)


def expected(some: Sequence[dict[str, Any]], of_row: int) -> list[float | None]:
    costs = [one["cost"] for one in some if one["cost"] is not None]
    high = [one for one in costs if one > 100]
    minutes = [(one["ended"] - one["at"]).total_seconds() / 60 for one in some if one["ended"] is not None]
    judged = [one["good"] for one in some if one["good"] is not None]
    return [
        len(some), sum(one["good"] is True for one in some), len({one["person"] for one in some}),
        sum(costs) if costs else None, mean(high) if high else None, median(minutes) if minutes else None,
        percentile(costs, 0.9) if costs else None, max(costs, default=None),
        100 * sum(judged) / len(judged) if judged else None, 100 * len(some) / of_row if of_row else None,
    ]  # fmt: skip


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def test_every_cell_and_total_is_what_plain_python_finds(tmp_path: Path) -> None:
    some = rows(900)
    found = grid(written(tmp_path, some), ASKED)
    assert found.row_keys == [(path,) for path in PLACES]
    assert found.column_keys == [("x",), ("y",), (None,)]
    for row, path in enumerate(PLACES):
        here = [one for one in some if one["path"] == path]
        for column, kind in enumerate(("x", "y", None)):
            cell = [one for one in here if one["kind"] == kind]
            assert [one.value for one in found.figures[row][column]] == pytest.approx(expected(cell, len(here)))
        assert [one.value for one in found.row_totals[row]] == pytest.approx(expected(here, len(here)))
    for column, kind in enumerate(("x", "y", None)):
        there = [one for one in some if one["kind"] == kind]
        assert [one.value for one in found.column_totals[column]] == pytest.approx(expected(there, len(some)))
    assert [one.value for one in found.total] == pytest.approx(expected(some, len(some)))


def test_nobody_sees_beyond_her_reach_whatever_she_asks(tmp_path: Path) -> None:
    some = rows(300)
    files = written(tmp_path, some)
    content = {**ASKED, "columns": [], "filters": [{"field": "place", "operator": "one_of", "values": list(PLACES)}]}
    assert grid(files, content, [["/ly/a/"]]).row_keys == [("/ly/a/",)]
    assert grid(files, content, [["/ly/a/", "/ly/b/"], ["/ly/b/"]]).row_keys == [("/ly/b/",)]
    assert grid(files, content, [[]]).row_keys == []


@pytest.mark.parametrize(
    ("one", "keeps"),
    [
        ({"field": "kind", "operator": "one_of", "values": ["x"]}, lambda row: row["kind"] == "x"),
        ({"field": "kind", "operator": "none_of", "values": ["x"]}, lambda row: row["kind"] != "x"),
        ({"field": "kind", "operator": "empty"}, lambda row: row["kind"] is None),
        (
            {"field": "cost", "operator": "between", "values": [10, 20]},
            lambda row: row["cost"] is not None and 10 <= row["cost"] <= 20,
        ),
        (
            {"field": "minutes", "operator": "less_than", "values": [30]},
            lambda row: row["ended"] is not None and row["ended"] - row["at"] < timedelta(minutes=30),
        ),
        ({"field": "good", "operator": "is_false"}, lambda row: row["good"] is False),
        ({"field": "place", "operator": "within", "values": ["/ly/b/"]}, lambda row: row["path"] == "/ly/b/"),
        ({"field": "at", "operator": "period", "values": ["last_month"]}, lambda row: row["at"].month == 11),
        (
            {"field": "at", "operator": "period", "values": ["2026-11-05", "2026-11-05"]},
            lambda row: row["at"].date() == date(2026, 11, 5),
        ),
    ],
)
def test_a_filter_keeps_what_it_says(tmp_path: Path, one: dict[str, Any], keeps: Any) -> None:
    some = rows(400)
    found = grid(
        written(tmp_path, some), {"dataset": "test.visits", "measures": ASKED["measures"][:1], "filters": [one]}
    )
    assert [cell.value for cell in found.total] == [sum(bool(keeps(row)) for row in some)]


def test_a_parameter_left_open_narrows_nothing(tmp_path: Path) -> None:
    some = rows(100)
    files = written(tmp_path, some)
    content = {
        "dataset": "test.visits", "measures": ASKED["measures"][:1],
        "filters": [{"field": "kind", "operator": "one_of", "parameter": "which"}],
        "parameters": [{"key": "which", "name": "类型"}],
    }  # fmt: skip
    assert grid(files, content).total[0].value == 100
    assert grid(files, content, given={"which": ["x"]}).total[0].value == sum(one["kind"] == "x" for one in some)


def test_the_first_so_many_stand_by_their_figure(tmp_path: Path) -> None:
    some = rows(300)
    content = {**ASKED, "columns": [], "sort": [{"by": "n"}], "top": 2}
    found = grid(written(tmp_path, some), content)
    counts = sorted((sum(one["path"] == path for one in some) for path in PLACES), reverse=True)
    assert [row[0][0].value for row in found.figures] == counts[:2]
    assert (found.left_out, found.total[0].value) == (1, 300)


def test_an_extract_without_rows_gives_an_empty_grid() -> None:
    found = grid([], ASKED)
    assert (found.row_keys, [one.value for one in found.total][:2]) == ([], [0, 0])


def test_a_question_ends_when_its_time_is_over_or_it_is_called_off(tmp_path: Path) -> None:
    files = written(tmp_path, rows(10))
    endless = _Endless()
    with Facts(files, TYPES, Limits(0.2)) as facts, pytest.raises(TooSlowError):
        endless.ask(facts)
    with Facts(files, TYPES, Limits(60, lambda: True)) as facts, pytest.raises(CancelledError):
        endless.ask(facts)


class _Endless:
    def ask(self, facts: Facts) -> None:
        try:
            facts._engine.execute("SELECT count(*) FROM range(100000000) a, range(100000000) b").fetchall()
        except duckdb.InterruptException as error:
            raise (facts._why or AssertionError) from error


def test_the_engine_reaches_no_other_file(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("a\n1\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    with Facts(written(inside, rows(5)), TYPES, Limits(5)) as facts, pytest.raises(duckdb.PermissionException):
        facts._engine.execute(f"SELECT * FROM read_csv('{outside / 'secret.csv'}')")  # noqa: S608 - a file of our own
