"""The reading room: own boundaries, calipers, comparing, handing over, blind second readings, workload, exports."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions import locks, reports
from tianmu.clinical.ecg.actions.analysis import analyse_recording
from tianmu.clinical.ecg.actions.handover import hand_over
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.actions.markings import save_marking
from tianmu.clinical.ecg.actions.quality import SecondReading, draw_sample, read_again
from tianmu.clinical.ecg.actions.remeasuring import measure_again, undo_measuring
from tianmu.clinical.ecg.demo.second_readings import sample_weeks, second_opinion
from tianmu.clinical.ecg.engine.measure.given import Given
from tianmu.clinical.ecg.models import Marking, Order, QualityReview, Remeasurement, StoredAnalysis
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.selectors.comparison import compared
from tianmu.clinical.ecg.selectors.listing import orders_csv, orders_pdf, orders_xlsx
from tianmu.clinical.ecg.selectors.orders import markings_of
from tianmu.clinical.ecg.selectors.quality import reviews
from tianmu.clinical.ecg.selectors.worklist import Wanted, orders
from tianmu.clinical.ecg.selectors.workload import Asked, figures, rows_behind
from tianmu.clinical.ecg.synthesis import Scenario
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.foundation.access.actions import grant_role
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import Account, Role
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.messages.models import Message

WORDING = reports.Wording("窦性P波", [{"code": "sinus_rhythm", "text": "窦性心律"}], "normal", "")
DAY = timedelta(days=1)


def arrived(county: County, seed: int, at: datetime, scenario: Scenario | None = None) -> Order:
    """Send an ECG and let the engine speak."""
    received = import_recording(
        actor=county.sender,
        origin=county.township,
        files=[ecg_file(scenario, seed)],
        sent=Sent(patient=county.patient, acquired_at=at),
        now=at,
    )
    analyse_recording(actor=system("engine"), recording_id=received.recording.pk, now=at)
    return Order.objects.get(pk=received.order.pk)


def signed(county: County, order: Order, now: datetime) -> Order:
    """Read and review an order."""
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    reports.save_draft(actor=county.reader, order_id=order.pk, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=county.reader, order_id=order.pk, confirmed=False, now=now)
    reports.review_report(actor=county.reviewer, order_id=order.pk, now=now)
    return Order.objects.get(pk=order.pk)


def own_boundaries(order: Order, **moved: float) -> Given:
    """Return the machine's boundaries with some of them moved by ms."""
    median = StoredAnalysis.objects.get(recording__order=order).result["median"]
    step = 1000.0 / median["fs_hz"]
    ms: dict[str, Any] = {f"{name}_ms": None if at is None else at * step for name, at in median["boundaries"].items()}
    known = {name: ms[name] for name in Given.__dataclass_fields__}
    return Given(**{name: value + moved.get(name, 0.0) for name, value in known.items() if value is not None})


def test_own_boundaries_count_are_printed_and_can_be_taken_back(county: County) -> None:
    now = timezone.now()
    order = arrived(county, 1, now)
    machine = StoredAnalysis.objects.get(recording__order=order)
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    first = measure_again(actor=county.reader, order_id=order.pk, given=own_boundaries(order, t_end_ms=20.0), now=now)
    second = measure_again(actor=county.reader, order_id=order.pk, given=own_boundaries(order, t_end_ms=30.0), now=now)
    before = machine.result["measurements"]["qt_ms"]
    assert first.result["measurements"]["qt_ms"] == pytest.approx(before + 20, abs=0.1)
    machine.refresh_from_db()
    assert machine.result["measurements"]["qt_ms"] == before

    undo_measuring(actor=county.reader, order_id=order.pk, everything=False, now=now)
    reports.save_draft(actor=county.reader, order_id=order.pk, wording=WORDING, expected=None, now=now)
    version = reports.sign_report(actor=county.reader, order_id=order.pk, confirmed=False, now=now)
    assert version.content["measurements"]["qt_ms"] == pytest.approx(before + 20, abs=0.1)
    assert version.content["measured_by"]["name"] == county.reader.name
    assert Remeasurement.objects.get(pk=second.pk).withdrawn_by == county.reader.name
    reports.review_report(actor=county.reviewer, order_id=order.pk, now=now)
    with pytest.raises(ConflictError):
        measure_again(actor=county.reader, order_id=order.pk, given=own_boundaries(order), now=now)


