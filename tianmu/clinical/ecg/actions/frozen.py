"""What a signed report says beside its wording: person, order, recording, measurements at that time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.selectors.holter.facts import holter_facts
from tianmu.clinical.ecg.selectors.measured import confirmed, newest_analysis
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.db.masks import masked_id_number
from tianmu.registry.residents.rules.ages import age_years

PRINTED_MEASUREMENTS = (
    "ventricular_rate",
    "p_ms",
    "pr_ms",
    "qrs_ms",
    "qt_ms",
    "qtc_bazett_ms",
    "qtc_fridericia_ms",
    "p_axis_deg",
    "qrs_axis_deg",
    "t_axis_deg",
    "rv5_uv",
    "sv1_uv",
    "sokolow_uv",
)


def frozen_facts(order: Order, *, reader: str, now: datetime) -> dict[str, object]:
    """Return the facts that a signature covers together with the wording.

    Raises:
        TianmuError: the order has no recording.

    """
    recording = order.recordings.filter(active=True).order_by("-id").first()
    if recording is None:
        raise TianmuError(Code.ANALYSIS_MISSING, "There is no recording to report on.", status=409)
    analysis = newest_analysis(recording)
    own = confirmed(analysis) if analysis else None
    facts = facts_of(order, recording, analysis, reader=reader, now=now)
    if order.kind == "holter":
        return {**facts, "holter": holter_facts(order)}
    if own is None:
        return facts
    by = {"name": own.name, "at": own.made_at.isoformat(), "boundaries": own.boundaries}
    return {**facts, "measurements": printed_of(own.result), "measured_by": by}


def facts_of(
    order: Order, recording: StoredRecording, analysis: StoredAnalysis | None, *, reader: str, now: datetime
) -> dict[str, object]:
    """Return the facts of an order whose recording and analysis are known."""
    patient = order.patient
    on = timezone.localdate(order.acquired_at or now)
    return {
        "patient": {
            "id": str(patient.pk),
            "name": patient.name,
            "sex": patient.sex,
            "age_years": age_years(patient.birth_date, on) if patient.birth_date else None,
            "id_number_masked": masked_id_number(patient.id_number),
        },
        "order": {
            "number": order.number,
            "urgency": order.urgency,
            "origin": order.origin.name,
            "centre": order.centre.name,
            "department": order.department,
            "requested_by": order.requested_by,
            "clinical_note": order.clinical_note,
            "device": order.device.name if order.device else "",
            "acquired_at": order.acquired_at.isoformat() if order.acquired_at else None,
        },
        "recording": {"id": str(recording.pk), "sha256": recording.sha256},
        "analysis": _analysis(analysis),
        "measurements": measurements_of(analysis),
        "reader": reader,
        "signed_at": now.isoformat(),
    }


def measurements_of(analysis: StoredAnalysis | None) -> dict[str, float | None]:
    """Return the measurements that a report prints; None is unknown."""
    return printed_of(analysis.result if analysis else {"measurements": {}})


def printed_of(result: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the measurements of one result that a report prints."""
    return {name: result["measurements"].get(name) for name in PRINTED_MEASUREMENTS}


def _analysis(analysis: StoredAnalysis | None) -> dict[str, str] | None:
    if analysis is None:
        return None
    return {"id": str(analysis.pk), "engine": analysis.engine_version, "criteria": analysis.criteria_version}
