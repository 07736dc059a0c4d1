"""The demo county's contract: there once, with a year behind it."""

from datetime import datetime

import pytest

from tianmu.foundation.access.tests.people import SETUP, make_county
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.demo import Demo
from tianmu.operations.contracts.demo import fill, make_contract
from tianmu.operations.contracts.models import Contract, Duty
from tianmu.operations.contracts.selectors.ledger import ledger


@pytest.mark.django_db
def test_the_demo_contract_has_a_served_year_and_a_running_one() -> None:
    make_county()
    anchor = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    contract = make_contract(SETUP, anchor)
    found = ledger(SETUP, contract.pk, today=anchor.date())
    assert (found.year, found.years, contract.ref) == (2, 2, "TM-2025")
    assert [(one.line.event, str(one.line.assessed), one.state) for one in found.lines if one.line.at] == [
        ("示范-故障-1", "25920.00", "decided"),
        ("示范-考勤-2", "100.00", "computed"),
        ("示范-考勤-1", "200.00", "computed"),
        ("示范-需求-1", "100.00", "computed"),
    ]
    extras = [(one.line.event, str(one.line.assessed)) for one in found.lines if one.line.rule == "C-3.3"]
    assert extras == [("extra-2-1", "3500.00"), ("extra-2-2", "0.00")]
    assert not Duty.objects.filter(obligation="O-054", year=1, fulfilled_at=None).exists()
    first = ledger(SETUP, contract.pk, today=anchor.date(), year=1)
    assert str(first.evaluation.totals["late_7_3_payable"]) > "0"
    fill(Demo(100, 7, "", True, lambda _what, _done, _total: None))
    assert Contract.objects.count() == 1
