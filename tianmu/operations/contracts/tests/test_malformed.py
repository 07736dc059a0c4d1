"""Malformed cases: each is refused with a code, the member that is wrong, and what to do."""

from typing import Any

import pytest

from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.errors import CaseError
from tianmu.operations.contracts.tests.building import case, demand, incident, node
from tianmu.operations.contracts.tests.terms import invented, ly_terms

GOOD = incident("i", "2022-10-20T09:00", "2022-10-20T09:30")
ATTENDANCE = {"id": "a", "type": "attendance", "kind": "holiday_no_reply", "at": "2022-10-02T09:00:00+08:00"}
PAYMENT = {"id": "p", "type": "payment", "instalment": 1, "paid": []}
DELAY = {"id": "d", "type": "service_delay", "from": "2022-08-02", "to": "2022-08-01"}

EVENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"id": "x"}, "contracts.case_event_type", "events.0.type"),
    ({"id": "x", "type": "holiday"}, "contracts.case_event_type", "events.0.type"),
    ({**GOOD, "id": ""}, "contracts.case_field", "events.0.id"),
    ({**GOOD, "grade": 5}, "contracts.case_field", "events.0.grade"),
    ({**GOOD, "grade": True}, "contracts.case_field", "events.0.grade"),
    ({**GOOD, "grade": "2"}, "contracts.case_field", "events.0.grade"),
    ({**GOOD, "subsystems": []}, "contracts.case_subsystem", "events.0.subsystems"),
    ({**GOOD, "subsystems": ["his"]}, "contracts.case_subsystem", "events.0.subsystems.0"),
    ({**GOOD, "subsystems": "app"}, "contracts.case_field", "events.0.subsystems"),
    ({**GOOD, "occurred": "2022-10-20T09:00:00"}, "contracts.case_instant", "events.0.occurred"),
    ({**GOOD, "occurred": "2022-10-20"}, "contracts.case_instant", "events.0.occurred"),
    ({**GOOD, "occurred": "2022-02-30T09:00:00+08:00"}, "contracts.case_instant", "events.0.occurred"),
    ({**GOOD, "resolved": "2022-10-20T08:59:59+08:00"}, "contracts.case_order", "events.0.resolved"),
    ({**GOOD, "excluded": "weather"}, "contracts.case_field", "events.0.excluded"),
    ({**GOOD, "exclude": None}, "contracts.case_unknown_field", "events.0.exclude"),
    (incident("i", "2022-07-19T09:00", None), "contracts.case_before_signing", "events.0.occurred"),
    (ATTENDANCE, "contracts.case_decided", "events.0.decided"),
    ({**ATTENDANCE, "decided": "99.99"}, "contracts.case_decided", "events.0.decided"),
    ({**ATTENDANCE, "decided": "300.01"}, "contracts.case_decided", "events.0.decided"),
    ({**ATTENDANCE, "decided": 200.0}, "contracts.case_money", "events.0.decided"),
    ({**ATTENDANCE, "kind": "late", "decided": "200.00"}, "contracts.case_decided", "events.0.decided"),
    ({**ATTENDANCE, "kind": "sick"}, "contracts.case_field", "events.0.kind"),
    ({**PAYMENT, "instalment": 3}, "contracts.case_instalment", "events.0.instalment"),
    ({**PAYMENT, "paid": [{"date": "2022-13-01", "amount": "1.00"}]}, "contracts.case_day", "events.0.paid.0.date"),
    (
        {**PAYMENT, "paid": [{"date": "2022-08-01", "amount": "1.005"}]},
        "contracts.case_money",
        "events.0.paid.0.amount",
    ),
    (
        {**PAYMENT, "paid": [{"date": "2022-08-01", "amount": "-1.00"}]},
        "contracts.case_money",
        "events.0.paid.0.amount",
    ),
    (
        {**PAYMENT, "excused": [{"from": "2022-08-02", "to": "2022-08-01"}]},
        "contracts.case_order",
        "events.0.excused.0.to",
    ),
    (DELAY, "contracts.case_order", "events.0.to"),
    (
        {**DELAY, "to": "2022-08-03", "excused": [{"from": "2022-08-02", "to": "2022-08-02"}]},
        "contracts.case_field",
        "events.0.excused.0.cause",
    ),
    (
        {"id": "x", "type": "extra_work", "amount": "1.00", "approved": "yes"},
        "contracts.case_field",
        "events.0.approved",
    ),
    (demand("q", "2022-11-07T10:00", "2022-11-07T09:00"), "contracts.case_order", "events.0.feedback_at"),
    (demand("q", "2022-11-07T10:00", None, complexity="easy"), "contracts.case_field", "events.0.complexity"),
    (
        demand("q", "2022-11-07T10:00", None, node("2022-11-08T10:00", "2022-11-08T09:00")),
        "contracts.case_order",
        "events.0.plan.0.due",
    ),
    (
        demand("q", "2022-11-07T10:00", None, node("2022-11-08T10:00", "2022-11-09T09:00", complaint="mayor")),
        "contracts.case_field",
        "events.0.plan.0.complaint",
    ),
]


