"""From a figure to the rows behind it: the same conditions, narrowed to the figure's group and what it counts."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tianmu.foundation.datasets import DataSet, Kind
from tianmu.insight.reports.rules.definition import Calculated, Chart, Definition, Dimension, Filter
from tianmu.insight.reports.rules.periods import following

MOST_SHOWN = 8
COUNTED = "behind_counted"
ROUND = {"hour": "hour", "weekday": "weekday"}


def cell_definition(definition: Definition, dataset: DataSet, cell: Mapping[str, Any]) -> Definition:
    """Return the list behind a figure of `definition`; `cell` has `rows`, `columns` (raw keys) and `measure`.

    A missing `rows` or `columns` is that of a total.
    """
    filters = list(definition.filters)
    calculated = list(definition.calculated)
    pairs: list[tuple[Dimension, Any]] = []
    for dimensions, keys in ((definition.rows, cell.get("rows")), (definition.columns, cell.get("columns"))):
        pairs += zip(dimensions, keys, strict=False) if keys else []
    for place, (one, value) in enumerate(pairs):
        made, helper = _narrowed(one, value, f"behind_{place}")
        filters.append(made)
        calculated += [helper] if helper else []
    measure = next((one for one in definition.measures if one.key == cell.get("measure")), None)
    counted = [] if measure is None else _counted(measure.where, measure.among)
    if counted:
        calculated.append(Calculated(key=COUNTED, name=COUNTED, expression=" and ".join(f"({one})" for one in counted)))
        filters.append(Filter(field=COUNTED, operator="is_true"))
    return definition.model_copy(
        update={
            "filters": tuple(filters),
            "calculated": tuple(calculated),
            "rows": tuple(Dimension(field=key) for key in _shown(dataset, pairs)),
            "columns": (),
            "measures": (),
            "sort": (),
            "top": None,
            "chart": Chart(kind="none"),
        }
    )


def _counted(where: str, among: str) -> Sequence[str]:
    """Return the conditions a figure counts by; a rate opens to the rows of its numerator."""
    return [one for one in (where, among) if one]


def _shown(dataset: DataSet, pairs: Sequence[tuple[Dimension, Any]]) -> list[str]:
    first = [one.key for one in dataset.offered() if one.person]
    used = [dataset.time, *(one.field for one, _ in pairs)]
    rest = [one.key for one in dataset.offered() if one.kind in {Kind.UNIT, Kind.CODE} and not one.right]
    return list(dict.fromkeys([*first, *used, *rest]))[:MOST_SHOWN]


def _narrowed(one: Dimension, value: Any, key: str) -> tuple[Filter, Calculated | None]:  # noqa: ANN401 - a raw key
    if value is None:
        return Filter(field=one.field, operator="empty"), None
    if one.grain in ROUND:
        helper = Calculated(key=key, name=key, expression=f"{ROUND[one.grain]}({one.field})")
        return Filter(field=key, operator="one_of", values=(float(value),)), helper
    if one.grain:
        first = date.fromisoformat(str(value)[:10])
        last = following(first, one.grain) - timedelta(days=1)
        return Filter(field=one.field, operator="period", values=(first.isoformat(), last.isoformat())), None
    if isinstance(value, bool):
        return Filter(field=one.field, operator="is_true" if value else "is_false"), None
    return Filter(field=one.field, operator="one_of", values=(value,)), None
