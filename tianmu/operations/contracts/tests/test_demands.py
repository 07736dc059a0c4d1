"""Demands: feedback on both calendars, nodes replaced, lapsed and missed, complaints, compensation. All by hand."""

from typing import Any

import pytest

from tianmu.operations.contracts.tests.building import demand, judged, lines, node, zoned

RECEIVED = "2022-11-07T10:00"
IN_TIME = "2022-11-08T10:00"


def found(event: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    return [(line["rule"], line["assessed"]) for line in judged(event, **changes)["lines"]]


FEEDBACK = [("C-5.4.4-1", "100.00")]


@pytest.mark.parametrize(
    ("complexity", "feedback", "late"),
    [
        ("ordinary", "2022-11-08T10:00", False),
        ("ordinary", "2022-11-08T10:01", True),
        ("complex", "2022-11-10T10:00", False),
        ("complex", "2022-11-10T10:01", True),
        ("ordinary", None, True),
    ],
)
def test_first_feedback(complexity: str, feedback: str | None, late: bool) -> None:
    assert found(demand("q", RECEIVED, feedback, complexity=complexity)) == (FEEDBACK if late else [])


def test_feedback_in_working_hours() -> None:
    """24 hours of working time are three working days: from Monday 10:00 to Thursday 10:00."""
    in_time, late = demand("q", RECEIVED, "2022-11-10T10:00"), demand("q", RECEIVED, "2022-11-10T10:01")
    worked = {"demand_calendar": "5x8"}
    assert found(in_time, readings=worked) == []
    assert found(late, readings=worked) == FEEDBACK
    holiday = demand("q", "2023-01-20T10:00", "2023-01-30T10:00")
    assert found(holiday, readings=worked) == []
    assert found(holiday) == FEEDBACK


def test_feedback_that_is_owed_only_after_the_day_of_evaluation_is_no_breach_yet() -> None:
    assert found(demand("q", RECEIVED, None), as_of="2022-11-07") == []
    assert found(demand("q", RECEIVED, None), as_of="2022-11-08") == FEEDBACK


@pytest.mark.parametrize(
    ("impact", "complaint", "most", "both"),
    [
        (False, "none", [("C-5.4.4-2", "200.00")], [("C-5.4.4-2", "200.00")]),
        (False, "bureau", [("C-5.4.4-2", "300.00")], [("C-5.4.4-2", "300.00")]),
        (False, "city", [("C-5.4.4-2", "400.00")], [("C-5.4.4-2", "400.00")]),
        (False, ["bureau", "city"], [("C-5.4.4-2", "400.00")], [("C-5.4.4-2", "400.00")]),
        (True, "none", [("C-5.4.4-3", "500.00")], [("C-5.4.4-2", "200.00"), ("C-5.4.4-3", "500.00")]),
        (True, "city", [("C-5.4.4-3", "500.00")], [("C-5.4.4-2", "400.00"), ("C-5.4.4-3", "500.00")]),
    ],
)
def test_a_missed_node(impact: bool, complaint: object, most: list[Any], both: list[Any]) -> None:
    one = node(IN_TIME, "2022-11-18T18:00", impact=impact, complaint=complaint)
    event = demand("q", RECEIVED, IN_TIME, one, done_at=zoned("2022-11-19T09:00"))
    assert found(event) == most
    assert found(event, readings={"demand_stacking": "sum"}) == both


def test_a_node_met_at_its_instant_costs_nothing_unless_read_so() -> None:
    event = demand(
        "q", RECEIVED, "2022-11-07T11:00", node(IN_TIME, "2022-11-18T18:00"), done_at=zoned("2022-11-18T18:00")
    )
    assert found(event) == []
    assert found(event, readings={"deadline_inclusive": False}) == [("C-5.4.4-2", "200.00")]


def test_a_node_agreed_at_or_before_the_old_one_replaces_it() -> None:
    old, new = node(IN_TIME, "2022-11-18T18:00"), node("2022-11-18T18:00", "2022-11-25T18:00")
    assert found(demand("q", RECEIVED, IN_TIME, old, new, done_at=zoned("2022-11-25T18:00"))) == []
    assert found(demand("q", RECEIVED, IN_TIME, new, old, done_at=zoned("2022-11-26T18:00"))) == [
        ("C-5.4.4-2", "200.00")
    ]


def test_a_node_agreed_after_the_old_one_leaves_it_missed_and_each_missed_node_is_one_time() -> None:
    old, new = node(IN_TIME, "2022-11-18T18:00"), node("2022-11-18T18:01", "2022-11-25T18:00")
    met = demand("q", RECEIVED, IN_TIME, old, new, done_at=zoned("2022-11-25T18:00"))
    assert found(met) == [("C-5.4.4-2", "200.00")]
    assert found({**met, "done_at": None}) == [("C-5.4.4-2", "200.00"), ("C-5.4.4-2", "200.00")]


def test_a_change_of_method_before_the_node_lets_it_lapse() -> None:
    one = node(IN_TIME, "2022-11-18T18:00")
    changed = zoned("2022-11-17T09:00")
    assert found(demand("q", RECEIVED, IN_TIME, one, changes=[changed])) == []
    assert found(demand("q", RECEIVED, IN_TIME, {**one, "changed_at": changed})) == []
    after = node("2022-11-20T09:00", "2022-11-30T18:00", changed_at=changed)
    assert found(demand("q", RECEIVED, IN_TIME, one, after)) == [("C-5.4.4-2", "200.00")]
    assert found(demand("q", RECEIVED, IN_TIME, one, after, done_at=zoned("2022-11-30T18:00"))) == []


def test_a_change_at_or_after_the_node_does_not_excuse_it() -> None:
    one = node(IN_TIME, "2022-11-18T18:00")
    for changed in ("2022-11-18T18:00", "2022-11-19T09:00"):
        assert found(demand("q", RECEIVED, IN_TIME, one, changes=[zoned(changed)])) == [("C-5.4.4-2", "200.00")]


def test_without_an_agreed_node_there_is_no_delay() -> None:
    assert found(demand("q", RECEIVED, IN_TIME)) == []


def test_compensation_is_paid_besides_and_outside_of_the_cap() -> None:
    event = demand("q", RECEIVED, IN_TIME, node(IN_TIME, "2022-11-18T18:00"), compensation="120.50")
    result = judged(event)
    assert lines(result) == [("q", "C-5.4.4-2", "200.00", "200.00"), ("q", "C-5.4.4-2c", "120.50", "120.50")]
    assert (result["totals"]["compensation"], result["totals"]["annex_payable"]) == ("120.50", "200.00")


def test_compensation_without_a_missed_node_is_not_owed() -> None:
    event = demand("q", RECEIVED, IN_TIME, node(IN_TIME, "2022-11-18T18:00"), compensation="120.50")
    assert found({**event, "done_at": zoned("2022-11-18T17:00")}) == []


def test_a_breach_belongs_to_the_year_of_its_due_instant() -> None:
    event = demand("q", "2023-07-20T09:00", "2023-07-20T10:00", node("2023-07-20T10:00", "2023-07-28T18:00"))
    assert [line["year"] for line in judged(event, as_of="2023-08-30")["lines"]] == [2]
