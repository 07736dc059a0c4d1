"""What a month must cover, checked against the State Council's days."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.duty.rules.month import (
    FaultKind,
    Hours,
    Month,
    due,
    faults,
    needs,
    proposal,
    reminders,
    slots,
    span_of,
)
from tianmu.operations.duty.rules.shifts import Shift, ShiftError, ShiftKind, Span, without

HOURS, CALENDAR, OCTOBER = Hours(), shipped(), Month(2022, 10)
SPACE = UUID(int=1)
ANN, BEN, CAI = (UUID(int=number) for number in (11, 12, 13))


def shift(person: UUID, kind: ShiftKind, day: date) -> Shift:
    return Shift(uuid5(SPACE, f"{person}{kind}{day}"), person, kind, span_of(kind, day, CALENDAR, HOURS))


def planned(month: Month, people: list[UUID]) -> list[Shift]:
    return [shift(*one) for one in proposal(month, people, CALENDAR)]


def last_night(month: Month, person: UUID) -> list[Shift]:
    day = month.first - timedelta(days=1)
    kind = ShiftKind.ON_CALL if CALENDAR.is_workday(day) else ShiftKind.DUTY
    return [shift(person, kind, day)]


def test_the_national_holiday_needs_duty_round_the_clock_and_the_make_up_weekend_the_resident() -> None:
    wanted = {(need.span.start.date(), need.duty) for need in needs(OCTOBER, CALENDAR, HOURS)}
    assert {(date(2022, 10, day), ShiftKind.DUTY) for day in range(1, 8)} <= wanted
    assert (date(2022, 10, 8), ShiftKind.RESIDENT) in wanted
    assert (date(2022, 10, 9), ShiftKind.DUTY) not in wanted


@given(st.dates(date(2022, 2, 1), date(2026, 11, 30)), st.integers(2, 6))
def test_a_proposed_month_can_be_published(day: date, many: int) -> None:
    month, people = Month(day.year, day.month), [UUID(int=number) for number in range(1, many + 1)]
    assert faults(month, planned(month, people), CALENDAR, HOURS, last_night(month, UUID(int=99))) == []


@given(st.integers(0, 60), st.integers(2, 4))
def test_any_shift_that_is_taken_away_leaves_a_gap_of_its_own_kind(index: int, many: int) -> None:
    people = [UUID(int=number) for number in range(1, many + 1)]
    shifts = planned(OCTOBER, people)
    gone = shifts.pop(index % len(shifts))
    found = faults(OCTOBER, shifts, CALENDAR, HOURS, last_night(OCTOBER, UUID(int=99)))
    assert {fault.kind for fault in found} == {FaultKind.GAP}
    assert found[0].duty is gone.kind or gone.kind is not ShiftKind.RESIDENT
    assert sum((fault.span.length for fault in found), timedelta()) <= gone.span.length


def test_the_first_morning_belongs_to_the_month_before() -> None:
    month = Month(2022, 11)
    found = faults(month, planned(month, [ANN, BEN]), CALENDAR, HOURS)
    assert [(fault.kind, fault.duty, fault.span.length) for fault in found] == [
        (FaultKind.GAP, ShiftKind.ON_CALL, timedelta(hours=8))
    ]


def test_one_person_on_two_shifts_is_a_double_and_two_persons_on_one_are_not() -> None:
    month = Month(2022, 11)
    base = [*planned(month, [ANN, BEN]), *last_night(month, CAI)]
    second = shift(CAI, ShiftKind.RESIDENT, date(2022, 11, 2))
    assert not [one for one in faults(month, [*base, second], CALENDAR, HOURS) if one.kind is FaultKind.DOUBLE]
    twice = Shift(UUID(int=77), CAI, ShiftKind.DUTY, second.span)
    doubled = [one for one in faults(month, [*base, second, twice], CALENDAR, HOURS) if one.kind is FaultKind.DOUBLE]
    assert [(one.person, set(one.shifts), one.span) for one in doubled] == [(CAI, {second.key, twice.key}, second.span)]


def test_a_shift_of_another_month_and_an_unknown_calendar_stand_in_the_way() -> None:
    stray = shift(ANN, ShiftKind.RESIDENT, date(2022, 12, 1))
    found = faults(OCTOBER, [*planned(OCTOBER, [ANN, BEN]), stray], CALENDAR, HOURS, last_night(OCTOBER, CAI))
    assert [(one.kind, one.shifts) for one in found] == [(FaultKind.OUTSIDE, (stray.key,))]
    future = Month(2031, 1)
    kinds = {one.kind for one in faults(future, planned(future, [ANN, BEN]), CALENDAR, HOURS, last_night(future, CAI))}
    assert kinds == {FaultKind.CALENDAR_UNKNOWN}


def test_a_roster_is_due_on_the_28th_of_the_month_before_at_midnight() -> None:
    assert due(Month(2023, 1)).isoformat() == "2022-12-29T00:00:00+08:00"
    assert due(Month(2023, 3), "27_end").isoformat() == "2023-02-28T00:00:00+08:00"
    assert [f"{one:%m-%d %H:%M}" for one in reminders(Month(2023, 3))] == [
        "02-20 10:00",
        "02-25 10:00",
        "02-27 10:00",
        "02-28 10:00",
    ]


def test_rest_days_are_shared_evenly() -> None:
    taken = [who for who, kind, _ in proposal(OCTOBER, [ANN, BEN, CAI], CALENDAR) if kind is ShiftKind.DUTY]
    assert max(map(taken.count, (ANN, BEN, CAI))) - min(map(taken.count, (ANN, BEN, CAI))) <= 1


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=12))
def test_what_is_left_and_what_is_taken_make_the_whole(pieces: list[tuple[int, int]]) -> None:
    start = datetime(2023, 1, 1, tzinfo=UTC)
    spans = [
        Span(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length)) for begin, length in pieces
    ]
    wanted = Span(start, start + timedelta(minutes=150))
    free = {
        int((span.start - start).total_seconds() // 60) + step
        for span in without(wanted, spans)
        for step in range(int(span.length.total_seconds() // 60))
    }
    taken = {minute for begin, length in pieces for minute in range(begin, begin + length)}
    assert free == set(range(150)) - taken


def test_a_shift_of_two_days_or_backwards_is_refused() -> None:
    start = datetime(2023, 1, 1, tzinfo=UTC)
    with pytest.raises(ShiftError, match="36 hours"):
        Shift(UUID(int=1), ANN, ShiftKind.DUTY, Span(start, start + timedelta(hours=37)))
    with pytest.raises(ShiftError, match="after it starts"):
        Span(start, start)


def test_the_slots_of_a_month_cover_it_wholly() -> None:
    """Filled with one person for each slot, no month has a gap; the first morning belongs to the month before."""
    for month in (Month(2023, 1), Month(2023, 4), Month(2023, 5), Month(2022, 10)):
        filled = [Shift(uuid4(), uuid4(), kind, span) for day in month.days() for kind, span in slots(day, CALENDAR)]
        last = month.days()[0] - timedelta(days=1)
        before = [Shift(uuid4(), uuid4(), kind, span) for kind, span in slots(last, CALENDAR)]
        assert faults(month, filled, CALENDAR, HOURS, before) == []
