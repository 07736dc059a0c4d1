"""Which days are worked: the plain week, changed by the table of the State Council (国务院办公厅节假日安排)."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

DATA = Path(__file__).with_name("data") / "state_council.json"
WARN_DAYS_BEFORE = 60
_SATURDAY = 5


class DayKind(StrEnum):
    """What the table says of a day."""

    REST = "rest"
    WORK = "work"


class CalendarError(ValueError):
    """A table that cannot be used; the message says which row and why."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of the table; days outside of `covers_from`..`covers_until` follow the plain week and are a guess."""

    version: str
    covers_from: date
    covers_until: date
    kinds: Mapping[date, DayKind]

    def is_workday(self, day: date) -> bool:
        """Tell whether `day` is worked, make-up days included."""
        kind = self.kinds.get(day)
        return day.weekday() < _SATURDAY if kind is None else kind is DayKind.WORK

    def is_known(self, day: date) -> bool:
        """Tell whether the table covers `day`; else the answer of `is_workday` is a guess."""
        return self.covers_from <= day <= self.covers_until

    def add_workdays(self, day: date, count: int) -> date:
        """Return the day that is `count` >= 0 worked days after `day`, which itself is not counted."""
        if count < 0:
            message = "A number of working days is not negative."
            raise CalendarError(message)
        while count:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """Return how many days after `first` and up to `last` are worked."""
        return sum(self.is_workday(first + timedelta(days=step + 1)) for step in range((last - first).days))

    def days_left(self, today: date) -> int:
        """Return for how many days after `today` the table still knows; negative once it has run out."""
        return (self.covers_until - today).days

    def runs_out_soon(self, today: date) -> bool:
        """Tell whether the next year's table must be imported now."""
        return self.days_left(today) < WARN_DAYS_BEFORE


def from_content(version: str, content: Mapping[str, Any]) -> Calendar:
    """Build a calendar from {covers_from, covers_until, days: [[date, rest|work, name?]]}.

    Raises:
        CalendarError: a row cannot be read, is given twice, or lies outside of the years covered.

    """
    try:
        first, last = date.fromisoformat(content["covers_from"]), date.fromisoformat(content["covers_until"])
        rows = [(row[0], row[1]) for row in content["days"]]
    except (KeyError, TypeError, IndexError, ValueError) as error:
        message = "A calendar needs covers_from, covers_until and days of [date, rest or work]."
        raise CalendarError(message) from error
    return Calendar(version, first, last, MappingProxyType(_kinds(rows, first, last)))


def content_from_csv(text: str) -> dict[str, Any]:
    """Turn a table of two or three columns (date, rest or work, name) into the content of a calendar version.

    Whole years are covered, from the first year named to the last.

    Raises:
        CalendarError: the table is empty or a row cannot be read.

    """
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if row and any(cell.strip() for cell in row)]
    if rows and rows[0][0].strip().casefold() in {"date", "日期"}:
        rows = rows[1:]
    if not rows:
        message = "The table has no rows. Give one day a line: date, rest or work."
        raise CalendarError(message)
    days = [[cell.strip() for cell in row[:3]] for row in rows]
    years = sorted(_date(row[0], number) for number, row in enumerate(days, 1))
    first, last = date(years[0].year, 1, 1), date(years[-1].year, 12, 31)
    _kinds([(row[0], row[1] if len(row) > 1 else "") for row in days], first, last)
    return {"covers_from": first.isoformat(), "covers_until": last.isoformat(), "days": days}


@lru_cache(maxsize=1)
def shipped() -> Calendar:
    """Return the calendar that comes with the platform."""
    document = shipped_document()
    return from_content(document["version"], document["content"])


def shipped_document() -> dict[str, Any]:
    """Return the rule set document of the shipped calendar."""
    document: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return document


def _kinds(rows: Iterable[tuple[str, str]], first: date, last: date) -> dict[date, DayKind]:
    kinds: dict[date, DayKind] = {}
    for number, (text, kind) in enumerate(rows, 1):
        day = _date(text, number)
        if kind not in set(DayKind):
            message = f"Row {number}: {kind!r} is neither rest nor work."
            raise CalendarError(message)
        if day in kinds:
            message = f"Row {number}: {day} is named twice."
            raise CalendarError(message)
        if not first <= day <= last:
            message = f"Row {number}: {day} lies outside of {first} to {last}."
            raise CalendarError(message)
        kinds[day] = DayKind(kind)
    return kinds


def _date(text: str, number: int) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        message = f"Row {number}: {text!r} is not a date such as 2026-10-01."
        raise CalendarError(message) from error
