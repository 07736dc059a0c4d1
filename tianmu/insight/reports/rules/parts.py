"""What a measure is made of: parts that add up over groups, and those that must be asked for each group anew."""

from collections.abc import Mapping
from typing import Any

from tianmu.insight.reports.rules.definition import Measure

FOLDED = frozenset({"count", "filled", "sum", "least", "greatest", "hits", "among"})
PERCENT = frozenset({"share", "ratio"})


def parts_of(measure: Measure) -> tuple[str, ...]:
    """Return the names of the parts of a measure."""
    match measure.function:
        case "count":
            return ("count",)
        case "sum":
            return ("sum", "filled")
        case "mean":
            return ("sum", "filled")
        case "share":
            return ("sum", "filled") if measure.field else ("count",)
        case "ratio":
            return ("hits", "among")
        case "least" | "greatest":
            return (measure.function, "filled")
    return (measure.function, "filled")


def folded(part: str, values: list[Any]) -> Any:  # noqa: ANN401 - numbers of the engine, or nothing
    """Return a part of a group from the parts of the cells in it."""
    known = [one for one in values if one is not None]
    if part in {"least", "greatest"}:
        return (min if part == "least" else max)(known) if known else None
    return sum(known) if known or part != "sum" else None


def figure(measure: Measure, parts: Mapping[str, Any], whole: Mapping[str, Any] | None = None) -> float | None:
    """Return the figure of a group; a share needs the parts of its `whole`. None where there is nothing to count."""
    match measure.function:
        case "count":
            return float(parts["count"])
        case "sum":
            return None if not parts["filled"] else float(parts["sum"])
        case "mean":
            return float(parts["sum"]) / parts["filled"] if parts["filled"] else None
        case "ratio":
            return 100 * parts["hits"] / parts["among"] if parts["among"] else None
        case "share":
            part = "sum" if measure.field else "count"
            all_of = (whole or {}).get(part)
            return 100 * float(parts[part] or 0) / float(all_of) if all_of else None
        case "distinct":
            return float(parts["distinct"])
    value = parts[measure.function]
    return None if value is None or not parts["filled"] else float(value)


def counted(measure: Measure, parts: Mapping[str, Any], rows: int) -> list[int]:
    """Return the numbers of rows that a figure gives away: of the group, and of those the measure counts."""
    match measure.function:
        case "count":
            return [rows, int(parts["count"])]
        case "ratio":
            return [rows, int(parts["among"]), int(parts["hits"])]
        case "share" if not measure.field:
            return [rows, int(parts["count"])]
    return [rows, int(parts["filled"])]
