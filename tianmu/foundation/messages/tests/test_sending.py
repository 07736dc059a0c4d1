"""Sendings over real gateways: taken once, repeated with pauses, refused for good, receipts in any order."""

import email
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.policy import default as modern
from uuid import UUID

import pytest
from django.utils import timezone

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import RefusedError
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.events.models import OutboxEvent
from tianmu.foundation.messages.choices import Channel, DeliveryState
from tianmu.foundation.messages.gateways.settings import GatewaySettingsError, mail_server, sms_gateway
from tianmu.foundation.messages.models import Delivery
from tianmu.foundation.messages.permissions import Right
from tianmu.foundation.messages.rules import LEASE, MOST_ATTEMPTS, next_try
from tianmu.foundation.messages.sending import Note, dispatch, take_receipt, try_overdue, try_to_send
from tianmu.foundation.messages.tests.gateways import HttpGateway, Letters, http_gateway, smtp_server

pytestmark = pytest.mark.django_db
SUBJECT = ("ecg_alert", uuid7())
SMS = Note(Channel.SMS, "13800000001", "值班", "ecg.critical", "张*，急性心肌梗死，请接收")
LETTER = Note(Channel.MAIL, "duty@h.example", "值班", "ecg.critical", "张*，请接收", subject="心电危急值")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpGateway]:
    with http_gateway() as running:
        monkeypatch.setenv("TIANMU_SMS_URL", running.url)
        monkeypatch.setenv("TIANMU_SMS_TOKEN", running.token)
        yield running


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    with smtp_server() as running:
        monkeypatch.setenv("TIANMU_SMTP_URL", f"smtp://127.0.0.1:{running.port}")
        monkeypatch.setenv("TIANMU_MAIL_FROM", "tianmu@ly.example")
        yield running


def asked(note: Note = SMS, once: str = "one") -> Delivery:
    return dispatch(note=note, once=once, about=SUBJECT, now=timezone.now())


def sent(row: Delivery, now: datetime | None = None) -> Delivery:
    try_to_send(delivery_id=row.pk, now=now or timezone.now())
    row.refresh_from_db()
    return row


def test_a_short_message_goes_out_once_however_often_it_is_asked_for(gateway: HttpGateway) -> None:
    row, again = asked(), asked()
    assert row.pk == again.pk
    sent(row)
    sent(row)
    assert (row.state, row.reference, row.to_shown) == ("accepted", f"r-{str(row.pk)[:8]}", "138****0001")
    [body] = gateway.calls
    assert (body["to"], body["text"], body["key"]) == (SMS.to, SMS.text, str(row.pk))
    assert OutboxEvent.objects.filter(name="messages.delivery_settled").count() == 1


def test_a_busy_gateway_is_asked_again_after_growing_pauses_and_given_up_at_last(gateway: HttpGateway) -> None:
    gateway.statuses = [503] * MOST_ATTEMPTS
    row, now, pauses = asked(), timezone.now(), []
    for _ in range(MOST_ATTEMPTS):
        sent(row, now)
        if row.next_try_at:
            pauses.append(round((row.next_try_at - now).total_seconds()))
            assert try_overdue(now=row.next_try_at - timedelta(seconds=1)) == 0
            now = row.next_try_at
    assert pauses == [5, 15, 45, 135, 405, 900, 900]
    assert (row.state, row.reason, len(gateway.calls)) == ("failed", "HTTP 503", MOST_ATTEMPTS)
    assert next_try(MOST_ATTEMPTS, now) is None


def test_the_sweep_sends_what_a_dead_worker_had_claimed_and_the_gateway_takes_it_once(gateway: HttpGateway) -> None:
    row, now = asked(), timezone.now()
    sent(row, now)
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.QUEUED, next_try_at=now + LEASE)
    assert try_overdue(now=now) == 0
    assert try_overdue(now=now + LEASE) == 1
    assert (len(gateway.calls), len(gateway.taken)) == (2, 1)
    assert Delivery.objects.get().state == "accepted"


