"""The secret address under which a calendar program reads the duties of a contract."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.operations.contracts.models import CalendarFeed
from tianmu.operations.contracts.selectors.contracts import contract_of


@transaction.atomic
def open_feed(*, actor: Actor, contract_id: UUID, now: datetime) -> str:
    """Return a fresh secret for the actor's own feed of a contract; the one before no longer works.

    Raises:
        MissingError: there is no such contract that the actor may see.

    """
    contract = contract_of(actor, contract_id)
    close_feed(actor=actor, contract_id=contract_id, now=now)
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(
        contract=contract, account_id=actor.demand_account(), token_hash=hash_of(secret), created_at=now
    )
    record(actor=actor, action="contracts.feed_opened", kind="contract", key=contract.pk)
    return secret


@transaction.atomic
def close_feed(*, actor: Actor, contract_id: UUID, now: datetime) -> int:
    """Close the actor's feeds of a contract; returns how many were open."""
    contract = contract_of(actor, contract_id)
    rows = CalendarFeed.objects.filter(contract=contract, account_id=actor.demand_account(), revoked_at=None)
    return rows.update(revoked_at=now)


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()
