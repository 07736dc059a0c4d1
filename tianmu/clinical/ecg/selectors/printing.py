"""The printed report of an order: signed versions, and a preview of the one being written; each is logged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from tianmu.clinical.ecg.actions.frozen import frozen_facts
from tianmu.clinical.ecg.actions.noting import note_printed
from tianmu.clinical.ecg.choices import Critical
from tianmu.clinical.ecg.engine.analysis import Measurements
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.measure.leads import standard_leads
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order, StoredRecording
from tianmu.clinical.ecg.permissions import AT_CENTRE, ORDERS, Right
from tianmu.clinical.ecg.printing.resting_report import RestingReport, Signature, resting_report_pdf
from tianmu.clinical.ecg.printing.waveform import Waveform
from tianmu.clinical.ecg.rules.suggestion import suggestion
from tianmu.clinical.ecg.selectors.holter.printing import holter_pdf, machine_wording
from tianmu.clinical.ecg.selectors.measured import result_that_counts
from tianmu.clinical.ecg.selectors.orders import order_of, report_versions, safe_filename
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.storage.here import store

SEX = {"zh-CN": {"M": "男", "F": "女", "unknown": "未知"}, "en": {"M": "male", "F": "female", "unknown": "unknown"}}
AGE = {"zh-CN": "{}岁", "en": "{} y"}


def report_pdf(actor: Actor, order_id: UUID, number: int | None = None) -> tuple[str, bytes]:
    """Return file name and PDF of a signed version, the newest unless a number is given.

    Raises:
        ConflictError: there is no such signed version.
        RefusedError: the actor may look, but not print.

    """
    order = order_of(actor, order_id, seen_as="ecg.report.print")
    if actor.kind is not ActorKind.RESIDENT:
        ORDERS.demand(actor, Right.PRINT, order)
    signed = [one for one in report_versions(actor, order) if one.state == VersionState.SIGNED]
    version = next((one for one in signed if number in {None, one.number}), None)
    if version is None:
        raise ConflictError(Code.NO_REPORT, "There is no signed report to print.", state=order.state)
    note_printed(actor=actor, order=order, now=timezone.now())
    return f"{order.number}-v{version.number}.pdf", _pdf(order, version, version.content, actor.locale)


def preview_pdf(actor: Actor, order_id: UUID) -> tuple[str, bytes]:
    """Return how the report being written will print, marked as unsigned; the machine's wording at first."""
    order = order_of(actor, order_id, seen_as="ecg.report.preview")
    AT_CENTRE.demand(actor, Right.WRITE, order)
    versions = report_versions(actor, order)
    draft = versions[0] if versions and versions[0].state != VersionState.SIGNED else None
    facts = frozen_facts(order, reader="", now=timezone.now())
    wording = draft.content if draft else _machine_wording(order, actor.locale)
    return safe_filename(f"{order.number}-draft.pdf"), _pdf(order, None, {**wording, **facts}, actor.locale)


def _pdf(order: Order, version: DocumentVersion | None, content: Mapping[str, Any], locale: str) -> bytes:
    recording = StoredRecording.objects.get(pk=content["recording"]["id"])
    if "holter" in content:
        return holter_pdf(order, version, content, _fields(order, recording, content, locale), locale)
    signals = standard_leads(read(store().get(recording.sha256), recording.filename))
    report = RestingReport(
        hospital=content["order"]["centre"],
        fields=_fields(order, recording, content, locale),
        measurements=Measurements(**content["measurements"]),
        measured_by=(content.get("measured_by") or {}).get("name", ""),
        findings=content["findings"],
        conclusion="\n".join(line["text"] for line in content["conclusion"]),
        conclusion_class=content["conclusion_class"],
        advice=content["advice"],
        critical=order.critical == Critical.CONFIRMED,
        reader=_signature(version, ("reader",)),
        reviewer=_signature(version, ("reviewer", "late_review")),
        signed_at=_minute(version.signed_at) if version and version.signed_at else None,
        version=version.number if version else 1,
        verify_url=f"{settings.PUBLIC_URL}/verify/{version.sha256}" if version else None,
    )
    return resting_report_pdf(
        report,
        Waveform(signals.names, signals.recorded_uv, signals.fs_hz),
        printed_at=_minute(timezone.now()),
        language=locale,
        created_at=version.signed_at if version else None,
    )


def _fields(order: Order, recording: StoredRecording, content: Mapping[str, Any], locale: str) -> dict[str, str | None]:
    patient, asked = content["patient"], content["order"]
    age = patient["age_years"]
    acquired = datetime.fromisoformat(asked["acquired_at"]) if asked["acquired_at"] else None
    return {
        "patient_name": patient["name"],
        "sex": SEX[locale][patient["sex"]],
        "age": AGE[locale].format(age) if age is not None else None,
        "exam_number": asked["number"],
        "department": asked["department"],
        "national_id": patient["id_number_masked"],
        "requesting_organization": asked["origin"],
        "requesting_doctor": asked["requested_by"],
        "clinical_diagnosis": asked["clinical_note"],
        "acquired_at": _minute(acquired) if acquired else None,
        "acquired_by": recording.received_by,
        "device": asked["device"],
        "quality": order.quality_grade,
    }


def _machine_wording(order: Order, locale: str) -> dict[str, Any]:
    if order.kind == "holter":
        return machine_wording(order, locale)
    recording = next(iter(order.recordings.all()), None)
    analysis = next(iter(recording.analyses.all()), None) if recording else None
    if analysis is None:
        return {"findings": "", "conclusion": [], "conclusion_class": "", "advice": ""}
    return suggestion(result_that_counts(analysis), locale)


def _signature(version: DocumentVersion | None, roles: tuple[str, ...]) -> Signature | None:
    if version is None:
        return None
    found = next((one for one in version.signatures.all() if one.role in roles), None)
    return Signature(found.name) if found else None


def _minute(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
