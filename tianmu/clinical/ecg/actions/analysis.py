"""Keeping what the engine says of a recording, and raising alerts for what cannot wait."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.alerts import raise_alerts
from tianmu.clinical.ecg.actions.moving import save, show
from tianmu.clinical.ecg.engine.analysis import Analysis
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.serialize import analysis_as_json
from tianmu.clinical.ecg.events import RecordingAnalysed
from tianmu.clinical.ecg.models import Order, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.rules.machine import MachineRules, machine_rules, shipped
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.foundation.jobs.work import Run
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.foundation.storage.here import store
from tianmu.registry.residents.rules.ages import age_years

log = logging.getLogger(__name__)

CRITERIA = "ecg.criteria"
CRITICAL_VALUES = "ecg.critical_values"
REPLAY_DELAY = timedelta(seconds=3)
LIST_FIELDS = ("heart_rate", "statement_codes", "severity", "quality_grade")


def work_on(_run: Run, recording_id: str, at: str | None = None) -> None:
    """Run the engine over one stored recording: the job behind `ecg.analyse`. `at` is the instant of a replayed day."""
    now = datetime.fromisoformat(at) + REPLAY_DELAY if at else timezone.now()
    analyse_recording(actor=system("ecg engine"), recording_id=UUID(recording_id), now=now)


def analyse_recording(*, actor: Actor, recording_id: UUID, now: datetime) -> StoredAnalysis:
    """Decode the stored bytes, run the engine, keep its result beside earlier ones."""
    row = StoredRecording.objects.select_related("order__patient").get(pk=recording_id)
    patient = row.order.patient
    on = timezone.localdate(row.started_at or row.received_at)
    age = float(age_years(patient.birth_date, on)) if patient.birth_date else None
    rules = rules_at(row.order.centre_path, now)
    result = analyse(
        read(store().get(row.sha256), row.filename),
        age_years=age,
        sex=patient.sex,
        criteria=rules.criteria,
        critical_rules=rules.critical,
    )
    return keep_analysis(actor=actor, recording=row, result=result, now=now)


def rules_at(path: str, now: datetime) -> MachineRules:
    """Return the thresholds and critical values in force at a centre; the engine's own where they cannot be read.

    A set that cannot be read must not stop the alerts: it is told in the log, and the analysis names what it used.
    """
    try:
        criteria, critical = (in_force(key, timezone.localdate(now), path) for key in (CRITERIA, CRITICAL_VALUES))
        return machine_rules(criteria.content, criteria.version, critical.content, critical.version)
    except (TianmuError, ValueError) as error:
        log.error("ECG rules of %s not used: %s", path, error)  # noqa: TRY400 - the sentence says it all
        return shipped()


@transaction.atomic
def keep_analysis(*, actor: Actor, recording: StoredRecording, result: Analysis, now: datetime) -> StoredAnalysis:
    """Store a result, show it on the worklist, raise its alerts; a repeat of the same version changes nothing."""
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("patient", "origin__unit")
        .get(pk=recording.order_id)
    )
    known = recording.analyses.filter(
        engine_version=result.engine_version, criteria_version=result.criteria_version
    ).first()
    if known is not None:
        return known
    row = StoredAnalysis.objects.create(
        recording=recording,
        engine_version=result.engine_version,
        criteria_version=result.criteria_version,
        made_at=now,
        result=analysis_as_json(result),
    )
    rate = result.measurements.ventricular_rate
    order.heart_rate = round(rate) if rate is not None else None
    order.statement_codes = [statement.code for statement in result.statements]
    order.severity = result.conclusion.value if result.conclusion else ""
    order.quality_grade = result.quality.grade
    save(order, *LIST_FIELDS)
    raise_alerts(actor=actor, order=order, alerts=result.alerts, now=now)
    record(
        actor=actor,
        action="ecg.recording.analyse",
        kind="ecg_recording",
        key=recording.pk,
        person_id=order.patient_id,
        new={"engine": result.engine_version, "criteria": result.criteria_version},
    )
    publish(RecordingAnalysed(order_id=order.pk, analysis_id=row.pk, at=now))
    show(order)
    return row