def refused(document: object) -> tuple[str, str]:
    with pytest.raises(CaseError) as caught:
        case_of(document)
    assert caught.value.detail.endswith(".")
    return str(caught.value.code), caught.value.field


@pytest.mark.parametrize(("event", "code", "field"), EVENTS)
def test_malformed_event(event: dict[str, Any], code: str, field: str) -> None:
    assert refused(case(event)) == (code, field)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"schema": "tianmu.contract-case/2"}, "contracts.case_schema", "schema"),
        ({"as_of": "20230720"}, "contracts.case_day", "as_of"),
        ({"as_of": None}, "contracts.case_day", "as_of"),
        ({"contract": {"ref": "LY-1999"}}, "contracts.case_contract", "contract.ref"),
        ({"contract": {"ref": "LY-2022", "total": 980000.5}}, "contracts.case_money", "contract.total"),
        ({"contract": "LY-2022"}, "contracts.case_field", "contract"),
        ({"readings": {"repeat": "compound"}}, "contracts.case_reading", "readings.repeat"),
        ({"readings": {"repeat_growth": "double"}}, "contracts.case_reading", "readings.repeat_growth"),
        ({"readings": {"rest_day_roll": 1}}, "contracts.case_reading", "readings.rest_day_roll"),
        ({"readings": {"working_hours": [["12:00", "08:00"]]}}, "contracts.case_reading", "readings.working_hours"),
        ({"readings": []}, "contracts.case_reading", "readings"),
        ({"events": {}}, "contracts.case_field", "events"),
        ({"remark": "x"}, "contracts.case_unknown_field", "case.remark"),
    ],
)
def test_malformed_case(changes: dict[str, Any], code: str, field: str) -> None:
    assert refused({**case(), **changes}) == (code, field)


def test_an_id_an_instalment_and_a_settlement_are_named_once() -> None:
    settle = {"id": "s", "type": "settle", "instalment": 1}
    assert refused(case(GOOD, GOOD)) == ("contracts.case_event_twice", "events.1.id")
    assert refused(case(PAYMENT, {**PAYMENT, "id": "p2"})) == ("contracts.case_event_twice", "events.1.id")
    assert refused(case(settle, {**settle, "id": "t"})) == ("contracts.case_event_twice", "events.1.id")


@pytest.mark.parametrize("document", [None, [], "case", 7, {}])
def test_what_is_no_case_at_all(document: object) -> None:
    assert refused(document)[0] == "contracts.case_field"


def test_items_that_do_not_add_up_to_the_total_are_refused() -> None:
    wrong = case(contract={"terms": ly_terms(total="980000.01")})
    assert refused(wrong) == ("contracts.terms_sum", "contract.terms.prices")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"schema": "x"}, "contracts.terms_invalid", "contract.terms.schema"),
        ({"tax_rate": 0.06}, "contracts.terms_invalid", "contract.terms.tax_rate"),
        ({"instalments": []}, "contracts.terms_invalid", "contract.terms.instalments"),
        ({"readings": {"month": "moon"}}, "contracts.case_reading", "contract.terms.readings.month"),
        ({"colour": "red"}, "contracts.case_unknown_field", "contract.terms.colour"),
    ],
)
def test_malformed_terms(changes: dict[str, Any], code: str, field: str) -> None:
    assert refused(case(contract={"terms": {**invented(), **changes}})) == (code, field)