def test_a_refused_message_is_not_tried_again(gateway: HttpGateway) -> None:
    gateway.token = "another"
    row = sent(asked())
    assert (row.state, row.reason, row.next_try_at) == ("failed", "HTTP 401", None)


def test_a_gateway_that_is_away_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_SMS_URL", "http://127.0.0.1:9/")
    assert (sent(asked()).state, Delivery.objects.get().attempts) == ("queued", 1)


def test_without_a_gateway_nothing_pretends_to_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIANMU_SMS_URL", raising=False)
    row = sent(asked())
    assert (row.state, row.reason) == ("failed", "no gateway is configured")


def test_a_letter_arrives_at_a_real_server_with_its_words_and_one_message_id(letters: Letters) -> None:
    row = sent(asked(LETTER))
    assert (row.state, row.to_shown) == ("accepted", "d***@h.example")
    [raw] = letters.taken
    letter = email.message_from_bytes(raw, policy=modern)
    assert (letter["To"], letter["Subject"], letter["Message-ID"]) == (
        LETTER.to,
        LETTER.subject,
        f"<{row.pk}@ly.example>",
    )
    assert letter.get_content().strip() == LETTER.text


@pytest.mark.parametrize(("code", "state"), [(550, "failed"), (451, "queued")])
def test_a_mail_server_refuses_for_good_or_for_now(letters: Letters, code: int, state: str) -> None:
    letters.refused[LETTER.to] = code
    row = sent(asked(LETTER))
    assert (row.state, row.reason) == (state, f"SMTP {code}")


def test_receipts_settle_a_sending_and_what_arrived_stays_arrived(gateway: HttpGateway) -> None:
    row = sent(asked())
    county = make_county()
    gate = actor_for(
        make_person("gate", county.top, [Right.RECEIPT], kind=AccountKind.APPLICATION), timezone.now(), client="desk"
    )

    def receipt(key: UUID, *, delivered: bool) -> str:
        return take_receipt(actor=gate, delivery_id=key, delivered=delivered, reason="", now=timezone.now()).state

    assert receipt(row.pk, delivered=False) == "failed"
    assert receipt(row.pk, delivered=True) == "delivered"
    assert receipt(row.pk, delivered=False) == "delivered"
    stranger = actor_for(make_person("stranger", county.first), timezone.now(), client="desk")
    with pytest.raises(RefusedError):
        take_receipt(actor=stranger, delivery_id=row.pk, delivered=True, reason="", now=timezone.now())


def test_the_door_for_receipts_takes_a_repeat_and_names_what_it_does_not_know(gateway: HttpGateway) -> None:
    row = sent(asked())
    browser = browser_of(make_person("gate", make_county().top, [Right.RECEIPT]))
    body = {"key": str(row.pk), "state": "delivered"}
    for _ in range(2):
        assert browser.post("/api/v1/messages/receipts", body, content_type="application/json").status_code == 204
    body["key"] = str(uuid7())
    assert browser.post("/api/v1/messages/receipts", body, content_type="application/json").status_code == 404
    assert len(gateway.taken) == 1


def test_settings_that_cannot_be_used_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("TIANMU_SMS_URL", "ftp://x")
    with pytest.raises(GatewaySettingsError, match="TIANMU_SMS_URL"):
        sms_gateway()
    monkeypatch.setenv("TIANMU_SMTP_URL", "smtps://user%40h@mail.example")
    monkeypatch.delenv("TIANMU_MAIL_FROM", raising=False)
    with pytest.raises(GatewaySettingsError, match="TIANMU_MAIL_FROM"):
        mail_server()
    monkeypatch.setenv("TIANMU_MAIL_FROM", "a@b.example")
    monkeypatch.setenv("TIANMU_SMTP_PASSWORD_FILE", f"{tmp_path}/none")
    with pytest.raises(GatewaySettingsError, match="TIANMU_SMTP_PASSWORD_FILE"):
        mail_server()
    monkeypatch.setenv("TIANMU_SMTP_PASSWORD_FILE", __file__)
    server = mail_server()
    assert server is not None
    assert (server.host, server.port, server.user, server.encryption) == ("mail.example", 465, "user@h", "s")
