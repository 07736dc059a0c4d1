"""Asking DuckDB over the files of an extract, within a time, and without a way to anything else on the machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import duckdb

from tianmu.insight.reports.engine.dialects import sql_for
from tianmu.insight.reports.rules.grid import Found, Record

MEMORY = "1GB"
THREADS = 2
PAUSE_SECONDS = 0.2


class TooSlowError(RuntimeError):
    """The question was not answered within its time."""


class EngineError(RuntimeError):
    """The engine cannot work a question out, such as a number beyond its range."""


class CancelledError(RuntimeError):
    """Whoever asked no longer wants the answer."""


@dataclass(slots=True)
class Limits:
    """How long a question may take, and whether it was called off meanwhile."""

    seconds: float
    called_off: Callable[[], bool] = field(default=lambda: False)


class Facts:
    """One data set's files as the table `facts`; use it as a context manager, one question after the other."""

    def __init__(self, files: Sequence[Path], types: dict[str, str], limits: Limits) -> None:
        self.files, self.types, self.limits = files, types, limits
        self._done = Event()
        self._why: type[RuntimeError] | None = None

    def __enter__(self) -> Self:
        folders = sorted({str(one.parent) for one in self.files})
        self._engine = duckdb.connect(config={"memory_limit": MEMORY, "threads": THREADS})
        for statement in (
            f"SET allowed_directories = [{', '.join(map(_quoted, folders))}]" if folders else "",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
            f"CREATE VIEW facts AS {self._source()}",
        ):
            if statement:
                self._engine.execute(statement)
        self._watcher = Thread(target=self._watch, name="report-limits", daemon=True)
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._watcher.join()
        self._engine.close()

    def records(self, expression: Any) -> list[Record]:  # noqa: ANN401 - an Ibis table
        """Return what an Ibis table holds.

        Raises:
            TooSlowError: the time is over.
            CancelledError: it was called off.
            EngineError: it cannot be worked out.

        """
        try:
            answer = self._engine.execute(sql_for(expression, "duckdb"))
            names = [one[0] for one in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
        except duckdb.InterruptException as error:
            raise (self._why or TooSlowError) from error
        except duckdb.Error as error:
            raise EngineError(str(error)[:200]) from error

    def found(self, question: Any) -> Found:  # noqa: ANN401 - a Question; its module loads Ibis
        """Return the answers to a question."""
        parts = (question.by_row, question.by_column, question.whole)
        asked = [self.records(one) if one is not None else [] for one in parts]
        return Found(self.records(question.cells), *asked)

    def _source(self) -> str:
        if not self.files:
            nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in self.types.items())
            return f"SELECT {nothing} WHERE false"
        return f"SELECT * FROM read_parquet([{', '.join(_quoted(str(one)) for one in self.files)}])"  # noqa: S608 - names and files of our own

    def _watch(self) -> None:
        waited = 0.0
        while not self._done.wait(PAUSE_SECONDS):
            waited += PAUSE_SECONDS
            if waited >= self.limits.seconds:
                self._why = TooSlowError
            elif self.limits.called_off():
                self._why = CancelledError
            if self._why is not None:
                self._engine.interrupt()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
