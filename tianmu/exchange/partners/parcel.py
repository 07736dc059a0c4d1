"""What a partner may receive of a signed report, read under the name of the delivery and written down as a view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from tianmu.clinical.ecg.choices import Critical
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.selectors.orders import order_of, report_versions
from tianmu.clinical.ecg.selectors.printing import report_pdf
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.storage.here import store


@dataclass
class Parcel:
    """One signed version of the report of one order; the heavy parts are made when they are asked for."""

    actor: Actor
    order: Order
    version: DocumentVersion
    sending_id: UUID

    @property
    def content(self) -> Mapping[str, Any]:
        """Return what was signed."""
        content: Mapping[str, Any] = self.version.content
        return content

    @property
    def birth_date(self) -> date | None:
        """Return when the person was born, if it is known."""
        return self.order.patient.birth_date

    @property
    def acquired_at(self) -> datetime | None:
        """Return when the recording was made, in the county's zone."""
        return timezone.localtime(self.order.acquired_at) if self.order.acquired_at else None

    @property
    def signed_at(self) -> datetime:
        """Return when the version was signed, in the county's zone."""
        return timezone.localtime(self.version.signed_at or timezone.now())

    @property
    def critical(self) -> bool:
        """Tell whether a doctor confirmed a critical value."""
        return self.order.critical == Critical.CONFIRMED

    @property
    def verify_url(self) -> str:
        """Return the page that says whether a print of this version is genuine."""
        return f"{settings.PUBLIC_URL}/verify/{self.version.sha256}"

    def signer(self, *roles: str) -> str:
        """Return who signed in one of these roles; empty when nobody did."""
        return next((one.name for one in self.version.signatures.all() if one.role in roles), "")

    @cached_property
    def original(self) -> bytes:
        """Return the recording's bytes as they came."""
        return store().get(self.content["recording"]["sha256"])

    @cached_property
    def recording(self) -> Recording:
        """Return the recording decoded."""
        return read(self.original, "")

    @cached_property
    def pdf(self) -> bytes:
        """Return the printed report."""
        return report_pdf(self.actor, self.order.pk, self.version.number)[1]


def parcel_of(actor: Actor, order_id: UUID, version: int, sending_id: UUID) -> Parcel | None:
    """Return what is to be sent; None when that version is no longer the one that stands (void, withdrawn)."""
    order = order_of(actor, order_id, seen_as="ecg.report.send")
    signed = [one for one in report_versions(actor, order) if one.state == VersionState.SIGNED]
    found = next((one for one in signed if one.number == version), None)
    if found is None or order.state in {"void", "withdrawn"}:
        return None
    return Parcel(actor, order, found, sending_id)
