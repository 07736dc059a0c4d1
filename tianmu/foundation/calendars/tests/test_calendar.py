"""The table of the State Council, its import, and its warning."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import CalendarError, content_from_csv, from_content, shipped

COUNTY = shipped()
COVERED = st.dates(COUNTY.covers_from, COUNTY.covers_until)


def test_rest_days_on_weekdays_and_worked_weekends_of_the_contract_year() -> None:
    days = [date(2022, 8, 21) + timedelta(days=step) for step in range(365)]
    rest = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not COUNTY.is_workday(day)]
    assert rest == [
        "09-12", "10-03", "10-04", "10-05", "10-06", "10-07", "01-02", "01-23", "01-24", "01-25", "01-26", "01-27",
        "04-05", "05-01", "05-02", "05-03", "06-22", "06-23",
    ]  # fmt: skip
    worked = [f"{day:%m-%d}" for day in days if day.weekday() >= 5 and COUNTY.is_workday(day)]
    assert worked == ["10-08", "10-09", "01-28", "01-29", "04-23", "05-06", "06-25"]


@pytest.mark.parametrize(
    ("start", "due"), [(date(2022, 9, 20), date(2022, 10, 14)), (date(2023, 1, 10), date(2023, 2, 3))]
)
def test_fifteen_working_days(start: date, due: date) -> None:
    assert COUNTY.add_workdays(start, 15) == due
    assert COUNTY.workdays_between(start, due) == 15


@pytest.mark.parametrize(("year", "count"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_each_year(year: int, count: int) -> None:
    assert COUNTY.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_the_warning_comes_sixty_days_before_the_end() -> None:
    assert COUNTY.days_left(date(2026, 11, 1)) == 60
    assert not COUNTY.runs_out_soon(date(2026, 11, 1))
    assert COUNTY.runs_out_soon(date(2026, 11, 2))
    assert COUNTY.days_left(date(2027, 1, 5)) == -5


def test_days_outside_of_the_table_are_a_guess() -> None:
    assert not COUNTY.is_known(date(2027, 1, 1))
    assert COUNTY.is_workday(date(2027, 1, 1))


def test_a_table_of_two_columns_is_imported() -> None:
    content = content_from_csv("\ufeffdate,kind\n2027-01-01,rest,元旦\n\n2027-02-06,rest\n2027-01-30, work\n")
    calendar = from_content("2027", content)
    assert (calendar.covers_from, calendar.covers_until) == (date(2027, 1, 1), date(2027, 12, 31))
    assert not calendar.is_workday(date(2027, 1, 1))
    assert calendar.is_workday(date(2027, 1, 30))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "no rows"),
        ("date,kind\n", "no rows"),
        ("2027-01-01", "neither rest nor work"),
        ("2027-13-01,rest", "'2027-13-01' is not a date"),
        ("2027-01-01,holiday", "'holiday' is neither"),
        ("2027-01-01,rest\n2027-01-01,work", "named twice"),
    ],
)
def test_a_bad_table_is_refused_with_its_row(table: str, message: str) -> None:
    with pytest.raises(CalendarError, match=message):
        content_from_csv(table)


def test_a_content_without_its_parts_is_refused() -> None:
    with pytest.raises(CalendarError, match="covers_from"):
        from_content("x", {"days": []})
    with pytest.raises(CalendarError, match="outside"):
        from_content("x", {"covers_from": "2027-01-01", "covers_until": "2027-12-31", "days": [["2028-01-01", "rest"]]})


@given(COVERED, st.integers(0, 60))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    later = COUNTY.add_workdays(day, count)
    assert COUNTY.workdays_between(day, later) == count
    assert count == 0 or COUNTY.is_workday(later)


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(CalendarError, match="not negative"):
        COUNTY.add_workdays(date(2026, 1, 1), -1)
