"""The consultation sheet of a concluded consultation; printing is written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from tianmu.clinical.ecg.engine.analysis import Measurements
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.printing.consultation_sheet import ConsultationSheet, SheetOpinion, consultation_sheet_pdf
from tianmu.clinical.ecg.selectors.consultations import consultation_of
from tianmu.clinical.ecg.selectors.printing import AGE, SEX
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.documents.models import DocumentVersion


def sheet_pdf(actor: Actor, consultation_id: UUID) -> tuple[str, bytes]:
    """Return file name and PDF of a concluded consultation.

    Raises:
        ConflictError: it has no signed conclusion.

    """
    found = consultation_of(actor, consultation_id, seen_as="ecg.consultation.print")
    version = found.conclusion
    if version is None or version.signed_at is None:
        detail = "There is no signed conclusion to print yet."
        raise ConflictError(Code.CONSULTATION_UNHEARD, detail, state=found.row.state)
    sheet = _sheet(version, actor.locale)
    pdf = consultation_sheet_pdf(
        sheet, printed_at=_minute(timezone.now()), language=actor.locale, created_at=version.signed_at
    )
    return f"{found.row.number}.pdf", pdf


def _sheet(version: DocumentVersion, locale: str) -> ConsultationSheet:
    content = version.content
    signature = next(iter(version.signatures.all()))
    skipped = content["not_waited_for"] or {"experts": [], "reason": ""}
    return ConsultationSheet(
        hospital=content["order"]["centre"],
        fields=_fields(content, locale),
        measurements=Measurements(**content["measurements"]),
        question=content["question"],
        asker=content["asker"],
        asked_at=_when(content["asked_at"]),
        opinions=[_opinion(one) for one in content["opinions"]],
        not_waited_for=skipped["experts"],
        why_not_waited=skipped["reason"],
        text=content["text"],
        conclusion=[line["text"] for line in content["conclusion"]],
        signer=signature.name,
        signer_title=signature.title,
        signed_at=_minute(signature.signed_at),
        verify_url=f"{settings.PUBLIC_URL}/verify/{version.sha256}",
    )


def _fields(content: Mapping[str, Any], locale: str) -> dict[str, str | None]:
    patient, asked = content["patient"], content["order"]
    age = patient["age_years"]
    return {
        "patient_name": patient["name"],
        "sex": SEX[locale][patient["sex"]],
        "age": AGE[locale].format(age) if age is not None else None,
        "exam_number": asked["number"],
        "consultation_number": content["number"],
        "national_id": patient["id_number_masked"],
        "requesting_organization": asked["origin"],
        "acquired_at": _when(asked["acquired_at"]) if asked["acquired_at"] else None,
        "clinical_diagnosis": asked["clinical_note"],
    }


def _opinion(one: Mapping[str, Any]) -> SheetOpinion:
    return SheetOpinion(
        expert=one["expert"],
        place=one["place"],
        title=one["title"],
        signed_at=_when(one["signed_at"]),
        text=one["text"],
        conclusion=[line["text"] for line in one["conclusion"]],
        advice=one["advice"],
        stance=one["stance"],
    )


def _when(text: str) -> str:
    return _minute(datetime.fromisoformat(text))


def _minute(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"
