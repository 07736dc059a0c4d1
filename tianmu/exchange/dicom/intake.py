"""What carts ask of the house: the examinations that wait for them, and taking their recordings in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from pydicom.dataset import Dataset

from tianmu.clinical.ecg.actions.importing import Received, Sent, import_recording
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.selectors.acquisition import order_numbered, to_acquire, waiting_order_of
from tianmu.exchange.dicom.rules.names import person_of
from tianmu.exchange.dicom.rules.worklist import Planned, answer, item_of, matches
from tianmu.exchange.partners.actions.partners import heard
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.selectors import actor_of_partner
from tianmu.foundation.access.errors import ConflictError
from tianmu.registry.residents.identity import resolve

DAYS_BACK = timedelta(days=7)
MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that a cart sends: its bytes as a file, and what its head says."""

    data: bytes
    instance: str
    accession: str
    patient: str


def worklist(partner: Partner, query: Dataset, address: str | None) -> Iterator[Dataset]:
    """Yield the answers to a cart's query; which people it was told of is written down."""
    now = timezone.now()
    actor = actor_of_partner(partner, now, address)
    heard(partner=partner, now=now)
    path = partner.organization.unit.path
    for order in to_acquire(actor, path=path, since=now - DAYS_BACK, asked_by="dicom")[:MOST_ITEMS]:
        planned = Planned(
            key=order.pk,
            number=order.number,
            at=timezone.localtime(order.registered_at),
            person=order.patient_id,
            name=order.patient.name,
            sex=order.patient.sex,
            birth_date=order.patient.birth_date,
            department=order.department,
            requested_by=order.requested_by,
            clinical_note=order.clinical_note,
            urgent=order.urgency == "emergency",
        )
        item = item_of(
            planned,
            station=partner.identifier,
            charset=partner.charset or "ISO_IR 192",
            ideographs_first=partner.ideographs_first,
        )
        if matches(query, item):
            yield answer(query, item)


def take_in(partner: Partner, stored: Stored, address: str | None) -> Received:
    """Import what a cart has sent: for the order whose accession number it names, else for the person in it.

    An order that has its recording already keeps it; a further one becomes an examination of the same person.

    Raises:
        TianmuError: the bytes are no ECG, or the object is of another person than the order.

    """
    now = timezone.now()
    actor = actor_of_partner(partner, now, address)
    heard(partner=partner, now=now)
    origin = partner.organization
    person = person_of(stored.patient)
    order = order_numbered(actor, stored.accession)
    if order is None and person is not None:
        order = waiting_order_of(actor, person, path=origin.unit.path)
    if order is not None and person is not None and resolve(person) != order.patient_id:
        detail = "The recording is of another person than the order. Check the person and send again."
        raise ConflictError(Code.PATIENT_MISMATCH, detail)
    files = [(f"{stored.instance}.dcm"[:200], stored.data)]
    if order is not None:
        try:
            sent = Sent(order_id=order.pk)
            return import_recording(actor=actor, origin=origin, files=files, sent=sent, now=now)
        except ConflictError as error:
            if error.code != Code.STATE_CONFLICT:
                raise
    sent = Sent(patient=order.patient if order is not None else None)
    return import_recording(actor=actor, origin=origin, files=files, sent=sent, now=now)
