"""Facts: recorded once, revised, withdrawn; kept as they were by the database itself."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tianmu.foundation.access.errors import MissingError, RefusedError, TianmuError
from tianmu.foundation.access.tests.people import SETUP, actor_with
from tianmu.foundation.db.keys import uuid7
from tianmu.operations.contracts.actions.facts import Evidence, record_fact, withdraw_fact
from tianmu.operations.contracts.models import EvidenceItem, FactRevision
from tianmu.operations.contracts.tests.building import incident
from tianmu.operations.contracts.tests.office import NOW, make_contract

pytestmark = pytest.mark.django_db
TICKET = ("ticket", uuid7())


def recorded(contract_id: Any, event: dict[str, Any], **changes: Any) -> FactRevision:
    return record_fact(actor=SETUP, contract_id=contract_id, event=event, source=TICKET, now=NOW, **changes)


def test_a_fact_is_recorded_revised_and_its_former_revisions_stay() -> None:
    contract = make_contract()
    first = recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", None))
    again = recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", None))
    second = recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", "2022-09-01T10:00"))
    assert (first.pk, first.number) == (again.pk, 1)
    assert second.number == 2
    assert FactRevision.objects.count() == 2


def test_evidence_is_attached_once() -> None:
    contract = make_contract()
    event = incident("LY-1", "2022-09-01T08:00", None)
    first = recorded(contract.pk, event, evidence=[Evidence("时间线", note="08:00 监控报警")])
    recorded(contract.pk, event, evidence=[Evidence("时间线", note="08:00 监控报警"), Evidence("照片", note="机房")])
    assert list(EvidenceItem.objects.filter(of_id=first.pk).values_list("name", flat=True)) == ["时间线", "照片"]


def test_a_malformed_event_is_refused_with_its_member_and_nothing_is_written() -> None:
    contract = make_contract()
    with pytest.raises(TianmuError) as caught:
        recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", None, grade=5))
    assert (caught.value.code, caught.value.status) == ("contracts.case_field", 422)
    assert list(caught.value.fields) == ["event.grade"]
    assert FactRevision.objects.count() == 0


def test_a_fact_keeps_its_kind() -> None:
    contract = make_contract()
    recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", None))
    with pytest.raises(TianmuError) as caught:
        recorded(contract.pk, {"id": "LY-1", "type": "extra_work", "amount": "10.00", "approved": True})
    assert (caught.value.code, caught.value.status) == ("contracts.fact_type", 409)
    assert FactRevision.objects.count() == 1


def test_a_withdrawn_fact_needs_a_reason_and_stays_readable() -> None:
    contract = make_contract()
    recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", None))
    asked: dict[str, Any] = {"actor": SETUP, "contract_id": contract.pk, "event_id": "LY-1", "now": NOW}
    with pytest.raises(TianmuError) as caught:
        withdraw_fact(**asked, reason=" ")
    assert caught.value.code == "contracts.reason_missing"
    row = withdraw_fact(**asked, reason="与LY-2合并")
    assert (row.number, row.withdrawn) == (2, True)
    assert withdraw_fact(**asked, reason="再次").pk == row.pk


def test_an_unanswered_holiday_call_may_wait_for_the_decision() -> None:
    contract = make_contract()
    event = {"id": "c1", "type": "attendance", "kind": "holiday_no_reply", "at": "2022-10-02T09:00:00+08:00"}
    assert recorded(contract.pk, event).undecided is True
    assert recorded(contract.pk, {**event, "decided": "200.00"}).undecided is False


def test_who_lacks_the_right_records_nothing() -> None:
    contract = make_contract()
    viewer, stranger = actor_with({"contracts.contract.view": ("/",)}), actor_with({"contracts.fact.record": ("/x/",)})
    for actor, refusal in ((viewer, RefusedError), (stranger, MissingError)):
        with pytest.raises(refusal):
            record_fact(
                actor=actor,
                contract_id=contract.pk,
                event=incident("LY-1", "2022-09-01T08:00", None),
                source=TICKET,
                now=NOW,
            )
    assert FactRevision.objects.count() == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE contracts_factrevision SET type = 'x'", "DELETE FROM contracts_factrevision"]
)
def test_the_database_refuses_to_change_a_fact(statement: str) -> None:
    contract = make_contract()
    recorded(contract.pk, incident("LY-1", "2022-09-01T08:00", None))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
