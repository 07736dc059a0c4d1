"""Sending results to hospital systems: one ORU^R01 over MLLP, ended by the receiver's acknowledgement."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from tianmu.exchange.hl7v2.models import PlacedOrder
from tianmu.exchange.hl7v2.rules.mllp import MllpError, Unframer, framed
from tianmu.exchange.hl7v2.rules.results import Result, read_acknowledgement, result_message
from tianmu.exchange.hl7v2.rules.text import Hl7Error
from tianmu.exchange.partners.choices import Results
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.outcomes import Answer
from tianmu.exchange.partners.parcel import Parcel
from tianmu.exchange.partners.transports import Transport

SECONDS = 30.0
CONTROL_ID_LENGTH = 20


def result_of(partner: Partner, parcel: Parcel) -> Result:
    """Return what a partner is told of a parcel."""
    content, order = parcel.content, parcel.order
    placed = PlacedOrder.objects.filter(partner=partner, order_id=order.pk).first()
    paper = partner.results in {Results.PAPER, Results.BOTH}
    return Result(
        control_id=parcel.sending_id.hex[-CONTROL_ID_LENGTH:].upper(),
        order=order.pk,
        number=order.number,
        placer=placed.placer if placed else "",
        version=parcel.version.number,
        person=order.patient_id,
        name=content["patient"]["name"],
        sex=content["patient"]["sex"],
        birth_date=parcel.birth_date,
        department=order.department,
        requested_by=order.requested_by,
        centre=content["order"]["centre"],
        origin=content["order"]["origin"],
        acquired_at=parcel.acquired_at,
        signed_at=parcel.signed_at,
        reader=parcel.signer("reader"),
        reviewer=parcel.signer("reviewer", "late_review"),
        measurements=content["measurements"],
        findings=content["findings"],
        conclusion=tuple(line["text"] for line in content["conclusion"]),
        abnormal=content["conclusion_class"] in {"abnormal", "borderline"},
        critical=parcel.critical,
        verify_url=parcel.verify_url,
        pdf=parcel.pdf if paper else None,
    )


def send(partner: Partner, parcel: Parcel) -> Answer:
    """Tell a partner of a result and wait for its acknowledgement.

    Raises:
        OSError: nobody answers.

    """
    result = result_of(partner, parcel)
    message = result_message(result, receiver=partner.identifier, now=timezone.localtime())
    try:
        said = read_acknowledgement(asked(partner, message), result.control_id)
    except (Hl7Error, MllpError) as error:
        return Answer(accepted=False, final=False, text=str(error))
    return Answer(accepted=said.accepted, final=said.final, text=said.text)


def probe(partner: Partner) -> Answer:
    """See whether a partner listens.

    Raises:
        OSError: nobody answers.

    """
    with connection(partner):
        return Answer(accepted=True, final=True, text=f"{partner.host}:{partner.port}")


def asked(partner: Partner, message: bytes) -> bytes:
    """Return the answer to one message.

    Raises:
        OSError: nobody answers, or the line is cut before an answer.
        MllpError: the answer is no MLLP.

    """
    unframer = Unframer()
    with connection(partner) as line:
        line.sendall(framed(message))
        while data := line.recv(65536):
            whole = unframer.feed(data)
            if whole:
                return whole[0]
    raise ConnectionError("The line was cut before an answer came.")


@contextmanager
def connection(partner: Partner) -> Iterator[socket.socket]:
    """Open a connection with limits on the time for everything."""
    with socket.create_connection((partner.host, partner.port or 0), SECONDS / 3) as line:
        line.settimeout(SECONDS)
        yield line


TRANSPORT = Transport(send=send, probe=probe)
