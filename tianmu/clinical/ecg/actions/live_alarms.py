"""Alarms of live sessions: raised and ended by the machine, acknowledged by a person; nothing is ever removed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.live_sessions import tell_live
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import LiveAlarm, LiveSession
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.clinical.ecg.rules.live.alarms import AlarmKind, grade_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.audit.actions import record


@transaction.atomic
def raise_live_alarm(
    *,
    actor: Actor,
    session_id: UUID,
    kind: AlarmKind,
    value: str,
    limits_version: str,
    signal_at: datetime,
    now: datetime,
) -> LiveAlarm:
    """Raise an alarm; one of the kind that still stands is returned as it is."""
    session = LiveSession.objects.select_for_update().get(pk=session_id)
    standing = session.alarms.filter(kind=kind.value, ended_at=None).first()
    if standing is not None:
        return standing
    alarm = LiveAlarm.objects.create(
        session=session,
        kind=kind.value,
        grade=grade_of(kind),
        value=value[:120],
        limits_version=limits_version,
        raised_at=now,
        signal_at=signal_at,
    )
    record(
        actor=actor,
        action="ecg.live.alarm",
        kind="ecg_live_alarm",
        key=alarm.pk,
        person_id=session.patient_id,
        new={"kind": alarm.kind, "value": alarm.value},
    )
    tell_live(session, "alarm", alarm=str(alarm.pk), kind=alarm.kind, grade=alarm.grade)
    return alarm


@transaction.atomic
def end_live_alarm(*, session_id: UUID, kind: AlarmKind, now: datetime) -> None:
    """End the standing alarm of a kind: its cause is gone. Whether somebody acknowledged it stays written down."""
    session = LiveSession.objects.select_for_update().get(pk=session_id)
    if session.alarms.filter(kind=kind.value, ended_at=None).update(ended_at=now, changed_at=now):
        tell_live(session, "alarm_ended", kind=kind.value)


@transaction.atomic
def acknowledge_live_alarm(*, actor: Actor, alarm_id: UUID, now: datetime) -> LiveAlarm:
    """Acknowledge an alarm: the sound stops, the alarm stays until its cause is gone.

    Raises:
        MissingError: there is none that the actor may see.
        ConflictError: somebody acknowledged it already.

    """
    alarm = LiveAlarm.objects.select_for_update(of=("self",)).select_related("session").filter(pk=alarm_id).first()
    if alarm is None or not LIVE.allows(actor, Right.VIEW_LIVE, alarm.session):
        raise MissingError("live alarm")
    LIVE.demand(actor, Right.CONTROL_LIVE, alarm.session)
    if alarm.acknowledged_at is not None:
        detail = f"{alarm.acknowledged_by} has acknowledged this alarm already."
        raise ConflictError(Code.LIVE_ALARM_STATE, detail)
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.version = now, actor.name, alarm.version + 1
    alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "version", "changed_at"])
    record(
        actor=actor,
        action="ecg.live.acknowledge",
        kind="ecg_live_alarm",
        key=alarm.pk,
        person_id=alarm.session.patient_id,
        new={"kind": alarm.kind},
    )
    tell_live(alarm.session, "acknowledged", alarm=str(alarm.pk), kind=alarm.kind)
    return alarm
