"""What a resident sees of her ECGs: signed reports only, never a draft, with a line in plain words."""

import json
from functools import cache
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.rules.plain import plain_text
from tianmu.clinical.ecg.selectors.orders import order_of, published, report_versions
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
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
    return order, version


def plain_words(codes: list[str | None], conclusion_class: str, locale: str) -> str:
    """Return what a conclusion means to the person herself."""
    known = library().entries
    plain = {code: known[code].plain(locale) for code in codes if code and code in known}
    return plain_text(codes, plain, class_sentences()["en" if locale.startswith("en") else "zh"], conclusion_class)
