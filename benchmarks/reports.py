"""The report designer over five million rows: a preview from the extract, beside pandas.

Rows are made as an extract holds them (Parquet, slabs by key); figures are drawn at random with a fixed seed. `preview`
measures what the server does for a definition: check, compile, ask, put in a grid. `growth` repeats it at a tenth of
the rows. Beside it: pandas over the same columns in memory, where it is installed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from tianmu.foundation.datasets import DataSet, Field, Kind
from tianmu.insight.reports.engine.duck import Facts, Limits
from tianmu.insight.reports.engine.question import ask
from tianmu.insight.reports.rules.checking import check
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.grid import Grid, grid_of

MARK_SECONDS = 1.5
ROWS = 5_000_000
SLABS = 12
REPEATS = 5
TODAY = date(2026, 12, 1)
SAMPLE = DataSet(
    key="bench.examinations", name="检查", name_en="Examinations", counts="", counts_en="", left_out="", left_out_en="",
    right="bench", paths=("origin_path", "centre_path"), time="acquired_at", rows=lambda _now: None,
    fields=(
        Field("origin", Kind.UNIT, "机构", "Institution", path="origin_path"),
        Field("origin_path", Kind.TEXT, "", "", hidden=True),
        Field("centre_path", Kind.TEXT, "", "", hidden=True),
        Field("urgency", Kind.CODE, "紧急程度", "Urgency"),
        Field("sex", Kind.CODE, "性别", "Sex"),
        Field("age", Kind.NUMBER, "年龄", "Age"),
        Field("acquired_at", Kind.INSTANT, "采集", "Recorded"),
        Field("published_at", Kind.INSTANT, "发布", "Published"),
        Field("due_at", Kind.INSTANT, "时限", "Due"),
        Field("conclusion_class", Kind.CODE, "结论", "Conclusion"),
        Field("positive", Kind.BOOLEAN, "阳性", "Positive", expression="conclusion_class = 'abnormal'"),
        Field("in_time", Kind.BOOLEAN, "及时", "In time", expression="published_at <= due_at"),
        Field("minutes", Kind.NUMBER, "时长", "Turnaround", expression="minutes_between(acquired_at, published_at)"),
    ),
)  # fmt: skip
TYPES = {
    "origin": "VARCHAR", "origin_path": "VARCHAR", "centre_path": "VARCHAR", "urgency": "VARCHAR", "sex": "VARCHAR",
    "age": "DOUBLE", "acquired_at": "TIMESTAMP", "published_at": "TIMESTAMP", "due_at": "TIMESTAMP",
    "conclusion_class": "VARCHAR",
}  # fmt: skip
MADE = """
    SELECT 'o' || (i * 7919 % 40) AS origin, '/ly/o' || (i * 7919 % 40) || '/' AS origin_path, '/ly/h1/' AS centre_path,
        ['emergency', 'ward', 'outpatient', 'physical'][1 + (hash(i) % 4)::INT] AS urgency,
        ['M', 'F'][1 + (hash(i + 1) % 2)::INT] AS sex, (hash(i + 2) % 95)::DOUBLE AS age,
        TIMESTAMP '2024-12-01' + to_seconds(CAST(i * (63072000.0 / {rows}) AS BIGINT)) AS acquired_at,
        acquired_at + to_minutes((hash(i + 3) % 120)::INT) AS published_at,
        acquired_at + to_minutes(60) AS due_at,
        ['normal', 'mostly_normal', 'borderline', 'abnormal'][1 + (hash(i + 4) % 4)::INT] AS conclusion_class
    FROM range({first}, {last}) t(i)
