"""Calculated fields as Ibis expressions. The same expression is compiled for DuckDB and for Spark.

Semantics that both share: nothing known gives nothing known, dividing by nothing gives nothing, halves are rounded away
from zero, a week begins on Monday (1).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any

import ibis

from tianmu.insight.reports.rules.expressions.tree import Call, Literal, Name, Node

Value = Any
SECONDS = {"minutes_between": 60, "hours_between": 3600}


def compiled(node: Node, columns: Mapping[str, Value]) -> Value:
    """Return the Ibis expression of a checked tree over the given columns."""
    if isinstance(node, Name):
        return columns[node.key]
    if isinstance(node, Literal):
        return ibis.null() if node.value is None else ibis.literal(node.value)
    given = [compiled(one, columns) for one in node.arguments]
    if node.function in {"band", "round", "left", "date"}:
        return _with_literals(node, given)
    return FUNCTIONS[node.function](given)


def _pair(operator: Callable[[Value, Value], Value]) -> Callable[[Sequence[Value]], Value]:
    return lambda given: operator(given[0], given[1])


def _divided(given: Sequence[Value]) -> Value:
    return given[0].cast("float64") / given[1].cast("float64").nullif(0.0)


def _remainder(given: Sequence[Value]) -> Value:
    return given[0].cast("float64") % given[1].cast("float64").nullif(0.0)


def _one_of(given: Sequence[Value]) -> Value:
    return reduce(or_, (given[0] == one for one in given[1:]))


def _chosen(given: Sequence[Value]) -> Value:
    return ibis.ifelse(given[0], given[1], given[2])


def _extreme(operator: Callable[[Value, Value], Value]) -> Callable[[Sequence[Value]], Value]:
    """Return the least or greatest; nothing when one of them is nothing, which engines see differently."""

    def found(given: Sequence[Value]) -> Value:
        picked = reduce(lambda one, other: ibis.ifelse(operator(one, other), one, other), given)
        return ibis.ifelse(reduce(and_, (one.notnull() for one in given)), picked, ibis.null())

    return found


def _whole_seconds(given: Sequence[Value]) -> Value:
    return given[1].epoch_seconds() - given[0].epoch_seconds()


def _between(name: str) -> Callable[[Sequence[Value]], Value]:
    return lambda given: _whole_seconds(given).cast("float64") / SECONDS[name]


def _days(given: Sequence[Value]) -> Value:
    spans = [one.cast("timestamp").epoch_seconds() for one in given]
    return (spans[1] - spans[0]).cast("float64") / 86_400


def _number(read: Callable[[Value], Value]) -> Callable[[Sequence[Value]], Value]:
    return lambda given: read(given[0]).cast("float64")


def _with_literals(node: Call, given: Sequence[Value]) -> Value:
    values = [_written(one) for one in node.arguments]
    if node.function == "date":
        return ibis.literal(date.fromisoformat(str(values[0])))
    if node.function == "round":
        return given[0].round(int(values[1] or 0)).cast("float64")
    if node.function == "left":
        return given[0].left(int(values[1] or 0))
    limits = [float(one or 0) for one in values[1:]]
    cases = [(given[0] < limits[0], f"<{limits[0]:g}")]
    for low, high in pairwise(limits):
        cases.append((given[0] < high, f"{low:g}–<{high:g}"))
    cases.append((given[0] >= limits[-1], f"≥{limits[-1]:g}"))
    return ibis.cases(*cases)


def _written(node: Node) -> float | str | bool | None:
    if isinstance(node, Call):
        inner = node.arguments[0]
        value = inner.value if isinstance(inner, Literal) else None
        return -value if isinstance(value, float) else None
    return node.value if isinstance(node, Literal) else None


FUNCTIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "+": _pair(add),
    "-": _pair(sub),
    "*": _pair(mul),
    "/": _divided,
    "%": _remainder,
    "negative": lambda given: -given[0],
    "=": _pair(eq),
    "!=": _pair(ne),
    "<": _pair(lt),
    "<=": _pair(le),
    ">": _pair(gt),
    ">=": _pair(ge),
    "and": _pair(and_),
    "or": _pair(or_),
    "not": lambda given: ~given[0],
    "in": _one_of,
    "if": _chosen,
    "coalesce": lambda given: ibis.coalesce(*given),
    "is_empty": lambda given: given[0].isnull(),
    "is_known": lambda given: given[0].notnull(),
    "abs": lambda given: given[0].abs(),
    "floor": _number(lambda one: one.floor()),
    "ceil": _number(lambda one: one.ceil()),
    "least": _extreme(le),
    "greatest": _extreme(ge),
    "length": _number(lambda one: one.length()),
    "lower": lambda given: given[0].lower(),
    "upper": lambda given: given[0].upper(),
    "concat": lambda given: reduce(add, given),
    "contains": lambda given: given[0].contains(given[1]),
    "starts_with": lambda given: given[0].startswith(given[1]),
    "year": _number(lambda one: one.year()),
    "quarter": _number(lambda one: one.quarter()),
    "month": _number(lambda one: one.month()),
    "day": _number(lambda one: one.day()),
    "weekday": _number(lambda one: one.day_of_week.index() + 1),
    "hour": _number(lambda one: one.hour()),
    "date_of": lambda given: given[0].date(),
    "minutes_between": _between("minutes_between"),
    "hours_between": _between("hours_between"),
    "days_between": _days,
}
