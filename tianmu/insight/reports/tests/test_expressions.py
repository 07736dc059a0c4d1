"""Calculated fields: what is read, what is refused and where, and that the engine works out what plain Python does."""

import math
from contextlib import suppress
from typing import Any

import duckdb
import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.insight.reports.engine.dialects import sql_for
from tianmu.insight.reports.engine.expressions import compiled
from tianmu.insight.reports.rules.expressions.faults import ExpressionError, Reason
from tianmu.insight.reports.rules.expressions.typing import read, read_condition
from tianmu.insight.reports.tests.oracle import value_of
from tianmu.insight.reports.tests.random_expressions import KINDS, ROWS, SCOPE, expressions

COLUMNS = {"number": "float64", "text": "string", "boolean": "boolean", "instant": "timestamp", "day": "date"}
FACTS = ibis.table({key: COLUMNS[kind] for key, kind in KINDS.items()}, name="facts")
TYPES = {"number": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN", "instant": "TIMESTAMP", "day": "DATE"}
_connection = duckdb.connect()
_connection.execute("CREATE TABLE facts (" + ", ".join(f'"{key}" {TYPES[kind]}' for key, kind in KINDS.items()) + ")")


@pytest.mark.parametrize(
    ("source", "reason", "at"),
    [
        ("  ", Reason.EMPTY, 0),
        ("n +", Reason.EXPECTED, 3),
        ("n + 'a", Reason.STRING_OPEN, 4),
        ("[数量", Reason.NAME_OPEN, 0),
        ("n ; drop table facts", Reason.CHARACTER, 2),
        ("12ab", Reason.NUMBER, 0),
        ("未知 + 1", Reason.UNKNOWN_NAME, 0),
        ("pg_sleep(1)", Reason.UNKNOWN_FUNCTION, 0),
        ("round(n)", Reason.ARGUMENTS, 0),
        ("round(n, m)", Reason.LITERAL, 9),
        ("band(n, 5, 3)", Reason.LITERAL, 8),
        ("date('2026-13-01')", Reason.LITERAL, 5),
        ("n + s", Reason.TYPES, 4),
        ("n = s", Reason.TYPES, 4),
        ("b < b", Reason.TYPES, 0),
        ("(" * 30 + "n" + ")" * 30, Reason.TOO_DEEP, 24),
        ("+".join(["n"] * 150), Reason.TOO_LARGE, None),
        ("n" * 1001, Reason.TOO_LONG, 1000),
    ],
)
def test_a_faulty_expression_is_refused_with_reason_and_place(source: str, reason: Reason, at: int | None) -> None:
    with pytest.raises(ExpressionError) as caught:
        read(source, SCOPE)
    assert caught.value.reason is reason
    assert at is None or caught.value.at == at


def test_a_condition_must_be_true_or_false() -> None:
    assert read_condition("［数量］＞１０ 且 名称 属于 （“心电”，‘a’）".replace("１０", "10"), SCOPE).kind == "boolean"
    with pytest.raises(ExpressionError, match="not_boolean"):
        read_condition("n + 1", SCOPE)


def test_signs_bind_as_in_school() -> None:
    row = dict.fromkeys(KINDS) | {"n": 2.0, "m": 3.0, "b": False}
    for source, expected in {"n + m * 2 - -1": 9.0, "not b and n < m or b": True, "(n + m) * 2 % 4": 2.0}.items():
        assert value_of(read(source, SCOPE).tree, row) == expected


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["number", "text", "boolean", "day"]).flatmap(expressions),
    st.lists(ROWS, min_size=1, max_size=6),
)
def test_the_engine_works_out_what_plain_python_does(source: str, rows: list[dict[str, Any]]) -> None:
    tree = read(source, SCOPE).tree
    _connection.execute("DELETE FROM facts")
    places = ", ".join("?" * len(KINDS))
    _connection.executemany(f"INSERT INTO facts VALUES ({places})", [[row[key] for key in KINDS] for row in rows])  # noqa: S608 - our own table
    found = _connection.execute(
        sql_for(FACTS.select(x=compiled(tree, {key: FACTS[key] for key in KINDS})), "duckdb")
    ).fetchall()
    for (got,), row in zip(found, rows, strict=True):
        assert same(got, value_of(tree, row)), (source, row, got, value_of(tree, row))


def same(got: object, expected: object) -> bool:
    if isinstance(got, float) and isinstance(expected, float):
        return math.isclose(got, expected, rel_tol=1e-9, abs_tol=0.011)
    return got == expected


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("nsmbtd数量 ()[]<>=+-*/%,.'\"“”≥≠0123456789_且或非ifband"), max_size=60)
    | st.text(max_size=40)
)
def test_whatever_is_typed_is_read_or_refused(source: str) -> None:
    with suppress(ExpressionError):
        read(source, SCOPE)