"""
QUESTIONS: dict[str, dict[str, Any]] = {
    "institutions, ratios, totals": {
        "rows": [{"field": "origin"}],
        "measures": [
            {"key": "n", "name": "n", "function": "count"},
            {"key": "p", "name": "p", "function": "ratio", "where": "positive"},
            {"key": "t", "name": "t", "function": "ratio", "where": "in_time"},
        ],
    },
    "months × age bands, one calculated field": {
        "calculated": [{"key": "band", "name": "段", "expression": "band(age, 18, 45, 60, 75)"}],
        "rows": [{"field": "acquired_at", "grain": "month"}],
        "columns": [{"field": "band"}],
        "measures": [{"key": "m", "name": "m", "function": "mean", "field": "minutes"}],
    },
    "hours × weekdays": {
        "rows": [{"field": "acquired_at", "grain": "hour"}],
        "columns": [{"field": "acquired_at", "grain": "weekday"}],
        "measures": [{"key": "n", "name": "n", "function": "count"}],
    },
    "last year by institution, median and 90th percentile with totals": {
        "rows": [{"field": "origin"}],
        "measures": [
            {"key": "m", "name": "m", "function": "median", "field": "minutes"},
            {"key": "p", "name": "p", "function": "percentile", "field": "minutes"},
        ],
        "filters": [{"field": "acquired_at", "operator": "period", "values": ["last_365_days"]}],
    },
}


def make(folder: Path, rows: int) -> list[Path]:
    engine = duckdb.connect()
    files = []
    for slab in range(SLABS):
        first, last = rows * slab // SLABS, rows * (slab + 1) // SLABS
        path = folder / f"{rows}-{slab}.parquet"
        query = MADE.format(rows=rows, first=first, last=last)
        engine.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        files.append(path)
    return files


def preview(files: list[Path], content: dict[str, Any]) -> Grid:
    definition = Definition.model_validate({"dataset": "bench.examinations", **content})
    checked = check(definition, SAMPLE, lambda _field: "")
    question = ask(definition, checked, SAMPLE, reach=[["/ly/"]], given={}, today=TODAY, most_rows=20_000)
    with Facts(files, TYPES, Limits(60)) as facts:
        found = facts.found(question)
    return grid_of(definition, found, rank=lambda _part, _place, value: str(value), figures_only=False)


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of the processors, each the median."""

    clock: float
    processors: float


def took(work: Callable[[], object]) -> Took:
    taken = []
    for _ in range(REPEATS):
        began, spent = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began, time.process_time() - spent))
    return Took(median(one for one, _ in taken), median(one for _, one in taken))


def beside_pandas(files: list[Path]) -> dict[str, Took]:
    """Return the same four questions in pandas, columns in memory; empty where pandas is not installed."""
    try:
        pandas: Any = import_module("pandas")
    except ImportError:
        return {}
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [[str(one) for one in files]]).fetchnumpy()
    frame = pandas.DataFrame(found)
    for name in ("origin", "origin_path", "centre_path", "urgency", "sex", "conclusion_class"):
        frame[name] = frame[name].astype("category")

    def here() -> Any:  # noqa: ANN401 - pandas has no types
        return frame[frame["origin_path"].str.startswith("/ly/") | frame["centre_path"].str.startswith("/ly/")]

    def minutes(some: Any) -> Any:  # noqa: ANN401 - pandas has no types
        return (some["published_at"] - some["acquired_at"]).dt.total_seconds() / 60

    def institutions() -> Any:  # noqa: ANN401 - pandas has no types
        some = here().assign(
            p=lambda one: one.conclusion_class == "abnormal", t=lambda one: one.published_at <= one.due_at
        )
        return some.groupby("origin", observed=True).agg(n=("p", "size"), p=("p", "mean"), t=("t", "mean"))

    def bands() -> Any:  # noqa: ANN401 - pandas has no types
        some = here()
        band = pandas.cut(some["age"], [-1, 17, 44, 59, 74, 200])
        return minutes(some).groupby([some["acquired_at"].dt.to_period("M"), band], observed=True).mean()

    def hours() -> Any:  # noqa: ANN401 - pandas has no types
        some = here()
        return some.groupby([some["acquired_at"].dt.hour, some["acquired_at"].dt.weekday]).size()

    def percentiles() -> Any:  # noqa: ANN401 - pandas has no types
        some = here()
        some = some[some["acquired_at"] >= "2025-12-02"]
        return minutes(some).groupby(some["origin"], observed=True).quantile([0.5, 0.9])

    return dict(zip(QUESTIONS, map(took, (institutions, bands, hours, percentiles)), strict=True))


def told(one: Took | None) -> str:
    return "not installed" if one is None else f"{one.clock:.2f} s ({one.processors:.2f} s of processors)"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    load = os.getloadavg()
    print(f"{os.cpu_count()} processors, load {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}, median of {REPEATS}")
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        files, few = make(Path(name), rows), make(Path(name), rows // 10)
        size = sum(one.stat().st_size for one in files)
        print(f"{rows:,} rows in {len(files)} files, {size / 1e6:.0f} MB, made in {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        preview(few, QUESTIONS["hours × weekdays"])
        print(f"first question of a process, engine loaded with it: {time.perf_counter() - began:.2f} s")
        theirs = beside_pandas(files)
        slowest = 0.0
        for question, content in QUESTIONS.items():
            large, small = (took(partial(preview, some, content)) for some in (files, few))
            slowest = max(slowest, large.clock)
            print(f"{question}: {told(large)}; a tenth of the rows {told(small)}; pandas {told(theirs.get(question))}")
    kept = slowest <= MARK_SECONDS
    verdict = "missed" if not kept else "kept" if rows >= ROWS else "kept with fewer rows"
    print(f"mark: preview over {ROWS:,} rows <= {MARK_SECONDS} s: {verdict}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
