"""A reader's own boundaries on the median beat: measured by the engine, kept beside the machine's values (ecg.md 9)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.alerts import raise_alerts
from tianmu.clinical.ecg.actions.analysis import rules_at
from tianmu.clinical.ecg.actions.locks import held_by_other, locked_by
from tianmu.clinical.ecg.actions.moving import locked_order, save, show
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.measure.given import Given
from tianmu.clinical.ecg.engine.on_demand import analyse
from tianmu.clinical.ecg.engine.serialize import analysis_as_json, as_plain
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Order, Remeasurement, StoredAnalysis
from tianmu.clinical.ecg.permissions import AT_CENTRE, Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.storage.here import store
from tianmu.registry.residents.rules.ages import age_years

WRITABLE = frozenset({OrderState.WAITING, OrderState.IN_PROGRESS, OrderState.TO_REVIEW})


@transaction.atomic
def measure_again(*, actor: Actor, order_id: UUID, given: Given, now: datetime) -> Remeasurement:
    """Measure with the reader's boundaries; what the machine said stays, and a critical value found now is raised.

    Raises:
        TianmuError: boundaries that cannot be measured (422).
        ConflictError: somebody else holds the order, it is not being read, or there is no analysis.

    """
    order = _readable(actor, order_id, now)
    analysis = _newest(order)
    fault = given.fault(_length_ms(analysis))
    if fault:
        raise TianmuError(Code.BOUNDARIES, fault, status=422, fields={"boundaries": "invalid"})
    row = analysis.recording
    patient = order.patient
    on = timezone.localdate(row.started_at or row.received_at)
    rules = rules_at(order.centre_path, now)
    result = analyse(
        read(store().get(row.sha256), row.filename),
        age_years=float(age_years(patient.birth_date, on)) if patient.birth_date else None,
        sex=patient.sex,
        criteria=rules.criteria,
        critical_rules=rules.critical,
        given=given,
    )
    made = Remeasurement.objects.create(
        analysis=analysis,
        account_id=actor.demand_account(),
        name=actor.name,
        made_at=now,
        boundaries=as_plain(given),
        result=analysis_as_json(result),
    )
    _show_rate(order, made.result)
    raise_alerts(actor=actor, order=order, alerts=result.alerts, now=now)
    _log(actor, order, "remeasure", made)
    return made


@transaction.atomic
def undo_measuring(*, actor: Actor, order_id: UUID, everything: bool, now: datetime) -> Order:
    """Withdraw the newest boundaries set by a reader, or all of them, so that those before, or the machine's, count."""
    order = _readable(actor, order_id, now)
    analysis = _newest(order)
    rows = list(analysis.remeasurements.filter(withdrawn_at=None).order_by("-id"))
    if not rows:
        raise ConflictError(Code.STATE_CONFLICT, "The machine's own values count already.", state=order.state)
    for row in rows if everything else rows[:1]:
        row.withdrawn_at, row.withdrawn_by = now, actor.name
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _log(actor, order, "remeasure_undo", row)
    left = [] if everything else rows[1:]
    _show_rate(order, left[0].result if left else analysis.result)
    return order


def _readable(actor: Actor, order_id: UUID, now: datetime) -> Order:
    order = locked_order(AT_CENTRE, actor, Right.WRITE, order_id)
    if held_by_other(order, actor, now):
        raise locked_by(order)
    if order.state not in WRITABLE:
        detail = "The values of a published report are fixed. Amend the report first."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=order.state)
    return order


def _newest(order: Order) -> StoredAnalysis:
    rows = StoredAnalysis.objects.select_related("recording").filter(
        recording__order=order, recording__active=True, result__median__isnull=False
    )
    found = rows.order_by("-recording_id", "-id").first()
    if found is None or not found.result.get("median"):
        raise ConflictError(Code.ANALYSIS_MISSING, "There is no median beat to measure.", state=order.state)
    return found


def _length_ms(analysis: StoredAnalysis) -> float:
    median = analysis.result["median"]
    return float(len(median["uv"][0]) * 1000.0 / median["fs_hz"])


def _show_rate(order: Order, result: dict[str, object]) -> None:
    statements = result["statements"]
    assert isinstance(statements, list)
    order.statement_codes = [one["code"] for one in statements]
    order.severity = str(result["conclusion"] or "")
    save(order, "statement_codes", "severity")
    show(order)


def _log(actor: Actor, order: Order, verb: str, row: Remeasurement) -> None:
    record(
        actor=actor,
        action=f"ecg.recording.{verb}",
        kind="ecg_order",
        key=order.pk,
        person_id=order.patient_id,
        new={"boundaries": row.boundaries},
    )
