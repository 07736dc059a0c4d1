"""Rosters in the database: proposed, edited, refused, published, swapped, called; and who may not."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import product
from uuid import UUID

import pytest
from django.test import Client as Browser

from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.tests.people import make_person
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.events.models import OutboxEvent
from tianmu.operations.duty.actions import rosters, swaps
from tianmu.operations.duty.actions.members import MemberDraft, open_feed, save_member
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.models import Roster, Shift
from tianmu.operations.duty.rules.calls import Rung
from tianmu.operations.duty.rules.month import Month
from tianmu.operations.duty.rules.shifts import ShiftKind, Span
from tianmu.operations.duty.selectors import rosters as selectors
from tianmu.operations.duty.tests.world import MAY, Team, make_team, published

pytestmark = pytest.mark.django_db
IN_TIME = datetime(2023, 4, 27, 9, tzinfo=ZONE)


@pytest.fixture
def team() -> Team:
    return make_team()


def code(error: pytest.ExceptionInfo[TianmuError]) -> str:
    return error.value.code


def drafts(roster: Roster) -> list[rosters.ShiftDraft]:
    return [
        rosters.ShiftDraft(row.member_id, ShiftKind(row.kind), row.starts_at, row.ends_at)
        for row in roster.shifts.order_by("starts_at", "id")
    ]


def test_a_proposed_month_is_published_and_handed_over_in_time(team: Team) -> None:
    roster = published(team, MAY, IN_TIME)
    assert (roster.state, roster.in_time, roster.published_by) == ("published", True, "manager者")
    assert (
        rosters.acknowledge_roster(actor=team.officer, roster_id=roster.pk, now=IN_TIME).acknowledged_by == "officer者"
    )
    event = OutboxEvent.objects.get(name="duty.roster_published")
    assert (event.facts["month"], event.facts["in_time"]) == (5, True)
    assert AuditLine.objects.filter(action="duty.roster.publish", subject_id=roster.pk).count() == 1


def test_a_month_whose_holidays_nobody_knows_yet_is_not_published(team: Team) -> None:
    with pytest.raises(TianmuError) as refused:
        published(team, Month(2031, 1), datetime(2030, 12, 20, 9, tzinfo=ZONE))
    assert (code(refused), refused.value.status) == (Code.CALENDAR_UNKNOWN, 422)
    assert "2031-01" in str(refused.value)
    assert Roster.objects.get(year=2031).state == "draft"


def test_a_second_after_the_28th_is_late(team: Team) -> None:
    assert published(team, MAY, datetime(2023, 4, 29, 0, 0, 1, tzinfo=ZONE)).in_time is False


def test_a_gap_and_a_double_are_kept_in_the_draft_and_refuse_publication(team: Team) -> None:
    roster = rosters.open_roster(actor=team.manager, unit_path=team.unit.path, month=MAY, proposed=True, now=IN_TIME)
    wanted = drafts(roster)
    gone = wanted.pop(3)
    twice = replace(wanted[0], kind=ShiftKind.RESIDENT)
    rosters.set_shifts(actor=team.manager, roster_id=roster.pk, drafts=[*wanted, twice], expected=roster.version)
    with pytest.raises(TianmuError) as refused:
        rosters.publish_roster(actor=team.manager, roster_id=roster.pk, expected=None, now=IN_TIME)
    kinds = {fault["kind"] for fault in refused.value.extra["faults"]}  # type: ignore[attr-defined]
    assert (code(refused), kinds) == (Code.ROSTER_FAULTY, {"gap", "double"})
    assert roster.shifts.count() == len(wanted) + 1
    assert gone.member_id in {member.pk for member in team.members.values()}


def test_an_older_page_does_not_overwrite_a_newer_one_and_a_published_month_stands(team: Team) -> None:
    roster = rosters.open_roster(actor=team.manager, unit_path=team.unit.path, month=MAY, proposed=False, now=IN_TIME)
    rosters.set_shifts(actor=team.manager, roster_id=roster.pk, drafts=[], expected=1)
    with pytest.raises(TianmuError) as older:
        rosters.set_shifts(actor=team.manager, roster_id=roster.pk, drafts=[], expected=1)
    assert (code(older), older.value.status) == ("api.version_conflict", 412)
    Roster.objects.filter(pk=roster.pk).update(state="published")
    with pytest.raises(ConflictError) as standing:
        rosters.set_shifts(actor=team.manager, roster_id=roster.pk, drafts=[], expected=None)
    assert code(standing) == Code.ROSTER_STATE


def test_impossible_shifts_are_refused(team: Team) -> None:
    roster = rosters.open_roster(actor=team.manager, unit_path=team.unit.path, month=MAY, proposed=True, now=IN_TIME)
    first = drafts(roster)[0]
    for wrong in (
        replace(first, ends_at=first.starts_at),
        replace(first, ends_at=first.starts_at + timedelta(hours=37)),
        replace(first, member_id=UUID(int=5)),
    ):
        with pytest.raises(TianmuError) as refused:
            rosters.set_shifts(actor=team.manager, roster_id=roster.pk, drafts=[wrong], expected=None)
        assert code(refused) == Code.SHIFT_INVALID


def test_an_accepted_swap_keeps_the_plan_and_moves_both_shifts(team: Team) -> None:
    published(team, MAY, IN_TIME)
    mine, hers = _free_pair(team)
    asked = swaps.ask_swap(
        actor=team.ann,
        shift_id=mine.pk,
        other_id=team.members["ben"].pk,
        in_return_id=hers.pk,
        reason="家中有事",
        now=IN_TIME,
    )
    with pytest.raises(ConflictError):
        swaps.settle_swap(actor=team.manager, swap_id=asked.pk, now=IN_TIME)
    swaps.answer_swap(actor=team.ben, swap_id=asked.pk, accept=True, answer="", now=IN_TIME)
    swaps.settle_swap(actor=team.manager, swap_id=asked.pk, now=IN_TIME)
    mine.refresh_from_db()
    hers.refresh_from_db()
    assert (mine.member, mine.planned) == (team.members["ben"], team.members["ann"])
    assert (hers.member, hers.planned) == (team.members["ann"], team.members["ben"])


def test_a_swap_that_doubles_somebody_is_refused_and_nothing_moves(team: Team) -> None:
    published(team, MAY, IN_TIME)
    mine = team.shifts("ann", ShiftKind.RESIDENT)[0]
    blocked = team.members["ben"].shifts.filter(roster__month=MAY.month).first()
    assert blocked is not None
    blocked.starts_at, blocked.ends_at = mine.starts_at, mine.ends_at
    blocked.save()
    asked = swaps.ask_swap(
        actor=team.ann, shift_id=mine.pk, other_id=team.members["ben"].pk, in_return_id=None, reason="x", now=IN_TIME
    )
    swaps.answer_swap(actor=team.ben, swap_id=asked.pk, accept=True, answer="", now=IN_TIME)
    with pytest.raises(TianmuError) as refused:
        swaps.settle_swap(actor=team.manager, swap_id=asked.pk, now=IN_TIME)
    mine.refresh_from_db()
    assert (code(refused), mine.member) == (Code.SWAP_INVALID, team.members["ann"])


def test_only_who_is_asked_answers_and_only_ones_own_coming_shift_is_offered(team: Team) -> None:
    published(team, MAY, IN_TIME)
    mine, hers = _free_pair(team)
    ben = team.members["ben"].pk
    for shift, now in ((hers, IN_TIME), (mine, mine.starts_at)):
        with pytest.raises(TianmuError) as refused:
            swaps.ask_swap(actor=team.ann, shift_id=shift.pk, other_id=ben, in_return_id=None, reason="x", now=now)
        assert code(refused) == Code.SWAP_INVALID
    asked = swaps.ask_swap(actor=team.ann, shift_id=mine.pk, other_id=ben, in_return_id=None, reason="x", now=IN_TIME)
    with pytest.raises(MissingError):
        swaps.answer_swap(actor=team.ann, swap_id=asked.pk, accept=True, answer="", now=IN_TIME)
    with pytest.raises(MissingError):
        swaps.answer_swap(actor=team.outsider, swap_id=asked.pk, accept=True, answer="", now=IN_TIME)
    with pytest.raises(ConflictError):
        swaps.ask_swap(actor=team.ann, shift_id=mine.pk, other_id=ben, in_return_id=None, reason="x", now=IN_TIME)
    assert swaps.withdraw_swap(actor=team.ann, swap_id=asked.pk, now=IN_TIME).state == "withdrawn"


def test_who_is_on_duty_and_whom_to_call_next(team: Team) -> None:
    published(team, MAY, IN_TIME)
    holiday = datetime(2023, 5, 1, 12, tzinfo=ZONE)
    (on,) = selectors.now_on_duty(team.officer, holiday)
    assert on.kind == ShiftKind.DUTY
    chain = selectors.people_to_call(team.unit.path, holiday)
    assert chain[Rung.DUTY] == [on.member.account_id]
    assert chain[Rung.MANAGER] == [team.manager.account_id]
    assert selectors.now_on_duty(team.outsider, holiday) == []
    period = Span(MAY.span.start, MAY.span.end)
    assert sum(share.rest_days for _, share in selectors.fair_shares(team.officer, period)) == 10


def test_the_other_hospital_sees_no_roster_and_engineers_see_no_draft(team: Team) -> None:
    roster = rosters.open_roster(actor=team.manager, unit_path=team.unit.path, month=MAY, proposed=True, now=IN_TIME)
    assert list(selectors.rosters(team.ann)) == []
    assert [row.pk for row in selectors.rosters(team.manager)] == [roster.pk]
    assert list(selectors.rosters(team.outsider)) == []
    with pytest.raises(RefusedError):
        rosters.open_roster(actor=team.ann, unit_path=team.unit.path, month=MAY, proposed=True, now=IN_TIME)
    with pytest.raises(MissingError):
        rosters.publish_roster(actor=team.outsider, roster_id=roster.pk, expected=None, now=IN_TIME)
    with pytest.raises(MissingError):
        save_member(actor=team.outsider, account_id=team.members["ann"].account_id, draft=MemberDraft())


def test_a_secret_address_opens_ones_own_shifts_until_a_new_one_is_made(team: Team) -> None:
    published(team, MAY, IN_TIME)
    first = open_feed(actor=team.ann)
    opened = selectors.shifts_of_feed(first, datetime.combine(MAY.first, time(), ZONE))
    assert opened is not None
    assert {shift.member_id for shift in opened[1]} == {team.members["ann"].pk}
    second = open_feed(actor=team.ann)
    browser = Browser()
    assert browser.get(f"/feeds/duty/{first}.ics").status_code == 404
    answer = browser.get(f"/feeds/duty/{second}.ics")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")


def _free_pair(team: Team) -> tuple[Shift, Shift]:
    """Return a night of each that the other can take."""
    for mine, hers in product(team.shifts("ann", ShiftKind.ON_CALL), team.shifts("ben", ShiftKind.ON_CALL)):
        if _fits(team, "ann", hers, without=mine) and _fits(team, "ben", mine, without=hers):
            return mine, hers
    pytest.fail("the proposal leaves no pair of nights to swap")


def _fits(team: Team, name: str, shift: Shift, *, without: Shift) -> bool:
    rest = team.members[name].shifts.exclude(pk=without.pk)
    return not rest.filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at).exists()


def test_a_draft_is_proposed_anew_for_the_team_of_now_and_a_published_month_is_not(team: Team) -> None:
    roster = rosters.open_roster(actor=team.manager, unit_path=team.unit.path, month=MAY, proposed=False, now=IN_TIME)
    assert roster.shifts.count() == 0
    gone = team.members["dai"]
    save_member(actor=team.manager, account_id=gone.account_id, draft=MemberDraft(active=False))
    proposed = rosters.propose_roster(actor=team.manager, roster_id=roster.pk, expected=roster.version, now=IN_TIME)
    assert proposed.shifts.count() > 0
    assert not proposed.shifts.filter(member=gone).exists()
    with pytest.raises(TianmuError) as stale:
        rosters.propose_roster(actor=team.manager, roster_id=roster.pk, expected=roster.version, now=IN_TIME)
    assert stale.value.status == 412
    Roster.objects.filter(pk=roster.pk).update(state="published")
    with pytest.raises(ConflictError):
        rosters.propose_roster(actor=team.manager, roster_id=roster.pk, expected=None, now=IN_TIME)


def test_who_is_not_in_the_team_yet_is_offered_to_the_manager_alone(team: Team) -> None:
    eve = make_person("eve", team.unit, [])
    assert [row.pk for row in selectors.candidates(team.manager) if row.login == "eve"] == [eve.pk]
    assert {row.home.path for row in selectors.candidates(team.manager)} == {team.unit.path}
    with pytest.raises(RefusedError):
        selectors.candidates(team.ann)
