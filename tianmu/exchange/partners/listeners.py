"""What the partners room does when a report is out: it puts it on its way."""

from django.utils import timezone

from tianmu.clinical.ecg.events import ReportPublished
from tianmu.clinical.ecg.models import Order
from tianmu.exchange.partners.actions.sending import ask_to_send
from tianmu.exchange.partners.tasks import defer_sending
from tianmu.foundation.events.listening import listens


@listens(ReportPublished)
def send_out(fact: ReportPublished) -> None:
    """Send a signed version to the partners whom it concerns."""
    order = Order.objects.get(pk=fact.order_id)
    for sending in ask_to_send(order=order, version=fact.version, now=timezone.now()):
        defer_sending(sending.pk)
