"""What the ECG room does when something has happened: it tells the people whom it concerns."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.alert_deliveries import follow_delivery
from tianmu.clinical.ecg.actions.alert_telling import finding_in_languages
from tianmu.clinical.ecg.events import (
    AlertRaised,
    ConsultationAsked,
    ConsultationEnded,
    InvitationDeclined,
    OpinionSigned,
    OrderReturned,
    ReportPublished,
)
from tianmu.clinical.ecg.models import Alert, Consultation, Invitation, Order
from tianmu.clinical.ecg.permissions import Right
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.events.listening import listens
from tianmu.foundation.messages.actions import send
from tianmu.foundation.messages.events import DeliverySettled

NEWS = timedelta(hours=1)


@listens(AlertRaised)
def tell_of_alert(fact: AlertRaised) -> None:
    """Tell the readers of the centre and those who acknowledge at the origin; what is long past is no news."""
    now = timezone.now()
    if now - fact.at > NEWS:
        return
    alert = Alert.objects.select_related("order").get(pk=fact.alert_id)
    readers = accounts_with(Right.CONFIRM_ALERT, alert.order.centre_path, now)
    origin = accounts_with(Right.ACKNOWLEDGE_ALERT, alert.order.origin_path, now)
    send(
        account_ids=set(readers) | set(origin),
        topic="ecg.alert_raised",
        facts={"finding": finding_in_languages(alert.code), "number": alert.order.number},
        link=("ecg_order", alert.order_id),
        once=f"ecg.alert:{alert.pk}",
    )


@listens(DeliverySettled)
def tell_of_delivery(fact: DeliverySettled) -> None:
    """Write into the log of a critical value what became of a short message or a letter about it."""
    if fact.subject_kind == "ecg_alert" and fact.subject_id is not None:
        follow_delivery(actor=system("ecg alerts"), alert_id=fact.subject_id, delivery_id=fact.delivery_id, now=fact.at)


@listens(ReportPublished)
def tell_of_report(fact: ReportPublished) -> None:
    """Tell those who print at the origin, readers of the centre left out, and the resident herself."""
    if timezone.now() - fact.at > NEWS:
        return
    order = Order.objects.get(pk=fact.order_id)
    origin = accounts_with(Right.PRINT, order.origin_path, timezone.now())
    readers = accounts_with(Right.SIGN, order.centre_path, timezone.now())
    herself = Account.objects.filter(kind="resident", person_id=fact.patient_id, active=True)
    send(
        account_ids={*(set(origin) - set(readers)), *herself.values_list("pk", flat=True)},
        topic="ecg.report_published",
        facts={"number": order.number, "version": fact.version},
        link=("ecg_order", order.pk),
        once=f"ecg.report:{order.pk}:{fact.version}",
    )


@listens(OrderReturned)
def tell_of_return(fact: OrderReturned) -> None:
    """Tell those who record at the origin that this ECG has to be recorded again, and why."""
    if timezone.now() - fact.at > NEWS:
        return
    order = Order.objects.get(pk=fact.order_id)
    send(
        account_ids=accounts_with(Right.IMPORT, order.origin_path, timezone.now()),
        topic="ecg.returned",
        facts={"number": order.number, "reason": fact.reason, "from": fact.by},
        link=("ecg_order", order.pk),
        once=f"ecg.returned:{order.pk}:{fact.at.isoformat()}",
    )


@listens(ConsultationAsked)
def tell_experts(fact: ConsultationAsked) -> None:
    """Tell each expert what is asked of her."""
    row = Consultation.objects.get(pk=fact.consultation_id)
    for expert_id in fact.expert_ids:
        _tell_of_consultation(
            row, {expert_id}, "ecg.consultation_asked", f"asked:{expert_id}", {"from": row.asker_name}
        )


@listens(OpinionSigned)
def tell_of_opinion(fact: OpinionSigned) -> None:
    """Tell who asked that an opinion is there."""
    one = Invitation.objects.select_related("consultation").get(
        consultation_id=fact.consultation_id, expert_id=fact.expert_id
    )
    occasion = f"opinion:{one.pk}:{fact.version}"
    row = one.consultation
    _tell_of_consultation(row, {row.asker_id}, "ecg.opinion_signed", occasion, {"expert": one.name})


@listens(InvitationDeclined)
def tell_of_decline(fact: InvitationDeclined) -> None:
    """Tell who asked that an expert cannot answer."""
    one = Invitation.objects.select_related("consultation").get(
        consultation_id=fact.consultation_id, expert_id=fact.expert_id
    )
    facts = {"expert": one.name, "reason": fact.reason}
    row = one.consultation
    _tell_of_consultation(row, {row.asker_id}, "ecg.invitation_declined", f"declined:{one.pk}", facts)


@listens(ConsultationEnded)
def tell_of_end(fact: ConsultationEnded) -> None:
    """Tell the experts who were asked how it ended, and who asked if somebody else ended it."""
    row = Consultation.objects.get(pk=fact.consultation_id)
    asked = set(row.invitations.exclude(state="declined").values_list("expert_id", flat=True))
    by_another = {row.asker_id} if row.ended_by != row.asker_name else set()
    topic = "ecg.consultation_concluded" if fact.concluded else "ecg.consultation_cancelled"
    _tell_of_consultation(row, asked | by_another, topic, "ended", {"from": row.ended_by, "reason": row.reason})


def _tell_of_consultation(
    row: Consultation, account_ids: set[UUID], topic: str, occasion: str, facts: Mapping[str, object]
) -> None:
    if timezone.now() - row.changed_at > NEWS:
        return
    send(
        account_ids=account_ids,
        topic=topic,
        facts={"number": row.number, **facts},
        link=("ecg_consultation", row.pk),
        once=f"ecg.consultation:{row.pk}:{occasion}",
    )
