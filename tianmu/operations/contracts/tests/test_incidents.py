"""Incidents: shares, limits, repeats of a kind, every reading, all by hand. The fee of the app is 101,760.00."""

from datetime import datetime
from typing import Any

import pytest

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.evaluation import evaluate
from tianmu.operations.contracts.tests.building import case, incident, judged, lines

FIRST = ("2022-10-20T09:00", "2022-10-20T09:30")
SECOND = ("2022-11-20T09:00", "2022-11-20T09:30")
THIRD = ("2022-12-20T09:00", "2022-12-20T09:30")


def assessed(*events: dict[str, Any], **changes: Any) -> list[str]:
    return [line["assessed"] for line in judged(*events, **changes)["lines"]]


@pytest.mark.parametrize(
    ("grade", "resolved", "fine"),
    [
        (1, "2022-10-20T10:00", "30528.00"),
        (1, "2022-10-20T10:01", "30833.28"),
        (2, "2022-10-20T12:00", "25440.00"),
        (2, "2022-10-20T12:01", "50880.00"),
        (3, "2022-10-20T15:00", "20352.00"),
        (3, "2022-10-20T15:01", "40704.00"),
        (4, "2022-10-25T15:00", "0.00"),
    ],
)
def test_share_and_limit_of_each_grade(grade: int, resolved: str, fine: str) -> None:
    assert assessed(incident("i", FIRST[0], resolved, grade)) == [fine]


def test_exactly_at_the_limit_is_late_when_read_so() -> None:
    event = incident("i", "2022-10-20T09:00", "2022-10-20T12:00")
    assert assessed(event, readings={"deadline_inclusive": False}) == ["50880.00"]


def test_one_second_past_the_limit_in_another_zone_is_late() -> None:
    event = {**incident("i", "2022-10-20T09:00", None), "resolved": "2022-10-20T04:00:01Z"}
    assert assessed(event) == ["50880.00"]


def test_what_is_not_resolved_is_late_once_its_limit_lies_before_the_end_of_the_day() -> None:
    event = incident("i", "2022-10-20T20:59", None)
    assert assessed(event, as_of="2022-10-20") == ["50880.00"]
    assert assessed(incident("i", "2022-10-20T21:00", None), as_of="2022-10-20") == ["25440.00"]
    assert assessed(event, as_of="2022-10-19") == []


def test_repeats_grow_on_the_fine_before_its_surcharge() -> None:
    late = incident("a", "2022-10-20T09:00", "2022-10-20T13:00")
    events = [late, incident("b", *SECOND), incident("c", *THIRD)]
    assert assessed(*events) == ["50880.00", "38160.00", "57240.00"]
    assert assessed(*events, readings={"repeat_base": "as_fined"}) == ["50880.00", "76320.00", "114480.00"]
    assert assessed(*events, readings={"repeat_growth": "simple"}) == ["50880.00", "38160.00", "50880.00"]


def test_a_late_repeat_is_surcharged_after_it_grew() -> None:
    events = [incident("a", *FIRST, 1), incident("b", "2022-11-20T09:00", "2022-11-20T11:00", 1)]
    assert assessed(*events) == ["30528.00", "46249.92"]
    points = {"grade1_overdue": "+1pp"}
    assert assessed(*events, readings=points) == ["30528.00", "46809.60"]
    assert assessed(events[1], readings=points) == ["31545.60"]


@pytest.mark.parametrize(
    "change",
    [{"kind": "slow"}, {"grade": 3}, {"subsystems": ["app", "ecg"]}, {"subsystems": ["ecg"]}],
    ids=["kind", "grade", "more sub-systems", "another sub-system"],
)
def test_only_the_same_kind_grade_and_set_of_sub_systems_repeats(change: dict[str, Any]) -> None:
    result = judged(incident("a", *FIRST), {**incident("b", *SECOND), **change})
    assert result["lines"][0]["because"] == []
    assert "repeat:2" not in result["lines"][1]["because"]


def test_the_order_of_sub_systems_and_doubles_do_not_matter() -> None:
    first = incident("a", *FIRST, subsystems=["ecg", "app"])
    second = incident("b", *SECOND, subsystems=["app", "ecg", "app"])
    assert assessed(first, second) == ["74640.00", "111960.00"]


def test_incidents_of_one_instant_are_counted_in_the_order_of_their_ids() -> None:
    early = incident("b", *FIRST)
    other = incident("a", *FIRST)
    assert lines(judged(early, other)) == [
        ("a", "C-5.3", "25440.00", "25440.00"),
        ("b", "C-5.3", "38160.00", "38160.00"),
    ]


