"""Sending to carts and archives: C-STORE of what was signed, C-ECHO to see whether they listen."""

import io
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from pydicom.filereader import dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tianmu.clinical.ecg.engine.derived import with_derived_leads
from tianmu.exchange.dicom.rules.results import Signed, report_object, study_of, waveform_object
from tianmu.exchange.dicom.rules.statuses import storage_answer
from tianmu.exchange.partners.choices import Results
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.outcomes import Answer
from tianmu.exchange.partners.parcel import Parcel
from tianmu.exchange.partners.transports import Transport

TITLE = os.environ.get("TIANMU_DICOM_TITLE", "TIANMU")
SECONDS = 30.0
_KEYS = {
    "ventricular_rate": "heart_rate",
    "p_ms": "p_duration",
    "pr_ms": "pr_interval",
    "qrs_ms": "qrs_duration",
    "qt_ms": "qt_interval",
    "qtc_bazett_ms": "qtc_bazett",
    "qtc_fridericia_ms": "qtc_fridericia",
    "p_axis_deg": "p_axis",
    "qrs_axis_deg": "qrs_axis",
    "t_axis_deg": "t_axis",
}


def objects_of(partner: Partner, parcel: Parcel) -> Iterator[bytes]:
    """Yield the objects that a partner receives of a parcel."""
    signed = _signed(parcel)
    charset = partner.charset or "ISO_IR 192"
    if partner.results in {Results.DATA, Results.BOTH}:
        measured = parcel.content["measurements"]
        recording = replace(
            with_derived_leads(parcel.recording),
            measurements={theirs: measured[ours] for ours, theirs in _KEYS.items() if measured.get(ours) is not None},
            statements=tuple(line["text"] for line in parcel.content["conclusion"]),
        )
        yield waveform_object(signed, recording, charset=charset)
    if partner.results in {Results.PAPER, Results.BOTH}:
        yield report_object(signed, parcel.pdf, charset=charset)


def send(partner: Partner, parcel: Parcel) -> Answer:
    """Store what was signed at a partner; the first object that it does not take ends the delivery.

    Raises:
        OSError: nobody answers, or the association is refused.

    """
    objects = [dcmread(io.BytesIO(data)) for data in objects_of(partner, parcel)]
    with association(partner, [one.SOPClassUID for one in objects]) as peer:
        for one in objects:
            if not any(context.abstract_syntax == one.SOPClassUID for context in peer.accepted_contexts):
                return Answer(accepted=False, final=True, text=f"The partner takes no {one.SOPClassUID.name}.")
            answer = storage_answer(peer.send_c_store(one).get("Status"))
            if not answer.accepted:
                return answer
    return Answer(accepted=True, final=True, text=f"{len(objects)} objects stored")


def probe(partner: Partner) -> Answer:
    """Verify that a partner answers (C-ECHO).

    Raises:
        OSError: nobody answers, or the association is refused.

    """
    with association(partner, ["1.2.840.10008.1.1"]) as peer:
        return storage_answer(peer.send_c_echo().get("Status"))


@contextmanager
def association(partner: Partner, classes: list[str]) -> Iterator[Any]:
    """Open an association for some classes, released at the end; who does not listen at all is found out before.

    Raises:
        OSError: nobody answers, or the association is refused.

    """
    entity = import_module("pynetdicom").AE(ae_title=TITLE)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = SECONDS
    entity.connection_timeout = SECONDS / 3
    for one in dict.fromkeys(classes):
        entity.add_requested_context(one, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    socket.create_connection((partner.host, partner.port or 0), SECONDS / 3).close()
    peer = entity.associate(partner.host, partner.port, ae_title=partner.identifier)
    if not peer.is_established:
        message = "The partner refused the association." if peer.is_rejected else "The partner does not answer."
        raise ConnectionError(message)
    try:
        yield peer
    finally:
        if peer.is_established:
            peer.release()


def _signed(parcel: Parcel) -> Signed:
    order = parcel.order
    return Signed(
        order=order.pk,
        number=order.number,
        version=parcel.version.number,
        person=order.patient_id,
        name=parcel.content["patient"]["name"],
        sex=parcel.content["patient"]["sex"],
        birth_date=parcel.birth_date,
        institution=parcel.content["order"]["centre"],
        acquired_at=parcel.acquired_at,
        signed_at=parcel.signed_at,
        title="心电图诊断报告",
        study=study_of(parcel.original),
    )


TRANSPORT = Transport(send=send, probe=probe)
