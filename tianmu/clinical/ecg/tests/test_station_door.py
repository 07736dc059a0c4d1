"""What a station sends that was without a network: the person as she was written down, the same thing twice."""

from typing import Any

import pytest
from django.test import Client as Browser

from tianmu.clinical.ecg.models import Order, OrderStep, StoredRecording
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.clinical.ecg.tests.test_doors import IMPORTS, browser, post_file
from tianmu.foundation.access.models import Role
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right as PersonRight

NUMBER = "11010519491231002X"


@pytest.fixture
def sender(county: County) -> Browser:
    role = Role.objects.get(code="sender")
    role.rights = [*role.rights, str(PersonRight.REGISTER)]
    role.save()
    return browser(county.sender)


def written(**changes: str) -> dict[str, str]:
    return {"person_name": "王芳", "person_sex": "F", "person_id_number": NUMBER, "urgency": "emergency", **changes}


def send(client: Browser, seed: int, **fields: str) -> tuple[int, dict[str, Any]]:
    return post_file(client, ecg_file(seed=seed), **fields)


def test_somebody_nobody_knows_is_registered_with_her_examination(sender: Browser) -> None:
    status, answer = send(sender, 1, **written(device_time="2026-11-23T08:00:00+08:00"))
    assert status == 201
    person = Resident.objects.get(name="王芳")
    assert (person.kind, person.sex, str(person.birth_date)) == ("resident", "F", "1949-12-31")
    order = Order.objects.get(number=answer["order"]["number"])
    assert (order.patient_id, order.urgency) == (person.pk, "emergency")
    assert order.acquired_at is not None
    assert order.acquired_at.isoformat() == "2026-11-23T00:00:00+00:00"


def test_an_id_number_finds_the_one_who_is_registered(sender: Browser) -> None:
    send(sender, 1, **written())
    status, _ = send(sender, 2, **written())
    assert status == 201
    assert Resident.objects.filter(name="王芳").count() == 1
    assert Order.objects.filter(patient__name="王芳").count() == 2


def test_an_id_number_of_somebody_else_is_refused_and_leaves_nothing(sender: Browser) -> None:
    send(sender, 1, **written())
    status, problem = send(sender, 2, **written(person_name="李强"))
    assert (status, problem["code"]) == (409, "ecg.patient_mismatch")
    assert (StoredRecording.objects.count(), Resident.objects.filter(name="李强").count()) == (1, 0)


def test_a_number_that_cannot_be_is_refused_with_its_field(sender: Browser) -> None:
    status, problem = send(sender, 1, **written(person_id_number="110105194912310021"))
    assert status == 422
    assert "id_number" in problem["field_errors"]
    assert Order.objects.count() == 0


def test_without_a_number_she_is_temporary(sender: Browser) -> None:
    status, _ = send(sender, 1, person_name="急诊无名", person_sex="M")
    assert status == 201
    assert Resident.objects.get(name="急诊无名").kind == "temporary"


def test_the_same_examination_sent_again_with_its_key_or_another_is_one(sender: Browser) -> None:
    name, data = ecg_file(seed=1)
    body = (
        b'--b\r\nContent-Disposition: form-data; name="person_name"\r\n\r\n\xe6\x96\xad\xe7\xbd\x91\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\n'
    )
    whole = body + data + b"\r\n--b--\r\n"
    answers = [
        sender.post(IMPORTS, whole, content_type="multipart/form-data; boundary=b", headers={"Idempotency-Key": key})
        for key in ("one.0", "one.0", "one.1")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert (Order.objects.count(), StoredRecording.objects.count()) == (1, 1)
    assert Resident.objects.filter(name="断网").count() == 1


def test_why_a_poor_recording_was_sent_stays_with_the_examination(sender: Browser) -> None:
    _, answer = send(sender, 1, **written(quality_reason="急救中，无法重新采集"))
    step = OrderStep.objects.get(order__number=answer["order"]["number"], move="import")
    assert step.reason == "急救中，无法重新采集"


def test_who_may_not_register_people_sends_nobody(county: County) -> None:
    status, _ = send(browser(county.sender), 1, **written())
    assert status == 403
    assert (Order.objects.count(), Resident.objects.filter(name="王芳").count()) == (0, 0)
    assert str(Right.IMPORT) in Role.objects.get(code="sender").rights
