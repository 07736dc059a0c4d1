"""Deliveries: asked for once, tried until they arrive, given up with a reason, sent again by a person."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.actions.orders import void_order
from tianmu.clinical.ecg.tests.county import County
from tianmu.exchange.partners import transports
from tianmu.exchange.partners.actions.partners import PartnerDraft, change_partner
from tianmu.exchange.partners.actions.sending import ask_to_send, send_again, try_to_send
from tianmu.exchange.partners.models import Partner, Sending
from tianmu.exchange.partners.outcomes import Answer
from tianmu.exchange.partners.parcel import Parcel
from tianmu.exchange.partners.rules.identifiers import is_host, is_identifier
from tianmu.exchange.partners.rules.trying import GIVEN_UP_AFTER, next_try
from tianmu.exchange.partners.tests.reported import make_receiver, signed_order
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.models import AuditLine

HOUSE = system("test")


class Post:
    """A transport that answers what the test says."""

    def __init__(self) -> None:
        self.answers: list[Answer | OSError] = []
        self.parcels: list[Parcel] = []

    def send(self, _partner: Partner, parcel: Parcel) -> Answer:
        self.parcels.append(parcel)
        answer = self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    transport = transports.Transport(send=made.send, probe=lambda _partner: Answer(True, True, ""))
    monkeypatch.setitem(transports._transports, "dicom", transport)
    return made


def test_a_signed_report_goes_once_to_each_partner_above_its_origin_or_centre(county: County) -> None:
    at_centre = make_receiver(county.centre)
    make_receiver(county.other_township, identifier="FAR")
    make_receiver(county.township, identifier="SILENT", results="nothing")
    make_receiver(county.township, identifier="GONE", active=False)
    at_origin = make_receiver(county.township, identifier="NEAR", protocol="hl7v2")
    order = signed_order(county)
    now = timezone.now()
    made = ask_to_send(order=order, version=1, now=now)
    assert {one.partner_id for one in made} == {at_centre.pk, at_origin.pk}
    assert ask_to_send(order=order, version=1, now=now) == []


def test_a_delivery_is_tried_until_it_arrives_and_every_view_is_noted(county: County, post: Post) -> None:
    make_receiver(county.centre)
    order = signed_order(county)
    (sending,) = ask_to_send(order=order, version=1, now=timezone.now())
    post.answers = [ConnectionRefusedError("nobody"), Answer(False, False, "busy"), Answer(True, True, "stored")]
    begun = timezone.now()
    states = []
    for minutes in (0, 1, 3):
        done = try_to_send(sending_id=sending.pk, now=begun + timedelta(minutes=minutes))
        assert done is not None
        states.append((done.state, done.tries))
    assert states == [("waiting", 1), ("waiting", 2), ("sent", 3)]
    assert try_to_send(sending_id=sending.pk, now=begun) is None
    assert Sending.objects.get().answer == "stored"
    lines = AuditLine.objects.filter(action="ecg.report.send", person_id=county.patient.pk)
    assert {line.actor_name for line in lines} == {"delivery to 影像归档"}
    assert lines.count() == 3


def test_a_refusal_for_good_ends_the_delivery_until_a_person_sends_it_again(county: County, post: Post) -> None:
    make_receiver(county.centre)
    (sending,) = ask_to_send(order=signed_order(county), version=1, now=timezone.now())
    with pytest.raises(ConflictError):
        send_again(actor=HOUSE, sending_id=sending.pk, now=timezone.now())
    post.answers = [Answer(False, True, "no such class"), Answer(True, True, "stored")]
    refused = try_to_send(sending_id=sending.pk, now=timezone.now())
    assert refused is not None
    assert (refused.state, refused.next_at) == ("refused", None)
    send_again(actor=HOUSE, sending_id=sending.pk, now=timezone.now())
    sent = try_to_send(sending_id=sending.pk, now=timezone.now())
    assert sent is not None
    assert sent.state == "sent"
    assert AuditLine.objects.filter(action="partners.sending.again").count() == 1


def test_a_report_that_was_voided_meanwhile_stays_here(county: County, post: Post) -> None:
    make_receiver(county.centre)
    order = signed_order(county)
    (sending,) = ask_to_send(order=order, version=1, now=timezone.now())
    void_order(actor=HOUSE, order_id=order.pk, reason="病人选错", now=timezone.now())
    done = try_to_send(sending_id=sending.pk, now=timezone.now())
    assert done is not None
    assert done.state == "refused"
    assert post.parcels == []


def test_after_three_days_it_is_given_up(county: County, post: Post) -> None:
    make_receiver(county.centre)
    (sending,) = ask_to_send(order=signed_order(county), version=1, now=timezone.now())
    post.answers = [TimeoutError("slow")]
    late = try_to_send(sending_id=sending.pk, now=sending.asked_at + GIVEN_UP_AFTER)
    assert late is not None
    assert late.state == "failed"
    assert "slow" in late.answer


def test_one_identifier_is_one_partner_and_a_stale_change_is_refused(county: County) -> None:
    partner = make_receiver(county.centre)
    with pytest.raises(ConflictError):
        make_receiver(county.township)
    draft = PartnerDraft(name="归档二", protocol="dicom", identifier="ARCHIVE")
    changed = change_partner(actor=HOUSE, partner_id=partner.pk, draft=draft, expected=1)
    assert (changed.name, changed.version) == ("归档二", 2)
    with pytest.raises(ConflictError):
        change_partner(actor=HOUSE, partner_id=partner.pk, draft=draft, expected=1)


@pytest.mark.parametrize(
    "changes", [{"identifier": "A B"}, {"identifier": "X" * 17}, {"host": "a b"}, {"host": "224.0.0.1"}, {"host": ""}]
)
def test_what_is_no_identifier_or_address_is_refused(county: County, changes: dict[str, str]) -> None:
    with pytest.raises(TianmuError):
        make_receiver(county.centre, **changes)
    assert not Partner.objects.exists()


@given(st.integers(1, 1000), st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4)))
def test_tries_lie_in_the_future_and_end(tries: int, passed: timedelta) -> None:
    begun = timezone.now()
    following = next_try(tries, begun, begun + passed)
    if following is None:
        assert passed > GIVEN_UP_AFTER - timedelta(hours=1)
    else:
        assert begun + passed < following <= begun + GIVEN_UP_AFTER


def test_names_and_addresses_that_may_be_entered() -> None:
    assert is_identifier("CART_1.a", dicom=True)
    assert is_identifier("医院 HIS", dicom=False)
    assert not is_identifier("HIS|x", dicom=False)
    for host in ("10.1.2.3", "pacs.county", "::1", "localhost"):
        assert is_host(host)
    for host in ("", "a b", "1.2.3", "0.0.0.0", "http://x"):  # noqa: S104
        assert not is_host(host)
