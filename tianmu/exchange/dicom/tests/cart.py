"""A cart and what it sends, for the tests of the door."""

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from pydicom.dataset import Dataset
from pydicom.filereader import dcmread

from tianmu.clinical.ecg.actions.orders import Asked, register_order
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.exchange.dicom.server import Listening, start
from tianmu.exchange.partners.actions.partners import PartnerDraft, enter_partner
from tianmu.exchange.partners.models import Partner
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import Role

TITLE = "TIANMU"
CART = "CART1"


@dataclass(frozen=True)
class Door:
    """Where the house listens."""

    host: str
    port: int


@contextmanager
def open_door() -> Iterator[Door]:
    """Listen at a free port as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    entity, server = start(Listening(title=TITLE, host="127.0.0.1", port=port))
    try:
        yield Door("127.0.0.1", port)
    finally:
        server.shutdown()
        entity.shutdown()


def make_partner(county: County, **changes: Any) -> Partner:
    """Enter a cart of the township."""
    rights = ["ecg.order.view", "ecg.order.register", "ecg.recording.import"]
    Role.objects.get_or_create(code="partner", defaults={"name": "外部系统", "rights": rights})
    draft = PartnerDraft(**{"name": "心电图机一号", "protocol": "dicom", "identifier": CART, **changes})
    return enter_partner(actor=system("test"), organization_id=county.township.pk, draft=draft)


def make_order(county: County, note: str = "胸闷") -> Order:
    """Register an examination at the township."""
    return register_order(
        actor=county.sender,
        patient=county.patient,
        origin=county.township,
        asked=Asked(clinical_note=note, department="内科"),
        now=timezone.now(),
    )


def recorded(seed: int = 1, **fields: str) -> Dataset:
    """Return a 12-lead ECG as a cart sends it."""
    dataset = dcmread(io.BytesIO(ecg_file(seed=seed, form="dicom")[1]))
    for keyword, value in fields.items():
        setattr(dataset, keyword, value)
    return dataset
