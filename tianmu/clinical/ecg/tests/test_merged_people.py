"""What becomes of ECGs when people are merged, un-merged or dead."""

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.orders import Asked, register_order
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.selectors.worklist import Wanted as WantedOrders
from tianmu.clinical.ecg.selectors.worklist import orders
from tianmu.clinical.ecg.tests.county import SETUP, County, build
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.audit.models import AuditLine
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.merging import Wanted, merge, rows_since, unmerge
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.standing import ClosingDraft, close_resident

COLUMN = "ecg.Order.patient_id"


@pytest.fixture
def county(db: None) -> County:
    return build()


def ordered(county: County, patient: Resident, reason: str = "") -> Order:
    asked = Asked(urgency="outpatient", closed_reason=reason)
    return register_order(actor=county.sender, patient=patient, origin=county.township, asked=asked, now=timezone.now())


def test_orders_follow_a_merge_and_come_back_with_the_newer_ones_that_are_hers(county: County) -> None:
    draft = PersonDraft("未识别", kind="temporary")
    stray = register_resident(actor=SETUP, draft=draft, unit=county.township)
    own, foreign = ordered(county, county.patient), ordered(county, stray)
    wanted = Wanted(county.patient.pk, stray.pk, frozenset(), "急诊已认出")
    made = merge(actor=SETUP, wanted=wanted, now=timezone.now())
    mine = orders(county.sender, WantedOrders(patient_id=county.patient.pk))
    assert {one.pk for one in mine} == {own.pk, foreign.pk}
    newer = [ordered(county, county.patient) for _ in range(2)]
    assert [(one.column.name, one.key, one.text) for one in rows_since(made)] == [
        (COLUMN, one.pk, one.number) for one in newer
    ]
    give = [(COLUMN, newer[1].pk)]
    unmerge(actor=SETUP, merge_id=made.pk, reason="认错人", give=give, now=timezone.now())
    owners = dict(Order.objects.values_list("pk", "patient_id"))
    assert owners == {
        own.pk: county.patient.pk,
        newer[0].pk: county.patient.pk,
        foreign.pk: stray.pk,
        newer[1].pk: stray.pk,
    }


def test_the_dead_get_no_new_order_without_a_reason(county: County) -> None:
    before = ordered(county, county.patient)
    draft = ClosingDraft("death", timezone.localdate(), source="hospital")
    dead = close_resident(actor=SETUP, resident_id=county.patient.pk, draft=draft, now=timezone.now())
    with pytest.raises(ConflictError) as refused:
        ordered(county, dead)
    assert (refused.value.code, refused.value.extra["kind"]) == ("residents.closed", "death")
    assert Order.objects.get().pk == before.pk
    after = ordered(county, dead, "死亡证明需要的心电图")
    line = AuditLine.objects.get(action="ecg.order.register", subject_id=after.pk)
    assert line.reason == "死亡证明需要的心电图"
    assert orders(county.sender, WantedOrders(patient_id=dead.pk)).count() == 2
