"""Periods as people say them: a word such as `last_month`, or a first and a last day; both days are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WORDS = (
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter",
    "this_year", "last_year", "last_7_days", "last_30_days", "last_90_days", "last_365_days",
)  # fmt: skip
MOST_DAYS = 3_660


class PeriodError(ValueError):
    """Neither a word for a period nor two days in order."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted."""

    first: date
    last: date


def period_of(values: Sequence[object], today: date = date(2026, 1, 1)) -> Period:
    """Return the period that `values` mean on a day.

    Raises:
        PeriodError: they mean none, or one longer than ten years.

    """
    if len(values) == 1 and values[0] in WORDS:
        return _worded(str(values[0]), today)
    try:
        first, last = (date.fromisoformat(str(one)) for one in values)
    except ValueError as error:
        raise PeriodError(str(values)) from error
    if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
        raise PeriodError(str(values))
    return Period(first, last)


def _worded(word: str, today: date) -> Period:
    if word in {"today", "yesterday"}:
        day = today - timedelta(days=word == "yesterday")
        return Period(day, day)
    which, _, unit = word.partition("_")
    if unit.endswith("_days"):
        return Period(today - timedelta(days=int(unit.removesuffix("_days")) - 1), today)
    first = beginning(today, unit)
    if which == "last":
        first = beginning(first - timedelta(days=1), unit)
    return Period(first, following(first, unit) - timedelta(days=1))


def beginning(day: date, unit: str) -> date:
    """Return the first day of the week, month, quarter or year that holds a day."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "year":
        return day.replace(month=1, day=1)
    return day.replace(month=day.month if unit == "month" else day.month - (day.month - 1) % 3, day=1)


def following(first: date, unit: str) -> date:
    """Return the first day after the day, week, month, quarter or year that begins with `first`."""
    if unit == "day":
        return first + timedelta(days=1)
    if unit == "week":
        return first + timedelta(days=7)
    return beginning(first + timedelta(days={"month": 31, "quarter": 95, "year": 366}[unit]), unit)
