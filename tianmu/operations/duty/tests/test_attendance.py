"""Lateness and leaving, to the minute (5.5.1, 5.5.2)."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.duty.rules.attendance import (
    AttendanceError,
    Day,
    FindingKind,
    Leave,
    Sign,
    Signed,
    day_of,
)
from tianmu.operations.duty.rules.shifts import Span, at

DAY = date(2023, 2, 10)
NIGHT = at(DAY, time(23))


def clock(text: str) -> datetime:
    return at(DAY, time.fromisoformat(text))


def day(signs: str, *leaves: Leave, on: date = DAY, until: datetime = NIGHT) -> Day:
    """Read a day signed as `07:55-12:02 13:20-17:31`; a missing end is still on site."""
    signed = []
    for piece in signs.split():
        came, _, left = piece.partition("-")
        signed.append(Signed(at(on, time.fromisoformat(came)), Sign.IN))
        if left:
            signed.append(Signed(at(on, time.fromisoformat(left)), Sign.OUT))
    return day_of(on, signed, leaves, shipped(), until)


def told(result: Day) -> list[str]:
    return [f"{one.kind} {one.span.start:%H:%M}-{one.span.end:%H:%M}" for one in result.findings]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ("07:55-12:02 13:20-17:31", []),
        ("08:00-17:30", []),
        ("08:01-17:30", ["late 08:00-08:01"]),
        ("07:50-12:00 13:40-17:30", ["left_unrecorded 13:30-13:40"]),
        ("07:50-15:30", ["left_unrecorded 15:30-17:30"]),
        ("07:50-11:00", ["left_unrecorded 11:00-17:30"]),
        ("07:50-11:00 12:30-17:30", ["left_unrecorded 11:00-12:00"]),
        ("07:50-10:00 10:30-16:00 16:20-17:30", ["left_unrecorded 10:00-10:30", "left_unrecorded 16:00-16:20"]),
        ("14:00-17:30", ["late 08:00-14:00"]),
        ("", ["left_unrecorded 08:00-17:30"]),
        ("12:10-13:20", ["left_unrecorded 08:00-12:00", "left_unrecorded 13:30-17:30"]),
    ],
)
def test_a_working_day(signs: str, expected: list[str]) -> None:
    assert told(day(signs)) == expected


def test_leave_counts_when_it_was_recorded_before_she_left() -> None:
    span = Span(clock("15:30"), clock("17:30"))
    assert told(day("07:50-15:30", Leave(span, clock("15:30")))) == []
    assert told(day("07:50-15:30", Leave(span, clock("15:31")))) == ["left_unrecorded 15:30-17:30"]
    short = Leave(Span(clock("15:30"), clock("16:00")), clock("15:00"))
    assert told(day("07:50-15:30", short)) == ["left_unrecorded 16:00-17:30"]


def test_a_rest_day_asks_for_nothing_and_a_make_up_sunday_for_a_working_day() -> None:
    assert day("", on=date(2023, 2, 11), until=at(date(2023, 2, 11), time(23))) == Day((), timedelta(0), timedelta(0))
    made_up = date(2023, 4, 23)
    assert told(day("", on=made_up, until=at(made_up, time(23)))) == ["left_unrecorded 08:00-17:30"]


def test_a_day_that_still_runs_shows_only_what_has_happened() -> None:
    assert told(day("07:50", until=clock("10:00"))) == []
    assert day("07:50", until=clock("10:00")).on_site == timedelta(hours=2, minutes=10)
    assert told(day("", until=clock("09:00"))) == ["left_unrecorded 08:00-09:00"]
    assert told(day("", until=clock("07:00"))) == []


def test_hours_on_site_are_counted_and_signs_take_turns() -> None:
    assert day("07:55-12:00 13:30-17:30").on_site == timedelta(hours=8, minutes=5)
    assert day("07:55-12:00").required == timedelta(hours=8)
    with pytest.raises(AttendanceError, match="take turns"):
        day_of(DAY, [Signed(clock("08:00"), Sign.OUT)], [], shipped(), NIGHT)


@given(st.lists(st.integers(0, 24 * 60 - 1), max_size=10, unique=True))
def test_what_was_missed_and_what_was_kept_make_the_required_hours(minutes: list[int]) -> None:
    edges = sorted(minutes)[: len(minutes) // 2 * 2]
    signed = [
        Signed(at(DAY, time()) + timedelta(minutes=minute), Sign.OUT if index % 2 else Sign.IN)
        for index, minute in enumerate(edges)
    ]
    result = day_of(DAY, signed, [], shipped(), NIGHT + timedelta(hours=1))
    required = set(range(480, 720)) | set(range(810, 1050))
    there = {minute for a, b in zip(edges[::2], edges[1::2], strict=True) for minute in range(a, b)}
    origin = at(DAY, time())
    missed = {
        minute
        for one in result.findings
        for minute in range(
            int((one.span.start - origin).total_seconds() // 60), int((one.span.end - origin).total_seconds() // 60)
        )
    }
    assert missed & required == required - there
    assert sum(one.kind is FindingKind.LATE for one in result.findings) <= 1
