"""A checked definition as Ibis queries over one table of facts: the cells, and totals that do not follow from them.

Row rights are conditions of every query: the scope paths the asker reaches, for the data set and for each field that
asks for a right of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from tianmu.foundation.datasets import DataSet, Field, Kind
from tianmu.insight.reports.engine.expressions import compiled
from tianmu.insight.reports.engine.limits import Reach
from tianmu.insight.reports.rules.checking import Checked
from tianmu.insight.reports.rules.definition import Definition, Dimension, Filter, Measure
from tianmu.insight.reports.rules.parts import FOLDED, parts_of
from tianmu.insight.reports.rules.periods import period_of

COLUMN_TYPES = {
    Kind.TEXT: "string", Kind.CODE: "string", Kind.UNIT: "string", Kind.NUMBER: "float64",
    Kind.BOOLEAN: "boolean", Kind.INSTANT: "timestamp", Kind.DAY: "date",
}  # fmt: skip
GRAINS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W", "day": "D"}
ROWS = "n__rows"


@dataclass(frozen=True, slots=True)
class Question:
    """Queries over the table `facts`: the cells, and the groups by rows, by columns and of all that are asked apart."""

    cells: Any
    by_row: Any = None
    by_column: Any = None
    whole: Any = None


def facts(dataset: DataSet) -> Any:  # noqa: ANN401 - an Ibis table
    """Return the table of a data set as Ibis knows it."""
    return ibis.table({one.key: COLUMN_TYPES[one.kind] for one in dataset.stored()}, name="facts")


def ask(
    definition: Definition,
    checked: Checked,
    dataset: DataSet,
    *,
    reach: Reach,
    given: Mapping[str, Sequence[Any]],
    today: date,
    most_rows: int,
) -> Question:
    """Return the queries of a definition whose check found no fault.

    `reach` holds, for each right that is needed, the scope paths it is held at (`/` is everywhere). `given` are the
    values of parameters. Lists are cut after `most_rows`, and cells after as many groups.
    """
    table = facts(dataset)
    columns = _columns(table, checked)
    conditions = [_within(table, dataset.paths, paths) for paths in reach if "/" not in paths]
    conditions += [
        _condition(one, checked.fields[one.field], columns, table, values, today)
        for one in definition.filters
        if (values := _values(one, definition, given)) is not None
    ]
    kept = table.filter(reduce(and_, conditions)) if conditions else table
    columns = _columns(kept, checked)
    if definition.lists_rows:
        return Question(_listed(definition, kept, columns, dataset, most_rows))
    return _grouped(definition, checked, kept, columns, most_rows)


def _columns(table: Any, checked: Checked) -> dict[str, Any]:  # noqa: ANN401 - an Ibis table
    found = {key: table[key] for key, one in checked.fields.items() if not one.expression}
    for key, typed in checked.computed.items():
        if key in checked.touched:
            found[key] = compiled(typed.tree, found)
    return found


def _within(table: Any, fields: Sequence[str], paths: Sequence[str]) -> Any:  # noqa: ANN401 - an Ibis table
    reached = [table[field].startswith(path) for field in fields for path in paths]
    return reduce(or_, reached) if reached else ibis.literal(False)


def _values(one: Filter, definition: Definition, given: Mapping[str, Sequence[Any]]) -> Sequence[Any] | None:
    """Return the values a filter works with; None where its parameter was left open."""
    if one.parameter is None:
        return one.values
    asked = next(two for two in definition.parameters if two.key == one.parameter)
    return given.get(one.parameter) or asked.values or None


def _condition(
    one: Filter,
    field: Field,
    columns: Mapping[str, Any],
    table: Any,  # noqa: ANN401 - an Ibis table
    values: Sequence[Any],
    today: date,
) -> Any:  # noqa: ANN401 - an Ibis value
    column = columns[one.field]
    if one.operator == "period":
        return _in_period(column, field, values, today)
    if one.operator == "within":
        return _within(table, (field.path,), [str(value) for value in values])
    if one.operator == "between":
        return (column >= values[0]) & (column <= values[1])
    first = values[0] if values else None
    simple = {
        "one_of": lambda: column.isin(list(values)),
        "none_of": lambda: ~column.isin(list(values)) | column.isnull(),
        "at_least": lambda: column >= first,
        "at_most": lambda: column <= first,
        "more_than": lambda: column > first,
        "less_than": lambda: column < first,
        "contains": lambda: column.contains(str(first)),
        "starts_with": lambda: column.startswith(str(first)),
        "empty": column.isnull,
        "known": column.notnull,
        "is_true": lambda: column,
        "is_false": lambda: ~column,
    }
    return simple[one.operator]()


def _in_period(column: Any, field: Field, values: Sequence[Any], today: date) -> Any:  # noqa: ANN401 - an Ibis value
    period = period_of(values, today)
    if field.kind is Kind.DAY:
        return (column >= ibis.literal(period.first)) & (column <= ibis.literal(period.last))
    first, after = (datetime.combine(day, time()) for day in (period.first, period.last + timedelta(days=1)))
    return (column >= ibis.literal(first)) & (column < ibis.literal(after))


def _dimension(one: Dimension, columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an Ibis value
    column = columns[one.field]
    if one.grain in GRAINS:
        return column.truncate(GRAINS[one.grain]).cast("date")
    if one.grain == "hour":
        return column.hour().cast("int64")
    return (column.day_of_week.index() + 1).cast("int64") if one.grain == "weekday" else column


def _listed(definition: Definition, kept: Any, columns: Mapping[str, Any], dataset: DataSet, most: int) -> Any:  # noqa: ANN401
    shown = {f"r{place}": _dimension(one, columns) for place, one in enumerate(definition.rows)}
    if dataset.subject:
        shown |= {"subject": kept[dataset.subject]}
    if dataset.about:
        shown |= {"about": kept[dataset.about]}
    places = {one.field: f"r{place}" for place, one in enumerate(definition.rows)}
    chosen = kept.select(**shown)
    order = [
        ibis.desc(places[one.by], nulls_first=False) if one.descending else ibis.asc(places[one.by], nulls_first=False)
        for one in definition.sort
        if one.by in places
    ]
    ordered = chosen.order_by(order or [ibis.asc(name, nulls_first=False) for name in chosen.columns])
    return ordered.limit(most + 1)


def _grouped(
    definition: Definition,
    checked: Checked,
    kept: Any,  # noqa: ANN401 - an Ibis table
    columns: Mapping[str, Any],
    most: int,
) -> Question:
    rows = {f"r{place}": _dimension(one, columns) for place, one in enumerate(definition.rows)}
    across = {f"c{place}": _dimension(one, columns) for place, one in enumerate(definition.columns)}
    every = {ROWS: kept.count()}
    apart: dict[str, Any] = {}
    for place, measure in enumerate(definition.measures):
        made = _parts(place, measure, checked, kept, columns)
        every |= made
        if not set(parts_of(measure)) <= FOLDED:
            apart |= made

    def grouped(keys: Mapping[str, Any], values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an Ibis table
        found = kept.group_by(**keys).agg(**values) if keys else kept.agg(**values)
        return found.limit(most + 1)

    totals = definition.totals
    return Question(
        grouped({**rows, **across}, every),
        by_row=grouped(rows, apart) if apart and totals.columns and across and rows else None,
        by_column=grouped(across, apart) if apart and totals.rows and across and rows else None,
        whole=grouped({}, apart) if apart and (rows or across) else None,
    )


def _parts(place: int, one: Measure, checked: Checked, kept: Any, columns: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    def condition(name: str) -> Any:  # noqa: ANN401 - an Ibis value
        typed = checked.conditions.get(f"measures.{place}.{name}")
        return None if typed is None else compiled(typed.tree, columns)

    where, among = condition("where"), condition("among")
    column: Any = columns[one.field] if one.field else None
    made = {
        "count": lambda: kept.count(where=where),
        "filled": lambda: column.count(where=where),
        "sum": lambda: column.sum(where=where),
        "least": lambda: column.min(where=where),
        "greatest": lambda: column.max(where=where),
        "distinct": lambda: column.nunique(where=where),
        "median": lambda: column.quantile(0.5, where=where),
        "percentile": lambda: column.quantile(one.percentile / 100, where=where),
        "hits": lambda: kept.count(where=where if among is None else where & among),
        "among": lambda: kept.count(where=among),
    }
    return {f"m{place}_{part}": made[part]() for part in parts_of(one)}
