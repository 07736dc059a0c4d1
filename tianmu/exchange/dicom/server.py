"""The listening side: C-ECHO, the modality worklist (C-FIND) and storage (C-STORE); every caller must be a partner."""

import logging
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import close_old_connections
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, evt

from tianmu.clinical.ecg.engine.formats.dicom_fields import AMBULATORY, GENERAL, GENERAL_32, TWELVE_LEAD
from tianmu.exchange.dicom.intake import Stored, take_in, worklist
from tianmu.exchange.dicom.rules.statuses import Status, comment
from tianmu.exchange.partners.choices import Protocol
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.selectors import partner_known_as
from tianmu.foundation.access.errors import ConflictError, RefusedError, TianmuError

log = logging.getLogger(__name__)
VERIFICATION = UID("1.2.840.10008.1.1")
MODALITY_WORKLIST = UID("1.2.840.10008.5.1.4.31")
SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
MOST_BYTES = 64 * 1024 * 1024
MOST_ASSOCIATIONS = 64
IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the door is: its own title, address and, for TLS, certificate and key."""

    title: str
    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None


def start(place: Listening) -> tuple[AE, Any]:
    """Listen in threads of their own; return the entity and the server, whose `shutdown()` ends it."""
    entity = AE(ae_title=place.title)
    entity.maximum_associations = MOST_ASSOCIATIONS
    entity.network_timeout = entity.acse_timeout = entity.dimse_timeout = IDLE_SECONDS
    entity.require_called_aet = True
    entity.add_supported_context(VERIFICATION, SYNTAXES)
    entity.add_supported_context(MODALITY_WORKLIST, SYNTAXES)
    for one in (TWELVE_LEAD, GENERAL, AMBULATORY, GENERAL_32):
        entity.add_supported_context(one, SYNTAXES)
    handlers: list[Any] = [(evt.EVT_C_ECHO, on_echo), (evt.EVT_C_FIND, on_find), (evt.EVT_C_STORE, on_store)]
    server = entity.start_server((place.host, place.port), block=False, evt_handlers=handlers, ssl_context=_tls(place))
    return entity, server


def on_echo(event: Any) -> int:  # noqa: ANN401 - pynetdicom's event
    """Answer a partner that asks whether anybody listens."""
    return Status.SUCCESS if _with_database(lambda: _partner(event)) else Status.NOT_AUTHORIZED


def on_find(event: Any) -> Iterator[tuple[int, Dataset | None]]:  # noqa: ANN401 - pynetdicom's event
    """Answer a worklist query with one pending answer for each examination."""
    try:
        found = _with_database(lambda: _found(event))
    except Exception:
        log.exception("a worklist query failed")
        yield Status.UNABLE, None
        return
    if found is None:
        yield Status.NOT_AUTHORIZED, None
        return
    for item in found:
        if event.is_cancelled:
            yield Status.CANCELLED, None
            return
        yield Status.PENDING, item


def on_store(event: Any) -> int | Dataset:  # noqa: ANN401 - pynetdicom's event
    """Take a recording in; success is said only once it is kept."""
    try:
        answer: int | Dataset = _with_database(lambda: _store(event))
    except ConflictError as error:
        return _refusal(Status.MISMATCH, error.detail)
    except RefusedError as error:
        return _refusal(Status.NOT_AUTHORIZED, error.detail)
    except TianmuError as error:
        return _refusal(Status.NOT_UNDERSTOOD, error.detail)
    except Exception:
        log.exception("a recording could not be kept")
        return _refusal(Status.OUT_OF_RESOURCES, "The recording could not be kept. Send it again.")
    return answer


def _found(event: Any) -> list[Dataset] | None:  # noqa: ANN401 - pynetdicom's event
    partner = _partner(event)
    if partner is None:
        return None
    return list(worklist(partner, event.identifier, event.assoc.requestor.address))


def _store(event: Any) -> int | Dataset:  # noqa: ANN401 - pynetdicom's event
    partner = _partner(event)
    if partner is None:
        return _refusal(Status.NOT_AUTHORIZED, "This application entity is not entered as a partner.")
    raw = event.request.DataSet
    if raw is None or raw.getbuffer().nbytes > MOST_BYTES:
        return _refusal(Status.OUT_OF_RESOURCES, f"The object is larger than {MOST_BYTES // 1024 // 1024} MB.")
    head = event.dataset
    stored = Stored(
        data=event.encoded_dataset(),
        instance=str(head.get("SOPInstanceUID", "")),
        accession=str(head.get("AccessionNumber", "") or ""),
        patient=str(head.get("PatientID", "") or ""),
    )
    take_in(partner, stored, event.assoc.requestor.address)
    return Status.SUCCESS


def _partner(event: Any) -> Partner | None:  # noqa: ANN401 - pynetdicom's event
    return partner_known_as(Protocol.DICOM, event.assoc.requestor.ae_title)


def _refusal(status: Status, text: str) -> Dataset:
    answer = Dataset()
    answer.Status = int(status)
    answer.ErrorComment = comment(text)
    return answer


def _with_database(ask: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is asked
    """Give the connection of this thread back afterwards: associations come and go with their threads."""
    close_old_connections()
    try:
        return ask()
    finally:
        close_old_connections()


def _tls(place: Listening) -> ssl.SSLContext | None:
    if place.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(place.certificate, place.key)
    return context
