"""A signed version of an ECG report as the resident reads it: only what the signature covers, in her language."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tianmu.clinical.ecg.selectors.residents import plain_words
from tianmu.community.resident.schemas import MeasurementsOut, ReportLine, ReportPage
from tianmu.foundation.documents.models import DocumentVersion

REVIEWERS = ("reviewer", "late_review")


def line(order_id: UUID, version: DocumentVersion, locale: str) -> ReportLine:
    """Return one line of the list of reports."""
    return ReportLine(**_line(order_id, version, locale))


def whole(order_id: UUID, version: DocumentVersion, locale: str) -> ReportPage:
    """Return the whole report."""
    content = version.content
    names = {one.role: one.name for one in version.signatures.all()}
    return ReportPage(
        **_line(order_id, version, locale),
        findings=content["findings"],
        advice=content["advice"],
        measurements=measured(version),
        recording_id=UUID(content["recording"]["id"]),
        reader=names.get("reader"),
        reviewer=next((names[role] for role in REVIEWERS if role in names), None),
        version_number=version.number,
    )


def measured(version: DocumentVersion) -> MeasurementsOut:
    """Return the values that the signature covers."""
    values = version.content["measurements"]
    return MeasurementsOut(
        heart_rate=values.get("ventricular_rate"),
        pr_ms=values.get("pr_ms"),
        qrs_ms=values.get("qrs_ms"),
        qt_ms=values.get("qt_ms"),
        qtc_ms=values.get("qtc_fridericia_ms"),
    )


def _line(order_id: UUID, version: DocumentVersion, locale: str) -> dict[str, Any]:
    content = version.content
    acquired = content["order"]["acquired_at"]
    return {
        "id": order_id,
        "acquired_at": datetime.fromisoformat(acquired) if acquired else None,
        "signed_at": version.signed_at,
        "hospital": content["order"]["centre"],
        "origin": content["order"]["origin"],
        "conclusion_text": "；".join(one["text"] for one in content["conclusion"]),
        "conclusion_class": content["conclusion_class"],
        "plain_text": plain_words([one["code"] for one in content["conclusion"]], content["conclusion_class"], locale),
        "amended": version.number > 1,
    }
