"""From a sign that is missing to a decision: found once, heard, decided by the county's side only."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.events.models import OutboxEvent
from tianmu.foundation.messages.models import Message
from tianmu.operations.duty.actions import attendance, calls
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.models import Finding, Shift
from tianmu.operations.duty.rules.attendance import Sign
from tianmu.operations.duty.rules.shifts import ShiftKind
from tianmu.operations.duty.selectors.attendance import findings, month_of
from tianmu.operations.duty.tasks import ask_for_check_call, read_days, remind
from tianmu.operations.duty.tests.world import MAY, Team, make_team, published

pytestmark = pytest.mark.django_db
BEFORE = datetime(2023, 4, 27, 9, tzinfo=ZONE)
HOLIDAY = datetime(2023, 5, 1, 21, tzinfo=ZONE)


@pytest.fixture
def team() -> Team:
    made = make_team()
    published(made, MAY, BEFORE)
    return made


def working_day(team: Team) -> date:
    return team.shifts("ann", ShiftKind.RESIDENT)[0].starts_at.astimezone(ZONE).date()


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def test_a_late_morning_is_found_once_the_day_is_over_and_once_only(team: Team) -> None:
    day, ann = working_day(team), team.members["ann"]
    attendance.sign(actor=team.ann, kind=Sign.IN, place="县医院信息科", now=clock(day, 8, 20))
    attendance.sign(actor=team.ann, kind=Sign.OUT, place="", now=clock(day, 17, 30))
    assert attendance.find(member=ann, day=day, now=clock(day, 18)) == []
    tomorrow = clock(day, 18) + timedelta(days=1)
    (found,) = attendance.find(member=ann, day=day, now=tomorrow)
    assert (found.kind, found.starts_at, found.ends_at) == ("late", clock(day, 8), clock(day, 8, 20))
    assert attendance.find(member=ann, day=day, now=tomorrow) == []
    assert attendance.find(member=team.members["ben"], day=day, now=tomorrow) == []


def test_leave_recorded_in_time_excuses_and_is_received(team: Team) -> None:
    day, ann = working_day(team), team.members["ann"]
    attendance.sign(actor=team.ann, kind=Sign.IN, place="", now=clock(day, 7, 50))
    leave = attendance.record_leave(
        actor=team.ann, starts_at=clock(day, 15), ends_at=clock(day, 17, 30), reason="去分院检修", now=clock(day, 14)
    )
    attendance.sign(actor=team.ann, kind=Sign.OUT, place="", now=clock(day, 15, 5))
    assert attendance.find(member=ann, day=day, now=clock(day, 18) + timedelta(days=1)) == []
    assert (
        attendance.receive_leave(actor=team.officer, leave_id=leave.pk, now=clock(day, 16)).received_by == "officer者"
    )
    with pytest.raises(MissingError):
        attendance.receive_leave(actor=team.outsider, leave_id=leave.pk, now=clock(day, 16))


def test_two_signs_in_are_refused_and_a_forgotten_one_is_entered_with_its_reason(team: Team) -> None:
    day, ann = working_day(team), team.members["ann"]
    attendance.sign(actor=team.ann, kind=Sign.IN, place="", now=clock(day, 8))
    with pytest.raises(TianmuError) as twice:
        attendance.sign(actor=team.ann, kind=Sign.IN, place="", now=clock(day, 9))
    assert twice.value.code == Code.SIGN_INVALID
    entered = attendance.enter_sign(
        actor=team.officer,
        member_id=ann.pk,
        kind=Sign.OUT,
        at=clock(day, 17, 30),
        reason="忘记签退，门卫证明",
        now=clock(day, 20),
    )
    assert (entered.entered_by, entered.reason) == ("officer者", "忘记签退，门卫证明")
    (shown,) = [one for one in month_of(team.officer, MAY, clock(day, 20)) if one.day == day]
    assert (shown.result.findings, shown.result.on_site) == ((), timedelta(hours=9, minutes=30))


def test_only_the_county_decides_after_the_provider_was_heard(team: Team) -> None:
    day = working_day(team)
    (found,) = attendance.find(member=team.members["ann"], day=day, now=clock(day, 1) + timedelta(days=1))
    attendance.hear(actor=team.ann, finding_id=found.pk, statement="当日在分院处理故障")
    decision = attendance.Decision(confirmed=True, reason="未提前报备")
    with pytest.raises(RefusedError):
        attendance.decide(actor=team.manager, finding_id=found.pk, decision=decision, now=BEFORE)
    with pytest.raises(MissingError):
        attendance.decide(actor=team.outsider, finding_id=found.pk, decision=decision, now=BEFORE)
    priced = attendance.Decision(confirmed=True, reason="x", amount_yuan=Decimal(200))
    with pytest.raises(TianmuError) as fixed:
        attendance.decide(actor=team.officer, finding_id=found.pk, decision=priced, now=BEFORE)
    assert fixed.value.code == Code.AMOUNT_INVALID
    decided = attendance.decide(actor=team.officer, finding_id=found.pk, decision=decision, now=BEFORE)
    assert (decided.state, decided.hearing, decided.decided_by) == ("confirmed", "当日在分院处理故障", "officer者")
    assert OutboxEvent.objects.get(name="duty.finding_decided").facts["confirmed"] is True
    with pytest.raises(ConflictError):
        attendance.decide(actor=team.officer, finding_id=found.pk, decision=decision, now=BEFORE)


def test_an_unanswered_holiday_call_is_found_after_thirty_minutes_and_priced_by_the_county(team: Team) -> None:
    shift = Shift.objects.get(kind="duty", starts_at__lte=HOLIDAY, ends_at__gt=HOLIDAY)
    call = calls.place_call(actor=team.officer, shift_id=shift.pk, now=HOLIDAY)
    with pytest.raises(ConflictError):
        calls.place_call(actor=team.officer, shift_id=shift.pk, now=HOLIDAY + timedelta(minutes=5))
    assert calls.find_unanswered(now=HOLIDAY + timedelta(minutes=30)) == []
    late = HOLIDAY + timedelta(minutes=30, seconds=1)
    (found,) = calls.find_unanswered(now=late)
    assert calls.find_unanswered(now=late) == []
    assert (found.kind, found.call) == ("holiday_no_reply", call)
    for amount in (None, Decimal("99.99"), Decimal("300.01")):
        wrong = attendance.Decision(confirmed=True, reason="x", amount_yuan=amount)
        with pytest.raises(TianmuError) as refused:
            attendance.decide(actor=team.officer, finding_id=found.pk, decision=wrong, now=late)
        assert refused.value.code == Code.AMOUNT_INVALID
    right = attendance.Decision(confirmed=True, reason="两次呼叫未接", amount_yuan=Decimal(200))
    assert attendance.decide(actor=team.officer, finding_id=found.pk, decision=right, now=late).amount_yuan == 200


def test_a_call_that_is_answered_in_time_leaves_nothing(team: Team) -> None:
    shift = Shift.objects.get(kind="duty", starts_at__lte=HOLIDAY, ends_at__gt=HOLIDAY)
    call = calls.place_call(actor=team.officer, shift_id=shift.pk, now=HOLIDAY)
    calls.answer_call(actor=team.officer, call_id=call.pk, note="", now=HOLIDAY + timedelta(minutes=30))
    assert calls.find_unanswered(now=HOLIDAY + timedelta(hours=2)) == []
    assert Finding.objects.count() == 0


def test_a_call_on_a_working_day_or_to_another_time_is_refused(team: Team) -> None:
    shift = Shift.objects.get(kind="duty", starts_at__lte=HOLIDAY, ends_at__gt=HOLIDAY)
    night = team.shifts("ann", ShiftKind.ON_CALL)[0]
    for row, now in ((shift, shift.ends_at), (night, night.starts_at)):
        with pytest.raises(TianmuError) as refused:
            calls.place_call(actor=team.officer, shift_id=row.pk, now=now)
        assert refused.value.code == Code.CALL_INVALID


def test_the_month_asks_five_questions_however_many_days_it_has(team: Team, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]
        days = month_of(team.officer, MAY, MAY.span.end)
    assert len(days) == 21
    assert {one.day for one in days} == {day for day in MAY.days() if day.weekday() < 5 and day.day > 3} | {
        date(2023, 5, 6)
    }
    assert findings(team.outsider).count() == 0
    assert month_of(team.outsider, MAY, MAY.span.end) == []


def test_a_worker_that_stood_still_reads_every_day_of_the_last_week(team: Team) -> None:
    assert read_days(clock(date(2023, 5, 8), 9)) == 3
    assert read_days(clock(date(2023, 5, 8), 9)) == 0


def test_the_roster_of_june_is_asked_for_four_times_and_not_after_it_is_out(team: Team) -> None:
    for day in (19, 20, 20, 25, 27, 28, 29):
        remind(clock(date(2023, 5, day), 10))
    about = Message.objects.filter(topic="duty.roster_due", account_id=team.manager.demand_account())
    assert about.count() == 4
    published(team, MAY.following, clock(date(2023, 5, 29), 12))
    remind(clock(date(2023, 5, 31), 10))
    assert about.filter(facts__month=6).count() == 4


def test_a_check_call_is_asked_for_once_on_a_rest_day_and_never_on_a_working_day(team: Team) -> None:
    about = Message.objects.filter(topic="duty.check_call", account_id=team.officer.demand_account())
    for day in (date(2023, 5, 1), date(2023, 5, 4)):
        for minute in range(0, 24 * 60, 10):
            ask_for_check_call(clock(day, minute // 60, minute % 60))
    assert [message.facts for message in about] == [{"day": "2023-05-01"}]
