"""Critical values in the house: told, answered, escalated, phoned, closed by two, registered, exported."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tianmu.clinical.ecg.actions import alerts
from tianmu.clinical.ecg.actions.alert_calls import Spoken, note_call
from tianmu.clinical.ecg.actions.alert_care import mute_alert, pass_on_alert, take_alert
from tianmu.clinical.ecg.actions.alert_closing import answer_close, ask_to_close, review_alert
from tianmu.clinical.ecg.actions.alert_deliveries import follow_delivery
from tianmu.clinical.ecg.actions.alert_steps import log_of, loop_rules
from tianmu.clinical.ecg.actions.escalating import escalate_due
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.choices import Verdict
from tianmu.clinical.ecg.engine.analysis import CriticalAlert, Evidence
from tianmu.clinical.ecg.models import Alert, AlertCall, AlertStep
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.printing import critical_register
from tianmu.clinical.ecg.rules.critical_figures import Index
from tianmu.clinical.ecg.rules.critical_loop import Stage, read_loop
from tianmu.clinical.ecg.schemas.alerts import may_do
from tianmu.clinical.ecg.selectors.alerts import RegisterQuery, critical_figures, open_calls, register
from tianmu.clinical.ecg.tests.county import RULES, SETUP, County, ecg_file
from tianmu.foundation.access.actions import grant_role, make_account
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import Role
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.messages.choices import DeliveryState
from tianmu.foundation.messages.models import Delivery, Message
from tianmu.foundation.messages.sending import try_to_send
from tianmu.foundation.messages.tests.gateways import http_gateway
from tianmu.foundation.rulesets.actions import load_version
from tianmu.registry.organizations.models import Organization

pytestmark = pytest.mark.django_db
LOOP = RULES / "critical_loop.json"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def raised(county: County, now: datetime, *, code: str = "acute_stemi", seed: int = 41) -> Alert:
    received = import_recording(
        actor=county.sender,
        origin=county.township,
        files=[ecg_file(seed=seed)],
        sent=Sent(patient=county.patient),
        now=now,
    )
    found = CriticalAlert(code, "critical", code, (Evidence("ST", 0.31, "mV", "V2"),), "test")
    return alerts.raise_alert(actor=SETUP, order=received.order, alert=found, now=now)


def confirmed(county: County, now: datetime) -> Alert:
    return alerts.confirm_alert(actor=county.reader, alert_id=raised(county, now).pk, now=now)


def acknowledged(county: County, now: datetime) -> Alert:
    alert = confirmed(county, now)
    return alerts.acknowledge_alert(actor=county.sender, alert_id=alert.pk, read_back="复述", now=now)


def steps(alert: Alert) -> list[str]:
    return [str(one.step) for one in AlertStep.objects.filter(alert=alert).order_by("id")]


def head(county: County) -> Actor:
    role = Role.objects.create(code="head", name="主任", rights=[Right.VIEW, Right.REVIEW_ALERT, Right.EXPORT_ALERTS])
    account = make_account(
        actor=SETUP, kind=AccountKind.STAFF, login="head", name="主任", home=county.centre.unit, person_id=None
    )
    grant_role(actor=SETUP, account=account, role=role, unit=county.centre.unit, starts_on=timezone.localdate())
    return actor_for(account, timezone.now(), client="desk")


def with_contacts(place: Organization, level: str | None = None) -> None:
    """Give an institution a version of its own, with a phone to notify or to escalate to."""
    document = _loop()
    contact = {"name": "值班室", "phone": "13800000001"}
    target = document["content"]["levels"][level] if level else document["content"]["notify"]
    target["contacts"] = [contact]
    load_version(document={**document, "version": "own"}, unit=place.unit)


def _loop() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(LOOP.read_text())
    return document


def test_confirming_tells_the_point_in_the_same_moment(county: County, now: datetime) -> None:
    alert = confirmed(county, now)
    assert (alert.state, alert.notified_by, alert.notified_at) == ("notified", ["message"], now)
    assert alert.due_at == now + timedelta(minutes=5)
    told = Message.objects.filter(topic="ecg.alert_confirmed")
    assert [one.account_id for one in told] == [county.sender.account_id]
    [call] = open_calls(county.reader)
    assert (call.to_name, call.purpose) == ("南渡镇卫生院", "notify")


def test_the_whole_way_is_kept_line_by_line_and_cannot_be_changed(county: County, now: datetime) -> None:
    alert = acknowledged(county, now)
    later = now + timedelta(minutes=10)
    alerts.dispose_alert(actor=county.sender, alert_id=alert.pk, disposal="转诊", now=later, chart_note="门诊病历")
    alert.refresh_from_db()
    assert (alert.state, alert.closed_at, alert.next_call_at, alert.due_at) == ("closed", later, None, None)
    assert steps(alert) == ["raise", "confirm", "notify", "acknowledge", "dispose", "chart"]
    assert not AlertCall.objects.filter(state="open").exists()
    for change in ({"text": "x"}, {"at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertStep.objects.filter(alert=alert).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertStep.objects.filter(alert=alert).delete()


def test_a_disposal_without_the_chart_stays_open_until_the_chart_is_named(county: County, now: datetime) -> None:
    alert = acknowledged(county, now)
    alerts.dispose_alert(actor=county.sender, alert_id=alert.pk, disposal="转诊", now=now)
    alert.refresh_from_db()
    assert (alert.state, alert.due_at) == ("disposed", now + timedelta(hours=6))
    assert alerts.chart_alert(actor=county.sender, alert_id=alert.pk, note="病程记录", now=now).state == "closed"


def test_closing_out_of_the_ordinary_takes_two(county: County, now: datetime) -> None:
    alert = confirmed(county, now)
    asked = ask_to_close(actor=county.sender, alert_id=alert.pk, reason="患者已离院", now=now)
    offered = ["answer_close" in may_do(asked, asked.order, one) for one in (county.sender, county.reader)]
    assert offered == [False, True]
    with pytest.raises(TianmuError) as error:
        answer_close(actor=county.sender, alert_id=alert.pk, agree=True, reason="", now=now)
    assert error.value.code == "ecg.second_person_needed"
    answer_close(actor=county.reader, alert_id=alert.pk, agree=False, reason="请先电话联系", now=now)
    with pytest.raises(TianmuError) as error:
        answer_close(actor=county.reader, alert_id=alert.pk, agree=True, reason="", now=now)
    assert error.value.code == "ecg.alert_state"
    ask_to_close(actor=county.sender, alert_id=alert.pk, reason="电话三次无人接听", now=now)
    closed = answer_close(actor=county.reader, alert_id=alert.pk, agree=True, reason="", now=now)
    assert (closed.state, closed.close_reason) == ("closed", "电话三次无人接听")


def test_two_hours_without_a_scheduler_tell_each_missed_level_once(county: County, now: datetime) -> None:
    head(county)
    alert = confirmed(county, now)
    Message.objects.all().delete()
    late = now + timedelta(hours=2)
    assert escalate_due(actor=SETUP, now=late) == 3
    assert escalate_due(actor=SETUP, now=late) == 0
    made = AlertStep.objects.filter(alert=alert, step="escalate").order_by("id").values_list("level", flat=True)
    assert list(made) == ["point_head", "medical_office", "duty_line"]
    assert Message.objects.filter(topic="ecg.alert_escalated").count() == 3
    alerts.acknowledge_alert(actor=county.sender, alert_id=alert.pk, read_back="复述", now=late)
    assert escalate_due(actor=SETUP, now=late + timedelta(minutes=6)) == 0


def test_a_level_is_told_on_time_and_not_before(county: County, now: datetime) -> None:
    confirmed(county, now)
    told = [escalate_due(actor=SETUP, now=now + timedelta(minutes=minute)) for minute in range(4, 24)]
    assert [minute + 4 for minute, count in enumerate(told) if count] == [5, 10, 15, 20]


def test_what_is_overdue_for_more_than_a_day_is_no_news(county: County, now: datetime) -> None:
    alert = confirmed(county, now)
    assert escalate_due(actor=SETUP, now=now + timedelta(hours=30)) == 0
    alert.refresh_from_db()
    assert alert.next_call_at is None


def test_a_short_message_goes_out_without_the_name_and_counts_as_notice(
    county: County, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_contacts(county.township)
    alert = confirmed(county, now)
    with http_gateway() as gateway:
        monkeypatch.setenv("TIANMU_SMS_URL", gateway.url)
        monkeypatch.setenv("TIANMU_SMS_TOKEN", gateway.token)
        row = Delivery.objects.get()
        try_to_send(delivery_id=row.pk, now=now)
        [body] = gateway.calls
    assert alert.order.number in body["text"]
    assert county.patient.name not in body["text"]
    for _ in range(2):
        follow_delivery(actor=SETUP, alert_id=alert.pk, delivery_id=row.pk, now=now)
    alert.refresh_from_db()
    assert alert.notified_by == ["message", "sms"]
    assert steps(alert).count("notify") == 2


def test_a_message_that_cannot_be_sent_asks_for_a_call_instead(county: County, now: datetime) -> None:
    with_contacts(county.township)
    alert = confirmed(county, now)
    AlertCall.objects.all().delete()
    row = Delivery.objects.get()
    Delivery.objects.update(state=DeliveryState.FAILED)
    for _ in range(2):
        follow_delivery(actor=SETUP, alert_id=alert.pk, delivery_id=row.pk, now=now)
    [call] = open_calls(county.reader)
    assert (call.to_name, call.to_phone) == ("值班室", "13800000001")


def test_a_call_that_is_read_back_is_the_acknowledgement(county: County, now: datetime) -> None:
    alert = confirmed(county, now)
    [call] = open_calls(county.reader)
    note_call(actor=county.reader, call_id=call.pk, spoken=Spoken(answered=False, note="占线"), now=now)
    spoken = Spoken(answered=True, spoke_to="李护士", read_back="张三，急性心梗")
    note_call(actor=county.reader, call_id=call.pk, spoken=spoken, now=now)
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.read_back) == ("acknowledged", "李护士", "张三，急性心梗")
    assert alert.notified_by == ["message", "call"]
    with pytest.raises(TianmuError) as error:
        note_call(actor=county.reader, call_id=call.pk, spoken=spoken, now=now)
    assert error.value.code == "ecg.call_done"
    with pytest.raises((MissingError, RefusedError)):
        note_call(actor=county.sender, call_id=call.pk, spoken=spoken, now=now)


def test_an_institution_has_its_own_contacts_and_limits(county: County, now: datetime) -> None:
    document = _loop()
    document["content"]["minutes"]["critical"]["confirm"] = 2
    load_version(document={**document, "version": "quick"}, unit=county.township.unit)
    with_contacts(county.centre, "department_head")
    alert = raised(county, now)
    assert alert.due_at == now + timedelta(minutes=2)
    escalate_due(actor=SETUP, now=now + timedelta(minutes=2))
    assert Delivery.objects.get().to_name == "值班室"


def test_it_is_taken_passed_on_and_silenced_with_a_reason(county: County, now: datetime) -> None:
    alert = raised(county, now)
    assert take_alert(actor=county.reader, alert_id=alert.pk, now=now).taken_by == county.reader.name
    to = county.second_reader.demand_account()
    passed = pass_on_alert(actor=county.reader, alert_id=alert.pk, to=to, note="我去手术室", now=now)
    assert passed.taken_by == county.second_reader.name
    assert Message.objects.filter(topic="ecg.alert_passed", account_id=to).count() == 1
    with pytest.raises(MissingError):
        pass_on_alert(actor=county.reader, alert_id=alert.pk, to=county.stranger.demand_account(), note="", now=now)
    mute_alert(actor=county.reader, alert_id=alert.pk, reason="正在抢救", now=now)
    assert steps(alert) == ["raise", "take", "pass_on", "mute"]


def test_the_review_comes_once_and_after_the_end(county: County, now: datetime) -> None:
    boss, alert = head(county), acknowledged(county, now)

    def review(verdict: Verdict, note: str) -> str:
        return review_alert(actor=boss, alert_id=alert.pk, verdict=verdict, note=note, now=now).verdict

    with pytest.raises(TianmuError, match="already"):
        review(Verdict.PROPER, "")
    alerts.dispose_alert(actor=county.sender, alert_id=alert.pk, disposal="转诊", now=now, chart_note="病历")
    with pytest.raises(TianmuError, match="why"):
        review(Verdict.LATE, "")
    assert review(Verdict.LATE, "接收晚") == "late"
    with pytest.raises(TianmuError):
        review(Verdict.PROPER, "")


def test_the_register_finds_and_its_figures_open_their_rows(county: County, now: datetime) -> None:
    first = acknowledged(county, now)
    second = raised(county, now, code="vt", seed=42)
    alerts.reject_alert(actor=county.reader, alert_id=second.pk, reason="伪差", now=now)
    third = raised(county, now, code="vf", seed=43)
    alerts.confirm_alert(actor=county.reader, alert_id=third.pk, now=now + timedelta(minutes=9))

    def keys(**wanted: Any) -> set[object]:
        return set(register(county.reader, RegisterQuery(**wanted)).values_list("pk", flat=True))

    assert keys() == {first.pk, second.pk, third.pk}
    assert keys(state="open") == {first.pk, third.pk}
    assert keys(late=True) == {third.pk}
    assert keys(search=third.order.number) == {third.pk}
    assert keys(since=now + timedelta(days=1)) == set()
    found = {one.index: one for one in critical_figures(county.reader, RegisterQuery())}
    assert found[Index.FALSE].rate == pytest.approx(1 / 3)
    assert keys(index=Index.TIMELY) == {first.pk}
    assert keys(index=Index.TIMELY, counted=False) == {third.pk}
    assert set(register(county.stranger, RegisterQuery())) == set()


def test_the_register_is_exported_by_those_who_may_and_written_down(county: County, now: datetime) -> None:
    boss, alert = head(county), acknowledged(county, now)
    text = critical_register.as_csv(boss, RegisterQuery(), now).decode("utf-8-sig")
    assert alert.order.number in text
    assert "ST V2 0.31 mV" in text
    book = zipfile.ZipFile(io.BytesIO(critical_register.as_xlsx(boss, RegisterQuery(), now)))
    assert alert.order.number in book.read("xl/sharedStrings.xml").decode()
    pdf = critical_register.as_pdf(boss, RegisterQuery(), now)
    assert pdf.startswith(b"%PDF")
    with pytest.raises(RefusedError):
        critical_register.as_csv(county.reader, RegisterQuery(), now)


def test_people_and_scheduler_in_any_order_never_close_it_silently(county: County, now: datetime) -> None:
    acts: list[Callable[[Actor, Any, datetime], object]] = [
        lambda who, key, at: alerts.confirm_alert(actor=who, alert_id=key, now=at),
        lambda who, key, at: alerts.reject_alert(actor=who, alert_id=key, reason="伪差", now=at),
        lambda who, key, at: alerts.acknowledge_alert(actor=who, alert_id=key, read_back="复述", now=at),
        lambda who, key, at: alerts.dispose_alert(actor=who, alert_id=key, disposal="转诊", now=at),
        lambda who, key, at: alerts.chart_alert(actor=who, alert_id=key, note="病历", now=at),
        lambda who, key, at: ask_to_close(actor=who, alert_id=key, reason="离院", now=at),
        lambda who, key, at: answer_close(actor=who, alert_id=key, agree=True, reason="", now=at),
        lambda who, key, at: answer_close(actor=who, alert_id=key, agree=False, reason="不同意", now=at),
        lambda who, key, at: take_alert(actor=who, alert_id=key, now=at),
    ]
    people = (county.sender, county.reader, county.second_reader, county.stranger)

    class House(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.mark = transaction.savepoint()
            self.now = now
            self.key = raised(county, now).pk

        @rule(minutes=st.integers(1, 90))
        def time_passes(self, minutes: int) -> None:
            self.now += timedelta(minutes=minutes)

        @rule(act=st.sampled_from(acts), who=st.sampled_from(people))
        def somebody_acts(self, act: Callable[[Actor, Any, datetime], object], who: Actor) -> None:
            before = AlertStep.objects.filter(alert_id=self.key).count()
            try:
                with transaction.atomic():
                    act(who, self.key, self.now)
            except TianmuError:
                assert AlertStep.objects.filter(alert_id=self.key).count() == before

        @rule()
        def the_scheduler_runs(self) -> None:
            escalate_due(actor=SETUP, now=self.now)

        @invariant()
        def the_row_is_what_the_log_says(self) -> None:
            alert = Alert.objects.select_related("order", "loop_rules").get(pk=self.key)
            log = log_of(alert)
            read = read_loop(log, loop_rules(alert), log[-1].at)
            assert (alert.state, alert.due_at, alert.inputs_sha256) == (read.state, read.due_at, read.inputs_sha256)
            assert alert.notified_at == read.reached.get(Stage.NOTIFY)
            names = steps(alert)
            if alert.state == "closed" and "agree_close" not in names:
                assert {"confirm", "acknowledge", "dispose", "chart"} <= set(names)
            if "agree_close" in names:
                by = {one.step: one.account_id for one in alert.steps.order_by("id")}
                assert by["agree_close"] != by["ask_close"]

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.mark)

    assert connection.in_atomic_block
    run_state_machine_as_test(
        House,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
