"""The calendar vectors of the contract specification (4.1), by the readings' own schedule."""

from datetime import date, datetime, timedelta

import pytest

from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import ZONE, add
from tianmu.operations.contracts.rules.readings import readings_of

VECTORS = [
    ("2022-09-09 17:20", 30, "2022-09-13 08:20"),
    ("2023-01-20 16:30", 240, "2023-01-28 11:00"),
    ("2022-12-30 17:00", 480, "2023-01-03 17:00"),
    ("2023-04-22 10:00", 60, "2023-04-23 09:00"),
    ("2023-06-21 13:00", 600, "2023-06-25 15:30"),
    ("2022-11-07 11:45", 30, "2022-11-07 13:45"),
    ("2022-11-07 08:00", 480, "2022-11-07 17:30"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(("start", "minutes", "deadline"), VECTORS)
def test_working_hours(start: str, minutes: int, deadline: str) -> None:
    assert add(at(start), timedelta(minutes=minutes), readings_of().workdays(), shipped()) == at(deadline)


@pytest.mark.parametrize(("start", "last"), [("2022-09-20", "2022-10-14"), ("2023-01-10", "2023-02-03")])
def test_fifteen_working_days(start: str, last: str) -> None:
    assert shipped().add_workdays(date.fromisoformat(start), 15) == date.fromisoformat(last)


def test_another_table_of_working_hours_is_a_reading() -> None:
    summer = readings_of({"working_hours": [["08:30", "12:00"], ["14:00", "18:30"]]}).workdays()
    assert add(at("2022-11-07 11:45"), timedelta(minutes=30), summer, shipped()) == at("2022-11-07 14:15")
