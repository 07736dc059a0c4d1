"""The door as a cart meets it: worklist, storage, refusals; over real associations."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE

from tianmu.clinical.ecg.models import Order, StoredRecording
from tianmu.clinical.ecg.tests.county import County
from tianmu.exchange.dicom.rules.names import patient_id
from tianmu.exchange.dicom.server import MODALITY_WORKLIST, VERIFICATION
from tianmu.exchange.dicom.tests.cart import CART, TITLE, Door, make_order, make_partner, open_door, recorded
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.storage.here import store

pytestmark = pytest.mark.django_db(transaction=True)
TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1"


@contextmanager
def calling(door: Door, title: str = CART, called: str = TITLE) -> Iterator[Any]:
    cart = AE(ae_title=title)
    for one in (VERIFICATION, MODALITY_WORKLIST, TWELVE_LEAD):
        cart.add_requested_context(one)
    line = cart.associate(door.host, door.port, ae_title=called)
    yield line
    if line.is_established:
        line.release()


def asked_for_today() -> Dataset:
    query = Dataset()
    query.PatientName = query.PatientID = query.AccessionNumber = query.StudyInstanceUID = ""
    step = Dataset()
    step.Modality, step.ScheduledStationAETitle = "ECG", CART
    query.ScheduledProcedureStepSequence = [step]
    return query


def test_a_cart_fetches_its_worklist_and_the_recording_joins_the_order(county: County) -> None:
    make_partner(county)
    order = make_order(county)
    with open_door() as door, calling(door) as line:
        answers = [item for status, item in line.send_c_find(asked_for_today(), MODALITY_WORKLIST) if item]
        assert [str(one.AccessionNumber) for one in answers] == [order.number]
        (planned,) = answers
        sent = recorded(AccessionNumber=planned.AccessionNumber, PatientID=planned.PatientID)
        assert line.send_c_store(sent).Status == 0
        assert line.send_c_store(sent).Status == 0
    kept = StoredRecording.objects.get()
    assert kept.order_id == order.pk
    assert kept.format == "dicom"
    assert hashlib.sha256(store().get(kept.sha256)).hexdigest() == kept.sha256
    order.refresh_from_db()
    assert order.state == "waiting"
    seen = AuditLine.objects.filter(action="ecg.worklist.dicom", person_id=county.patient.pk)
    assert [line.actor_name for line in seen] == ["心电图机一号"]


def test_an_order_that_has_its_recording_is_no_longer_offered(county: County) -> None:
    make_partner(county)
    order = make_order(county)
    with open_door() as door, calling(door) as line:
        assert line.send_c_store(recorded(AccessionNumber=order.number)).Status == 0
        assert [item for _, item in line.send_c_find(asked_for_today(), MODALITY_WORKLIST) if item] == []
        assert line.send_c_store(recorded(seed=2, AccessionNumber=order.number)).Status == 0
    second = Order.objects.exclude(pk=order.pk).get()
    assert second.patient_id == order.patient_id


def test_a_recording_of_somebody_else_than_the_order_is_refused(county: County) -> None:
    make_partner(county)
    order = make_order(county)
    other = patient_id(county.township.pk)
    with open_door() as door, calling(door) as line:
        answer = line.send_c_store(recorded(AccessionNumber=order.number, PatientID=other))
    assert answer.Status == 0xA900
    assert "another person" in answer.ErrorComment
    assert not StoredRecording.objects.exists()


def test_without_an_accession_number_the_person_finds_the_order(county: County) -> None:
    make_partner(county)
    order = make_order(county)
    with open_door() as door, calling(door) as line:
        assert line.send_c_store(recorded(PatientID=patient_id(county.patient.pk))).Status == 0
    assert StoredRecording.objects.get().order_id == order.pk


def test_a_recording_without_any_order_makes_one_for_a_temporary_person(county: County) -> None:
    make_partner(county)
    with open_door() as door, calling(door) as line:
        assert line.send_c_store(recorded(PatientID="HIS-5", PatientName="赵六")).Status == 0
    order = Order.objects.get()
    assert (order.patient.name, order.patient.kind) == ("赵六", "temporary")


def test_strangers_learn_nothing_and_leave_nothing(county: County) -> None:
    make_partner(county, active=False)
    make_order(county)
    with open_door() as door, calling(door) as line:
        assert line.send_c_echo().Status == 0x0124
        found = list(line.send_c_find(asked_for_today(), MODALITY_WORKLIST))
        assert [(status.Status, item) for status, item in found] == [(0x0124, None)]
        assert line.send_c_store(recorded()).Status == 0x0124
    assert not StoredRecording.objects.exists()
    assert not AuditLine.objects.filter(action="ecg.worklist.dicom").exists()


def test_who_calls_another_title_is_not_answered(county: County) -> None:
    make_partner(county)
    with open_door() as door, calling(door, called="SOMEBODY") as line:
        assert line.is_rejected


def test_bytes_that_are_no_ecg_are_refused_with_a_reason(county: County) -> None:
    make_partner(county)
    empty = recorded()
    del empty.WaveformSequence
    with open_door() as door, calling(door) as line:
        answer = line.send_c_store(empty)
    assert answer.Status == 0xC000
    assert answer.ErrorComment


def test_the_worklist_of_another_township_stays_there(county: County) -> None:
    make_partner(county)
    order = make_order(county)
    Order.objects.filter(pk=order.pk).update(origin=county.other_township, origin_path=county.other_township.unit.path)
    with open_door() as door, calling(door) as line:
        assert [item for _, item in line.send_c_find(asked_for_today(), MODALITY_WORKLIST) if item] == []
