"""Working time by schedule: the vectors of the contract, and properties."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import (
    EVERY_DAY_8_HOURS,
    ROUND_THE_CLOCK,
    SCHEDULES,
    WORKDAYS_8_HOURS,
    ZONE,
    Days,
    Schedule,
    add,
    between,
    end_of_day,
    is_working,
)

COUNTY = shipped()
INSTANTS = st.datetimes(datetime(2022, 1, 1), datetime(2026, 10, 1)).map(lambda one: one.replace(tzinfo=ZONE))  # noqa: DTZ001 - hypothesis wants naive borders
SPANS = st.timedeltas(timedelta(0), timedelta(hours=200))
KINDS = st.sampled_from(list(SCHEDULES.values()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "minutes", "deadline"),
    [
        ("2022-09-09 17:20", 30, "2022-09-13 08:20"),
        ("2023-01-20 16:30", 240, "2023-01-28 11:00"),
        ("2022-12-30 17:00", 480, "2023-01-03 17:00"),
        ("2023-04-22 10:00", 60, "2023-04-23 09:00"),
        ("2023-06-21 13:00", 600, "2023-06-25 15:30"),
        ("2022-11-07 11:45", 30, "2022-11-07 13:45"),
        ("2022-11-07 08:00", 480, "2022-11-07 17:30"),
    ],
)
def test_deadlines_of_the_contract(start: str, minutes: int, deadline: str) -> None:
    assert add(at(start), timedelta(minutes=minutes), WORKDAYS_8_HOURS, COUNTY) == at(deadline)


def test_every_day_runs_through_the_holidays_and_round_the_clock_never_rests() -> None:
    assert add(at("2023-01-22 17:00"), timedelta(hours=1), EVERY_DAY_8_HOURS, COUNTY) == at("2023-01-23 08:30")
    assert add(at("2023-01-22 17:00"), timedelta(hours=30), ROUND_THE_CLOCK, COUNTY) == at("2023-01-23 23:00")


def test_lunch_is_not_worked_and_the_end_of_a_segment_is_outside() -> None:
    assert is_working(at("2022-11-07 08:00"), WORKDAYS_8_HOURS, COUNTY)
    assert not is_working(at("2022-11-07 12:00"), WORKDAYS_8_HOURS, COUNTY)
    assert not is_working(at("2022-10-04 09:00"), WORKDAYS_8_HOURS, COUNTY)


def test_a_whole_workday_schedule_without_segments() -> None:
    days = Schedule(Days.WORKDAYS)
    assert add(at("2022-09-30 12:00"), timedelta(hours=24), days, COUNTY) == at("2022-10-08 12:00")


def test_the_end_of_a_day_is_midnight_in_the_business_zone() -> None:
    assert end_of_day(at("2026-10-01 09:00").date()) == at("2026-10-02 00:00")


@pytest.mark.parametrize(
    "segments", [((time(9), time(8)),), ((time(8), time(12)), (time(11), time(15))), ((time(8), time(8)),)]
)
def test_muddled_segments_are_refused(segments: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        Schedule(Days.EVERY_DAY, segments)


def test_naive_instants_and_negative_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        add(datetime(2026, 1, 1), timedelta(0), ROUND_THE_CLOCK, COUNTY)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="negative"):
        add(at("2026-01-01 08:00"), timedelta(-1), ROUND_THE_CLOCK, COUNTY)


@given(INSTANTS, SPANS, KINDS)
def test_what_is_added_is_what_lies_between(start: datetime, span: timedelta, schedule: Schedule) -> None:
    assert between(start, add(start, span, schedule, COUNTY), schedule, COUNTY) == span


@given(INSTANTS, SPANS, SPANS, KINDS)
def test_adding_in_two_steps_is_adding_once(
    start: datetime, first: timedelta, second: timedelta, schedule: Schedule
) -> None:
    halfway = add(start, first, schedule, COUNTY)
    assert (
        add(halfway, second, schedule, COUNTY) == add(start, first + second, schedule, COUNTY)
        or first == timedelta(0)
        or second == timedelta(0)
    )


@given(INSTANTS, SPANS, KINDS)
def test_working_time_never_exceeds_the_clock_on_the_wall(start: datetime, span: timedelta, schedule: Schedule) -> None:
    assert timedelta(0) <= between(start, start + span, schedule, COUNTY) <= span
