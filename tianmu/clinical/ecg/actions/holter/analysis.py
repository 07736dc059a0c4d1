"""The engine over a long recording: a job with progress in bounded memory; its result is kept once."""

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.packing import pack_view
from tianmu.clinical.ecg.actions.holter.taking_in import opened
from tianmu.clinical.ecg.actions.moving import save, show
from tianmu.clinical.ecg.engine.holter.archive import pack_scan
from tianmu.clinical.ecg.engine.holter.scan import Scan, scan
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.holter.signal_file import write_signal_file
from tianmu.clinical.ecg.engine.holter.watched import WatchedSource
from tianmu.clinical.ecg.events import RecordingAnalysed
from tianmu.clinical.ecg.models import HolterResult, HolterReview, Order, StoredRecording
from tianmu.clinical.ecg.rules.holter_edits import machine
from tianmu.clinical.ecg.rules.holter_limits import KEY, HolterLimits
from tianmu.clinical.ecg.rules.holter_state import reviewed, view_of
from tianmu.clinical.ecg.rules.holter_suggestion import statement_codes
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.events.actions import publish
from tianmu.foundation.jobs.work import Run
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.foundation.storage.here import store
from tianmu.foundation.storage.parts import drop_part, part_path

ENGINE_VERSION = "1"
LIST_FIELDS = ("heart_rate", "statement_codes", "severity", "quality_grade")
_SIGNAL_SHARE, _SCAN_SHARE = 15, 80


def work_on(run: Run, recording_id: str, at: str | None = None) -> None:
    """Analyse one stored recording: the job behind `ecg.holter_analyse`; done again, it changes nothing."""
    now = datetime.fromisoformat(at) if at else timezone.now()
    analyse_holter(actor=system("ecg engine"), recording_id=UUID(recording_id), run=run, now=now)


def analyse_holter(*, actor: Actor, recording_id: UUID, run: Run, now: datetime) -> HolterResult:
    """Write the signal for looking, find the beats, build the report, and keep all of it in one step."""
    row = StoredRecording.objects.select_related("order").get(pk=recording_id)
    versions = {"engine_version": ENGINE_VERSION, "criteria_version": str(settings()["version"])}
    known = row.holter_results.filter(**versions).first()
    if known is not None:
        return known
    began = time.monotonic()
    limits = HolterLimits.from_content(in_force(KEY, timezone.localdate(now), row.order.centre_path).content)
    growing = uuid7()
    try:
        found = _run_engine(row, limits, part_path(growing), run)
        signal = store().adopt(part_path(growing))
    finally:
        drop_part(growing)
    archive = store().put([pack_scan(found)])
    state = reviewed(machine(found))
    run.progress(98, 100, "result")
    view = view_of(state)
    result = HolterResult(
        recording=row,
        made_at=now,
        seconds=round(time.monotonic() - began, 1),
        beats=int(found.samples.size),
        scan_sha256=archive.sha256,
        signal_sha256=signal.sha256,
        view=pack_view(view),
        **versions,
    )
    kept = keep_result(actor=actor, result=result, view=view, now=now)
    run.progress(100, 100, "done")
    return kept


def _run_engine(row: StoredRecording, limits: HolterLimits, signal_path: Path, run: Run) -> Scan:
    told = -1

    def progress(part: str, base: int, size: int, share: float) -> None:
        nonlocal told
        percent = base + int(size * share)
        if percent != told:
            told = percent
            run.progress(percent, 100, part)

    with opened(store().path(row.sha256), row.filename, limits) as source:
        write_signal_file(source, signal_path, lambda share: progress("signal", 0, _SIGNAL_SHARE, share))
        watched = WatchedSource(source, lambda share: progress("beats", _SIGNAL_SHARE, _SCAN_SHARE, share))
        return scan(watched)


@transaction.atomic
def keep_result(*, actor: Actor, result: HolterResult, view: Mapping[str, Any], now: datetime) -> HolterResult:
    """Store a result with its review and show it on the worklist; the first one of a version stays."""
    recording = result.recording
    order = Order.objects.select_for_update().get(pk=recording.order_id)
    known = recording.holter_results.filter(
        engine_version=result.engine_version, criteria_version=result.criteria_version
    ).first()
    if known is not None:
        return known
    result.save(force_insert=True)
    HolterReview.objects.create(result=result, view=result.view)
    totals = view["totals"]
    codes, severity = statement_codes(view)
    order.heart_rate = round(totals["rate_mean"]) if totals["rate_mean"] is not None else None
    order.statement_codes, order.severity = codes, severity
    order.quality_grade = _grade(totals["readable_hours"] / totals["recorded_hours"])
    save(order, *LIST_FIELDS)
    record(
        actor=actor,
        action="ecg.recording.analyse",
        kind="ecg_recording",
        key=recording.pk,
        person_id=order.patient_id,
        new={"engine": result.engine_version, "criteria": result.criteria_version, "beats": result.beats},
    )
    publish(RecordingAnalysed(order_id=order.pk, analysis_id=result.pk, at=now))
    show(order)
    return result


def _grade(share: float) -> str:
    """Return the grade of a recording by the share of its time that can be read."""
    return "A" if share >= 0.95 else "B" if share >= 0.85 else "C" if share >= 0.5 else "D"
