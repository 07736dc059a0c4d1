"""The pure rules of the reading room: contradictions, agreement, samples, workload."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.rules.agreement import CLASSES, AgreementRule, Reading, judge
from tianmu.clinical.ecg.rules.contradictions import contradicting_lines
from tianmu.clinical.ecg.rules.sampling import SampleRule, draw
from tianmu.clinical.ecg.rules.workload import FIGURES, Work, belongs, figures_of

RULE = AgreementRule.from_content(
    {
        "major_categories": ["rhythm", "infarction"],
        "ignored_categories": ["conclusion"],
        "major_class_steps": 2,
        "families": {"sinus": ["sinus_rhythm", "sinus_tachycardia"]},
    }
)
CATEGORIES = {code: entry.category for code, entry in library().entries.items()}
READINGS = st.builds(
    Reading, st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=6, unique=True), st.sampled_from(CLASSES)
)
NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def line(code: str | None, text: str = "") -> dict[str, str | None]:
    return {"code": code, "text": text}


@pytest.mark.parametrize(
    ("lines", "pairs"),
    [
        ([line("sinus_rhythm"), line("atrial_fibrillation")], 1),
        ([line("sinus_rhythm", "窦性心律与心房颤动交替"), line("atrial_fibrillation")], 0),
        ([line("sinus_rhythm"), line("atrial_fibrillation"), line(None, "两者交替出现")], 0),
        ([line("sinus_rhythm"), line("lbbb")], 0),
        ([line("rbbb"), line("lbbb")], 1),
        ([], 0),
    ],
)
def test_sinus_rhythm_and_fibrillation_contradict_unless_they_alternate(
    lines: list[dict[str, str | None]], pairs: int
) -> None:
    assert len(contradicting_lines(lines, ["交替"])) == pairs


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(READINGS, READINGS)
def test_agreement_does_not_depend_on_who_read_first(one: Reading, other: Reading) -> None:
    there, back = judge(RULE, CATEGORIES, one, other), judge(RULE, CATEGORIES, other, one)
    assert there.grade == back.grade
    assert there.only_first == back.only_second
    assert there.class_steps == back.class_steps


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(READINGS)
def test_a_reading_agrees_with_itself(one: Reading) -> None:
    assert judge(RULE, CATEGORIES, one, one).grade == "full"


@pytest.mark.parametrize(
    ("first", "second", "grade"),
    [
        (Reading(["sinus_rhythm", "normal_ecg"], "normal"), Reading(["sinus_tachycardia"], "normal"), "full"),
        (Reading(["sinus_rhythm"], "normal"), Reading(["sinus_rhythm"], "mostly_normal"), "minor"),
        (Reading(["sinus_rhythm"], "normal"), Reading(["atrial_fibrillation"], "normal"), "major"),
        (Reading(["sinus_rhythm"], "normal"), Reading(["sinus_rhythm"], "abnormal"), "major"),
        (Reading(["sinus_rhythm"], "normal"), Reading(["sinus_rhythm", "lvh"], "normal"), "minor"),
    ],
)
def test_grades_of_agreement(first: Reading, second: Reading, grade: str) -> None:
    assert judge(RULE, CATEGORIES, first, second).grade == grade


@given(
    st.dictionaries(st.text("abc", min_size=1), st.lists(st.integers(0, 999), unique=True, max_size=80), max_size=4),
    st.integers(0, 2**31),
)
def test_every_reader_has_her_share_and_the_draw_can_be_repeated(by_reader: dict[str, list[int]], seed: int) -> None:
    rule = SampleRule(percent=10, least=2, most=5)
    drawn = draw(rule, by_reader, seed)
    assert len(drawn) == sum(min(len(rows), max(2, min(5, -(-len(rows) // 10)))) for rows in by_reader.values())
    backwards = {reader: list(reversed(rows)) for reader, rows in reversed(by_reader.items())}
    assert draw(rule, backwards, seed) == drawn


def work(**changes: Any) -> Work:
    usual = {"order": "1", "reader": "a", "name": "甲", "act": "first", "at": NOON}
    return Work(**{**usual, **changes})


WORKS = st.lists(
    st.builds(
        Work,
        order=st.just("1"),
        reader=st.sampled_from("ab"),
        name=st.just("x"),
        act=st.sampled_from(["first", "second", "return", "review"]),
        at=st.just(NOON),
        urgency=st.sampled_from(["emergency", "ward"]),
        version=st.integers(1, 2),
        waiting_since=st.sampled_from([None, NOON - timedelta(minutes=9)]),
        due_at=st.sampled_from([None, NOON - timedelta(minutes=1), NOON]),
        agreement=st.sampled_from(["", "full", "minor", "major"]),
    ),
    max_size=30,
)


@given(WORKS)
def test_every_figure_is_the_number_of_its_rows(works: list[Work]) -> None:
    for row in figures_of(works):
        for figure in FIGURES:
            assert row.counts[figure] == sum(belongs(one, figure) for one in works if one.reader == row.reader)


def test_the_median_time_counts_first_reads_only_and_late_is_past_the_limit() -> None:
    since, due = NOON - timedelta(minutes=12), NOON - timedelta(minutes=2)
    [row] = figures_of(
        [
            work(waiting_since=since, due_at=due),
            work(waiting_since=NOON - timedelta(minutes=4)),
            work(version=2, waiting_since=NOON - timedelta(days=9)),
            work(act="review", agreement="major"),
            work(act="review", agreement="minor"),
        ]
    )
    assert row.median_minutes == 8.0
    assert (row.counts["first_reads"], row.counts["late"], row.counts["amendments"]) == (2, 1, 1)
    assert row.agreement_percent == 50.0
