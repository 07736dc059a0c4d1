"""What the streams ask of the database: plain functions for worker threads, each with a connection that is alive."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from threading import Event
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from tianmu.clinical.ecg.actions.live_alarms import end_live_alarm, raise_live_alarm
from tianmu.clinical.ecg.actions.live_cuts import freeze, keep_segment
from tianmu.clinical.ecg.actions.live_sessions import begin_session, join_session, usual_limits
from tianmu.clinical.ecg.actions.live_sessions import note_session as note
from tianmu.clinical.ecg.actions.live_tickets import redeem
from tianmu.clinical.ecg.models import LiveAlarm, LiveSession
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.clinical.ecg.rules.live.alarms import AlarmKind, Change, grade_of
from tianmu.clinical.ecg.rules.live.hello import Hello
from tianmu.clinical.ecg.rules.live.limits import LiveLimits
from tianmu.clinical.ecg.rules.live.states import Course, EndReason
from tianmu.clinical.ecg.rules.live.states import LiveState as State
from tianmu.clinical.ecg.streaming.finishing import MACHINE, finish_session
from tianmu.clinical.ecg.streaming.journal import open_files
from tianmu.clinical.ecg.streaming.stored import StoredFrames, end_on_disk, on_disk
from tianmu.clinical.ecg.streaming.tracks import BACK_S, Info
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.access.models import Token
from tianmu.foundation.access.presence import note_use
from tianmu.foundation.access.selectors import actor_for, actor_later, token_of

P = ParamSpec("P")
R = TypeVar("R")
AGAIN_S = 0.5
AWAY = (OperationalError, InterfaceError)


def in_thread(work: Callable[P, R]) -> Callable[P, R]:
    """Run with a living database connection, and leave none that is dead."""

    @wraps(work)
    def run(*given: P.args, **named: P.kwargs) -> R:
        close_old_connections()
        try:
            return work(*given, **named)
        finally:
            close_old_connections()

    return run


def until_done(work: Callable[P, R], stopping: Event) -> Callable[P, R]:
    """Try again twice a second while the database is away, until we stop."""

    def run(*given: P.args, **named: P.kwargs) -> R:
        while True:
            try:
                return work(*given, **named)
            except AWAY:
                if stopping.wait(AGAIN_S):
                    raise

    return run


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the actor, and the token whose end ends the stream."""

    actor: Actor
    token_id: UUID | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that this process holds from now on."""

    info: Info
    course: Course
    limits: LiveLimits
    limits_version: str
    next_index: int
    shift: int
    clock_offset_ms: float | None
    missing: int
    doubled: int
    number: int
    frames: tuple[bytes, ...]
    standing: tuple[dict[str, object], ...] = ()


@in_thread
def sender_by_token(bearer: str, address: str | None) -> Sender | None:
    """Return the device behind a bearer token."""
    now = timezone.now()
    token = token_of(bearer, now)
    if token is None:
        return None
    note_use(token, now)
    return Sender(actor_for(token.account, now, only=token.rights, client="token", address=address), token.pk)


@in_thread
def sender_by_ticket(ticket: str) -> Sender | None:
    """Return who may send a stream from a browser."""
    found = redeem(secret=ticket, sends=True, now=timezone.now())
    if found is None:
        return None
    return Sender(actor_later(found.account_id, found.access_session_id, timezone.now()), None)


@in_thread
def watcher(ticket: str) -> tuple[UUID, UUID | None, frozenset[UUID]] | None:
    """Return account, session and streams that a ticket opens."""
    found = redeem(secret=ticket, sends=False, now=timezone.now())
    return (found.account_id, found.access_session_id, frozenset(found.sessions)) if found else None


@in_thread
def begin(actor: Actor, hello: Hello, hub: str) -> Opened:
    """Begin a session here."""
    now = timezone.now()
    session = begin_session(actor=actor, hello=hello, hub=hub, now=now)
    return _opened(session, now, next_index=0, number=1, frames=())


@in_thread
def join(actor: Actor, session_id: UUID, hello: Hello, hub: str) -> tuple[str, UUID]:
    """Let a device join again; return who held the session until now."""
    session, before = join_session(actor=actor, session_id=session_id, hello=hello, hub=hub, now=timezone.now())
    return before, session.pk


@in_thread
def load(session_id: UUID) -> Opened:
    """Read back a session that another process held, or one that died."""
    session, now = LiveSession.objects.get(pk=session_id), timezone.now()
    end = end_on_disk(session)
    per_second = session.fs_hz / session.samples_per_frame
    frames = tuple(on_disk(session, max(0, end - round(BACK_S * per_second)), end))
    newest = session.segments.order_by("-number").first()
    numbers = [number for number, _ in open_files(session.pk)] + ([newest.number] if newest else [0])
    return _opened(session, now, next_index=end, number=max(numbers) + 1, frames=frames)


def _opened(session: LiveSession, now: datetime, *, next_index: int, number: int, frames: tuple[bytes, ...]) -> Opened:
    usual, version = usual_limits(session.centre_path, now)
    return Opened(
        info=info_of(session),
        course=Course(State(session.state), session.began_at, session.state_since),
        limits=usual.changed(session.limits),
        limits_version=version,
        next_index=next_index,
        shift=session.shift,
        clock_offset_ms=session.clock_offset_ms,
        missing=session.missing_frames,
        doubled=session.doubled_frames,
        number=number,
        frames=frames,
        standing=tuple(plain_alarm(one) for one in session.alarms.filter(ended_at=None).order_by("id")),
    )


def info_of(session: LiveSession) -> Info:
    """Return what a screen must know of a session."""
    return Info(
        session.pk,
        tuple(session.leads),
        session.fs_hz,
        session.samples_per_frame,
        tuple(session.uv_per_lsb),
        round(session.began_at.timestamp() * 1000),
    )


@in_thread
def limits_of(session_id: UUID) -> tuple[LiveLimits, str]:
    """Return the limits of a session as they are now."""
    session = LiveSession.objects.get(pk=session_id)
    usual, version = usual_limits(session.centre_path, timezone.now())
    return usual.changed(session.limits), version


@in_thread
def note_session(session_id: UUID, hub: str, course: Course, counts: Mapping[str, float | None]) -> bool:
    """Write down what this process knows of a session; False when it is not ours any more."""
    return note(session_id=session_id, hub=hub, course=course, counts=counts, now=timezone.now())


@in_thread
def alarm(session_id: UUID, kind: AlarmKind, value: str, limits_version: str, signal_ms: int) -> LiveAlarm:
    """Raise an alarm."""
    return raise_live_alarm(
        actor=system(MACHINE),
        session_id=session_id,
        kind=kind,
        value=value,
        limits_version=limits_version,
        signal_at=datetime.fromtimestamp(signal_ms / 1000, UTC),
        now=timezone.now(),
    )


@in_thread
def end_alarm(session_id: UUID, kind: AlarmKind) -> None:
    """End an alarm."""
    end_live_alarm(session_id=session_id, kind=kind, now=timezone.now())


@in_thread
def freeze_for(raised: LiveAlarm, end_index: int) -> None:
    """Freeze the ten seconds before a critical alarm."""
    freeze(
        actor=system(MACHINE),
        session_id=raised.session_id,
        frames=StoredFrames(),
        end_index=end_index,
        now=timezone.now(),
        alarm=raised,
    )


@in_thread
def seal_segment(session_id: UUID, number: int, first_index: int, end_index: int, data: bytes) -> None:
    """Put a finished journal into storage."""
    keep_segment(
        session_id=session_id,
        number=number,
        first_index=first_index,
        end_index=end_index,
        data=data,
        now=timezone.now(),
    )


@in_thread
def finish(session_id: UUID, reason: EndReason | None, counts: Mapping[str, float | None]) -> None:
    """End a session and keep what was received."""
    finish_session(session_id, reason, counts)


@in_thread
def place_of(session_id: UUID) -> tuple[str, str, Info] | None:
    """Return state, holding process and description of a session."""
    session = LiveSession.objects.filter(pk=session_id).first()
    return (session.state, session.hub, info_of(session)) if session else None


@in_thread
def stored_end(session_id: UUID, seconds: int) -> tuple[list[bytes], int]:
    """Return the last frames of a session from the disk, and the index after the last."""
    session = LiveSession.objects.get(pk=session_id)
    end = session.next_index or end_on_disk(session)
    count = round(seconds * session.fs_hz / session.samples_per_frame)
    return list(on_disk(session, max(0, end - count), end)), end


def new_alarm(change: Change) -> dict[str, object]:
    """Return an alarm for a screen that is on its way into the database: it cannot be acknowledged yet."""
    return {
        "id": "",
        "kind": change.kind.value,
        "grade": grade_of(change.kind),
        "value": change.value,
        "raised_ms": round(time.time() * 1000),
        "acknowledged": False,
    }


def plain_alarm(one: LiveAlarm) -> dict[str, object]:
    """Return an alarm for a screen."""
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "grade": one.grade,
        "value": one.value,
        "raised_ms": round(one.raised_at.timestamp() * 1000),
        "acknowledged": one.acknowledged_at is not None,
    }


@in_thread
def still_allowed(account_id: UUID, access_session_id: UUID | None, wanted: frozenset[UUID]) -> frozenset[UUID]:
    """Return those streams that the account may still watch."""
    try:
        actor = actor_later(account_id, access_session_id, timezone.now())
        if access_session_id is not None and actor.session_id != access_session_id:
            return frozenset()
        rows = LIVE.rows(actor, Right.VIEW_LIVE, LiveSession.objects.filter(pk__in=wanted))
    except (MissingError, TianmuError):
        return frozenset()
    return frozenset(rows.values_list("pk", flat=True))


@in_thread
def tokens_gone(wanted: frozenset[UUID]) -> frozenset[UUID]:
    """Return those tokens that may send no more."""
    alive = Token.objects.filter(
        pk__in=wanted, revoked_at=None, expires_at__gt=timezone.now(), account__active=True
    ).values_list("pk", flat=True)
    return wanted - frozenset(alive)
