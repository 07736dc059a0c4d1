"""Rights of the ECG room, and who sees an order: its origin, its centre, the person herself."""

from enum import StrEnum

from django.db.models import Q, QuerySet

from tianmu.clinical.ecg.choices import InvitationState, OrderState
from tianmu.clinical.ecg.models import Consultation, Invitation, LiveSession, Order
from tianmu.foundation.access.actor import Actor, ActorKind
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
    VIEW_CONSULTATION = "ecg.consultation.view"
    ASK_CONSULTATION = "ecg.consultation.ask"
    ANSWER_CONSULTATION = "ecg.consultation.answer"
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


class ConsultationPolicy(ScopePolicy[Consultation]):
    """Consultations are seen where the ECG comes from and is read, and by each expert who has not declined."""

    def filter(self, actor: Actor, right: str) -> Q:
        """Return the condition under which a consultation may be used by `actor` with `right`."""
        reached = super().filter(actor, right)
        if actor.account_id is None or actor.kind is ActorKind.RESIDENT or reached == Q():
            return reached
        return reached | Q(pk__in=_invited(actor).values("consultation_id"))

    def allows(self, actor: Actor, right: str, row: Consultation) -> bool:
        """Tell whether `actor` may use this consultation with `right`."""
        if super().allows(actor, right, row):
            return True
        known = actor.account_id is not None and actor.kind is not ActorKind.RESIDENT
        return known and _invited(actor).filter(consultation=row).exists()


def _invited(actor: Actor) -> QuerySet[Invitation]:
    return Invitation.objects.filter(expert_id=actor.account_id).exclude(state=InvitationState.DECLINED)


CONSULTATIONS = ConsultationPolicy("ECG consultation", paths=("centre_path", "origin_path"))
AT_ASKER: ScopePolicy[Consultation] = ScopePolicy("ECG consultation", paths=("asked_path",))
