"""Expert consultation from question to signed conclusion, over a real database."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions import locks
from tianmu.clinical.ecg.actions.consultations import answering, asking, ending
from tianmu.clinical.ecg.actions.consultations.reminding import remind_experts
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.actions.reports import save_draft
from tianmu.clinical.ecg.events import ConsultationAsked
from tianmu.clinical.ecg.listeners import tell_experts
from tianmu.clinical.ecg.models import Consultation, Order
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.selectors.consultation_sheet import sheet_pdf
from tianmu.clinical.ecg.selectors.consultations import (
    WantedConsultations,
    consultation_counts,
    consultation_of,
    consultation_signal,
    consultations,
)
from tianmu.clinical.ecg.selectors.orders import signal_of
from tianmu.clinical.ecg.tests.county import SETUP, County, ecg_file
from tianmu.clinical.ecg.tests.test_reading_room import WORDING, signed
from tianmu.foundation.access.actions import grant_role, make_account
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import Account, Role
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.events.models import OutboxEvent
from tianmu.foundation.messages.models import Message
from tianmu.registry.organizations.models import Organization

OPINION = answering.Opinion(
    "房室分离，心室率 38 次/分。", [{"code": None, "text": "三度房室阻滞"}], "建议转上级医院", "differ"
)
LINES = [{"code": None, "text": "三度房室阻滞"}]


@pytest.fixture
def asker(county: County) -> Actor:
    """Return the reader with the right to ask."""
    role = Role.objects.get(code="reader")
    role.rights = [*role.rights, str(Right.VIEW_CONSULTATION), str(Right.ASK_CONSULTATION)]
    role.save()
    return actor_for(Account.objects.get(pk=county.reader.demand_account()), timezone.now(), client="desk")


def expert(county: County, name: str) -> Actor:
    """Return an expert of a house that neither sends nor reads."""
    role, _ = Role.objects.get_or_create(
        code="ecg_expert",
        defaults={"name": "专家", "rights": [str(Right.VIEW_CONSULTATION), str(Right.ANSWER_CONSULTATION)]},
    )
    unit = county.other_township.unit
    account = make_account(actor=SETUP, kind=AccountKind.STAFF, login=name, name=name, home=unit, person_id=None)
    grant_role(actor=SETUP, account=account, role=role, unit=unit, starts_on=timezone.localdate())
    return actor_for(account, timezone.now(), client="desk")


def being_read(county: County, reader: Actor, now: datetime, seed: int = 1) -> Order:
    """Send an ECG that the reader opens and begins to write about."""
    received = import_recording(
        actor=county.sender,
        origin=county.township,
        files=[ecg_file(seed=seed)],
        sent=Sent(patient=county.patient, acquired_at=now),
        now=now,
    )
    locks.open_order(actor=reader, order_id=received.order.pk, now=now)
    save_draft(actor=reader, order_id=received.order.pk, wording=WORDING, expected=None, now=now)
    return received.order


def asked(reader: Actor, order: Order, experts: list[Actor], now: datetime, urgency: str = "ordinary") -> Consultation:
    """Put the order to experts."""
    keys = [one.demand_account() for one in experts]
    question = asking.Question("三度房室阻滞？", keys, urgency)
    return asking.ask_consultation(actor=reader, order_id=order.pk, question=question, now=now)


def test_two_experts_answer_and_the_asker_concludes(county: County, asker: Actor) -> None:
    now = timezone.now()
    first, second = expert(county, "周教授"), expert(county, "吴教授")
    order = being_read(county, asker, now)
    row = asked(asker, order, [first, second], now)
    order.refresh_from_db()
    assert (order.state, order.lock_name, order.assigned_name) == ("in_consultation", "", "王医生")
    assert row.draft["conclusion"] == list(WORDING.conclusion)
    with pytest.raises(ConflictError, match="not possible"):
        locks.open_order(actor=asker, order_id=order.pk, now=now)

    for one in (first, second):
        answering.save_opinion(actor=one, consultation_id=row.pk, opinion=OPINION, expected=None, now=now)
    answering.sign_opinion(actor=first, consultation_id=row.pk, now=now)
    row.refresh_from_db()
    assert row.state == "open"
    shown = consultation_of(asker, row.pk)
    assert [one.content["text"] for one in shown.opinions.values()] == [OPINION.text], "a draft is its author's alone"
    answering.sign_opinion(actor=second, consultation_id=row.pk, now=now)
    row.refresh_from_db()
    assert row.state == "answered"

    conclusion = ending.Conclusion("采纳两位专家意见。", LINES)
    version = ending.conclude_consultation(actor=asker, consultation_id=row.pk, conclusion=conclusion, now=now)
    assert [one["expert"] for one in version.content["opinions"]] == ["吴教授", "周教授"]
    assert version.content["agreement"] == "differ"
    order.refresh_from_db()
    assert (order.state, order.assigned_to_id) == ("waiting", asker.account_id)
    locks.open_order(actor=asker, order_id=order.pk, now=now)
    name, pdf = sheet_pdf(first, row.pk)
    assert name == f"{order.number}-C1.pdf"
    assert pdf.startswith(b"%PDF")


def test_an_expert_sees_what_was_put_to_her_and_nothing_else(county: County, asker: Actor) -> None:
    now = timezone.now()
    first, stranger = expert(county, "周教授"), expert(county, "吴教授")
    order, other = being_read(county, asker, now), being_read(county, asker, now, seed=2)
    row = asked(asker, order, [first], now)
    recording = order.recordings.get()
    assert consultation_signal(first, row.pk, recording.pk)[0] == recording
    for actor, consultation, key in (
        (first, row.pk, other.recordings.get().pk),
        (stranger, row.pk, recording.pk),
        (county.stranger, row.pk, recording.pk),
    ):
        with pytest.raises(MissingError):
            consultation_signal(actor, consultation, key)
    with pytest.raises(MissingError):
        signal_of(first, recording.pk)
    assert [one.pk for one in consultations(first, WantedConsultations("to_answer"))] == [row.pk]
    assert not consultations(stranger, WantedConsultations())
    assert consultation_counts(first, now)["to_answer"] == 1
    seen = AuditLine.objects.filter(action="ecg.recording.view", account_id=first.demand_account())
    assert [line.person_id for line in seen] == [county.patient.pk]


def test_a_published_report_may_be_asked_about_and_stays_as_it_is(county: County, asker: Actor) -> None:
    now = timezone.now()
    received = import_recording(
        actor=county.sender,
        origin=county.township,
        files=[ecg_file()],
        sent=Sent(patient=county.patient, acquired_at=now),
        now=now,
    )
    order = signed(county, received.order, now)
    row = asked(asker, order, [expert(county, "周教授")], now)
    order.refresh_from_db()
    assert (order.state, row.holds_order) == ("signed", False)
    ending.cancel_consultation(actor=asker, consultation_id=row.pk, reason="已自行确诊", now=now)
    order.refresh_from_db()
    assert order.state == "signed"


def test_declining_ends_sight_and_lets_the_asker_ask_another(county: County, asker: Actor) -> None:
    now = timezone.now()
    first, second = expert(county, "周教授"), expert(county, "吴教授")
    row = asked(asker, being_read(county, asker, now), [first], now)
    answering.decline_invitation(actor=first, consultation_id=row.pk, reason="出差", now=now)
    with pytest.raises(MissingError):
        consultation_of(first, row.pk)
    conclusion = ending.Conclusion("无", LINES)
    with pytest.raises(ConflictError, match="No expert has answered"):
        ending.conclude_consultation(actor=asker, consultation_id=row.pk, conclusion=conclusion, now=now)
    later = now + timedelta(hours=3)
    asking.invite_more(actor=asker, consultation_id=row.pk, experts=[second.demand_account()], now=later)
    row.refresh_from_db()
    assert row.due_at == later + timedelta(hours=24)
    with pytest.raises(TianmuError, match="nobody twice"):
        asking.invite_more(actor=asker, consultation_id=row.pk, experts=[second.demand_account()], now=later)


def test_who_is_not_waited_for_is_named_with_the_reason(county: County, asker: Actor) -> None:
    now = timezone.now()
    first, second = expert(county, "周教授"), expert(county, "吴教授")
    row = asked(asker, being_read(county, asker, now), [first, second], now)
    answering.save_opinion(actor=first, consultation_id=row.pk, opinion=OPINION, expected=None, now=now)
    answering.sign_opinion(actor=first, consultation_id=row.pk, now=now)
    silent = ending.Conclusion("采纳", LINES)
    with pytest.raises(TianmuError, match="not answered yet"):
        ending.conclude_consultation(actor=asker, consultation_id=row.pk, conclusion=silent, now=now)
    told = ending.Conclusion("采纳", LINES, "患者转运在即")
    version = ending.conclude_consultation(actor=asker, consultation_id=row.pk, conclusion=told, now=now)
    assert version.content["not_waited_for"] == {"experts": ["吴教授"], "reason": "患者转运在即"}
    with pytest.raises(ConflictError, match="已完成"):
        answering.save_opinion(actor=second, consultation_id=row.pk, opinion=OPINION, expected=None, now=now)


def test_a_signed_opinion_changes_only_by_a_new_version(county: County, asker: Actor) -> None:
    now = timezone.now()
    first = expert(county, "周教授")
    row = asked(asker, being_read(county, asker, now), [first], now)
    with pytest.raises(TianmuError, match="Write an opinion first"):
        answering.sign_opinion(actor=first, consultation_id=row.pk, now=now)
    answering.save_opinion(actor=first, consultation_id=row.pk, opinion=OPINION, expected=None, now=now)
    answering.sign_opinion(actor=first, consultation_id=row.pk, now=now)
    with pytest.raises(ConflictError):
        answering.save_opinion(actor=first, consultation_id=row.pk, opinion=OPINION, expected=None, now=now)
    answering.amend_opinion(actor=first, consultation_id=row.pk, reason="补充", now=now)
    more = answering.Opinion("补充：未见 P 波传导。", LINES, "", "differ")
    answering.save_opinion(actor=first, consultation_id=row.pk, opinion=more, expected=None, now=now)
    shown = consultation_of(asker, row.pk)
    assert [one.content["text"] for one in shown.opinions.values()] == [OPINION.text]
    assert answering.sign_opinion(actor=first, consultation_id=row.pk, now=now).number == 2


def test_reminders_at_half_four_fifths_and_the_end(county: County, asker: Actor) -> None:
    now = timezone.now()
    first = expert(county, "周教授")
    row = asked(asker, being_read(county, asker, now), [first], now, "emergency")
    told = [minute for minute in range(31) if remind_experts(now=now + timedelta(minutes=minute))]
    assert told == [15, 24, 30]
    assert Message.objects.filter(topic="ecg.consultation_due", account_id=first.demand_account()).count() == 3
    assert Message.objects.filter(topic="ecg.consultation_due", account_id=asker.demand_account()).count() == 1
    assert row.due_at == now + timedelta(minutes=30)


def test_the_fact_that_was_asked_names_the_experts_and_they_are_told(county: County, asker: Actor) -> None:
    now = timezone.now()
    first = expert(county, "周教授")
    row = asked(asker, being_read(county, asker, now), [first], now)
    fact = ConsultationAsked.from_json(OutboxEvent.objects.get(name=ConsultationAsked.name).facts)
    assert (fact.consultation_id, fact.expert_ids, fact.video) == (row.pk, [first.account_id], False)
    tell_experts(fact)
    tell_experts(fact)
    [message] = Message.objects.filter(topic="ecg.consultation_asked")
    assert (message.account_id, message.link_id) == (first.account_id, row.pk)


def test_refusals_change_nothing(county: County, asker: Actor) -> None:
    now = timezone.now()
    order = being_read(county, asker, now)
    first = expert(county, "周教授")
    for unfit in ([], [asker.demand_account()], [county.sender.demand_account()]):
        question = asking.Question("?", unfit)
        with pytest.raises(TianmuError, match="Choose experts"):
            asking.ask_consultation(actor=asker, order_id=order.pk, question=question, now=now)
    with pytest.raises(RefusedError):
        asked(county.sender, order, [first], now)
    order.refresh_from_db()
    assert order.state == "in_progress"
    assert not Consultation.objects.exists()
    row = asked(asker, order, [first], now)
    with pytest.raises(ConflictError, match="is open"):
        asked(asker, order, [expert(county, "吴教授")], now)
    with pytest.raises(RefusedError):
        ending.cancel_consultation(actor=first, consultation_id=row.pk, reason="不想", now=now)


def test_an_invitation_names_the_house_of_the_expert(county: County, asker: Actor) -> None:
    now = timezone.now()
    row = asked(asker, being_read(county, asker, now), [expert(county, "周教授")], now)
    [one] = row.invitations.all()
    assert one.place == Organization.objects.get(pk=county.other_township.pk).name
