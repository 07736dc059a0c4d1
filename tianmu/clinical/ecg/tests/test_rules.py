"""The pure rules of the flow: states, limits, classes, plain words, the demo plan."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tianmu.clinical.ecg.choices import OrderState, Urgency
from tianmu.clinical.ecg.demo.plan import Fate, plan
from tianmu.clinical.ecg.rules.limits import Limits, demand_minutes, lock_end, rank, report_due
from tianmu.clinical.ecg.rules.plain import plain_text
from tianmu.clinical.ecg.rules.report import conclusion_class
from tianmu.clinical.ecg.rules.states import FINISHED, Move, after, possible

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
RULES = Path(__file__).resolve().parent.parent / "data" / "rulesets" / "time_limits.json"
LIMITS = Limits.from_content(json.loads(RULES.read_text())["content"])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by contract


class Order(RuleBasedStateMachine):
    """Whatever is tried in whatever order, an order stays in a known state and keeps its promises."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "registered"
        self.published = False
        self.left_void = False

    @rule(move=st.sampled_from(Move))
    def try_a_move(self, move: Move) -> None:
        following = after(move, self.state, published=self.published)
        assert (following is not None) == (move in possible(self.state))
        if following is None:
            return
        assert following in OrderState.values
        assert self.state not in {"void", "withdrawn"}
        if following in {"signed", "amended"}:
            assert (following == "amended") == self.published
            self.published = True
        self.state = following

    @precondition(lambda self: self.published)
    @rule()
    def a_published_report_is_never_waiting_again(self) -> None:
        assert self.state in {"in_progress", "in_consultation", "to_review", "returned", "rejected"} | FINISHED


TestOrder = Order.TestCase


@given(st.sampled_from(["emergency", "ward", "outpatient", "physical"]), instants)
def test_a_report_is_due_after_its_limit(urgency: str, since: datetime) -> None:
    minutes = {"emergency": 10, "ward": 30, "outpatient": 30, "physical": 1440}[urgency]
    assert report_due(LIMITS, urgency, since) - since == timedelta(minutes=minutes)


def test_a_lock_lets_go_sooner_when_it_is_urgent() -> None:
    assert lock_end(LIMITS, urgent=False, now=NOW) - NOW == timedelta(minutes=15)
    assert lock_end(LIMITS, urgent=True, now=NOW) - NOW == timedelta(minutes=2)


def test_critical_comes_before_emergency_before_the_rest() -> None:
    assert rank(critical_open=True, urgency="physical") < rank(critical_open=False, urgency="emergency")
    assert rank(critical_open=False, urgency="emergency") < rank(critical_open=False, urgency="ward")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"report_minutes": {"emergency": 10, "ward": 30, "outpatient": 30}}, "report_minutes.physical"),
        ({"lock_minutes": 1.5}, "lock_minutes"),
        ({"two_signatures": "no"}, "two_signatures"),
    ],
)
def test_limits_without_a_clock_for_everything_are_refused(changed: dict[str, Any], place: str) -> None:
    content = json.loads(RULES.read_text())["content"]
    demand_minutes(content, Urgency.values)
    with pytest.raises(ValueError, match=place):
        demand_minutes({**content, **changed}, Urgency.values)


def test_the_gravest_statement_sets_the_class() -> None:
    assert conclusion_class([]) == "normal"
    assert conclusion_class(["normal", "borderline"]) == "borderline"
    assert conclusion_class(["borderline", "critical", "normal"]) == "abnormal"


BY_CLASS = {"normal": "好。", "abnormal": "看医生。"}


def test_plain_words_end_with_the_class_and_say_nothing_twice() -> None:
    assert plain_text([("normal", "一。"), ("normal", "一。")], BY_CLASS, "normal", free_text=False) == "一。 好。"
    assert plain_text([], BY_CLASS, "unheard of", free_text=False) == "看医生。"


def test_nothing_soothing_stands_beside_something_grave() -> None:
    lines = [("borderline", "不要紧。"), ("normal", "正常。"), ("critical", "请立即就医。")]
    assert plain_text(lines, BY_CLASS, "abnormal", free_text=False) == "请立即就医。 看医生。"


def test_a_doctor_who_finds_it_abnormal_or_writes_freely_is_not_contradicted() -> None:
    assert plain_text([("normal", "正常。")], BY_CLASS, "abnormal", free_text=False) == "看医生。"
    assert plain_text([("normal", "正常。")], BY_CLASS, "normal", free_text=True) == "好。"


def test_the_demo_month_is_the_same_for_the_same_seed() -> None:
    assert plan(seed=7, count=300, now=NOW) == plan(seed=7, count=300, now=NOW)
    assert plan(seed=7, count=300, now=NOW) != plan(seed=8, count=300, now=NOW)


@given(st.integers(0, 50), st.integers(60, 400))
def test_the_demo_month_lies_in_the_month_before_and_only_the_fresh_wait(seed: int, count: int) -> None:
    planned = plan(seed=seed, count=count, now=NOW)
    assert len({one.at for one in planned}) == count
    assert all(NOW - timedelta(days=32) < one.at < NOW for one in planned)
    assert [one.at for one in planned] == sorted((one.at for one in planned), reverse=True)
    old = [one for one in planned if NOW - one.at > timedelta(minutes=100)]
    assert {one.fate for one in old} <= {Fate.SIGNED, Fate.AMENDED, Fate.RETURNED}
