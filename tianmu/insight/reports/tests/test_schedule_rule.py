"""When a schedule is due: against a slow reckoning of every day, on calendars of any kind."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.reports.rules.schedule import NeverDueError, Plan, due_after

PLANS = st.builds(
    Plan,
    every=st.sampled_from(["daily", "weekly", "monthly"]),
    at=st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    weekday=st.integers(1, 7),
    day=st.integers(1, 31),
    days_off=st.sampled_from(["send", "skip", "next_workday"]),
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31)).map(lambda one: one.replace(tzinfo=ZONE))  # noqa: DTZ001 - given a zone at once
HOLIDAYS = st.tuples(st.integers(1, 12), st.integers(1, 28), st.integers(0, 10))


def calendar(holidays: list[tuple[int, int, int]]) -> Callable[[date], bool]:
    """Return a calendar of Monday to Friday with holidays of some days each year."""

    def is_workday(day: date) -> bool:
        begun = (date(year, month, first) for year in (day.year - 1, day.year) for month, first, _ in holidays)
        away = any(0 <= (day - one).days < length for one, (*_, length) in zip(begun, holidays * 2, strict=True))
        return day.isoweekday() < 6 and not away

    return is_workday


def is_sent_on(plan: Plan, day: date, is_workday: Callable[[date], bool]) -> bool:
    """Say by the words of the screen whether a plan sends on a day."""
    if plan.days_off == "send":
        return is_named(plan, day)
    if not is_workday(day):
        return False
    if is_named(plan, day):
        return True
    back = day - timedelta(days=1)
    while plan.days_off == "next_workday" and not is_workday(back):
        if is_named(plan, back):
            return True
        back -= timedelta(days=1)
    return False


def is_named(plan: Plan, day: date) -> bool:
    if plan.every == "weekly":
        return day.isoweekday() == plan.weekday
    if plan.every == "monthly":
        ends = (day + timedelta(days=1)).month != day.month
        return day.day == plan.day or (ends and day.day < plan.day)
    return True


@given(PLANS, INSTANTS, st.lists(HOLIDAYS, max_size=1))
def test_due_is_the_first_day_that_the_plan_sends(
    plan: Plan, after: datetime, holidays: list[tuple[int, int, int]]
) -> None:
    is_workday = calendar(holidays)
    if plan.every == "weekly" and plan.weekday > 5 and plan.days_off == "skip":
        with pytest.raises(NeverDueError):
            due_after(plan, after, is_workday)
        return
    due = due_after(plan, after, is_workday)
    assert due > after
    assert (due.time(), due.tzinfo) == (plan.at, ZONE)
    assert is_sent_on(plan, due.date(), is_workday)
    between = (after.date() + timedelta(days=step) for step in range((due.date() - after.date()).days))
    sent = [day for day in between if is_sent_on(plan, day, is_workday)]
    assert [day for day in sent if datetime.combine(day, plan.at, ZONE) > after] == []


@given(PLANS, st.integers(2024, 2032))
def test_a_year_of_a_plan_has_as_many_occasions_as_its_words_say(plan: Plan, year: int) -> None:
    eve, end = (datetime(one, 12, 31, 23, 59, tzinfo=ZONE) for one in (year - 1, year))
    due, times = eve, []
    while (due := due_after(plan, due, lambda _day: True)) <= end:
        times.append(due)
    assert len(times) in {"daily": {365, 366}, "weekly": {52, 53}, "monthly": {12}}[plan.every]
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    ("plan", "after", "due"),
    [
        (Plan("monthly", time(7), day=1, days_off="send"), "2026-09-30T08:00", "2026-10-01T07:00"),
        (Plan("monthly", time(7), day=1, days_off="next_workday"), "2026-09-30T08:00", "2026-10-08T07:00"),
        (Plan("monthly", time(7), day=1, days_off="skip"), "2026-09-30T08:00", "2026-12-01T07:00"),
        (Plan("daily", time(7), days_off="skip"), "2026-09-19T08:00", "2026-09-20T07:00"),
        (Plan("daily", time(7), days_off="next_workday"), "2026-10-01T07:00", "2026-10-08T07:00"),
        (Plan("monthly", time(7), day=31), "2028-02-01T00:00", "2028-02-29T07:00"),
        (Plan("monthly", time(7), day=31), "2027-12-31T07:00", "2028-01-31T07:00"),
    ],
)
def test_the_calendar_of_the_state_council_shifts_what_falls_on_days_off(plan: Plan, after: str, due: str) -> None:
    found = due_after(plan, datetime.fromisoformat(after).replace(tzinfo=ZONE), shipped().is_workday)
    assert found == datetime.fromisoformat(due).replace(tzinfo=ZONE)


def test_a_plan_that_no_day_suits_is_never_due() -> None:
    with pytest.raises(NeverDueError):
        due_after(Plan("daily", time(7), days_off="skip"), datetime(2026, 1, 1, tzinfo=ZONE), lambda _day: False)
