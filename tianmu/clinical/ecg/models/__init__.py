"""The tables of the ECG room, by what they are about."""

from tianmu.clinical.ecg.models.alerts import Alert
from tianmu.clinical.ecg.models.devices import Device
from tianmu.clinical.ecg.models.orders import Order, OrderStep
from tianmu.clinical.ecg.models.phrases import Phrase
from tianmu.clinical.ecg.models.recordings import StoredAnalysis, StoredRecording

__all__ = [
    "Alert",
    "Device",
    "Order",
    "OrderStep",
    "Phrase",
    "StoredAnalysis",
    "StoredRecording",
]
