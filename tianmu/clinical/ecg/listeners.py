"""What the ECG room does when something has happened: it tells the people whom it concerns."""

from datetime import timedelta

from django.utils import timezone

from tianmu.clinical.ecg.actions.alert_deliveries import follow_delivery
from tianmu.clinical.ecg.actions.alert_telling import finding_in_languages
from tianmu.clinical.ecg.events import AlertRaised, OrderReturned, ReportPublished
from tianmu.clinical.ecg.models import Alert, Order
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
