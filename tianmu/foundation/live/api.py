"""Tickets for the stream of live events; the stream itself is served by the async half of the site."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.live.actions import open_ticket

router = Router(tags=["live"])


class StreamTicketOut(Schema):
    """A ticket, good once, for half a minute."""

    ticket: str


@router.post("/tickets", response={200: StreamTicketOut, **PROBLEMS})
def ticket(request: HttpRequest) -> StreamTicketOut:
    """Give a ticket with which this browser opens its stream."""
    return StreamTicketOut(ticket=open_ticket(actor=actor_of(request), now=timezone.now()))
