"""Which chart suits a report when its maker leaves the choice: by what stands in rows and columns."""

from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.parts import PERCENT

OVER_TIME = frozenset({"year", "quarter", "month", "week", "day"})
ROUND = frozenset({"hour", "weekday"})
MOST_SLICES = 7


def chart_of(definition: Definition, rows: int) -> str:
    """Return the kind of chart: what the definition asks for, or for `auto` what suits `rows` lines."""
    if definition.lists_rows or not definition.rows or rows == 0:
        return "none"
    if definition.chart.kind != "auto":
        return definition.chart.kind
    first = definition.rows[0].grain
    across = definition.columns[0].grain if definition.columns else ""
    if {first, across} == ROUND:
        return "heat"
    if first in OVER_TIME:
        return "line"
    if first in ROUND:
        return "column"
    one = definition.measures[0]
    if not definition.columns and one.function == "share" and rows <= MOST_SLICES:
        return "pie"
    if definition.columns and one.function not in PERCENT and rows > MOST_SLICES:
        return "heat"
    return "bar"
