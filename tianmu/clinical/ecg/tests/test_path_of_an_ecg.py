"""One ECG all the way: from the township to the centre, to the printer, to the resident."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions import alerts, locks, reports
from tianmu.clinical.ecg.actions.analysis import analyse_recording
from tianmu.clinical.ecg.actions.importing import Received, Sent, import_recording
from tianmu.clinical.ecg.actions.orders import Asked, void_order
from tianmu.clinical.ecg.models import Alert, Order, StoredRecording
from tianmu.clinical.ecg.selectors.orders import order_of, report_versions
from tianmu.clinical.ecg.selectors.printing import preview_pdf, report_pdf
from tianmu.clinical.ecg.selectors.residents import signed_report, signed_reports_of
from tianmu.clinical.ecg.selectors.worklist import Wanted, counts, orders
from tianmu.clinical.ecg.synthesis import Scenario
from tianmu.clinical.ecg.synthesis.scenario import Territory
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine

WORDING = reports.Wording("窦性P波规律出现", [{"code": "sinus_rhythm", "text": "窦性心律"}], "normal", "")
STEMI = Scenario(acute=Territory.INFERIOR, rate=70.0, age_years=66.0)


def send(county: County, *, scenario: Scenario | None = None, urgency: str = "outpatient", seed: int = 1) -> Received:
    return import_recording(
        actor=county.sender,
        origin=county.township,
        files=[ecg_file(scenario, seed)],
        sent=Sent(patient=county.patient, asked=Asked(urgency=urgency)),
        now=timezone.now(),
    )


def analysed(received: Received) -> Order:
    analyse_recording(actor=system("test"), recording_id=received.recording.pk, now=timezone.now())
    return Order.objects.get(pk=received.order.pk)


def signed(county: County, order: Order) -> None:
    now = timezone.now()
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    reports.save_draft(actor=county.reader, order_id=order.pk, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=county.reader, order_id=order.pk, confirmed=False, now=now)
    reports.review_report(actor=county.reviewer, order_id=order.pk, now=now)


def test_a_sent_ecg_waits_at_the_centre_with_its_bytes_kept(county: County) -> None:
    received = send(county)
    assert received.order.state == "waiting"
    assert [one.pk for one in orders(county.reader, Wanted(states=("waiting",)))] == [received.order.pk]
    assert counts(county.reader, Wanted(), timezone.now())["by_state"]["waiting"] == 1  # type: ignore[index]
    assert list(orders(county.stranger, Wanted())) == []


def test_the_analysis_fills_the_list_and_is_kept_once(county: County) -> None:
    received = send(county)
    order = analysed(received)
    assert order.heart_rate is not None
    assert abs(order.heart_rate - 72) <= 3
    assert "sinus_rhythm" in order.statement_codes
    analysed(received)
    assert received.recording.analyses.count() == 1


def test_a_resend_gives_the_first_order(county: County) -> None:
    first, second = send(county), send(county)
    assert second.duplicate
    assert second.order.pk == first.order.pk
    assert StoredRecording.objects.count() == 1


def test_a_voided_order_frees_its_bytes_for_the_right_person(county: County) -> None:
    first = send(county)
    void_order(actor=county.sender, order_id=first.order.pk, reason="病人选错", now=timezone.now())
    second = send(county)
    assert not second.duplicate
    assert second.order.pk != first.order.pk


def test_an_infarction_raises_an_alert_that_only_the_centre_confirms(county: County) -> None:
    order = analysed(send(county, scenario=STEMI))
    assert order.critical == "open"
    assert order.rank == 0
    alert = Alert.objects.filter(order=order, grade="critical").first()
    assert alert is not None
    with pytest.raises(RefusedError):
        alerts.confirm_alert(actor=county.sender, alert_id=alert.pk, now=timezone.now())
    for one in Alert.objects.filter(order=order):
        alerts.confirm_alert(actor=county.reader, alert_id=one.pk, now=timezone.now())
    alerts.acknowledge_alert(actor=county.sender, alert_id=alert.pk, read_back="下壁心梗", now=timezone.now())
    closed = alerts.dispose_alert(
        actor=county.sender, alert_id=alert.pk, disposal="转县医院", chart_note="门诊病历", now=timezone.now()
    )
    assert closed.state == "closed"
    assert Order.objects.get(pk=order.pk).critical == "confirmed"


def test_two_readers_cannot_hold_one_order(county: County) -> None:
    order, now = send(county).order, timezone.now()
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    with pytest.raises(ConflictError) as refused:
        locks.open_order(actor=county.second_reader, order_id=order.pk, now=now)
    assert refused.value.extra["holder"] == "王医生"
    later = now + timedelta(minutes=16)
    assert locks.open_order(actor=county.second_reader, order_id=order.pk, now=later).lock_name == "赵医生"
    with pytest.raises(ConflictError):
        reports.save_draft(actor=county.reader, order_id=order.pk, wording=WORDING, expected=None, now=later)


def test_an_idle_lock_goes_back_to_the_list(county: County) -> None:
    order, now = send(county).order, timezone.now()
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    assert locks.release_idle(actor=system("test"), now=now + timedelta(minutes=14)) == 0
    assert locks.release_idle(actor=system("test"), now=now + timedelta(minutes=16)) == 1
    assert Order.objects.get(pk=order.pk).state == "waiting"


def test_only_the_rightful_take_over_an_ordinary_order(county: County) -> None:
    order, now = send(county).order, timezone.now()
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    with pytest.raises(RefusedError):
        locks.take_over(actor=county.second_reader, order_id=order.pk, reason="急", now=now)
    assert locks.take_over(actor=county.reviewer, order_id=order.pk, reason="急", now=now).lock_name == "陈主任"


def test_a_report_needs_two_persons_and_stays_as_signed(county: County) -> None:
    order = analysed(send(county))
    now = timezone.now()
    locks.open_order(actor=county.reviewer, order_id=order.pk, now=now)
    reports.save_draft(actor=county.reviewer, order_id=order.pk, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=county.reviewer, order_id=order.pk, confirmed=False, now=now)
    with pytest.raises(ConflictError) as refused:
        reports.review_report(actor=county.reviewer, order_id=order.pk, now=now)
    assert refused.value.code == "ecg.same_person_reviews"
    assert Order.objects.get(pk=order.pk).state == "to_review"


def test_an_emergency_is_published_on_the_first_signature_and_reviewed_later(county: County) -> None:
    order = analysed(send(county, urgency="emergency"))
    now = timezone.now()
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    reports.save_draft(actor=county.reader, order_id=order.pk, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=county.reader, order_id=order.pk, confirmed=False, now=now)
    published = Order.objects.get(pk=order.pk)
    assert (published.state, published.published_version, published.review_owed) == ("signed", 1, True)
    reports.review_report(actor=county.reviewer, order_id=order.pk, now=now)
    assert not Order.objects.get(pk=order.pk).review_owed


def test_contradicting_statements_must_be_confirmed(county: County) -> None:
    order, now = analysed(send(county)), timezone.now()
    lines = [{"code": "sinus_rhythm", "text": "窦性心律"}, {"code": "atrial_fibrillation", "text": "心房颤动"}]
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    wording = reports.Wording("", lines, "abnormal", "")
    reports.save_draft(actor=county.reader, order_id=order.pk, wording=wording, expected=None, now=now)
    with pytest.raises(TianmuError) as refused:
        reports.sign_report(actor=county.reader, order_id=order.pk, confirmed=False, now=now)
    assert refused.value.code == "ecg.contradiction"
    assert reports.sign_report(actor=county.reader, order_id=order.pk, confirmed=True, now=now).state == "to_review"


def test_the_township_prints_what_is_signed_and_never_a_draft(county: County) -> None:
    order = analysed(send(county))
    with pytest.raises(ConflictError):
        report_pdf(county.sender, order.pk)
    with pytest.raises(RefusedError):
        preview_pdf(county.sender, order.pk)
    signed(county, order)
    name, pdf = report_pdf(county.sender, order.pk)
    assert name == f"{order.number}-v1.pdf"
    assert pdf.startswith(b"%PDF")


def test_the_resident_sees_her_signed_report_only(county: County) -> None:
    order = analysed(send(county))
    assert list(signed_reports_of(county.resident)) == []
    with pytest.raises(MissingError):
        signed_report(county.resident, order.pk)
    signed(county, order)
    assert [one.pk for one in signed_reports_of(county.resident)] == [order.pk]
    assert signed_report(county.resident, order.pk)[1].content["conclusion"][0]["text"] == "窦性心律"
    with pytest.raises(MissingError):
        signed_report(county.other_resident, order.pk)


def test_an_amendment_leaves_the_first_version_readable(county: County) -> None:
    order = analysed(send(county))
    signed(county, order)
    now = timezone.now()
    reports.amend_report(actor=county.reader, order_id=order.pk, reason="补充", now=now)
    assert signed_report(county.resident, order.pk)[1].number == 1
    assert [one.number for one in report_versions(county.sender, order_of(county.sender, order.pk))] == [1]
    signed(county, order)
    amended = Order.objects.get(pk=order.pk)
    assert (amended.state, amended.published_version) == ("amended", 2)
    assert [one.number for one in report_versions(county.reader, amended)] == [2, 1]


def test_looking_at_an_order_is_written_down(county: County) -> None:
    order = send(county).order
    order_of(county.reader, order.pk)
    line = AuditLine.objects.filter(action="ecg.order.view").get()
    assert (line.actor_name, line.person_id) == ("王医生", county.patient.pk)


def test_a_stranger_sees_and_moves_nothing(county: County) -> None:
    order, now = send(county).order, timezone.now()
    with pytest.raises(MissingError):
        order_of(county.stranger, order.pk)
    with pytest.raises(MissingError):
        locks.open_order(actor=county.stranger, order_id=order.pk, now=now)
    with pytest.raises(RefusedError):
        locks.open_order(actor=county.sender, order_id=order.pk, now=now)
    assert Order.objects.get(pk=order.pk).state == "waiting"