def test_an_excluded_incident_costs_nothing_and_is_not_counted() -> None:
    for cause in ("party_a", "third_party", "force_majeure"):
        events = [incident("a", *FIRST), incident("b", *SECOND, excluded=cause), incident("c", *THIRD)]
        assert assessed(*events) == ["25440.00", "0.00", "38160.00"]


def test_chains_and_caps_begin_anew_with_the_contract_year() -> None:
    last_second = {**incident("a", "2023-07-20T23:00", None), "resolved": "2023-07-20T23:59:59+08:00"}
    events = [incident("0", *FIRST, 1), last_second, incident("b", "2023-07-21T00:00", "2023-07-21T01:00")]
    result = judged(*events, as_of="2024-07-20")
    assert [(line["assessed"], line["year"]) for line in result["lines"]] == [
        ("30528.00", 1),
        ("25440.00", 1),
        ("25440.00", 2),
    ]
    many = [
        incident(f"c{n}", f"2022-1{n}-01T09:00", f"2022-1{n}-01T09:30", kind=str(n), subsystems=["cloud"])
        for n in (0, 1)
    ]
    later = [
        {**one, "id": one["id"] + "x", "occurred": one["occurred"].replace("2022", "2023"), "resolved": None}
        for one in many
    ]
    both = judged(*many, *later, as_of="2023-12-31")
    assert both["totals"]["annex_payable"] == "196000.00"
    assert both["totals"]["annex_cap"] == "98000.00"


def test_section_3_alone_is_fined_and_is_the_base_of_the_cap_when_read_so() -> None:
    cloud = incident("a", *FIRST, subsystems=["cloud"])
    mixed = incident("b", *SECOND, subsystems=["video", "app"])
    assert assessed(cloud, mixed) == ["63600.00", "59240.00"]
    assert assessed(cloud, mixed, readings={"fine_sections": "section3"}) == ["0.00", "25440.00"]
    assert judged(readings={"annual_cap_base": "section3"})["totals"]["annex_cap"] == "59040.00"


def test_the_grade_that_counts() -> None:
    history = [
        {"at": "2022-10-20T09:00:00+08:00", "grade": 3},
        {"at": "2022-10-20T10:00:00+08:00", "grade": 1},
        {"at": "2022-10-20T11:00:00+08:00", "grade": 2},
    ]
    event = incident("a", "2022-10-20T09:00", "2022-10-20T11:30", grades=history)
    assert assessed(event) == ["25440.00"]
    assert assessed(event, readings={"grade_at": "occurrence"}) == ["20352.00"]
    assert assessed(event, readings={"grade_at": "highest"}) == ["30833.28"]


def test_restoring_alone_ends_the_clock_when_read_so() -> None:
    event = incident("a", "2022-10-20T09:00", "2022-10-20T13:00", restored="2022-10-20T11:00:00+08:00")
    assert assessed(event) == ["50880.00"]
    assert assessed(event, readings={"incident_end": "restored"}) == ["25440.00"]


def test_the_doctors_app_belongs_to_its_owner_once() -> None:
    event = incident("a", *FIRST, subsystems=["doctor_app", "app"])
    assert assessed(event) == ["25440.00"]
    assert assessed(event, readings={"doctor_app_owner": "famdoc"}) == ["41640.00"]


def test_a_line_is_rounded_once_half_up() -> None:
    events = [
        incident(f"{n:02}", f"2022-10-{n:02}T09:00", f"2022-10-{n:02}T09:30", subsystems=["nursing"], grade=3)
        for n in range(1, 9)
    ]
    assert assessed(*events)[5:] == ["60507.00", "90760.50", "136140.75"]
    ninth = incident("09", "2022-10-09T09:00", "2022-10-09T09:30", subsystems=["nursing"], grade=3)
    assert assessed(*events, ninth)[-1] == "204211.13"


def test_hundreds_of_a_kind_do_not_break_the_engine() -> None:
    events = [incident(f"{n:03}", f"2022-10-{n % 28 + 1:02}T{n % 24:02}:00", None) for n in range(300)]
    result = judged(*events)
    assert result["totals"]["annex_payable"] == "98000.00"
    assert result["flags"] == ["annex_cap_reached"]


@pytest.mark.parametrize(("now", "fine"), [("12:00:00", "25440.00"), ("12:00:01", "50880.00")])
def test_while_the_day_still_runs_an_open_incident_is_late_only_once_its_limit_is_over(now: str, fine: str) -> None:
    running = case_of(case(incident("i", "2022-10-20T09:00", None), as_of="2022-10-20"))
    instant = datetime.fromisoformat(f"2022-10-20T{now}+08:00")
    assert [line["assessed"] for line in evaluate(running, shipped(), now=instant).as_json()["lines"]] == [fine]
