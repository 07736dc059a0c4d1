"""When somebody was last seen, and the screen that locks itself when nobody was there."""

from datetime import datetime, timedelta

from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.models import Session, Token

NOTE_EVERY = timedelta(minutes=5)
IDLE_LOCK = {
    Client.DESK: timedelta(minutes=30),
    Client.POINT: timedelta(minutes=30),
    Client.RESIDENT: timedelta(days=8),
    Client.WALL: timedelta(days=30),
}


def keep_alive(session: Session, now: datetime) -> None:
    """Note every five minutes that the session is used; lock one that was not used for long. Unsaved work stays."""
    away = now - session.seen_at
    if away < NOTE_EVERY:
        return
    locks = away > IDLE_LOCK[Client(session.client)] and session.locked_at is None
    if locks:
        session.locked_at = now
    session.seen_at = now
    Session.objects.filter(pk=session.pk).update(seen_at=now, **({"locked_at": now} if locks else {}))


def note_use(token: Token, now: datetime) -> None:
    """Note every five minutes that a token is used."""
    if token.used_at is None or now - token.used_at >= NOTE_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
