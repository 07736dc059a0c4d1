"""Rows of ECGs as the ordinary actions leave them, written at once, so that a test can count many."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.models import (
    Alert,
    Consultation,
    Device,
    Invitation,
    Order,
    OrderStep,
    QualityReview,
    QualitySample,
)
from tianmu.clinical.ecg.tests.county import County
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.documents.models import Document, DocumentVersion, Signature
from tianmu.registry.organizations.models import Organization

_numbers = count(1)


@dataclass
class Maker:
    """Makes ECGs of a county: read, signed, returned, with critical values and consultations."""

    county: County
    at: datetime
    devices: dict[object, Device] = field(default_factory=dict)

    def order(self, minutes: float = 0, *, origin: Organization | None = None, **values: Any) -> Order:
        """Make an order recorded `minutes` after the beginning, uploaded a minute later, due half an hour after."""
        place = origin or self.county.township
        acquired = self.at + timedelta(minutes=minutes)
        uploaded = acquired + timedelta(minutes=1)
        plain: dict[str, Any] = {
            "number": f"E{next(_numbers):08d}",
            "state": "waiting",
            "urgency": "outpatient",
            "rank": 2,
            "patient": self.county.patient,
            "origin": place,
            "origin_path": place.path,
            "centre": self.county.centre,
            "centre_path": self.county.centre.path,
            "device": self.device(place),
            "registered_by": "采集员",
            "registered_at": uploaded,
            "acquired_at": acquired,
            "uploaded_at": uploaded,
            "waiting_since": uploaded,
            "due_at": uploaded + timedelta(minutes=30),
            "quality_grade": "A",
        }
        return Order.objects.create(**(plain | values))

    def device(self, place: Organization) -> Device:
        """Return the device of an institution."""
        if place.pk not in self.devices:
            self.devices[place.pk] = Device.objects.create(organization=place, name="心电图机", last_seen_at=None)
        return self.devices[place.pk]

    def signed(self, order: Order, after: float = 10, *, conclusion: str = "normal", **values: Any) -> Order:
        """Open it two minutes before it is signed, publish it `after` minutes after the upload."""
        published = order.waiting_since + timedelta(minutes=after) if order.waiting_since else self.at
        document = Document.objects.create(kind=REPORT, subject_kind="ecg_order", subject_id=order.pk)
        version = DocumentVersion.objects.create(document=document, number=1, content={}, layout="t")
        self.signature(version, "reader", self.county.reader, published - timedelta(minutes=1))
        self.signature(version, "reviewer", self.county.reviewer, published)
        plain = {
            "state": "signed", "reader": self.county.reader.name, "reviewer": self.county.reviewer.name,
            "opened_at": published - timedelta(minutes=2), "published_at": published, "signed_at": published,
            "published_version": 1, "conclusion_class": conclusion, "conclusion_codes": ["sinus_rhythm"],
        }  # fmt: skip
        Order.objects.filter(pk=order.pk).update(**(plain | values))
        order.refresh_from_db()
        return order

    def amended(self, order: Order, at: datetime) -> None:
        """Sign a second version."""
        document = Document.objects.get(subject_id=order.pk)
        DocumentVersion.objects.filter(document=document).update(state="signed")
        version = DocumentVersion.objects.create(document=document, number=2, content={}, layout="t")
        self.signature(version, "reader", self.county.reader, at)
        Order.objects.filter(pk=order.pk).update(published_version=2, state="amended")

    def signature(self, version: DocumentVersion, role: str, who: Actor, at: datetime) -> None:
        """Put a signature under a version."""
        Signature.objects.create(
            document_version=version, role=role, account_id=who.demand_account(), name=who.name, signed_at=at,
            adapter="t", key_id="t", content_sha256="", value=b"",
        )  # fmt: skip

    def returned(self, order: Order, at: datetime) -> None:
        """Give it back once."""
        OrderStep.objects.create(
            order=order, at=at, actor=self.county.reader.name, move="return", from_state="waiting", to_state="returned"
        )

    def recorded_again(self, order: Order, at: datetime, **values: Any) -> None:
        """Send it anew after it was given back, graded B."""
        OrderStep.objects.create(
            order=order, at=at, actor=self.county.sender.name, move="import", from_state="returned", to_state="waiting"
        )
        Order.objects.filter(pk=order.pk).update(**({"quality_grade": "B"} | values))

    def alert(self, order: Order, code: str, **values: Any) -> Alert:
        """Raise a critical value when the order was uploaded."""
        plain = {"grade": "critical", "rule_set": "t", "raised_at": order.uploaded_at, "state": "raised"}
        return Alert.objects.create(order=order, code=code, **(plain | values))

    def reviewed(self, order: Order, agreement: str, at: datetime) -> QualityReview:
        """Read it again."""
        reader = Account.objects.get(pk=self.county.reader.demand_account())
        sample = QualitySample.objects.create(
            centre=self.county.centre, centre_path=self.county.centre.path, since=self.at, until=at, percent=5,
            rule_version="t", seed=1, population=1, drawn_by="t", drawn_at=at,
        )  # fmt: skip
        return QualityReview.objects.create(
            sample=sample, order=order, centre_path=self.county.centre.path, report_version=1, first_reader=reader,
            first_name=reader.name, first_signed_at=at, state="done", done_at=at, agreement=agreement,
        )  # fmt: skip

    def consulted(self, order: Order, asked: datetime, answered: float | None) -> Consultation:
        """Ask an expert, who answers after some minutes or not; the limit is an hour."""
        account = Account.objects.get(pk=self.county.reader.demand_account())
        row = Consultation.objects.create(
            number=f"C{next(_numbers):08d}", order=order, origin_path=order.origin_path, centre_path=order.centre_path,
            asked_path=order.centre_path, state="open" if answered is None else "concluded", urgency="outpatient",
            question="?", asker=account, asker_name=account.name, asked_at=asked, rule_version="t",
            due_at=asked + timedelta(hours=1),
        )  # fmt: skip
        if answered is not None:
            at = asked + timedelta(minutes=answered)
            Invitation.objects.create(
                consultation=row, expert=account, name=account.name, state="answered", invited_at=asked,
                due_at=row.due_at, ended_at=at,
            )  # fmt: skip
        return row
