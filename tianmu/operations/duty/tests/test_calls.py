"""Who is on duty, and when the holiday check rings."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.duty.rules.calls import (
    answered_in_time,
    check_call_at,
    on_duty,
)
from tianmu.operations.duty.rules.month import Hours
from tianmu.operations.duty.rules.share import shares
from tianmu.operations.duty.rules.shifts import Shift, ShiftKind, Span, at

ANN, BEN = UUID(int=1), UUID(int=2)
DAY = date(2023, 5, 1)
NOW = at(DAY, time(21))


def test_the_resident_is_named_before_who_is_on_call() -> None:
    span = Span(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    shifts = [Shift(UUID(int=9), BEN, ShiftKind.ON_CALL, span), Shift(UUID(int=8), ANN, ShiftKind.RESIDENT, span)]
    assert [shift.person for shift in on_duty(shifts, NOW)] == [ANN, BEN]
    assert on_duty(shifts, span.end) == []


def test_the_thirtieth_minute_is_in_time() -> None:
    limit = NOW + timedelta(minutes=30)
    assert answered_in_time(NOW, limit, limit) is True
    assert answered_in_time(NOW, limit + timedelta(seconds=1), limit) is False
    assert answered_in_time(NOW, None, limit) is None
    assert answered_in_time(NOW, None, limit + timedelta(seconds=1)) is False


@given(st.dates(date(2022, 1, 1), date(2026, 12, 31)), st.binary(min_size=1, max_size=80))
def test_the_check_call_rings_in_daytime_of_rest_days_only(day: date, secret: bytes) -> None:
    rings = check_call_at(day, shipped(), Hours(), secret)
    assert (rings is None) == shipped().is_workday(day)
    if rings is not None:
        assert at(day, time(8)) <= rings < at(day, time(17, 30))
        assert rings == check_call_at(day, shipped(), Hours(), secret)


def test_the_check_call_moves_with_the_secret() -> None:
    days = [DAY + timedelta(days=step) for step in range(3)]
    rung = {secret: [check_call_at(day, shipped(), Hours(), secret) for day in days] for secret in (b"a", b"b")}
    assert rung[b"a"] != rung[b"b"]


def test_shares_count_rest_days_nights_and_hours() -> None:
    def shift(key: int, person: UUID, kind: ShiftKind, start: datetime, hours: int) -> Shift:
        return Shift(UUID(int=key), person, kind, Span(start, start + timedelta(hours=hours)))

    shifts = [
        shift(1, ANN, ShiftKind.DUTY, at(DAY, time()), 24),
        shift(2, ANN, ShiftKind.DUTY, at(DAY, time()), 12),
        shift(3, BEN, ShiftKind.ON_CALL, at(date(2023, 5, 4), time(17, 30)), 14),
    ]
    period = Span(at(date(2023, 5, 1), time()), at(date(2023, 5, 5), time()))
    assert [(one.person, one.rest_days, one.nights, one.hours) for one in shares(shifts, period, shipped())] == [
        (ANN, 1, 0, 36.0),
        (BEN, 0, 1, 6.5),
    ]
