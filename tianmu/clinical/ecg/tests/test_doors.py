"""The HTTP doors of the room: bad files, resends, device tokens, two readers, a session that ends mid-edit."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tianmu.clinical.ecg.engine.formats import wfdb_files
from tianmu.clinical.ecg.models import Order, StoredRecording
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.clinical.ecg.tests.test_path_of_an_ecg import analysed, send
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account, Session, Token
from tianmu.foundation.access.selectors import token_hash
from tianmu.foundation.access.tests.people import browser_of
from tianmu.registry.residents.models import Resident

IMPORTS = "/api/v1/ecg/imports"
XML_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "'
    + b"x" * 1000
    + b'"><!ENTITY c "&b;&b;&b;">]><AnnotatedECG>&c;</AnnotatedECG>'
)


def browser(actor: Actor) -> Browser:
    return browser_of(Account.objects.get(pk=actor.demand_account()))


def post_file(client: Browser, *files: tuple[str, bytes], **fields: str) -> tuple[int, dict[str, Any]]:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    answer = client.post(IMPORTS, {"file": uploads, **fields})
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def sender(county: County) -> Browser:
    return browser(county.sender)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "ecg.file_empty"),
        (b"hello, this is no ECG at all" * 20, "ecg.format_unknown"),
        (ecg_file()[1][: len(ecg_file()[1]) // 2], "ecg.file_truncated"),
        (ecg_file()[1][:5000] + b"\x00\x01\x02" + ecg_file()[1][5003:], "ecg.file_checksum"),
        (XML_BOMB, "ecg.xml_unsafe"),
    ],
    ids=["empty", "not an ecg", "cut short", "altered", "xml bomb"],
)
def test_what_cannot_be_read_is_refused_with_its_code_and_leaves_nothing(
    sender: Browser, data: bytes, code: str
) -> None:
    status, problem = post_file(sender, ("a.bin", data))
    assert (status, problem["code"]) == (422, code)
    assert problem["detail"]
    assert (Order.objects.count(), StoredRecording.objects.count()) == (0, 0)


def test_a_zip_bomb_is_refused(sender: Browser) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.dat", b"\0" * (200 << 20))
    status, problem = post_file(sender, ("a.zip", stream.getvalue()))
    assert (status, problem["code"]) == (422, "ecg.file_too_large")


def test_a_declared_length_beyond_the_limit_is_refused_unread(sender: Browser) -> None:
    answer = sender.post(IMPORTS, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(90 << 20))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "api.too_large")


def test_a_resend_answers_with_the_first_order(sender: Browser, county: County) -> None:
    first = post_file(sender, ecg_file(), patient_id=str(county.patient.pk))
    again = post_file(sender, ecg_file(), patient_id=str(county.patient.pk))
    assert (first[0], again[0]) == (201, 200)
    assert again[1]["duplicate"]
    assert first[1]["order"]["id"] == again[1]["order"]["id"]


def test_two_files_of_one_record_become_one_recording(sender: Browser, county: County) -> None:
    files = wfdb_files(generate(Scenario(), 3).recording, "r3")
    status, answer = post_file(sender, *files.items(), patient_id=str(county.patient.pk))
    assert status == 201, answer
    assert StoredRecording.objects.get().format == "wfdb"


def test_markup_in_a_name_stays_text_all_the_way(sender: Browser, county: County) -> None:
    _, answer = post_file(sender, ecg_file(), patient_id=str(county.patient.pk))
    assert answer["order"]["patient"]["name"] == "张 <b>三</b>"


def test_a_device_sends_with_its_token_and_an_unknown_person_is_kept_as_temporary(county: County) -> None:
    account = Account.objects.get(pk=county.sender.demand_account())
    Token.objects.create(
        account=account,
        label="cart",
        token_hash=token_hash("secret"),
        rights=[str(Right.IMPORT), str(Right.VIEW)],
        expires_at=timezone.now() + timedelta(days=1),
    )
    device = Browser(headers={"Authorization": "Bearer secret"})
    before = Resident.objects.count()
    status, _ = post_file(device, ecg_file())
    assert status == 201
    assert Resident.objects.count() == before + 1
    assert Resident.objects.order_by("-id")[0].kind == "temporary"
    assert post_file(Browser(headers={"Authorization": "Bearer guess"}), ecg_file(seed=2))[0] == 401


def test_nobody_imports_without_the_right(county: County) -> None:
    reader = browser(county.reader)
    status, problem = post_file(reader, ecg_file(), origin_id=str(county.township.pk))
    assert status in {403, 404}
    assert problem["code"] in {"access.right_missing", "access.not_found"}
    assert Order.objects.count() == 0


def test_the_second_reader_is_told_who_reads(county: County) -> None:
    order = send(county).order
    first, second = browser(county.reader), browser(county.second_reader)
    assert first.post(f"/api/v1/ecg/orders/{order.pk}/open").status_code == 200
    answer = second.post(f"/api/v1/ecg/orders/{order.pk}/open")
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["code"], problem["holder"]) == (409, "ecg.locked", "王医生")


def test_work_is_kept_when_the_session_ends_in_the_middle(county: County) -> None:
    order = analysed(send(county))
    reader = browser(county.reader)
    reader.post(f"/api/v1/ecg/orders/{order.pk}/open")
    draft = {
        "findings": "f",
        "conclusion": [{"code": None, "text": "写到一半"}],
        "conclusion_class": "normal",
        "advice": "",
    }
    path = f"/api/v1/ecg/orders/{order.pk}/draft"
    saved = reader.put(path, draft, content_type="application/json")
    assert saved.status_code == 200, saved.content
    Session.objects.update(revoked_at=timezone.now())
    assert reader.put(path, draft, content_type="application/json").status_code == 401
    again = browser(county.reader)
    detail = json.loads(again.get(f"/api/v1/ecg/orders/{order.pk}").content)
    assert detail["report"]["conclusion"][0]["text"] == "写到一半"
    revision = str(detail["report"]["revision"])
    assert again.put(path, draft, content_type="application/json", headers={"If-Match": revision}).status_code == 200
    stale = again.put(path, draft, content_type="application/json", headers={"If-Match": revision})
    assert (stale.status_code, json.loads(stale.content)["code"]) == (412, "api.version_conflict")


def test_the_preview_shows_trace_quality_and_whose_it_may_be_and_keeps_nothing(sender: Browser) -> None:
    uploads = {"file": [SimpleUploadedFile(*ecg_file(form="dicom"))]}
    answer = json.loads(sender.post(f"{IMPORTS}/preview", uploads).content)
    assert answer["format"] == "dicom"
    assert len(answer["leads"]) == 12
    assert answer["quality"]["grade"] in "AB"
    assert answer["signal_b64"].startswith("VE1FU")
    assert StoredRecording.objects.count() == 0


def test_the_worklist_costs_the_same_for_few_and_many_rows(county: County) -> None:
    reader = browser(county.reader)
    counted = []
    for seed in (1, 2, 3, 4, 5):
        send(county, seed=seed)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = reader.get("/api/v1/ecg/orders?state=waiting&limit=50")
        assert len(json.loads(answer.content)["items"]) == seed
        counted.append(len(queries))
    assert len(set(counted)) == 1
    assert counted[0] <= 12


def test_the_screen_gets_samples_and_the_original_needs_a_right(county: County) -> None:
    received = send(county)
    path = f"/api/v1/ecg/recordings/{received.recording.pk}"
    reader = browser(county.reader)
    assert reader.get(f"{path}/signal").content.startswith(b"TMES")
    assert reader.get(f"{path}/original").status_code == 403
    original = browser(county.reviewer).get(f"{path}/original")
    assert original.content == ecg_file()[1]
    assert browser(county.stranger).get(f"{path}/signal").status_code == 404
