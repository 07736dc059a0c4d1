"""What headers and filters are called in the reader's language: institutions by name, codes by their words, periods."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from json import loads
from pathlib import Path
from typing import Any

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.datasets import Field, Kind
from tianmu.insight.reports.rules.definition import Dimension

WORDS = Path(__file__).resolve().parent.parent / "data" / "words.json"
WEEKDAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


@cache
def words(english: bool) -> Mapping[str, Any]:
    """Return the words of answers and files in a language."""
    found: Mapping[str, Any] = loads(WORDS.read_text(encoding="utf-8"))["en" if english else "zh-CN"]
    return found


def is_english(locale: str) -> bool:
    """Tell whether a locale is the second language."""
    return locale.startswith("en")


def called(one: Any, english: bool) -> str:  # noqa: ANN401 - anything with name and name_en
    """Return the name of a field, measure, parameter or report."""
    return str((one.name_en or one.name) if english else one.name)


class Labels:
    """The labels of one answer; institutions are read in one statement."""

    def __init__(self, units: Iterable[object], *, english: bool) -> None:
        self.english, self.words = english, words(english)
        keys = {str(one) for one in units if one is not None}
        self.units = (
            {str(key): name for key, name in ScopeUnit.objects.filter(pk__in=keys).values_list("pk", "name")}
            if keys
            else {}
        )

    def of(self, value: Any, field: Field, dimension: Dimension) -> str:  # noqa: ANN401 - whatever the engine gives
        """Return what a header says."""
        if value is None:
            return str(self.words["unknown"])
        if dimension.grain:
            return self._of_time(value, dimension.grain)
        return self.of_value(value, field)

    def of_value(self, value: Any, field: Field) -> str:  # noqa: ANN401 - whatever the engine gives
        """Return what a value of a field says."""
        if field.kind is Kind.UNIT:
            return self.units.get(str(value), str(self.words["gone"]))
        if field.kind is Kind.CODE and value in field.values:
            return field.values[value][self.english]
        if isinstance(value, bool):
            return str(self.words["yes" if value else "no"])
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _of_time(self, value: Any, grain: str) -> str:  # noqa: ANN401 - a day or a number
        if grain == "hour":
            return f"{value:02d}:00"
        if grain == "weekday":
            return WEEKDAYS[value - 1][self.english]
        day: date = value
        if grain == "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        if grain == "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        return {"year": f"{day:%Y}", "month": f"{day:%Y-%m}"}.get(grain, day.isoformat())

    def order(self, value: Any, field: Field, dimension: Dimension) -> Any:  # noqa: ANN401 - sortable among its like
        """Return what a header sorts by: time by time, codes as listed, bands by their limits, names by name."""
        if dimension.grain or isinstance(value, float | int | bool):
            return value
        if field.kind is Kind.CODE and field.values:
            listed = list(field.values)
            return f"{listed.index(value):05d}" if value in listed else f"~{value}"
        text = self.of_value(value, field)
        if text.startswith("<"):
            return " "
        first = text.removeprefix("≥").partition("–")[0]
        return f"{float(first):012.3f}" if first.replace(".", "", 1).isdigit() and text[:1] in "≥0123456789" else text


def unit_values(
    records: Sequence[Mapping[str, Any]], fields: Mapping[str, Field], places: Mapping[str, str]
) -> set[str]:
    """Return the keys of institutions in the columns of an answer; `places` names the field of each column."""
    wanted = [name for name, key in places.items() if fields[key].kind is Kind.UNIT]
    return {str(one[name]) for one in records for name in wanted if one.get(name) is not None}
