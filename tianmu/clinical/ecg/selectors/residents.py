"""What a resident sees of her ECGs: signed reports only, never a draft, with a line in plain words."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from tianmu.clinical.ecg.actions.noting import note_seen
from tianmu.clinical.ecg.actions.reports import REPORT
from tianmu.clinical.ecg.engine.derived import with_derived_leads
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.engine.tiles import encode, planar
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.rules.plain import plain_text
from tianmu.clinical.ecg.selectors.orders import order_of, published, report_versions, signal_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def class_sentences() -> dict[str, dict[str, str]]:
    """Return the sentence of each conclusion class by language."""
    sentences: dict[str, dict[str, str]] = json.loads((DATA / "class_sentences.json").read_text())["sentences"]
    return sentences


def signed_reports_of(actor: Actor) -> QuerySet[Order]:
    """Return the resident's orders with a published report, newest first."""
    rows = Order.objects.select_related("origin__unit", "centre__unit")
    return ORDERS.rows(actor, Right.VIEW, rows).order_by("-registered_at", "-id")


def signed_report(actor: Actor, order_id: UUID) -> tuple[Order, DocumentVersion]:
    """Return one of the resident's orders and its newest signed version.

    Raises:
        MissingError: it is not hers, or not signed.

    """
    order = order_of(actor, order_id, seen_as="ecg.report.read")
    version = published(report_versions(actor, order))
    if version is None:
        raise MissingError("report")
    note_seen(actor=actor, order=order, now=timezone.now())
    return order, version


def published_versions(order_ids: Sequence[UUID]) -> dict[UUID, DocumentVersion]:
    """Return the newest signed version of each order's report, in one statement; for orders already found visible."""
    rows = DocumentVersion.objects.filter(
        document__kind=REPORT, document__subject_id__in=order_ids, state=VersionState.SIGNED
    )
    newest = rows.select_related("document").order_by("document_id", "-number").distinct("document_id")
    return {version.document.subject_id: version for version in newest}


def signed_signal(actor: Actor, order_id: UUID, level: int) -> bytes:
    """Return the samples for the screen of the recording that the newest signed version is about.

    Raises:
        MissingError: the order is not hers, or not signed.

    """
    row = ORDERS.one(actor, Right.VIEW, Order.objects.all(), order_id)
    version = published_versions([row.pk]).get(row.pk)
    if version is None:
        raise MissingError("report")
    recording, data = signal_of(actor, UUID(version.content["recording"]["id"]))
    return encode(planar(with_derived_leads(read(data, recording.filename))), level=level)


def plain_words(codes: list[str | None], conclusion_class: str, locale: str) -> str:
    """Return what a conclusion means to the person herself."""
    known = library().entries
    entries = [known[code] for code in codes if code and code in known]
    statements = [(entry.severity, entry.plain(locale)) for entry in entries]
    by_class = class_sentences()["en" if locale.startswith("en") else "zh"]
    return plain_text(statements, by_class, conclusion_class, free_text=len(entries) < len(codes))
