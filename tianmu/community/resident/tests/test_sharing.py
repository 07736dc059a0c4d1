"""Sharing a signed report by code, over the pages that strangers see."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client as HttpClient
from django.utils import timezone

from tianmu.clinical.ecg.actions import locks, reports
from tianmu.clinical.ecg.actions.orders import void_order
from tianmu.clinical.ecg.tests.county import County
from tianmu.community.resident.actions.sharing import look_by_code, revoke_share, share_report
from tianmu.community.resident.models import ReportShare
from tianmu.community.resident.selectors import looks_at_me
from tianmu.community.resident.tests.test_api import WORDING, caller, get, sent
from tianmu.community.resident.trends import trends
from tianmu.foundation.access.errors import ConflictError, MissingError


def signed(county: County, seed: int = 1) -> UUID:
    """Return an order whose report is out."""
    key, now = sent(county, seed), timezone.now()
    locks.open_order(actor=county.reader, order_id=key, now=now)
    reports.save_draft(actor=county.reader, order_id=key, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=county.reader, order_id=key, confirmed=False, now=now)
    reports.review_report(actor=county.reviewer, order_id=key, now=now)
    return key


def shared(county: County, order_id: UUID, hours: int = 1) -> tuple[ReportShare, str]:
    """Share a report as the person herself."""
    me = county.resident
    return share_report(
        actor=me,
        account_id=me.demand_account(),
        order_id=order_id,
        hours=hours,
        label="市一院 周医生",
        now=timezone.now(),
    )


def test_the_code_opens_that_report_and_the_person_sees_who_looked(county: County) -> None:
    row, code = shared(county, signed(county))
    answer = HttpClient().get(f"/share/{code}")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "文书真实有效" in body
    assert "窦性心律" in body
    assert county.patient.name not in body
    assert answer.headers["Cache-Control"] == "no-store"
    assert HttpClient().get(f"/share/{code}/report.pdf").content.startswith(b"%PDF")
    row.refresh_from_db()
    assert row.looks == 1, "the PDF of what is open is no look of its own"
    seen = [line.actor_name for line in looks_at_me(county.resident)]
    assert "分享码 市一院 周医生" in seen


def test_a_code_ends_and_can_be_taken_back(county: County) -> None:
    order_id, now = signed(county), timezone.now()
    row, code = shared(county, order_id)
    assert look_by_code(text=code, address=None, now=now + timedelta(minutes=59)) is not None
    assert look_by_code(text=code, address=None, now=now + timedelta(hours=1, seconds=1)) is None
    revoke_share(actor=county.resident, share_id=row.pk, now=now)
    assert HttpClient().get(f"/share/{code}").status_code == 404
    other, second = shared(county, order_id)
    with pytest.raises(MissingError):
        revoke_share(actor=county.other_resident, share_id=other.pk, now=now)
    assert HttpClient().get(f"/share/{second}").status_code == 200


def test_five_looks_and_no_more(county: County) -> None:
    _, code = shared(county, signed(county))
    stranger = HttpClient()
    assert [stranger.get(f"/share/{code}").status_code for _ in range(7)] == [200] * 5 + [404] * 2
    assert stranger.get(f"/share/{code}/report.pdf").status_code == 200, "what was opened may still be printed"


def test_only_her_own_signed_report_can_be_shared_and_not_without_end(county: County) -> None:
    draft = sent(county, 2)
    with pytest.raises(MissingError):
        shared(county, draft)
    order_id = signed(county)
    other = county.other_resident
    with pytest.raises(MissingError):
        share_report(
            actor=other, account_id=other.demand_account(), order_id=order_id, hours=1, label="", now=timezone.now()
        )
    for _ in range(20):
        shared(county, order_id)
    with pytest.raises(ConflictError, match="Too many"):
        shared(county, order_id)


@pytest.mark.parametrize("text", ["", "ABCDE", "0000000000", "../../etc/passwd", "A" * 400, "ABCDEFGHJK"])
def test_whatever_is_typed_opens_nothing_by_guessing(county: County, text: str) -> None:
    answer = HttpClient().post("/share/", {"code": text}, follow=True)
    assert answer.status_code in {200, 404}
    assert "诊断 · Diagnosis" not in answer.content.decode()
    assert not ReportShare.objects.exists()


def test_a_voided_report_opens_no_more(county: County) -> None:
    order_id = signed(county)
    _, code = shared(county, order_id)
    void_order(actor=county.sender, order_id=order_id, reason="录错患者", now=timezone.now())
    assert HttpClient().get(f"/share/{code}").status_code == 404


def test_the_trend_is_of_signed_reports_only(county: County) -> None:
    signed(county, 1)
    signed(county, 2)
    sent(county, 3)
    found = trends(county.resident)
    assert len(found.points) == 2
    assert {line.name for line in found.lines} == {"heart_rate", "pr_ms", "qrs_ms", "qtc_ms"}


def test_the_app_lists_shares_without_their_code(county: County) -> None:
    _, code = shared(county, signed(county))
    listed = str(get(caller(county.resident), "/shares"))
    assert "市一院 周医生" in listed
    assert code not in listed
