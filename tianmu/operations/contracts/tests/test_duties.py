"""Duties that appear by themselves: dates by hand for LY-2022, evidence, reminders once for each mark."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.tests.people import SETUP, make_county, stranger
from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.messages.models import Message
from tianmu.operations.contracts.actions import money
from tianmu.operations.contracts.actions.contracts import change_readings
from tianmu.operations.contracts.actions.duties import fulfil, fulfil_duty, plan_duties, remind
from tianmu.operations.contracts.actions.evidence import Evidence
from tianmu.operations.contracts.actions.feeds import close_feed, open_feed
from tianmu.operations.contracts.actions.renewal import end_contract
from tianmu.operations.contracts.models import Contract, Duty
from tianmu.operations.contracts.presenters import contract_out
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.duties import reminder_mark, schedule, state_of
from tianmu.operations.contracts.rules.periods import years_after
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.rules.terms import shipped as shipped_terms
from tianmu.operations.contracts.selectors.board import board
from tianmu.operations.contracts.tests.office import NOW, OF_A, OF_B, make_contract, person

NEEDED = [
    "O-008",
    "O-009",
    "O-022",
    "O-040",
    "O-041",
    "O-054",
    "O-060",
    "O-070",
    "O-072",
    "O-074",
    "O-084",
    "O-085",
    "O-086",
    "O-087",
    "O-088",
    "O-090",
    "O-091",
    "O-092",
    "O-102",
    "O-103",
    "O-104",
    "O-110",
    "O-111",
    "O-112",
    "O-120",
]


def due(obligation: str, **readings: Any) -> list[str]:
    terms = shipped_terms()["LY-2022"]
    specs = schedule(terms, readings_of(readings), shipped(), 1)
    last = timedelta(microseconds=1)
    return [(spec.due_at - last).date().isoformat() for spec in specs if spec.obligation == obligation]


def test_the_dates_of_the_first_year() -> None:
    assert due("O-008") == ["2022-08-19"]
    assert due("O-009") == ["2023-08-21"]
    assert due("O-002") == ["2023-06-20"]
    assert due("O-022") == ["2022-10-20", "2023-01-20", "2023-04-20", "2023-07-20"]
    assert (len(due("O-054")), due("O-054")[0], due("O-054")[-1]) == (12, "2022-08-20", "2023-07-20")
    assert (len(due("O-072")), due("O-072")[0], due("O-072")[-1]) == (12, "2022-07-28", "2023-06-28")


def test_the_dates_as_they_are_read_otherwise() -> None:
    assert len(due("O-060", month="calendar")) == 13
    assert due("O-060", month="calendar")[0] == "2022-07-31"
    assert due("O-072", roster_due="27_end")[0] == "2022-07-27"
    assert due("O-009", rest_day_roll=False) == ["2023-08-19"]


def test_every_obligation_is_automated_or_says_how_evidence_is_entered() -> None:
    found = obligations()
    assert len(found) == 84
    assert all(one["entry"] and one["clause"] and one["zh"] and one["en"] for one in found.values())
    assert [key for key in NEEDED if not found[key].get("automated")] == []


def test_states_and_marks() -> None:
    end = datetime(2022, 8, 21, tzinfo=ZONE)
    assert state_of(end, None, end - timedelta(days=8)) == "ahead"
    assert state_of(end, None, end - timedelta(days=7)) == "due_soon"
    assert state_of(end, None, end + timedelta(seconds=1)) == "overdue"
    assert (state_of(end, end, end), state_of(end, end + timedelta(1), end)) == ("done", "done_late")
    marks = [reminder_mark("O-054", end, end - timedelta(days=days)) for days in (8, 7, 2, 1, 0)]
    assert marks == [None, 7, 3, 1, 0]
    assert reminder_mark("O-054", end, end + timedelta(days=8)) == -2


@pytest.mark.django_db
def test_duties_are_done_once_with_evidence_and_follow_changed_readings() -> None:
    contract = make_contract()
    with pytest.raises(TianmuError) as caught:
        fulfil(actor=SETUP, duty_id=_duty(contract, "O-054").pk, note=" ", now=NOW)
    assert caught.value.code == "contracts.evidence_missing"
    report = [Evidence("巡检报告", note="八月")]
    asked: dict[str, Any] = {"actor": SETUP, "contract_id": contract.pk, "obligation": "O-054", "on": date(2022, 8, 20)}
    done = fulfil_duty(**asked, evidence=report, now=NOW)
    assert (done.period, done.fulfilled_at) == ("year-1-m01", NOW)
    assert fulfil_duty(**asked, now=NOW + timedelta(days=1)).fulfilled_at == NOW
    roster = fulfil_duty(**{**asked, "obligation": "O-072", "on": date(2022, 10, 1)}, now=NOW)
    assert roster.period == "2022-10"
    change_readings(actor=SETUP, contract_id=contract.pk, values={"month": "calendar"}, reason="商定", now=NOW)
    periods = set(contract.duties.filter(obligation="O-054").values_list("period", flat=True))
    assert len(periods) == 14
    assert "year-1-m01" in periods


@pytest.mark.django_db
def test_a_paid_instalment_is_a_duty_done_and_the_end_brings_the_return() -> None:
    contract = make_contract()
    asked: dict[str, Any] = {"actor": SETUP, "contract_id": contract.pk, "year": 1, "instalment": 1, "now": NOW}
    money.record_payment(**asked, day=date(2022, 8, 18), amount="90000.00")
    assert _duty(contract, "O-008").fulfilled_at is None
    money.record_payment(**asked, day=date(2022, 8, 19), amount="400000.00")
    assert _duty(contract, "O-008").fulfilled_at == datetime(2022, 8, 20, tzinfo=ZONE)
    end_contract(actor=SETUP, contract_id=contract.pk, ended_on=date(2022, 9, 1), reason="协商", now=NOW)
    assert _duty(contract, "O-027").due_at == datetime(2022, 9, 14, tzinfo=ZONE)
    assert not contract.duties.filter(obligation="O-054", first__gt=date(2022, 9, 1), fulfilled_at=None).exists()


@pytest.mark.django_db
def test_reminders_are_sent_once_for_each_mark_and_the_renewal_reminder_does_itself() -> None:
    county = make_county()
    now = timezone.now()
    signed = years_after(timezone.localdate() + timedelta(days=35), -1)
    contract = make_contract(county.top, signed=signed.isoformat())
    person("a", county.top, OF_A)
    person("b", county.top, OF_B)
    remind(actor=SETUP, now=now)
    first = Message.objects.count()
    assert first > 0
    remind(actor=SETUP, now=now + timedelta(seconds=1))
    assert Message.objects.count() == first
    assert Message.objects.filter(topic="contracts.renewal_reminder").count() == 1
    assert _duty(contract, "O-003").fulfilled_at == now


@pytest.mark.django_db
def test_the_board_holds_every_obligation_and_a_renewed_year_is_unsigned() -> None:
    contract = make_contract()
    plan_duties(contract=contract, today=date(2023, 9, 1))
    rows = {row.obligation["id"]: row for row in board(SETUP, contract.pk, now=datetime(2023, 9, 1, tzinfo=ZONE))}
    assert len(rows) == 84
    assert (rows["O-054"].state, rows["O-054"].open) == ("overdue", 12)
    assert rows["O-130"].state == "standing"
    assert contract_out(contract, date(2023, 9, 1)).renewal.unsigned is True
    assert contract_out(contract, date(2023, 7, 20)).renewal.unsigned is False


@pytest.mark.django_db
def test_the_feed_is_found_by_its_secret_until_it_is_closed() -> None:
    county = make_county()
    contract = make_contract(county.top, signed=(timezone.localdate() - timedelta(days=10)).isoformat())
    viewer = person("b", county.top, OF_B)
    secret = open_feed(actor=viewer, contract_id=contract.pk, now=timezone.now())
    answer = stranger().get(f"/feeds/contracts/{secret}.ics")
    assert answer.status_code == 200
    assert "O-054" in answer.content.decode()
    assert stranger().get("/feeds/contracts/guess.ics").status_code == 404
    close_feed(actor=viewer, contract_id=contract.pk, now=timezone.now())
    assert stranger().get(f"/feeds/contracts/{secret}.ics").status_code == 404


def _duty(contract: Contract, obligation: str) -> Duty:
    return contract.duties.filter(obligation=obligation).order_by("due_at")[0]
