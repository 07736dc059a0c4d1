"""The tables of the ECG room, by what they are about."""

from tianmu.clinical.ecg.models.alerts import Alert, AlertCall, AlertStep
from tianmu.clinical.ecg.models.consultations import Consultation, Invitation
from tianmu.clinical.ecg.models.devices import Device
from tianmu.clinical.ecg.models.holter import HolterEdit, HolterResult, HolterReview, HolterUpload
from tianmu.clinical.ecg.models.live import LiveAlarm, LiveCut, LiveSegment, LiveSession, LiveTicket
from tianmu.clinical.ecg.models.orders import Order, OrderStep
from tianmu.clinical.ecg.models.phrases import Phrase
from tianmu.clinical.ecg.models.quality import QualityReview, QualitySample
from tianmu.clinical.ecg.models.reading import Marking, Remeasurement, StatementUse
from tianmu.clinical.ecg.models.recordings import StoredAnalysis, StoredRecording

__all__ = [
    "Alert",
    "AlertCall",
    "AlertStep",
    "Consultation",
    "Device",
    "HolterEdit",
    "HolterResult",
    "HolterReview",
    "HolterUpload",
    "Invitation",
    "LiveAlarm",
    "LiveCut",
    "LiveSegment",
    "LiveSession",
    "LiveTicket",
    "Marking",
    "Order",
    "OrderStep",
    "Phrase",
    "QualityReview",
    "QualitySample",
    "Remeasurement",
    "StatementUse",
    "StoredAnalysis",
    "StoredRecording",
]
