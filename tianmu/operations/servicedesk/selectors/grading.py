"""What grade an incident would have with other answers; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.operations.servicedesk.actions.intake import proposal_for, users_of
from tianmu.operations.servicedesk.choices import TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.grades import Proposal


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with the sizes of the lists it was made from."""

    proposal: Proposal
    affected: int
    data: int
    users: int


def grade_proposal(actor: Actor, ticket_id: UUID, answers: Mapping[str, Any]) -> Proposed:
    """Return the grade that follows from the answers, the ticket's own where none is given.

    Raises:
        MissingError: there is no ticket that the actor may see.
        ConflictError: it is no incident.

    """
    ticket = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), ticket_id)
    if ticket.kind != TicketKind.INCIDENT:
        raise ConflictError(Code.STATE_CONFLICT, "Only an incident has a grade.", state=ticket.state)
    for name, value in answers.items():
        setattr(ticket, name, value)
    users = users_of(ticket.subsystems)
    return Proposed(proposal_for(ticket, users), len(ticket.affected), len(ticket.data_affected), len(users))
