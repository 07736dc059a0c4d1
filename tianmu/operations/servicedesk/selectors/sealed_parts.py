"""The sealed parts of controlled requests: shown to who takes part, each look written down."""

from uuid import UUID

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, RefusedError
from tianmu.foundation.audit.actions import record
from tianmu.operations.servicedesk import sql_target
from tianmu.operations.servicedesk.models import ControlledRequest, Ticket
from tianmu.operations.servicedesk.permissions import TICKETS, Right

PARTS = ("what", "statement", "image_query", "rollback", "before_image", "after_image")
RIGHTS = (
    Right.ASK_CONTROLLED,
    Right.TAKE_CONTROLLED,
    Right.CONFIRM_CONTROLLED,
    Right.ANSWER_CONTROLLED,
    Right.EXECUTE_CONTROLLED,
)


def sealed_parts(actor: Actor, ticket_id: UUID) -> dict[str, str]:
    """Return what is sealed of a controlled request.

    Raises:
        MissingError: there is none that the actor may see.
        RefusedError: she may see the ticket, but takes no part in controlled requests there.

    """
    ticket = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), ticket_id)
    request = ControlledRequest.objects.filter(ticket=ticket).first()
    if request is None:
        raise MissingError("controlled request")
    if not any(actor.may(right, ticket.path) for right in RIGHTS):
        raise RefusedError(Right.CONFIRM_CONTROLLED, ticket.path)
    record(actor=actor, action="servicedesk.controlled.revealed", kind="ticket", key=ticket.pk)
    return {part: getattr(request, part) or "" for part in PARTS}


def target_names(actor: Actor) -> list[str]:
    """Return the names of the databases that may be changed."""
    actor.demand(Right.EXECUTE_CONTROLLED)
    return sorted(sql_target.targets())