def test_boundaries_out_of_order_and_other_peoples_orders_are_refused(county: County) -> None:
    now = timezone.now()
    order = arrived(county, 2, now)
    with pytest.raises(TianmuError, match="follow each other"):
        measure_again(actor=county.reader, order_id=order.pk, given=Given(300, 200, 350, 420, 600), now=now)
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    with pytest.raises(ConflictError):
        measure_again(actor=county.second_reader, order_id=order.pk, given=own_boundaries(order), now=now)
    with pytest.raises(RefusedError):
        measure_again(actor=county.sender, order_id=order.pk, given=own_boundaries(order), now=now)
    with pytest.raises(MissingError):
        measure_again(actor=county.stranger, order_id=order.pk, given=own_boundaries(order), now=now)
    with pytest.raises(ConflictError):
        undo_measuring(actor=county.reader, order_id=order.pk, everything=True, now=now)
    assert not Remeasurement.objects.exists()


def test_calipers_are_kept_with_their_readers_name_and_shown_to_others(county: County) -> None:
    now = timezone.now()
    recording = arrived(county, 3, now).recordings.get()
    caliper = {"kind": "march", "lead": "II", "source": "rhythm", "from_s": 1.0, "to_s": 1.8}
    save_marking(actor=county.reader, recording_id=recording.pk, calipers=[caliper], now=now)
    save_marking(actor=county.second_reader, recording_id=recording.pk, calipers=[caliper, caliper], now=now)
    seen = list(markings_of(county.sender, recording.pk))
    assert {(one.name, len(one.calipers)) for one in seen} == {("王医生", 1), ("赵医生", 2)}
    save_marking(actor=county.reader, recording_id=recording.pk, calipers=[], now=now)
    assert Marking.objects.get().name == "赵医生"
    with pytest.raises(RefusedError):
        save_marking(actor=county.sender, recording_id=recording.pk, calipers=[caliper], now=now)
    with pytest.raises(MissingError):
        markings_of(county.stranger, recording.pk)


def test_an_order_is_compared_with_the_last_one_before_it(county: County) -> None:
    now = timezone.now()
    slow, fast = Scenario(rate=62.0), Scenario(rate=96.0)
    oldest = signed(county, arrived(county, 4, now - 90 * DAY, slow), now)
    before = signed(county, arrived(county, 5, now - 9 * DAY, slow), now)
    order = arrived(county, 6, now, fast)
    found = compared(county.reader, order.pk, None, now)
    assert found.earlier.order.pk == before.pk
    assert "serial_rate" in {one.code for one in found.comparison.statements}
    assert compared(county.reader, order.pk, oldest.pk, now).earlier.order.pk == oldest.pk
    with pytest.raises(ConflictError):
        compared(county.reader, oldest.pk, None, now)
    with pytest.raises(MissingError):
        compared(county.stranger, order.pk, None, now)
    assert AuditLine.objects.filter(action="ecg.order.compare").count() == 4


def test_an_order_is_handed_to_a_colleague_who_is_told(county: County) -> None:
    now = timezone.now()
    order = arrived(county, 7, now)
    locks.open_order(actor=county.reader, order_id=order.pk, now=now)
    to = county.second_reader
    assert to.account_id is not None
    hand_over(actor=county.reader, order_id=order.pk, account_id=to.account_id, reason="下班", now=now)
    order.refresh_from_db()
    assert (order.state, order.assigned_name, order.lock_holder_id) == ("waiting", to.name, None)
    assert [one.pk for one in orders(to, Wanted(owner="assigned"))] == [order.pk]
    assert Message.objects.get(account_id=to.account_id).facts["reason"] == "下班"
    locks.open_order(actor=to, order_id=order.pk, now=now)
    assert not orders(to, Wanted(owner="assigned")).exists()
    assert county.sender.account_id is not None
    with pytest.raises(MissingError):
        hand_over(actor=to, order_id=order.pk, account_id=county.sender.account_id, reason="x", now=now)
    with pytest.raises(ConflictError):
        hand_over(actor=county.reader, order_id=order.pk, account_id=to.account_id, reason="x", now=now)


def test_a_signed_report_is_read_again_blind_and_judged(county: County) -> None:
    now = timezone.now()
    order = signed(county, arrived(county, 8, now), now)
    head = _head(county)
    with pytest.raises(RefusedError):
        draw_sample(actor=county.reviewer, centre=county.centre, since=now - DAY, until=now + DAY, now=now)
    sample = draw_sample(actor=head, centre=county.centre, since=now - DAY, until=now + DAY, now=now, seed=5)
    assert (sample.population, QualityReview.objects.get().order_id) == (1, order.pk)
    with pytest.raises(ConflictError):
        draw_sample(actor=head, centre=county.centre, since=now - DAY, until=now + DAY, now=now)

    review = reviews(county.reviewer).get()
    wrong = SecondReading([{"code": "atrial_fibrillation", "text": "心房颤动"}], "abnormal", "B", "f波可见")
    with pytest.raises(TianmuError, match="grade of the image"):
        read_again(actor=county.reviewer, review_id=review.pk, reading=SecondReading([], "", "", ""), now=now)
    assert reviews(county.reader).count() == 0
    done = read_again(actor=county.reviewer, review_id=review.pk, reading=wrong, now=now)
    assert (done.agreement, done.differences["only_second"]) == ("major", ["atrial_fibrillation"])
    assert Message.objects.filter(account_id=county.reader.demand_account(), topic="ecg.quality_disagrees").exists()
    with pytest.raises(ConflictError):
        read_again(actor=county.reviewer, review_id=review.pk, reading=wrong, now=now)


