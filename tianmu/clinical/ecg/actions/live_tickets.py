"""Opening streams to a screen: every viewing is written into the record of the person who is watched."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.models import LiveSession, LiveTicket
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.selectors import token_hash
from tianmu.foundation.audit.actions import record_views

TICKET_LIFE = timedelta(seconds=30)


@transaction.atomic
def open_streams(*, actor: Actor, session_ids: Sequence[UUID], now: datetime) -> str:
    """Return a ticket, good once, that opens these sessions to the actor's screen.

    Raises:
        MissingError: one of them is not among those she may see.

    """
    wanted = set(session_ids)
    rows = list(LIVE.rows(actor, Right.VIEW_LIVE, LiveSession.objects.filter(pk__in=wanted)))
    if len(rows) != len(wanted):
        raise MissingError(LIVE.resource)
    subjects = [(row.pk, row.patient_id) for row in rows]
    record_views(actor=actor, action="ecg.live.view", kind="ecg_live_session", subjects=subjects)
    return _ticket(actor, now, sessions=[row.pk for row in rows])


@transaction.atomic
def open_sending(*, actor: Actor, now: datetime) -> str:
    """Return a ticket, good once, with which a browser sends the stream of a device that is connected to it."""
    actor.demand(Right.IMPORT)
    return _ticket(actor, now, sends=True)


@transaction.atomic
def redeem(*, secret: str, sends: bool, now: datetime) -> LiveTicket | None:
    """Use a ticket up and return it, None when it is unknown, used or too old."""
    rows = LiveTicket.objects.select_for_update().filter(secret_hash=token_hash(secret), sends=sends)
    ticket = rows.filter(expires_at__gt=now).first()
    if ticket is not None:
        LiveTicket.objects.filter(pk=ticket.pk).delete()
    return ticket


def _ticket(actor: Actor, now: datetime, *, sends: bool = False, sessions: Sequence[UUID] = ()) -> str:
    secret = secrets.token_urlsafe(24)
    LiveTicket.objects.filter(expires_at__lt=now).delete()
    LiveTicket.objects.create(
        secret_hash=token_hash(secret),
        expires_at=now + TICKET_LIFE,
        account_id=actor.demand_account(),
        access_session_id=actor.session_id,
        sends=sends,
        sessions=list(sessions),
    )
    return secret
