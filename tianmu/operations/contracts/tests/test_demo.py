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
    assert [(one.line.event, str(one.line.assessed), one.state) for one in found.lines] == [
        ("DEMO-1", "25920.00", "decided"),
        ("DEMO-3", "100.00", "computed"),
        ("DEMO-2", "200.00", "computed"),
        ("DEMO-4", "100.00", "computed"),
    ]
    assert not Duty.objects.filter(obligation="O-054", year=1, fulfilled_at=None).exists()
    first = ledger(SETUP, contract.pk, today=anchor.date(), year=1)
    assert str(first.evaluation.totals["late_7_3_payable"]) > "0"
    fill(Demo(100, 7, "", True, lambda _what, _done, _total: None))
    assert Contract.objects.count() == 1
