"""The rules of expert consultation, alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.rules.consultation import (
    WAITED_FOR,
    ConsultationLimits,
    agreement,
    answer_due,
    consultation_state,
    percent_gone,
    reminder_owed,
    unheard,
)
from tianmu.clinical.ecg.rules.states import Move, after

RULES = Path(__file__).resolve().parent.parent / "data" / "rulesets" / "consultation.json"
LIMITS = ConsultationLimits.from_content(json.loads(RULES.read_text(encoding="utf-8"))["content"])
START = datetime(2026, 11, 30, 23, 50, tzinfo=UTC)
STATES = st.sampled_from(["invited", "accepted", "declined", "answered"])


def test_an_emergency_is_answered_in_half_an_hour_else_within_a_day() -> None:
    assert answer_due(LIMITS, "emergency", START) == START + timedelta(minutes=30)
    assert answer_due(LIMITS, "ordinary", START) == START + timedelta(hours=24)


def test_each_reminder_is_owed_once_and_a_gap_is_told_of_by_its_last_step() -> None:
    due = START + timedelta(minutes=100)
    told, seen = 0, []
    for minute in range(131):
        step = reminder_owed(LIMITS, percent_gone(START, due, START + timedelta(minutes=minute)), told)
        if step:
            seen.append((minute, step))
            told = step
    assert seen == [(50, 50), (80, 80), (100, 100)]
    assert reminder_owed(LIMITS, 300, 0) == 100


@given(st.integers(1, 10_000), st.integers(0, 20_000))
def test_percent_never_runs_ahead_of_the_clock(length: int, gone: int) -> None:
    percent = percent_gone(START, START + timedelta(seconds=length), START + timedelta(seconds=gone))
    assert percent * length <= gone * 100 < (percent + 1) * length


def test_a_clock_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        percent_gone(START, START, START)


@given(st.lists(STATES, max_size=8))
def test_it_is_answered_when_somebody_answered_and_nobody_is_waited_for(states: list[str]) -> None:
    expected = "answered" in states and not WAITED_FOR & set(states)
    assert (consultation_state(states) == "answered") is expected
    named = {str(number): state for number, state in enumerate(states)}
    assert len(unheard(named)) == sum(state in WAITED_FOR for state in states)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], ""),
        (["", ""], ""),
        (["agree", ""], "agree"),
        (["differ", "differ"], "differ"),
        (["agree", "differ"], "mixed"),
    ],
)
def test_agreement(answers: list[str], expected: str) -> None:
    assert agreement(answers) == expected


def test_an_order_waits_for_the_experts_and_comes_back_as_it_was() -> None:
    assert after(Move.CONSULT, "in_progress") == "in_consultation"
    assert after(Move.CONSULT, "signed") is None
    assert after(Move.OPEN, "in_consultation") is None
    assert after(Move.CONSULTED, "in_consultation") == "waiting"
    assert after(Move.CONSULTED, "in_consultation", published=True) == "in_progress"
