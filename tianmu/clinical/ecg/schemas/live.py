"""Live sessions, alarms and tickets as the API gives them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Schema
from pydantic import Field

from tianmu.clinical.ecg.actions.live_sessions import usual_limits
from tianmu.clinical.ecg.models import LiveAlarm, LiveCut, LiveSession
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.clinical.ecg.rules.live.limits import LiveLimits
from tianmu.clinical.ecg.schemas.orders import DeviceRef, PatientOut, PlaceOut, place_out
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.db.masks import masked_id_number
from tianmu.registry.residents.rules.ages import age_years


class LimitsOut(Schema):
    """Alarm limits."""

    low_rate: float
    high_rate: float
    asystole_s: float
    vt_rate: float
    fibrillation: bool
    lead_off: bool


class LimitsIn(Schema):
    """Limits of one session and why; what is left out is as the rule set says."""

    reason: str = Field(min_length=1, max_length=400)
    low_rate: float | None = Field(None, ge=20, le=100)
    high_rate: float | None = Field(None, ge=60, le=250)
    asystole_s: float | None = Field(None, ge=3, le=10)
    vt_rate: float | None = Field(None, ge=90, le=200)
    fibrillation: bool | None = None
    lead_off: bool | None = None


class LiveAlarmOut(Schema):
    """An alarm of a live session."""

    id: UUID
    session_id: UUID
    kind: str
    grade: str
    value: str
    limits_version: str
    signal_at: datetime
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    ended_at: datetime | None
    version: int


class LiveSessionOut(Schema):
    """One live session."""

    id: UUID
    state: str
    patient: PatientOut
    origin: PlaceOut
    centre: PlaceOut
    device: DeviceRef | None
    place: str
    leads: list[str]
    fs_hz: int
    began_at: datetime
    device_clock: str
    state_since: datetime
    ended_at: datetime | None
    end_reason: str
    ended_by: str
    duration_s: float
    missing_s: float
    doubled_frames: int
    alarms: list[LiveAlarmOut]
    alarm_count: int
    cut_count: int
    stored: bool
    may_control: bool
    version: int


class LiveCutOut(Schema):
    """What was cut out of a session into the worklist."""

    order_id: UUID
    number: str
    state: str
    kind: str
    made_at: datetime
    made_by: str
    from_s: float
    until_s: float


class LiveSessionDetail(LiveSessionOut):
    """One session with its limits and what was cut out of it."""

    limits: LimitsOut
    usual_limits: LimitsOut
    limits_version: str
    own_limits: bool
    cuts: list[LiveCutOut]


class StreamsIn(Schema):
    """Which sessions a screen wants to watch."""

    sessions: list[UUID] = Field(min_length=1, max_length=16)


class LiveTicketOut(Schema):
    """A ticket, good once, for half a minute."""

    ticket: str


class FreezeIn(Schema):
    """Where the ten seconds end: at a frame of the session, or now."""

    end_index: int | None = Field(None, ge=1, lt=2**31)


def alarm_out(alarm: LiveAlarm) -> LiveAlarmOut:
    """Present an alarm."""
    return LiveAlarmOut(
        id=alarm.pk,
        session_id=alarm.session_id,
        kind=alarm.kind,
        grade=alarm.grade,
        value=alarm.value,
        limits_version=alarm.limits_version,
        signal_at=alarm.signal_at,
        raised_at=alarm.raised_at,
        acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by,
        ended_at=alarm.ended_at,
        version=alarm.version,
    )


def session_out(session: LiveSession, actor: Actor, now: datetime) -> LiveSessionOut:
    """Present a session of `selectors.live`."""
    return LiveSessionOut(**_columns(session, actor, now))


def session_detail(session: LiveSession, cuts: list[LiveCut], actor: Actor, now: datetime) -> LiveSessionDetail:
    """Present a session with its limits and cuts."""
    usual, version = usual_limits(session.centre_path, now)
    return LiveSessionDetail(
        **_columns(session, actor, now),
        limits=_limits(usual.changed(session.limits)),
        usual_limits=_limits(usual),
        limits_version=version,
        own_limits=bool(session.limits),
        cuts=[cut_out(one, session) for one in cuts],
    )


def _limits(limits: LiveLimits) -> LimitsOut:
    return LimitsOut(**asdict(limits))


def cut_out(cut: LiveCut, session: LiveSession) -> LiveCutOut:
    """Present a cut."""
    frame_s = session.samples_per_frame / session.fs_hz
    return LiveCutOut(
        order_id=cut.order_id,
        number=cut.order.number,
        state=cut.order.state,
        kind=cut.kind,
        made_at=cut.made_at,
        made_by=cut.made_by,
        from_s=cut.first_index * frame_s,
        until_s=cut.end_index * frame_s,
    )


def _columns(session: LiveSession, actor: Actor, now: datetime) -> dict[str, Any]:
    patient, frame_s = session.patient, session.samples_per_frame / session.fs_hz
    return {
        "id": session.pk,
        "state": session.state,
        "patient": PatientOut(
            id=patient.pk,
            name=patient.name,
            sex=patient.sex,
            age_years=age_years(patient.birth_date, timezone.localdate(now)) if patient.birth_date else None,
            id_number_masked=masked_id_number(patient.id_number),
        ),
        "origin": place_out(session.origin),
        "centre": place_out(session.centre),
        "device": DeviceRef(id=session.device.pk, name=session.device.name) if session.device else None,
        "place": session.place,
        "leads": session.leads,
        "fs_hz": session.fs_hz,
        "began_at": session.began_at,
        "device_clock": session.device_clock,
        "state_since": session.state_since,
        "ended_at": session.ended_at,
        "end_reason": session.end_reason,
        "ended_by": session.ended_by,
        "duration_s": round(session.next_index * frame_s, 1),
        "missing_s": round(session.missing_frames * frame_s, 1),
        "doubled_frames": session.doubled_frames,
        "alarms": [alarm_out(one) for one in getattr(session, "standing", ())],
        "alarm_count": getattr(session, "alarm_count", 0),
        "cut_count": getattr(session, "cut_count", 0),
        "stored": session.stored_at is not None,
        "may_control": LIVE.allows(actor, Right.CONTROL_LIVE, session),
        "version": session.version,
    }
