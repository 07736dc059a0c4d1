"""Life cycles, grades, demands, controlled requests, monitor events, calls and figures: the pure rules of the desk."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.rules import controlled, demands, figures, lifecycle
from tianmu.operations.servicedesk.rules.controlled import ControlledState, Role, Step
from tianmu.operations.servicedesk.rules.demands import DemandMove, DemandState, Node
from tianmu.operations.servicedesk.rules.escalation import called_by, notes_due
from tianmu.operations.servicedesk.rules.flapping import Heard, Outcome, Signal, decide, quiet
from tianmu.operations.servicedesk.rules.grades import Effect, propose
from tianmu.operations.servicedesk.rules.lifecycle import Move, State, closes_at, may_reopen
from tianmu.operations.servicedesk.rules.words import overlap, question_keys, text_keys

T = datetime(2022, 11, 7, 9, 0, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
INSTITUTIONS = ["h1", "h2", "t1", "t2"]


def test_a_ticket_goes_from_new_to_closed_and_back_to_work_when_it_is_reopened() -> None:
    state = State.NEW
    for move in (Move.ACCEPT, Move.START, Move.WAIT, Move.RESUME, Move.RESOLVE, Move.CONFIRM, Move.CLOSE):
        following = lifecycle.after(move, state)
        assert following is not None
        state = following
    assert state is State.CLOSED
    assert lifecycle.after(Move.REOPEN, state) is State.IN_PROGRESS


@given(st.sampled_from(State), st.sampled_from(Move))
def test_moves_and_their_list_agree_and_a_merged_ticket_moves_no_more(state: State, move: Move) -> None:
    assert (move in lifecycle.moves_from(state)) == (lifecycle.after(move, state) is not None)
    assert lifecycle.moves_from(State.MERGED) == []


def test_reopening_is_possible_for_seven_days_to_the_second() -> None:
    assert may_reopen(T, T + timedelta(days=7))
    assert not may_reopen(T, T + timedelta(days=7, seconds=1))


def test_a_resolved_ticket_closes_after_three_working_days_but_never_an_incident_of_grade_i_to_iii() -> None:
    friday = datetime(2023, 4, 21, 10, 0, tzinfo=ZONE)
    closes = closes_at(incident=False, grade=None, resolved_at=friday, calendar=shipped())
    assert closes == datetime(2023, 4, 26, 0, 0, tzinfo=ZONE)
    for grade in (None, 1, 2, 3):
        assert closes_at(incident=True, grade=grade, resolved_at=friday, calendar=shipped()) is None
    assert closes_at(incident=True, grade=4, resolved_at=friday, calendar=shipped()) == closes


@pytest.mark.parametrize(
    ("affected", "users", "grade"),
    [
        ([], INSTITUTIONS, 4), (["h1"], INSTITUTIONS, 3), (["h1", "t1"], INSTITUTIONS, 2),
        (INSTITUTIONS, INSTITUTIONS, 1),
        (["h1"], ["h1"], 3), (["h1", "h2"], ["h1", "h2"], 1), (["h1", "h1"], INSTITUTIONS, 3),
    ],
)  # fmt: skip
def test_the_grade_follows_from_the_institutions_that_cannot_work(
    affected: list[str], users: list[str], grade: int
) -> None:
    assert propose(affected=affected, users=users, core_blocked=True).grade == grade
    assert propose(affected=affected, users=users, core_blocked=False).grade == 4
    assert propose(affected=[], users=users, core_blocked=False, data_affected=affected).grade == grade


def test_a_heavy_effect_raises_the_grade_by_itself() -> None:
    by_effect = {one: propose(affected=[], users=["h1"], core_blocked=False, effect=one).grade for one in Effect}
    assert list(by_effect.values()) == [4, 3, 2, 1]


@given(st.sets(st.sampled_from(INSTITUTIONS)), st.sets(st.sampled_from(INSTITUTIONS)), st.booleans())
def test_more_affected_institutions_never_make_a_grade_lighter(some: set[str], more: set[str], blocked: bool) -> None:
    lighter = propose(affected=some, users=INSTITUTIONS, core_blocked=blocked).grade
    assert propose(affected=some | more, users=INSTITUTIONS, core_blocked=blocked).grade <= lighter


def test_a_demand_runs_from_draft_to_closed_and_both_sides_have_their_own_moves() -> None:
    state = DemandState.DRAFT
    for move in (DemandMove.SUBMIT, DemandMove.TRIAGE, DemandMove.FEED_BACK):
        state = demands.after(move, state) or state
    assert state is DemandState.FEEDBACK_GIVEN
    assert demands.after(DemandMove.BUILD, state) is None
    state = DemandState.AGREED
    for move in (DemandMove.BUILD, DemandMove.HAND_OVER, DemandMove.SEND_BACK, DemandMove.HAND_OVER):
        state = demands.after(move, state) or state
    for move in (DemandMove.ACCEPT, DemandMove.CLOSE):
        state = demands.after(move, state) or state
    assert state is DemandState.CLOSED
    assert {move for move, side in demands.SIDE_OF_MOVE.items() if side is demands.Side.A} == {
        DemandMove.SUBMIT, DemandMove.SEND_BACK, DemandMove.ACCEPT, DemandMove.CLOSE,
    }  # fmt: skip


def node(key: str, due_days: int, *, a: int | None = 0, b: int | None = 0, changed: int | None = None) -> Node:
    def day(number: int | None) -> datetime | None:
        return None if number is None else T + timedelta(days=number)

    return Node(key, T + timedelta(days=due_days), day(a), day(b), day(changed))


def test_a_one_sided_plan_binds_nobody() -> None:
    late = T + timedelta(days=20)
    assert demands.missed([node("1", 10, b=None), node("2", 10, a=None)], late) == []
    assert demands.missed([node("1", 10)], late) == [node("1", 10)]
    assert demands.missed([node("1", 10)], T + timedelta(days=10)) == []


def test_a_node_lapses_when_the_demand_changed_before_it_fell_due_or_a_new_one_replaced_it_in_time() -> None:
    late = T + timedelta(days=20)
    assert demands.missed([node("1", 10, changed=9)], late) == []
    assert demands.missed([node("1", 10, changed=11)], late) == [node("1", 10, changed=11)]
    in_time, too_late = node("1.1", 30, a=10, b=10), node("1.1", 30, a=11, b=11)
    assert demands.missed([node("1", 10), in_time], late) == []
    assert demands.missed([node("1", 10), too_late], late) == [node("1", 10)]
    assert demands.missed([node("1", 10), node("2.1", 30, a=10, b=10)], late) == [node("1", 10)]


def test_no_step_of_a_controlled_request_is_done_by_an_account_that_did_another() -> None:
    holders = {Role.ASKER: "asker", Role.TAKER: "lead", Role.CONFIRMER: "officer", Role.EXECUTOR: "engineer"}
    assert controlled.held_otherwise(Step.TAKE, "asker", holders) is Role.ASKER
    assert controlled.held_otherwise(Step.CHECK, "engineer", holders) is Role.EXECUTOR
    assert controlled.held_otherwise(Step.EXECUTE, "engineer", holders) is None
    assert controlled.held_otherwise(Step.EXECUTE, "second", holders) is Role.EXECUTOR
    assert controlled.held_otherwise(Step.CHECK, "second", holders) is None


@given(st.lists(st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6", "p7"]), min_size=1, max_size=40))
def test_whoever_acts_the_asker_the_confirmer_and_the_executor_are_three(actors: list[str]) -> None:
    state, holders = ControlledState.ASKED, {Role.ASKER: actors[0]}
    for step, actor in zip([*Step, *Step, *Step, *Step, *Step], actors[1:], strict=False):
        following = controlled.after(step, state)
        if following is None or controlled.held_otherwise(step, actor, holders) is not None:
            continue
        if step in controlled.ROLE_OF_STEP:
            holders[controlled.ROLE_OF_STEP[step]] = actor
        state = following
    assert len(set(holders.values())) == len(holders)
    if state in {ControlledState.EXECUTED, ControlledState.CLOSED}:
        assert set(holders) == set(Role)


def test_a_fee_of_exactly_1000_yuan_is_controlled() -> None:
    def found(amount: str) -> list[controlled.Reason]:
        return controlled.reasons_for(medical_document=False, amount=Decimal(amount), database=False)

    assert (found("1000.00"), found("999.99")) == ([controlled.Reason.MONEY], [])


def heard(*signals: str, minutes: int = 1) -> list[Heard]:
    return [Heard(T + number * minutes * MINUTE, Signal(one)) for number, one in enumerate(signals)]


def test_monitoring_opens_after_three_failed_polls_or_at_once_when_something_failed() -> None:
    two, three = heard("ok", "poll_failed", "poll_failed"), heard("ok", *["poll_failed"] * 3)
    assert decide(two, ticket_open=False, recent_ticket=False) is Outcome.NOTHING
    assert decide(three, ticket_open=False, recent_ticket=False) is Outcome.OPEN
    assert decide(heard("ok", "failed"), ticket_open=False, recent_ticket=False) is Outcome.OPEN
    assert decide(heard("failed", "ok"), ticket_open=True, recent_ticket=False) is Outcome.RECOVER
    assert decide(heard("failed", "failed"), ticket_open=True, recent_ticket=False) is Outcome.ATTACH


def test_four_changes_within_thirty_minutes_are_one_ticket() -> None:
    often = heard("ok", "failed", "ok", "failed", "ok")
    assert decide(often, ticket_open=True, recent_ticket=True) is Outcome.FLAPPING
    assert (
        decide([*often, Heard(T + 5 * MINUTE, Signal.FAILED)], ticket_open=False, recent_ticket=True)
        is Outcome.FLAPPING
    )
    slowly = heard("ok", "failed", "ok", "failed", "ok", minutes=11)
    assert decide(slowly, ticket_open=True, recent_ticket=True) is Outcome.RECOVER
    assert not quiet(often, T + 33 * MINUTE)
    assert quiet(often, T + 35 * MINUTE)


def test_the_chain_is_called_every_five_minutes_until_somebody_answers_and_at_once_for_grade_i() -> None:
    chain, every = ["duty", "second", "manager", "lead"], 5 * MINUTE

    def called(grade: int, minutes: float, answered: float | None = None) -> list[str]:
        ack = None if answered is None else T + answered * MINUTE
        return called_by(chain, grade=grade, since=T, acknowledged_at=ack, every=every, now=T + minutes * MINUTE)

    assert called(2, 0) == ["duty"]
    assert called(2, 4.9) == ["duty"]
    assert called(2, 5) == ["duty", "second"]
    assert called(2, 60) == chain
    assert called(2, 60, answered=7) == ["duty", "second"]
    assert called(1, 0) == chain


def test_status_notes_are_due_every_fifteen_minutes_of_a_grade_i_incident() -> None:
    due = notes_due(since=T, every=15 * MINUTE, until=T + 40 * MINUTE, now=T + timedelta(hours=3))
    assert due == [T + 15 * MINUTE, T + 30 * MINUTE]


def test_figures_of_nothing_are_unknown_and_percentiles_are_values_that_occurred() -> None:
    assert (figures.percentile([], 90), figures.share(0, 0), figures.availability([], T, T)) == (None, None, None)
    assert figures.percentile([5, 1, 4, 2, 3, 9, 8, 7, 6, 10], 90) == 9
    assert figures.share(2, 3) == 66.7


def test_overlapping_down_times_count_once() -> None:
    downs = [(T, T + 60 * MINUTE), (T + 30 * MINUTE, T + 90 * MINUTE), (T - 60 * MINUTE, T + 10 * MINUTE)]
    assert figures.availability(downs, T, T + 900 * MINUTE) == 90.0


def test_open_tickets_fall_into_bands_of_full_days() -> None:
    ages = [0, 1.9, 2, 3.99, 4, 7.9, 8, 30]
    bands = figures.age_bands([T - timedelta(days=age) for age in ages], T)
    assert bands == {"0-1": 2, "2-3": 2, "4-7": 2, "over-7": 2}


def test_text_is_found_by_any_two_neighbouring_characters_and_by_whole_words() -> None:
    keys = text_keys("心电工作站打不开 ECG-02", "重启后恢复")
    assert set(question_keys("工作站 ecg-02")) <= set(keys)
    assert not set(question_keys("站工")) <= set(keys)
    assert overlap("心电打不开", keys) == 0.75
    assert overlap("", keys) == 0.0
