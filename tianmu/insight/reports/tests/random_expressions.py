"""Random expressions of a wished kind, as people would write them, and random rows to work them out on."""

from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from tianmu.insight.reports.rules.expressions.typing import Scope

KINDS = {
    "n": "number",
    "m": "number",
    "s": "text",
    "t": "text",
    "b": "boolean",
    "i": "instant",
    "j": "instant",
    "d": "day",
}
SCOPE = Scope(KINDS, {"数量": ("n",), "名称": ("s",)})
TEXTS = st.sampled_from(["", "a", "Ab", "心电", "心电图", "O'Hara", "100%", "_x", "\\"])
NUMBERS = st.integers(-4000, 4000).map(lambda one: one / 4)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31)).map(lambda one: one.replace(microsecond=0))  # noqa: DTZ001
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
ROWS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "n": st.none() | NUMBERS,
        "m": st.none() | NUMBERS,
        "s": st.none() | TEXTS.filter(bool),
        "t": st.none() | TEXTS.filter(bool),
        "b": st.none() | st.booleans(),
        "i": st.none() | INSTANTS,
        "j": st.none() | INSTANTS,
        "d": st.none() | DAYS,
    }
)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _call(name: str, *given: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*given).map(lambda parts: f"{name}({', '.join(parts)})")


def _infix(signs: list[str], left: st.SearchStrategy[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(left, st.sampled_from(signs), right).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")


@st.composite
def expressions(draw: st.DrawFn, kind: str, depth: int = 3) -> str:
    """Return an expression of `kind`."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(_simple(kind))
    inner = {one: expressions(one, depth - 1) for one in ("number", "text", "boolean", "instant", "day")}
    return draw(st.one_of(_choices(kind, inner)))


def _simple(kind: str) -> st.SearchStrategy[str]:
    names = st.sampled_from([key for key, one in KINDS.items() if one == kind])
    if kind == "number":
        return names | st.just("数量") | st.integers(0, 400).map(lambda one: f"{one / 4:g}")
    if kind == "text":
        return names | TEXTS.filter(bool).map(quoted)
    if kind == "boolean":
        return names | st.sampled_from(["true", "假"])
    if kind == "day":
        return names | DAYS.map(lambda one: f"date('{one}')")
    return names


def _choices(kind: str, of: dict[str, st.SearchStrategy[str]]) -> list[st.SearchStrategy[str]]:
    same = of[kind]
    common = [_call("if", of["boolean"], same, same), _call("首个非空", same, same)]
    if kind == "number":
        return [
            *common,
            _infix(["+", "-", "*", "/", "%"], same, same),
            same.map(lambda one: f"-({one})"),
            _call("round", of["number"], st.sampled_from(["0", "1", "2"])),
            *(_call(name, same) for name in ("abs", "floor", "ceil")),
            *(_call(name, same, same) for name in ("least", "较大值")),
            _call("length", of["text"]),
            *(_call(name, of["instant"]) for name in ("year", "quarter", "month", "day", "weekday", "hour")),
            *(_call(name, of["instant"], of["instant"]) for name in ("minutes_between", "hours_between")),
            _call("days_between", of["day"], of["day"]),
        ]
    if kind == "text":
        return [
            *common,
            _call("concat", same, same),
            _call("left", same, st.sampled_from(["1", "2"])),
            _call("band", of["number"], st.just("0"), st.just("10.5"), st.just("65")),
            *(_call(name, same) for name in ("lower", "大写")),
        ]
    if kind == "boolean":
        return [
            *common,
            _infix(["and", "或"], same, same),
            same.map(lambda one: f"not ({one})"),
            *(_infix(["=", "!=", "<", "≥"], of[one], of[one]) for one in ("number", "text", "instant", "day")),
            *(_call(name, of["text"], of["text"]) for name in ("contains", "starts_with")),
            *(_call("is_empty", of[one]) for one in of),
            st.tuples(of["text"], of["text"], of["text"]).map(
                lambda parts: f"({parts[0]} in ({parts[1]}, {parts[2]}))"
            ),
        ]
    return [*common, _call("date_of", of["instant"])] if kind == "day" else common
