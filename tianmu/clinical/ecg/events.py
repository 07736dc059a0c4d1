"""Facts the ECG room tells the house."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tianmu.foundation.events.fact import Fact


@dataclass(frozen=True, slots=True)
class RecordingReceived(Fact):
    """Original bytes of an ECG are stored."""

    name: ClassVar[str] = "ecg.recording_received"
    order_id: UUID
    recording_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingAnalysed(Fact):
    """The engine has spoken."""

    name: ClassVar[str] = "ecg.recording_analysed"
    order_id: UUID
    analysis_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertRaised(Fact):
    """The machine sees a critical value; nobody has confirmed it yet."""

    name: ClassVar[str] = "ecg.alert_raised"
    alert_id: UUID
    order_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertMoved(Fact):
    """A critical value took a step of its loop; `state` is where it stands since."""

    name: ClassVar[str] = "ecg.alert_moved"
    alert_id: UUID
    order_id: UUID
    step: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReportPublished(Fact):
    """A report is signed and out; `version` above 1 amends an earlier one."""

    name: ClassVar[str] = "ecg.report_published"
    order_id: UUID
    patient_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderReturned(Fact):
    """A reader gave an order back to where it was recorded, to be recorded again."""

    name: ClassVar[str] = "ecg.order_returned"
    order_id: UUID
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultationAsked(Fact):
    """Experts are asked about an ECG; `video` tells that the asker wants to speak with them face to face."""

    name: ClassVar[str] = "ecg.consultation_asked"
    consultation_id: UUID
    order_id: UUID
    patient_id: UUID
    expert_ids: list[UUID]
    asker_id: UUID
    urgency: str
    video: bool
    due_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class OpinionSigned(Fact):
    """An expert has signed an opinion."""

    name: ClassVar[str] = "ecg.opinion_signed"
    consultation_id: UUID
    expert_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class InvitationDeclined(Fact):
    """An expert cannot answer; the asker should ask another."""

    name: ClassVar[str] = "ecg.invitation_declined"
    consultation_id: UUID
    expert_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsultationEnded(Fact):
    """A consultation has its signed conclusion, or was called off (`concluded` is false)."""

    name: ClassVar[str] = "ecg.consultation_ended"
    consultation_id: UUID
    order_id: UUID
    concluded: bool
    at: datetime
