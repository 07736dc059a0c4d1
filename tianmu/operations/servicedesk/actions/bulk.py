"""One act for many tickets: each in a transaction of its own, so that one refusal stops no other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.operations.servicedesk.actions.moving import assign
from tianmu.operations.servicedesk.permissions import Right


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of each ticket."""

    assigned: list[UUID] = field(default_factory=list)
    refused: dict[UUID, TianmuError] = field(default_factory=dict)


def assign_all(*, actor: Actor, ticket_ids: Sequence[UUID], account_id: UUID, reason: str, now: datetime) -> Assigned:
    """Give tickets to an engineer, in the order in which they are named.

    Raises:
        RefusedError: the actor may assign none at all.

    """
    actor.demand(Right.ASSIGN)
    done = Assigned()
    for key in dict.fromkeys(ticket_ids):
        try:
            assign(actor=actor, ticket_id=key, account_id=account_id, reason=reason, now=now)
        except TianmuError as error:
            done.refused[key] = error
        else:
            done.assigned.append(key)
    return done
