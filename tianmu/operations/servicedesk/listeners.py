"""What the service desk does when something has happened: it tells the people whom a major incident concerns."""

from datetime import timedelta

from django.utils import timezone

from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.events.listening import listens
from tianmu.foundation.messages.actions import send
from tianmu.operations.servicedesk.events import IncidentGraded, TicketResolved
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import Right

NEWS = timedelta(hours=1)


@listens(IncidentGraded)
def tell_of_major(fact: IncidentGraded) -> None:
    """Tell B's lead and A's information section at once; what is long past is no news."""
    now = timezone.now()
    if now - fact.at > NEWS or fact.grade > 3:
        return
    ticket = Ticket.objects.get(pk=fact.ticket_id)
    told = {*accounts_with(Right.SIGN_REPORT, ticket.path, now), *accounts_with(Right.DECIDE_GRADE, ticket.path, now)}
    send(
        account_ids=told,
        topic="servicedesk.major",
        facts={"number": ticket.number, "grade": fact.grade},
        link=("ticket", ticket.pk),
        once=f"servicedesk.major:{ticket.pk}:{fact.grade}",
    )


@listens(TicketResolved)
def tell_raiser(fact: TicketResolved) -> None:
    """Tell who raised a ticket that it is solved, and that her word is awaited."""
    if timezone.now() - fact.at > NEWS:
        return
    ticket = Ticket.objects.get(pk=fact.ticket_id)
    if ticket.raiser_id is None:
        return
    send(
        account_ids=[ticket.raiser_id],
        topic="servicedesk.resolved",
        facts={"number": ticket.number},
        link=("ticket", ticket.pk),
        once=f"servicedesk.resolved:{ticket.pk}:{ticket.reopened}",
    )
