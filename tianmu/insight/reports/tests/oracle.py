"""A second reading of expressions in plain Python, against which the compiled ones are compared."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from tianmu.insight.reports.rules.expressions.tree import Call, Literal, Name, Node


def value_of(node: Node, row: Mapping[str, Any]) -> Any:
    if isinstance(node, Name):
        return row[node.key]
    if isinstance(node, Literal):
        return node.value
    if node.function in {"and", "or", "if", "coalesce", "is_empty", "is_known", "in"}:
        return _lazy(node, row)
    given = [value_of(one, row) for one in node.arguments]
    return None if any(one is None for one in given) else _plain(node.function, given)


def _lazy(node: Call, row: Mapping[str, Any]) -> Any:
    given = [value_of(one, row) for one in node.arguments]
    match node.function:
        case "and":
            return False if False in given else None if None in given else True
        case "or":
            return True if True in given else None if None in given else False
        case "if":
            return given[1] if given[0] else given[2]
        case "coalesce":
            return next((one for one in given if one is not None), None)
        case "in":
            same = [None if None in {given[0], one} else given[0] == one for one in given[1:]]
            return True if True in same else None if None in same else False
    return (given[0] is None) == (node.function == "is_empty")


def _plain(name: str, given: list[Any]) -> Any:  # noqa: C901 - one case for each function
    first = given[0]
    second: Any = given[1] if len(given) > 1 else None
    match name:
        case "+" | "-" | "*":
            return {"+": first + second, "-": first - second, "*": first * second}[name] if second is not None else None
        case "/":
            return first / second if second else None
        case "%":
            return math.fmod(first, second) if second else None
        case "negative":
            return -first
        case "=" | "!=":
            return (first == second) == (name == "=")
        case "<":
            return first < second
        case "<=":
            return first <= second
        case ">":
            return first > second
        case ">=":
            return first >= second
        case "not":
            return not first
        case "abs":
            return abs(first)
        case "round":
            return float(Decimal(repr(first)).quantize(Decimal(1).scaleb(-int(second)), ROUND_HALF_UP))
        case "floor" | "ceil":
            return float(math.floor(first) if name == "floor" else math.ceil(first))
        case "least" | "greatest":
            return min(given) if name == "least" else max(given)
        case "band":
            return _band(first, given[1:])
        case "length":
            return float(len(first))
        case "lower" | "upper":
            return first.lower() if name == "lower" else first.upper()
        case "concat":
            return "".join(given)
        case "left":
            return first[: int(second)]
        case "contains":
            return second in first
        case "starts_with":
            return first.startswith(second)
        case "date":
            return date.fromisoformat(first)
    return _time(name, given)


def _band(value: float, limits: list[float]) -> str:
    if value < limits[0]:
        return f"<{limits[0]:g}"
    for low, high in pairwise(limits):
        if value < high:
            return f"{low:g}–<{high:g}"
    return f"≥{limits[-1]:g}"


def _time(name: str, given: list[Any]) -> Any:
    first = given[0]
    match name:
        case "year" | "month" | "day" | "hour":
            return float(getattr(first, name))
        case "quarter":
            return float((first.month + 2) // 3)
        case "weekday":
            return float(first.isoweekday())
        case "date_of":
            return first.date() if isinstance(first, datetime) else first
        case "minutes_between" | "hours_between":
            return (given[1] - first).total_seconds() / (60 if name == "minutes_between" else 3600)
        case "days_between":
            return float((given[1] - first).days)
    raise AssertionError(name)
