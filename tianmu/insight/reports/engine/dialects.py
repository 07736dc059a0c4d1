"""Ibis expressions as the SQL of an engine. Only the compilers are loaded: no back end, no Arrow, no pandas."""

from functools import cache
from typing import Any, Literal

import ibis
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.config import Config

Engine = Literal["duckdb", "spark"]


class _SparkOptions(Config):  # type: ignore[misc]  # Ibis has no types
    """What the compiler asks of the back end that is not loaded."""

    treat_nan_as_null: bool = False


_DIALECTS = {"duckdb": "duckdb", "spark": "databricks"}


@cache
def _compiler(engine: Engine) -> Any:  # noqa: ANN401 - compilers have no common public type
    if engine == "duckdb":
        return DuckDBCompiler()
    ibis.options.pyspark = _SparkOptions()
    return PySparkCompiler()


def sql_for(expression: Any, engine: Engine) -> str:  # noqa: ANN401 - any Ibis expression
    """Return the statement of an expression for an engine."""
    statement: str = _compiler(engine).to_sqlglot(expression).sql(dialect=_DIALECTS[engine])
    return statement
