"""Rights of the ECG room, and who sees an order: its origin, its centre, the person herself."""

from enum import StrEnum

from django.db.models import Q

from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.models import LiveSession, Order
from tianmu.foundation.access.policy import ScopePolicy


class Right(StrEnum):
    """Names of rights."""

    VIEW = "ecg.order.view"
    REGISTER = "ecg.order.register"
    IMPORT = "ecg.recording.import"
    EXPORT = "ecg.recording.export"
    WRITE = "ecg.report.write"
    SIGN = "ecg.report.sign"
    REVIEW = "ecg.report.review"
    AMEND = "ecg.report.amend"
    PRINT = "ecg.report.print"
    TAKE_OVER = "ecg.lock.take_over"
    CONFIRM_ALERT = "ecg.alert.confirm"
    ACKNOWLEDGE_ALERT = "ecg.alert.acknowledge"
    MANAGE_QUALITY = "ecg.quality.manage"
    VIEW_WORKLOAD = "ecg.workload.view"
    REVIEW_ALERT = "ecg.alert.review"
    EXPORT_ALERTS = "ecg.alert.export"
    MANAGE_DEVICES = "ecg.device.manage"
    VIEW_LIVE = "ecg.live.view"
    CONTROL_LIVE = "ecg.live.control"


_HIDDEN = (OrderState.VOID, OrderState.WITHDRAWN)

ORDERS: ScopePolicy[Order] = ScopePolicy(
    "ECG order",
    paths=("origin_path", "centre_path"),
    owner="patient_id",
    open_to_owner=(
        Q(published_version__gt=0) & ~Q(state__in=_HIDDEN),
        lambda order: order.published_version > 0 and order.state not in _HIDDEN,
    ),
)
AT_CENTRE: ScopePolicy[Order] = ScopePolicy("ECG order", paths=("centre_path",))
AT_ORIGIN: ScopePolicy[Order] = ScopePolicy("ECG order", paths=("origin_path",))
LIVE: ScopePolicy[LiveSession] = ScopePolicy("live ECG", paths=("origin_path", "centre_path"))
