"""Deadlines from event logs: pauses, marks, the end, and what a cached deadline depends on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import ROUND_THE_CLOCK, WORKDAYS_8_HOURS, ZONE
from tianmu.foundation.clocks.clock import ClockError, ClockEvent, ClockState, Limit, Tick, due_marks, read

COUNTY = shipped()
HALF_HOUR = Limit(timedelta(minutes=30), ROUND_THE_CLOCK, "ecg-1")
DAY = Limit(timedelta(hours=8), WORKDAYS_8_HOURS, "desk-1")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def log(*entries: tuple[str, str]) -> list[ClockEvent]:
    return [ClockEvent(at(when), Tick(tick)) for when, tick in entries]


def test_a_running_clock_knows_its_deadline_and_marks() -> None:
    reading = read(log(("2026-03-02 08:00", "start")), HALF_HOUR, COUNTY, at("2026-03-02 08:20"))
    assert reading.state is ClockState.RUNNING
    assert reading.deadline == at("2026-03-02 08:30")
    assert reading.marks == {50: at("2026-03-02 08:15"), 80: at("2026-03-02 08:24"), 100: at("2026-03-02 08:30")}
    assert (reading.elapsed, reading.remaining) == (timedelta(minutes=20), timedelta(minutes=10))
    assert round(reading.percent, 3) == 66.667
    assert not reading.overdue


def test_before_the_start_nothing_is_known() -> None:
    reading = read(log(("2026-03-02 08:00", "start")), HALF_HOUR, COUNTY, at("2026-03-02 07:59"))
    assert (reading.state, reading.deadline, reading.marks, reading.percent) == (ClockState.NOT_STARTED, None, {}, 0.0)


def test_a_pause_moves_the_deadline_and_hides_it_meanwhile() -> None:
    events = log(("2026-03-02 08:00", "start"), ("2026-03-02 08:10", "pause"), ("2026-03-02 09:00", "resume"))
    paused = read(events, HALF_HOUR, COUNTY, at("2026-03-02 08:40"))
    assert (paused.state, paused.deadline, paused.elapsed) == (ClockState.PAUSED, None, timedelta(minutes=10))
    going = read(events, HALF_HOUR, COUNTY, at("2026-03-02 09:10"))
    assert going.deadline == at("2026-03-02 09:20")
    assert going.marks[50] == at("2026-03-02 09:05")


def test_a_deadline_is_missed_one_moment_after_it() -> None:
    events = log(("2026-03-02 08:00", "start"))
    assert not read(events, HALF_HOUR, COUNTY, at("2026-03-02 08:30")).overdue
    assert read(events, HALF_HOUR, COUNTY, at("2026-03-02 08:30:01")).overdue


def test_stopping_after_hours_is_late_although_no_working_time_passed() -> None:
    events = log(("2026-03-02 08:00", "start"), ("2026-03-02 18:00", "stop"))
    reading = read(events, DAY, COUNTY, at("2026-03-05 08:00"))
    assert (reading.state, reading.elapsed, reading.overdue) == (ClockState.STOPPED, timedelta(hours=8), True)
    in_time = log(("2026-03-02 08:00", "start"), ("2026-03-02 17:30", "stop"))
    assert not read(in_time, DAY, COUNTY, at("2026-03-05 08:00")).overdue


def test_marks_are_told_once() -> None:
    now = at("2026-03-02 08:25")
    reading = read(log(("2026-03-02 08:00", "start")), HALF_HOUR, COUNTY, now)
    assert due_marks(reading, [], now) == [50, 80]
    assert due_marks(reading, [50], now) == [80]
    assert due_marks(reading, [50, 80], now) == []


def test_a_deadline_beyond_the_calendar_is_provisional() -> None:
    start = log(("2026-12-31 17:00", "start"))
    assert read(start, DAY, COUNTY, at("2026-12-31 17:10")).provisional
    assert not read(log(("2026-12-30 08:00", "start")), DAY, COUNTY, at("2026-12-30 09:00")).provisional


@pytest.mark.parametrize("ticks", [["pause"], ["start", "start"], ["start", "resume"], ["start", "stop", "resume"]])
def test_impossible_logs_are_refused(ticks: list[str]) -> None:
    events = [ClockEvent(at("2026-03-02 08:00") + timedelta(minutes=i), Tick(tick)) for i, tick in enumerate(ticks)]
    with pytest.raises(ClockError, match="cannot"):
        read(events, HALF_HOUR, COUNTY, at("2026-03-02 09:00"))


def test_the_hash_changes_with_whatever_the_deadline_depends_on() -> None:
    events, now = log(("2026-03-02 08:00", "start")), at("2026-03-02 08:01")
    base = read(events, DAY, COUNTY, now).inputs_sha256
    assert base == read(events, DAY, COUNTY, now + timedelta(days=3)).inputs_sha256
    others = [
        read(log(("2026-03-02 08:01", "start")), DAY, COUNTY, now),
        read(events, replace(DAY, span=timedelta(hours=9)), COUNTY, now),
        read(events, replace(DAY, schedule=ROUND_THE_CLOCK), COUNTY, now),
        read(events, replace(DAY, version="desk-2"), COUNTY, now),
        read(events, DAY, replace(COUNTY, version="other"), now),
    ]
    assert len({base, *(one.inputs_sha256 for one in others)}) == 6


SPAN = st.integers(1, 5000).map(lambda minutes: timedelta(minutes=minutes))


@given(st.lists(SPAN, min_size=1, max_size=7), SPAN, st.integers(0, 6000))
def test_elapsed_and_remaining_fill_the_limit_and_marks_rise(
    gaps: list[timedelta], span: timedelta, minutes: int
) -> None:
    when = at("2026-03-02 08:00")
    events = [ClockEvent(when, Tick.START)]
    for index, gap in enumerate(gaps):
        when += gap
        events.append(ClockEvent(when, Tick.PAUSE if index % 2 == 0 else Tick.RESUME))
    now = at("2026-03-02 08:00") + timedelta(minutes=minutes)
    reading = read(events, Limit(span, WORKDAYS_8_HOURS, "x"), COUNTY, now)
    assert reading.remaining == max(span - reading.elapsed, timedelta(0))
    assert list(reading.marks.values()) == sorted(reading.marks.values())
    if reading.state is ClockState.RUNNING:
        assert reading.deadline is not None
        assert (reading.elapsed > span) <= reading.overdue
