"""The same definitions on a real Spark: a master and a worker of their own processes, as on several machines.

Needs the package group `spark` and a Java; without the group there is nothing to test.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tianmu.insight.reports.engine.dialects import sql_for
from tianmu.insight.reports.engine.duck import Facts, Limits
from tianmu.insight.reports.engine.question import Question, ask
from tianmu.insight.reports.rules.checking import check
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.grid import Found, Grid, grid_of
from tianmu.insight.reports.tests.test_engine import ASKED, SAMPLE, TODAY, TYPES, rows, written

pytestmark = [
    pytest.mark.skipif(find_spec("pyspark") is None, reason="the package group `spark` is not installed"),
    pytest.mark.filterwarnings("ignore"),
]
START_SECONDS = 90
EXPRESSIONS = {
    **ASKED,
    "calculated": [
        {"key": "band", "name": "分段", "expression": "band(cost, 10, 50)"},
        {"key": "day", "name": "天", "expression": "weekday(at) * 100 + hour(at)"},
        {"key": "odd", "name": "奇", "expression": "round(cost / 3, 1) % 2 + if(is_empty(kind), 1, length(kind))"},
        {"key": "late", "name": "晚", "expression": "minutes_between(at, ended) > 45 or not good"},
    ],
    "rows": [{"field": "band"}, {"field": "at", "grain": "week"}],
    "columns": [],
    "measures": [
        {"key": "n", "name": "n", "function": "count", "where": "late"},
        {"key": "day", "name": "d", "function": "sum", "field": "day"},
        {"key": "odd", "name": "o", "function": "mean", "field": "odd", "where": "place in ('/ly/a/', '/ly/b/')"},
    ],
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Start a master and a worker, and connect to them."""
    home = Path(str(find_spec("pyspark").origin)).parent  # type: ignore[union-attr]  # it is installed
    if shutil.which("java") is None:
        pytest.fail("Spark needs a Java runtime: apt-get install default-jre-headless")
    settings = {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    environment = {**os.environ, **settings}
    port = _free_port()
    ends = []
    try:
        for words in (
            ["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(_free_port())],
            ["worker.Worker", "-c", "1", "-m", "1g", "--webui-port", str(_free_port()), f"spark://127.0.0.1:{port}"],
        ):
            command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
            ends.append(
                subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            _wait_for(port)
        os.environ.update(settings)
        sql = pytest.importorskip("pyspark.sql")
        session = (
            sql.SparkSession.builder.master(f"spark://127.0.0.1:{port}")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
        yield session
        session.stop()
    finally:
        for one in reversed(ends):
            one.terminate()
            one.wait(20)
        for name in settings:
            os.environ.pop(name, None)


@pytest.mark.parametrize("content", [ASKED, EXPRESSIONS], ids=["measures", "expressions"])
def test_spark_gives_the_grid_that_duckdb_gives(spark: Any, tmp_path: Path, content: dict[str, Any]) -> None:
    files = written(tmp_path, rows(600))
    definition = Definition.model_validate(content)
    checked = check(definition, SAMPLE, lambda _field: "")
    assert checked.faults == ()
    question = ask(definition, checked, SAMPLE, reach=[["/ly/a/", "/ly/b/"]], given={}, today=TODAY, most_rows=1000)
    with Facts(files, TYPES, Limits(30)) as facts:
        here = facts.found(question)
    spark.read.parquet(str(files[0])).createOrReplaceTempView("facts")
    there = found_by(spark, question)
    assert told(grid(definition, there)) == pytest.approx(told(grid(definition, here)))
    assert grid(definition, there).row_keys == grid(definition, here).row_keys


def found_by(spark: Any, question: Question) -> Found:
    def records(expression: Any) -> list[dict[str, Any]]:
        return [] if expression is None else [one.asDict() for one in spark.sql(sql_for(expression, "spark")).collect()]

    parts = (question.by_row, question.by_column, question.whole)
    return Found(records(question.cells), *(records(one) for one in parts))


def grid(definition: Definition, found: Found) -> Grid:
    return grid_of(definition, found, rank=lambda _part, _place, value: str(value), figures_only=False)


def told(found: Grid) -> list[float | None]:
    cells = [one for row in found.figures for cell in row for one in cell]
    return [one.value for one in (*cells, *(one for row in found.row_totals for one in row), *found.total)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    pytest.fail("the Spark master did not answer")