def test_figures_are_the_number_of_rows_behind_them_and_each_reader_sees_her_own(county: County) -> None:
    now = timezone.now()
    signed(county, arrived(county, 9, now - timedelta(minutes=12)), now)
    returned = arrived(county, 10, now)
    reports.return_order(actor=county.second_reader, order_id=returned.pk, reason="导联脱落", now=now)
    asked = Asked(now - DAY, now + DAY)
    head = _head(county)
    found = {one.name: one for one in figures(head, asked)}
    assert found["王医生"].counts["first_reads"] == 1
    assert found["王医生"].median_minutes == pytest.approx(12, abs=0.2)
    assert found["陈主任"].counts["second_reads"] == 1
    assert found["赵医生"].counts["returns"] == 1
    for one in found.values():
        for figure, count in one.counts.items():
            behind = rows_behind(head, Asked(asked.since, asked.until, one.reader, figure))
            assert len(behind) == count
    assert [one.name for one in figures(county.reader, asked)] == ["王医生"]
    with pytest.raises(RefusedError):
        figures(county.sender, asked)


def test_the_list_is_exported_with_a_line_for_each_person(county: County) -> None:
    now = timezone.now()
    order = arrived(county, 11, now)
    csv = orders_csv(county.reviewer, Wanted(), newest=False).decode("utf-8-sig")
    assert order.number in csv
    assert "<b>" in csv
    assert orders_xlsx(county.reviewer, Wanted(), newest=True, now=now)[:2] == b"PK"
    assert orders_pdf(county.reader, Wanted(), newest=False, now=now)[:5] == b"%PDF-"
    lines = AuditLine.objects.filter(action="ecg.worklist.export", subject_id=order.pk)
    assert sorted((line.new or {})["form"] for line in lines) == ["csv", "pdf", "xlsx"]
    with pytest.raises(RefusedError):
        orders_csv(county.reader, Wanted(), newest=False)
    assert DocumentVersion.objects.count() == 0


def _head(county: County) -> Any:
    rights = [Right.VIEW, Right.WRITE, Right.REVIEW, Right.MANAGE_QUALITY, Right.VIEW_WORKLOAD]
    role = Role.objects.create(code="head", name="主任", rights=[str(one) for one in rights])
    account = Account.objects.get(pk=county.reviewer.demand_account())
    grant_role(
        actor=system("test"), account=account, role=role, unit=county.centre.unit, starts_on=timezone.localdate()
    )
    return actor_for(account, timezone.now(), client="desk")


def test_the_demo_county_draws_each_week_once_and_reads_most_of_it_again(county: County) -> None:
    now = timezone.now()
    for seed in (21, 22):
        signed(county, arrived(county, seed, now), now)
    _holds(county, county.reviewer, "ecg_head", [Right.MANAGE_QUALITY, Right.REVIEW])
    _holds(county, county.reviewer, "ecg_reviewer", [Right.REVIEW])
    assert sample_weeks(anchor=now + DAY) == 1
    assert set(QualityReview.objects.values_list("state", "agreement")) == {("done", "full")}
    assert QualityReview.objects.count() == 2
    assert sample_weeks(anchor=now + DAY) == 0


def test_second_opinions_of_the_demo_differ_by_their_number() -> None:
    lines = [{"code": "sinus_rhythm", "text": "窦性心律"}, {"code": "t_flat", "text": "T波低平"}]
    content = {"conclusion": lines, "conclusion_class": "borderline"}
    said = [second_opinion(content, index) for index in range(10)]
    assert [one.conclusion for one in said[:3]] == [lines] * 3
    assert said[3].conclusion == lines[:1]
    assert (said[4].conclusion_class, said[4].conclusion[0]["code"]) == ("abnormal", "atrial_fibrillation")
    assert {one.image_grade for one in said} == {"A", "B", "C"}


def _holds(county: County, who: Actor, code: str, rights: list[Right]) -> None:
    role = Role.objects.create(code=code, name=code, rights=[str(one) for one in rights])
    account = Account.objects.get(pk=who.demand_account())
    grant_role(
        actor=system("test"), account=account, role=role, unit=county.centre.unit, starts_on=timezone.localdate()
    )
