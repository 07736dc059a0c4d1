"""Telling open browsers, and letting one open a stream."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.selectors import token_hash
from tianmu.foundation.db.prepared import fetched
from tianmu.foundation.live.models import Ticket
from tianmu.foundation.live.ports import other_persons

CHANNEL = "tianmu_live"
TICKET_LIFE = timedelta(seconds=30)
MOST_PAYLOAD_BYTES = 7_500


def tell(
    topic: str,
    *,
    facts: Mapping[str, object],
    right: str | None = None,
    path: str | None = None,
    paths: tuple[str, ...] = (),
    account_id: UUID | None = None,
    person_id: UUID | None = None,
) -> None:
    """Tell every stream that may hear it, when the transaction commits; a rolled-back fact is never told."""
    notice = notice_of(
        topic, facts=facts, right=right, path=path, paths=paths, account_id=account_id, person_id=person_id
    )
    fetched("SELECT pg_notify(%s, %s)", notice)


def notice_of(
    topic: str,
    *,
    facts: Mapping[str, object],
    right: str | None = None,
    path: str | None = None,
    paths: tuple[str, ...] = (),
    account_id: UUID | None = None,
    person_id: UUID | None = None,
) -> tuple[str, str]:
    """Return channel and payload of `tell`, for a caller that tells in the statement that writes."""
    message = {
        "topic": topic,
        "facts": dict(facts),
        "right": right,
        "paths": [*paths, path] if path else list(paths),
        "account": str(account_id) if account_id else None,
        "person": str(person_id) if person_id else None,
    }
    payload = json.dumps(message, ensure_ascii=False, default=str)
    if len(payload.encode()) > MOST_PAYLOAD_BYTES:
        text = "A live message carries keys, not contents: it must stay below 7,500 bytes."
        raise ValueError(text)
    return CHANNEL, payload


def open_ticket(*, actor: Actor, now: datetime) -> str:
    """Return a ticket for one stream of this actor; the stream ends with the purpose that is stated, if one is."""
    secret = secrets.token_urlsafe(24)
    hearing = {
        "rights": {right: list(paths) for right, paths in actor.rights.items()},
        "account": str(actor.account_id) if actor.account_id else None,
        "person": str(actor.person_id) if actor.kind is ActorKind.RESIDENT else None,
        "others": [str(key) for key in other_persons(actor)] if actor.kind is ActorKind.RESIDENT else [],
        "until": actor.purpose_until.isoformat() if actor.purpose_until else None,
    }
    Ticket.objects.filter(expires_at__lt=now).delete()
    Ticket.objects.create(
        secret_hash=token_hash(secret), expires_at=now + TICKET_LIFE, session_id=actor.session_id, hearing=hearing
    )
    return secret
