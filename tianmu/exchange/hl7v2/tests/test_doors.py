"""Both doors of HL7 over real sockets: orders come in, results go out and are acknowledged."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.tests.county import County
from tianmu.exchange.hl7v2.rules.mllp import Unframer, framed
from tianmu.exchange.hl7v2.rules.orders import acknowledgement
from tianmu.exchange.hl7v2.rules.text import Segment, parsed
from tianmu.exchange.hl7v2.server import Server, handle
from tianmu.exchange.hl7v2.tests.test_messages import ORDER
from tianmu.exchange.hl7v2.transport import probe
from tianmu.exchange.partners.actions.sending import ask_to_send, try_to_send
from tianmu.exchange.partners.tests.reported import make_receiver, signed_order

Handler = Callable[[bytes, str | None], bytes]


@contextmanager
def listening(handler: Handler) -> Iterator[int]:
    """Run a server in a thread of its own as long as the block lasts."""
    loop = asyncio.new_event_loop()
    server = Server(handler)
    port = loop.run_until_complete(server.start("127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def told(port: int, text: str) -> list[Segment]:
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        line.sendall(framed(text.encode()))
        unframer = Unframer()
        while True:
            whole = unframer.feed(line.recv(65536))
            if whole:
                return parsed(whole[0])


def partner_of(county: County) -> None:
    make_receiver(county.township, identifier="HIS", protocol="hl7v2", results="nothing")


@pytest.mark.django_db(transaction=True)
def test_an_order_comes_in_once_and_is_cancelled_by_its_placer(county: County) -> None:
    partner_of(county)
    with listening(handle) as port:
        first, second = told(port, ORDER), told(port, ORDER)
        order = Order.objects.get()
        for answer in (first, second):
            assert (answer[1].text(1), answer[1].text(2), answer[1].text(3)) == ("AA", "M1", order.number)
        assert (order.patient.name, order.urgency, order.department) == ("张三", "emergency", "内科")
        assert (order.requested_by, order.clinical_note) == ("王五", "胸痛 2 小时")
        gone = told(port, ORDER.replace("ORC|NW", "ORC|CA"))
        assert gone[1].text(1) == "AA"
    order.refresh_from_db()
    assert order.state == "withdrawn"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change", [("|HIS|", "|STRANGER|"), ("ORC|NW", "ORC|CA"), ("ORM^O01", "ADT^A08"), ("张三", "")]
)
def test_what_cannot_be_done_is_answered_and_leaves_nothing(county: County, change: tuple[str, str]) -> None:
    partner_of(county)
    with listening(handle) as port:
        answer = told(port, ORDER.replace(*change))
    assert answer[1].text(1) == "AR"
    assert answer[2].name == "ERR"
    assert not Order.objects.exists()


def test_a_line_that_speaks_something_else_is_closed() -> None:
    with listening(lambda _data, _address: b"") as port, socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert line.recv(100) == b""


@pytest.mark.django_db
def test_a_signed_report_is_told_and_acknowledged(county: County) -> None:
    kept: list[list[Segment]] = []
    codes = iter(["AE", "AA"])

    def receive(data: bytes, _address: str | None) -> bytes:
        kept.append(parsed(data))
        return acknowledgement(data, now=timezone.localtime(), code=next(codes))

    with listening(receive) as port:
        partner = make_receiver(county.centre, identifier="HIS", protocol="hl7v2", port=port)
        assert probe(partner).accepted
        order = signed_order(county)
        (sending,) = ask_to_send(order=order, version=1, now=timezone.now())
        first = try_to_send(sending_id=sending.pk, now=timezone.now())
        assert first is not None
        assert first.state == "waiting"
        second = try_to_send(sending_id=sending.pk, now=timezone.now() + timedelta(minutes=2))
    assert second is not None
    assert (second.state, second.answer) == ("sent", "AA")
    by_name = {one.name: one for one in reversed(kept[1])}
    assert kept[0][0].text(10) == kept[1][0].text(10)
    assert by_name["OBR"].text(3) == order.number
    assert by_name["OBR"].text(33, 2) == "王医生"
    values = {one.text(3): one for one in kept[1] if one.name == "OBX"}
    assert values["CONCLUSION"].text(5) == "窦性心律"
    assert values["PDF"].text(5, 5).startswith("JVBERi0")
