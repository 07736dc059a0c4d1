"""A second contract is only data: other prices, instalments, fines, caps, tax and readings. All by hand."""

import json
from pathlib import Path
from typing import Any

from tianmu.operations.contracts.tests.building import demand, incident, judged, lines, node
from tianmu.operations.contracts.tests.terms import invented
from tianmu.operations.contracts.tests.test_printed_examples import run

OTHER = {"terms": invented()}


def test_three_instalments_and_their_due_days() -> None:
    dues = judged(contract=OTHER, as_of="2024-12-31")["due_dates"]
    assert dues == {"instalment_1": "2024-03-25", "instalment_2": "2024-09-11", "instalment_3": "2025-03-31"}


def test_its_shares_limits_growth_and_cap() -> None:
    late = incident("a", "2024-05-06T09:00", "2024-05-06T13:01", subsystems=["pacs"])
    again = incident("b", "2024-06-06T09:00", "2024-06-06T10:00", subsystems=["pacs"])
    grave = incident("c", "2024-07-06T09:00", "2024-07-06T10:00", 1, subsystems=["portal"])
    result = judged(late, again, grave, contract=OTHER, as_of="2024-12-31")
    assert lines(result) == [
        ("a", "C-5.3", "9000.00", "9000.00"),
        ("b", "C-5.3", "12000.00", "12000.00"),
        ("c", "C-5.3", "25000.00", "1000.00"),
    ]
    assert result["totals"]["annex_cap"] == "22000.00"


def test_its_demands_read_by_its_own_defaults_and_by_the_case() -> None:
    one = node("2024-05-07T09:00", "2024-05-10T09:00", impact=True, complaint="city")
    event = demand("q", "2024-05-06T09:00", "2024-05-07T09:00", one)
    found = lines(judged(event, contract=OTHER, as_of="2024-05-31"))
    assert [line[1:3] for line in found] == [("C-5.4.4-2", "2000.00"), ("C-5.4.4-3", "600.00")]
    highest = lines(judged(event, contract=OTHER, as_of="2024-05-31", readings={"demand_stacking": "max"}))
    assert [line[1:3] for line in highest] == [("C-5.4.4-2", "2000.00")]


def test_its_damages_late_payment_and_tax() -> None:
    events: list[dict[str, Any]] = [
        {"id": "d", "type": "service_delay", "from": "2024-04-01", "to": "2024-04-04"},
        {"id": "p", "type": "payment", "instalment": 1, "paid": [{"date": "2024-04-04", "amount": "36000.00"}]},
        {"id": "s", "type": "settle", "instalment": 3},
    ]
    result = judged(*events, contract=OTHER, as_of="2024-12-31")
    assert result["totals"]["delay_7_2_payable"] == "7200.00"
    assert result["flags"] == ["a_may_terminate"]
    assert result["totals"]["late_7_3_payable"] == "216.00"
    assert result["settlement"]["net_to_b"] == "41016.00"
    assert result["settlement"]["net_excl_vat"] == "36297.35"


def test_its_terms_can_be_given_to_the_command_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(invented()), encoding="utf-8")
    case = {
        "schema": "tianmu.contract-case/1",
        "id": "X",
        "contract": {"ref": "XX-2024"},
        "as_of": "2024-12-31",
        "events": [],
    }
    answer = run("-", "--terms", str(file), "--json", given=json.dumps(case))
    assert json.loads(answer.stdout)["totals"]["annex_cap"] == "22000.00"
