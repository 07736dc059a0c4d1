"""The ten rules of clocks learnt from other desks (spec service-desk.md 3), and each clock of the contract."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from types import MappingProxyType

import pytest

from tianmu.foundation.calendars.calendar import Calendar, DayKind, shipped
from tianmu.foundation.calendars.worktime import SCHEDULES, ZONE, add, between
from tianmu.foundation.clocks.clock import ClockState
from tianmu.operations.servicedesk.rules.clocks import ClockReading, ClockType, entered_late, read_clocks
from tianmu.operations.servicedesk.rules.levels import Levels
from tianmu.operations.servicedesk.rules.log import Entry, Kind
from tianmu.operations.servicedesk.rules.reminders import due_now, marks_reached, next_due

LEVELS = Levels("1")
CALENDAR = shipped()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIVE_BY_EIGHT = replace(LEVELS, feedback_schedule=SCHEDULES["5x8"])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def raised(when: str, kind: str = "question", channel: str = "wechat", **facts: object) -> Entry:
    return Entry(at(when), Kind.RAISED, {"ticket_kind": kind, "channel": channel, **facts})


def clocks(
    *entries: Entry,
    now: str = "2023-12-31 00:00",
    levels: Levels = LEVELS,
    current: Calendar = CALENDAR,
    known: tuple[Calendar, ...] = (),
) -> dict[ClockType, ClockReading]:
    read = read_clocks(entries, levels, {one.version: one for one in known}, current, at(now))
    return {one.type: one for one in read}


def with_rest(*days: str) -> Calendar:
    kinds = {**CALENDAR.kinds, **{date.fromisoformat(day): DayKind.REST for day in days}}
    return Calendar("late", CALENDAR.covers_from, CALENDAR.covers_until, MappingProxyType(kinds))


TERM_START = datetime(2022, 7, 21, tzinfo=ZONE)
PAIRS = 10_000


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_rule_1_a_due_instant_forwards_and_the_elapsed_time_backwards_agree_to_the_second(name: str) -> None:
    chance = Random(name)
    for _ in range(PAIRS):
        start = TERM_START + timedelta(seconds=chance.randrange(364 * 86_400))
        span = timedelta(seconds=chance.randrange(100_000))
        due = add(start, span, SCHEDULES[name], CALENDAR)
        assert between(start, due, SCHEDULES[name], CALENDAR) == span


def test_rule_2_a_change_of_grade_or_assignee_keeps_the_pause_already_consumed() -> None:
    log = [
        raised("2022-11-07 09:00"),
        Entry(at("2022-11-07 09:10"), Kind.WAITING, {"for": "party_a_material"}),
        Entry(at("2022-11-07 10:10"), Kind.RESUMED),
    ]
    changes = [
        Entry(at("2022-11-07 10:11"), Kind.ASSIGNED, {"to": "another"}),
        Entry(at("2022-11-07 10:12"), Kind.CHANGED, {"urgency": "high"}),
        Entry(at("2022-11-07 10:13"), Kind.GRADED, {"grade": 4}),
    ]
    before = clocks(*log, now="2022-11-07 10:15")[ClockType.HANDLE].reading
    after = clocks(*log, *changes, now="2022-11-07 10:15")[ClockType.HANDLE].reading
    assert (before.elapsed, before.deadline) == (15 * MINUTE, at("2022-11-07 10:30"))
    assert after == before


def test_rule_3_a_pause_over_a_rest_day_adds_nothing_to_a_5x8_clock() -> None:
    start, resumed = at("2022-11-04 17:00"), at("2022-11-07 08:00")
    log = [raised("2022-11-04 17:00", "demand", "web"), Entry(start, Kind.SUBMITTED, {"complexity": "ordinary"})]
    reading = clocks(*log, now="2022-11-07 08:00", levels=FIVE_BY_EIGHT)[ClockType.FEEDBACK].reading
    assert reading.elapsed == 30 * MINUTE
    assert between(at("2022-11-04 17:30"), resumed, SCHEDULES["5x8"], CALENDAR) == timedelta(0)


def test_rule_4_a_round_the_clock_day_loses_no_minute_at_midnight_and_keeps_seconds() -> None:
    log = [
        raised("2022-11-07 23:59:47", "incident", "monitor"),
        Entry(at("2022-11-08 00:00"), Kind.GRADED, {"grade": 1}),
    ]
    incident = clocks(*log, now="2022-11-08 00:30:13")[ClockType.INCIDENT].reading
    assert incident.deadline == at("2022-11-08 00:59:47")
    assert incident.elapsed == timedelta(minutes=30, seconds=26)


def test_rule_5_a_make_up_sunday_is_worked_and_a_holiday_is_not() -> None:
    sunday, holiday = raised("2023-04-23 09:00"), raised("2022-09-12 09:00")
    assert clocks(sunday)[ClockType.RESPONSE].limit.span == 15 * MINUTE
    assert clocks(holiday)[ClockType.RESPONSE].limit.span == 30 * MINUTE


def test_rule_6_outside_all_segments_a_5x8_clock_starts_at_the_next_and_a_due_instant_on_an_end_stays() -> None:
    evening = [raised("2022-11-07 20:00", "demand"), Entry(at("2022-11-07 20:00"), Kind.SUBMITTED, {})]
    morning = [raised("2022-11-07 08:00", "demand"), Entry(at("2022-11-07 08:00"), Kind.SUBMITTED, {})]
    levels = replace(FIVE_BY_EIGHT, feedback={"ordinary": 8 * HOUR, "complex": 24 * HOUR})
    assert clocks(*evening, levels=levels)[ClockType.FEEDBACK].reading.deadline == at("2022-11-08 17:30")
    assert clocks(*morning, levels=levels)[ClockType.FEEDBACK].reading.deadline == at("2022-11-07 17:30")


def test_rule_7_reminders_come_at_50_80_100_and_every_further_100_percent_in_working_time_only() -> None:
    log = [raised("2022-11-04 08:00", "demand"), Entry(at("2022-11-04 08:00"), Kind.SUBMITTED, {})]
    levels = replace(FIVE_BY_EIGHT, feedback={"ordinary": 4 * HOUR, "complex": 8 * HOUR})

    def told(now: str, *already: int, levels: Levels = levels) -> list[int]:
        return due_now(clocks(*log, now=now, levels=levels)[ClockType.FEEDBACK], already, CALENDAR, at(now))

    assert told("2022-11-04 09:59:59") == []
    assert told("2022-11-04 10:00") == [50]
    assert told("2022-11-04 11:59", 50) == [80]
    assert told("2022-11-04 12:30", 50, 80) == []
    assert told("2022-11-04 13:30", 50, 80) == [100]
    assert told("2022-11-05 09:00") == []
    assert told("2022-11-07 08:00", 50, 80, 100) == [200]
    natural = replace(LEVELS, feedback={"ordinary": 4 * HOUR, "complex": 8 * HOUR})
    assert told("2022-11-05 02:00", 50, 80, 100, levels=natural) == [200, 300, 400]
    reading = clocks(*log, now="2022-11-04 12:30", levels=levels)[ClockType.FEEDBACK]
    assert marks_reached(reading) == [50, 80, 100]
    assert next_due(reading, [50, 80, 100], CALENDAR, at("2022-11-04 12:30")) == at("2022-11-04 17:30")


def test_rule_8_a_late_added_holiday_moves_open_clocks_and_shows_both_figures_of_closed_ones() -> None:
    late = with_rest("2022-11-08")
    log = [raised("2022-11-07 08:00", "demand"), Entry(at("2022-11-07 08:00"), Kind.SUBMITTED, {})]
    given_at = Entry(at("2022-11-09 09:00"), Kind.FEEDBACK_GIVEN, {}, calendar=CALENDAR.version)
    levels = replace(FIVE_BY_EIGHT, feedback={"ordinary": 12 * HOUR, "complex": 24 * HOUR})
    assert clocks(*log, levels=levels)[ClockType.FEEDBACK].reading.deadline == at("2022-11-08 12:00")
    assert clocks(*log, levels=levels, current=late)[ClockType.FEEDBACK].reading.deadline == at("2022-11-09 12:00")
    closed = clocks(*log, given_at, levels=levels, current=late, known=(CALENDAR,))[ClockType.FEEDBACK]
    assert (closed.calendar, closed.in_time, closed.reading.elapsed) == (CALENDAR.version, False, 17 * HOUR)
    assert closed.by_current is not None
    assert (closed.by_current.elapsed, closed.by_current.overdue) == (9 * HOUR, False)
    unchanged = clocks(*log, given_at, levels=levels, known=(CALENDAR,))[ClockType.FEEDBACK]
    assert unchanged.by_current is None


def test_rule_9_a_ticket_that_was_typed_in_late_says_by_how_much() -> None:
    start = at("2022-11-07 09:00")
    assert entered_late(start, start + 5 * MINUTE, LEVELS) is None
    assert entered_late(start, start + 47 * MINUTE, LEVELS) == 47 * MINUTE


def test_rule_10_what_has_not_happened_yet_by_the_servers_time_does_not_count() -> None:
    reply = Entry(at("2022-11-07 09:20"), Kind.REPLIED, {"human": True})
    response = clocks(raised("2022-11-07 09:00"), reply, now="2022-11-07 09:10")[ClockType.RESPONSE]
    assert (response.reading.state, response.reading.elapsed) == (ClockState.RUNNING, 10 * MINUTE)


@pytest.mark.parametrize(
    ("when", "minutes"),
    [
        ("2022-11-07 08:00", 15), ("2022-11-07 11:59:59", 15), ("2022-11-07 12:00", 30), ("2022-11-07 13:29:59", 30),
        ("2022-11-07 13:30", 15), ("2022-11-07 17:30", 30), ("2022-11-06 10:00", 30), ("2023-01-28 10:00", 15),
    ],
)  # fmt: skip
def test_the_response_limit_is_15_minutes_in_working_hours_else_30_and_runs_on_the_wall_clock(
    when: str, minutes: int
) -> None:
    response = clocks(raised(when))[ClockType.RESPONSE]
    assert response.reading.deadline == at(when) + minutes * MINUTE


def test_exactly_15_minutes_is_in_time_and_a_second_later_is_not() -> None:
    def in_time(when: str) -> bool | None:
        reply = Entry(at(when), Kind.REPLIED, {"human": True}, calendar=CALENDAR.version)
        return clocks(raised("2022-11-07 09:00"), reply)[ClockType.RESPONSE].in_time

    assert in_time("2022-11-07 09:15") is True
    assert in_time("2022-11-07 09:15:01") is False
    assert clocks(raised("2022-11-07 09:00"), now="2022-11-07 09:15")[ClockType.RESPONSE].in_time is None


def test_an_automatic_reply_never_stops_the_response_clock() -> None:
    log = [raised("2022-11-07 09:00"), Entry(at("2022-11-07 09:00:02"), Kind.REPLIED, {"human": False})]
    assert clocks(*log, now="2022-11-07 09:10")[ClockType.RESPONSE].stopped_at is None


def test_only_waiting_for_party_a_stops_the_handling_clock() -> None:
    def deadline(waits_for: str) -> datetime | None:
        log = [
            raised("2022-11-07 09:00"),
            Entry(at("2022-11-07 09:10"), Kind.WAITING, {"for": waits_for}),
            Entry(at("2022-11-07 09:50"), Kind.RESUMED),
        ]
        return clocks(*log, now="2022-11-07 09:55")[ClockType.HANDLE].reading.deadline

    assert deadline("party_a_material") == at("2022-11-07 10:10")
    assert {deadline("user"), deadline("vendor"), deadline("agreed_date")} == {at("2022-11-07 09:30")}


@pytest.mark.parametrize(
    ("agreed", "hours"), [("2022-11-07 09:30", 24), ("2022-11-07 09:30:01", 0.5), ("2022-11-07 09:10", 24)]
)
def test_a_longer_limit_counts_when_it_was_agreed_before_the_30_minutes_ran_out(agreed: str, hours: float) -> None:
    entry = Entry(at(agreed), Kind.LIMIT_AGREED, {"until": "2022-11-08T09:00:00+08:00"})
    handle = clocks(raised("2022-11-07 09:00"), entry)[ClockType.HANDLE]
    assert handle.limit.span == hours * HOUR


def test_a_reopened_ticket_keeps_its_first_instant_and_the_time_it_passed_for_solved_rests() -> None:
    log = [
        raised("2022-11-07 09:00"),
        Entry(at("2022-11-07 09:20"), Kind.RESOLVED, {}, calendar=CALENDAR.version),
        Entry(at("2022-11-08 10:00"), Kind.REOPENED),
    ]
    handle = clocks(*log, now="2022-11-08 10:05")[ClockType.HANDLE]
    assert (handle.started_at, handle.stopped_at) == (at("2022-11-07 09:00"), None)
    assert (handle.reading.elapsed, handle.reading.deadline) == (25 * MINUTE, at("2022-11-08 10:10"))


@pytest.mark.parametrize(("grade", "hours"), [(1, 1), (2, 3), (3, 6)])
def test_an_incident_must_be_restored_confirmed_and_reported_within_the_limit_of_its_grade(
    grade: int, hours: int
) -> None:
    log = [
        raised("2022-11-06 03:00", "incident", "monitor"),
        Entry(at("2022-11-06 03:05"), Kind.GRADED, {"grade": grade}),
        Entry(at("2022-11-06 03:40"), Kind.RESTORED),
        Entry(at("2022-11-06 03:50"), Kind.RESTORATION_CONFIRMED),
        Entry(at("2022-11-06 03:00") + hours * HOUR, Kind.REPORT_SIGNED),
    ]
    found = clocks(*log)
    assert found[ClockType.INCIDENT].stopped_at == at("2022-11-06 03:50")
    assert found[ClockType.INCIDENT].limit.span == hours * HOUR
    assert found[ClockType.REPORT].in_time is True
    assert clocks(*log[:-1])[ClockType.REPORT].in_time is False


def test_the_grade_in_force_at_resolution_counts_and_grade_iv_has_no_limit() -> None:
    log = [
        raised("2022-11-06 03:00", "incident", "phone"),
        Entry(at("2022-11-06 03:05"), Kind.GRADED, {"grade": 1}),
        Entry(at("2022-11-06 03:30"), Kind.GRADED, {"grade": 3}),
        Entry(at("2022-11-06 04:30"), Kind.RESTORED),
        Entry(at("2022-11-06 04:40"), Kind.RESTORATION_CONFIRMED),
        Entry(at("2022-11-06 05:00"), Kind.GRADED, {"grade": 4}),
    ]
    assert clocks(*log)[ClockType.INCIDENT].limit.span == 6 * HOUR
    fourth = [log[0], Entry(at("2022-11-06 03:05"), Kind.GRADED, {"grade": 4})]
    assert ClockType.INCIDENT not in clocks(*fourth)


def test_an_incident_clock_never_pauses_and_starts_at_monitoring_or_report_whichever_is_earlier() -> None:
    log = [
        raised("2022-11-06 03:00", "incident", "phone", occurred_at="2022-11-06T02:30:00+08:00"),
        Entry(at("2022-11-06 03:05"), Kind.GRADED, {"grade": 2}),
        Entry(at("2022-11-06 03:10"), Kind.WAITING, {"for": "party_a_material"}),
    ]
    incident = clocks(*log, now="2022-11-06 04:30")[ClockType.INCIDENT]
    assert (incident.reading.elapsed, incident.reading.state) == (2 * HOUR, ClockState.RUNNING)


@pytest.mark.parametrize(("complexity", "hours"), [("ordinary", 24), ("complex", 72)])
def test_feedback_on_a_demand_is_due_in_24_or_72_natural_hours(complexity: str, hours: int) -> None:
    start = at("2022-11-05 10:00")
    log = [raised("2022-11-05 10:00", "demand"), Entry(start, Kind.SUBMITTED, {"complexity": complexity})]
    assert clocks(*log)[ClockType.FEEDBACK].reading.deadline == start + hours * HOUR


def test_a_node_is_due_at_its_agreed_instant_and_lapses_when_the_demand_changed_before() -> None:
    agreed = Entry(at("2022-11-08 10:30"), Kind.NODE_AGREED, {"node": "1", "due": "2022-11-18T18:00:00+08:00"})
    start = raised("2022-11-07 10:00", "demand")
    done = Entry(at("2022-11-19 09:00"), Kind.NODE_DONE, {"node": "1"})
    changed = Entry(at("2022-11-15 09:00"), Kind.NODE_CHANGED, {"node": "1"})
    assert clocks(start, agreed, done)[ClockType.NODE].in_time is False
    assert clocks(start, agreed, changed, done)[ClockType.NODE].in_time is True


def test_a_visit_is_due_after_an_hour_in_the_city_and_two_in_townships_of_7x8() -> None:
    def due(**facts: object) -> datetime | None:
        sent = Entry(at("2022-11-05 17:00"), Kind.DISPATCHED, {"visit": "1", **facts})
        return clocks(raised("2022-11-05 16:50"), sent)[ClockType.VISIT].reading.deadline

    assert due(where="city") == at("2022-11-06 08:30")
    assert due(where="township") == at("2022-11-06 09:30")
    assert due(where="township", minutes=30) == at("2022-11-05 17:30")
