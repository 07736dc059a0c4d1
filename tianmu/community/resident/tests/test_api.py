"""The resident's own pages: signed reports only, her own only, and who looked."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client as HttpClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tianmu.clinical.ecg.actions import locks, reports
from tianmu.clinical.ecg.actions.analysis import analyse_recording
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.actions.orders import Asked
from tianmu.clinical.ecg.answers import ecg_count
from tianmu.clinical.ecg.models import Device
from tianmu.clinical.ecg.selectors.orders import order_of
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.foundation.access.actions import open_session
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.models import Account
from tianmu.registry.organizations import ports as organization_ports
from tianmu.registry.residents import ports
from tianmu.registry.residents.actions import view_resident

DRAFT = "草稿里的话"
WORDING = reports.Wording(DRAFT, [{"code": "sinus_rhythm", "text": "窦性心律"}], "normal", "随访")


def caller(actor: Actor, client: Client = Client.RESIDENT) -> HttpClient:
    assert actor.account_id is not None
    account = Account.objects.select_related("home").get(pk=actor.account_id)
    cookie, _ = open_session(account=account, client=client, address="10.0.0.1", agent="test", now=timezone.now())
    http = HttpClient(headers={"X-Tianmu-Client": str(client)})
    http.cookies[f"tianmu_{client}"] = cookie
    return http


def get(http: HttpClient, path: str) -> dict[str, object]:
    answer = http.get(f"/api/v1/resident{path}")
    assert answer.status_code == 200, answer.content
    found: dict[str, object] = answer.json()
    return found


def sent(county: County, seed: int = 1) -> UUID:
    received = import_recording(
        actor=county.sender,
        origin=county.township,
        files=[ecg_file(seed=seed)],
        sent=Sent(patient=county.patient, asked=Asked(urgency="outpatient")),
        now=timezone.now(),
    )
    analyse_recording(actor=system("test"), recording_id=received.recording.pk, now=timezone.now())
    return received.order.pk


def drafted(county: County, order_id: UUID, wording: reports.Wording = WORDING) -> None:
    now = timezone.now()
    locks.open_order(actor=county.reader, order_id=order_id, now=now)
    reports.save_draft(actor=county.reader, order_id=order_id, wording=wording, expected=None, now=now)


def published(county: County, order_id: UUID) -> None:
    now = timezone.now()
    reports.sign_report(actor=county.reader, order_id=order_id, confirmed=False, now=now)
    reports.review_report(actor=county.reviewer, order_id=order_id, now=now)


def test_a_report_is_hers_only_when_it_is_signed(county: County) -> None:
    order_id, herself = sent(county), caller(county.resident)

    def nothing_is_shown() -> None:
        assert get(herself, "/ecg/reports")["items"] == []
        assert get(herself, "/home")["latest_reports"] == []
        for path in ("", "/report.pdf", "/signal"):
            assert herself.get(f"/api/v1/resident/ecg/reports/{order_id}{path}").status_code == 404

    nothing_is_shown()
    drafted(county, order_id)
    nothing_is_shown()
    reports.sign_report(actor=county.reader, order_id=order_id, confirmed=False, now=timezone.now())
    nothing_is_shown()
    reports.review_report(actor=county.reviewer, order_id=order_id, now=timezone.now())
    report = get(herself, f"/ecg/reports/{order_id}")
    assert (report["findings"], report["advice"], report["conclusion_text"]) == (DRAFT, "随访", "窦性心律")
    assert (report["reader"], report["reviewer"]) == ("王医生", "陈主任")
    assert (report["hospital"], report["origin"]) == ("县人民医院", "南渡镇卫生院")
    assert (report["amended"], report["version_number"]) == (False, 1)
    assert report["plain_text"] != ""
    measured = report["measurements"]
    assert isinstance(measured, dict)
    assert abs(measured["heart_rate"] - 72) <= 3
    home = get(herself, "/home")
    assert home["latest_reports"] == get(herself, "/ecg/reports")["items"]
    assert home["person"] == {"id": str(county.patient.pk), "name": "张 <b>三</b>", "sex": "M", "age_years": 68}


def test_while_a_report_is_amended_she_reads_the_signed_version(county: County) -> None:
    order_id, herself = sent(county), caller(county.resident)
    drafted(county, order_id)
    published(county, order_id)
    reports.amend_report(actor=county.reader, order_id=order_id, reason="补充", now=timezone.now())
    drafted(county, order_id, replace(WORDING, findings="尚未签发"))
    for path in (f"/ecg/reports/{order_id}", "/ecg/reports", "/home"):
        assert "尚未签发" not in str(get(herself, path))
    assert get(herself, f"/ecg/reports/{order_id}")["findings"] == DRAFT
    published(county, order_id)
    report = get(herself, f"/ecg/reports/{order_id}")
    assert (report["findings"], report["amended"], report["version_number"]) == ("尚未签发", True, 2)


def test_paper_and_trace_are_those_of_the_signed_version(county: County) -> None:
    order_id, herself = sent(county), caller(county.resident)
    drafted(county, order_id)
    published(county, order_id)
    pdf = herself.get(f"/api/v1/resident/ecg/reports/{order_id}/report.pdf")
    assert (pdf.status_code, pdf.headers["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    signal = herself.get(f"/api/v1/resident/ecg/reports/{order_id}/signal")
    assert (signal.status_code, signal.content[:4]) == (200, b"TMES")


@pytest.mark.parametrize(
    "path", ["/home", "/ecg/reports", "/access-log", "/ecg/reports/{order}", "/ecg/reports/{order}/signal"]
)
def test_nobody_else_reads_it(county: County, path: str) -> None:
    order_id = sent(county)
    drafted(county, order_id)
    published(county, order_id)
    address = f"/api/v1/resident{path}".replace("{order}", str(order_id))
    assert HttpClient(headers={"X-Tianmu-Client": "resident"}).get(address).status_code == 401
    for member in (county.reader, county.sender, county.stranger):
        refused = caller(member, Client.DESK).get(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "resident.not_a_resident")
    other = caller(county.other_resident).get(address)
    if "{order}" in path:
        assert other.status_code == 404
    else:
        assert str(order_id) not in other.content.decode()


def test_reports_that_do_not_exist_are_missing(county: County) -> None:
    assert caller(county.resident).get(f"/api/v1/resident/ecg/reports/{uuid4()}").status_code == 404


def test_she_sees_who_looked_and_not_her_own_looks(county: County) -> None:
    order_id, herself = sent(county), caller(county.resident)
    order_of(county.reader, order_id)
    view_resident(actor=county.sender, row=county.patient)
    get(herself, "/home")
    lines = get(herself, "/access-log")["items"]
    assert isinstance(lines, list)
    seen = {(one["actor_name"], one["action"], one["organization"]) for one in lines}
    assert ("王医生", "ecg.order.view", "县人民医院") in seen
    assert ("sender", "residents.person.view", "南渡镇卫生院") in seen
    assert {one["actor_name"] for one in lines} <= {"王医生", "sender"}
    assert get(caller(county.other_resident), "/access-log")["items"] == []


def test_statements_do_not_grow_with_the_reports(county: County) -> None:
    herself = caller(county.resident)

    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            get(herself, path)
        return len(queries)

    def one_more(seed: int) -> None:
        order_id = sent(county, seed)
        drafted(county, order_id)
        published(county, order_id)

    one_more(1)
    before = {path: statements(path) for path in ("/home", "/ecg/reports", "/access-log")}
    one_more(2)
    one_more(3)
    assert {path: statements(path) for path in before} == before
    assert max(before.values()) <= 8


def test_the_newest_report_comes_first(county: County) -> None:
    first = sent(county, 1)
    drafted(county, first)
    published(county, first)
    second = sent(county, 2)
    drafted(county, second)
    published(county, second)
    items = get(caller(county.resident), "/ecg/reports")["items"]
    assert isinstance(items, list)
    assert [one["id"] for one in items] == [str(second), str(first)]
    assert timezone.now() - timedelta(minutes=5) < datetime.fromisoformat(items[0]["signed_at"])


def test_instants_leave_the_house_in_beijing_time(county: County) -> None:
    order_id = sent(county)
    order_of(county.reader, order_id)
    looks = get(caller(county.resident), "/access-log")["items"]
    assert isinstance(looks, list)
    assert looks[0]["at"].endswith("+08:00")


def test_pages_of_the_registry_count_ecgs_and_devices(county: County) -> None:
    sent(county)
    assert ecg_count(county.patient.pk) == 1
    assert ports.count("ecg", county.patient.pk) == 1
    Device.objects.create(organization=county.township, name="心电图机")
    assert organization_ports.count(organization_ports.Counted.DEVICES, county.township.path) == 1
    assert organization_ports.count(organization_ports.Counted.DEVICES, county.other_township.path) == 0
