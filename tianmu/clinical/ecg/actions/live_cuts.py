"""Cutting out of a live session: ten seconds frozen into the resting worklist, the whole session once it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.importing import COUNTY_ZONE, Sent, import_recording
from tianmu.clinical.ecg.actions.live_sessions import locked_session, tell_live
from tianmu.clinical.ecg.actions.orders import Asked
from tianmu.clinical.ecg.choices import CutKind, LiveState, Urgency
from tianmu.clinical.ecg.engine.recording import Kind
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import LiveAlarm, LiveCut, LiveSegment, LiveSession
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.clinical.ecg.rules.live.assembly import RESTING_S, assembled, known_share, recording_files
from tianmu.clinical.ecg.rules.live.frames import Int16
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.storage.here import store

LEAST_KNOWN = 0.5
SHORTEST_S = 10
PART_S = 7_200
ANALYSED_S = 600


class Frames(Protocol):
    """Where the frames of a session are: in the process that holds it, in its journal, in storage."""

    def between(self, session: LiveSession, first: int, end: int) -> Sequence[bytes]:
        """Return those with an index in [first, end)."""

    def latest(self, session: LiveSession, count: int) -> Sequence[bytes]:
        """Return those of the last `count` places."""


def freeze(
    *,
    actor: Actor,
    session_id: UUID,
    frames: Frames,
    end_index: int | None,
    now: datetime,
    alarm: LiveAlarm | None = None,
) -> LiveCut:
    """Cut the ten seconds that end before `end_index` (or now) into the resting worklist, as an emergency.

    The same ten seconds frozen again give the first order.

    Raises:
        ConflictError: less than half of these seconds was received.

    """
    session = LIVE.one(
        actor, Right.VIEW_LIVE, LiveSession.objects.select_related("patient", "origin__unit"), session_id
    )
    LIVE.demand(actor, Right.CONTROL_LIVE, session)
    per_second = session.fs_hz / session.samples_per_frame
    length = round(RESTING_S * per_second)
    if end_index is None:
        taken = frames.latest(session, length)
        end = _end_of(taken)
    else:
        taken, end = frames.between(session, max(0, end_index - length), end_index), end_index
    rows = _rows(session, taken, max(0, end - length), end)
    if known_share(rows) < LEAST_KNOWN:
        detail = "Less than half of these ten seconds was received. Wait for the signal and freeze again."
        raise ConflictError(Code.LIVE_NO_SIGNAL, detail)
    note = "实时监护报警自动冻结" if alarm else "实时监护冻结"
    asked = Asked(urgency=Urgency.EMERGENCY, department=session.place, clinical_note=note)
    kind = CutKind.ALARM if alarm else CutKind.FREEZE
    return _kept(actor, session, rows, max(0, end - length), end, asked=asked, kind=kind, alarm=alarm, now=now)


@transaction.atomic
def keep_segment(
    *, session_id: UUID, number: int, first_index: int, end_index: int, data: bytes, now: datetime
) -> LiveSegment:
    """Put some minutes of a session into storage; the same segment again changes nothing."""
    known = LiveSegment.objects.filter(session_id=session_id, number=number).first()
    if known is not None:
        return known
    stored = store().put([data])
    return LiveSegment.objects.create(
        session_id=session_id,
        number=number,
        first_index=first_index,
        end_index=end_index,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        kept_at=now,
    )


def keep_session(*, actor: Actor, session_id: UUID, frames: Frames, now: datetime) -> list[LiveCut]:
    """Make recordings of kind live of a session that has ended, two hours at most in each; shorter than 10 s, none."""
    with transaction.atomic():
        session = locked_session(actor, Right.CONTROL_LIVE, session_id)
        if session.state != LiveState.ENDED or session.stored_at is not None:
            return []
        cuts = []
        part = round(PART_S * session.fs_hz / session.samples_per_frame)
        for first in range(0, session.next_index, part):
            end = min(first + part, session.next_index)
            rows = _rows(session, frames.between(session, first, end), first, end)
            if rows.shape[1] >= SHORTEST_S * session.fs_hz and known_share(rows) > 0:
                asked = Asked(urgency=Urgency.PHYSICAL, kind=Kind.LIVE.value, department=session.place)
                cuts.append(_kept(actor, session, rows, first, end, asked=asked, kind=CutKind.SESSION, now=now))
        session.stored_at = now
        session.save(update_fields=["stored_at", "changed_at"])
        tell_live(session, "stored")
    return cuts


def _kept(
    actor: Actor,
    session: LiveSession,
    rows: Int16,
    first: int,
    end: int,
    *,
    asked: Asked,
    kind: CutKind,
    now: datetime,
    alarm: LiveAlarm | None = None,
) -> LiveCut:
    began_at = session.began_at + timedelta(seconds=first * session.samples_per_frame / session.fs_hz)
    files = recording_files(
        rows,
        names=session.leads,
        fs_hz=float(session.fs_hz),
        uv_per_lsb=session.uv_per_lsb,
        began_at=began_at.astimezone(COUNTY_ZONE),
        name=f"live-{session.pk}-{first}",
    )
    length_s = rows.shape[1] / session.fs_hz
    received = import_recording(
        actor=_lent(actor, session),
        origin=session.origin,
        files=files,
        sent=Sent(
            patient=session.patient,
            acquired_at=began_at,
            asked=asked,
            kind=Kind.LIVE if kind is CutKind.SESSION else Kind.RESTING,
            analysed=length_s <= ANALYSED_S,
        ),
        now=now,
    )
    cut, made = LiveCut.objects.get_or_create(
        session=session,
        order=received.order,
        kind=kind,
        defaults={
            "alarm": alarm,
            "first_index": first,
            "end_index": end,
            "made_at": now,
            "made_by": actor.name,
        },
    )
    if made:
        record(
            actor=actor,
            action="ecg.live.cut",
            kind="ecg_live_session",
            key=session.pk,
            person_id=session.patient_id,
            new={"order": received.order.number, "kind": kind.value},
        )
        tell_live(session, "cut", order=str(received.order.pk), kind=kind.value)
    return cut


def _lent(actor: Actor, session: LiveSession) -> Actor:
    """Return the actor with the right to send for the session's institution: who may freeze may send what is frozen."""
    paths = (*actor.paths(Right.IMPORT), session.origin_path)
    return replace(actor, rights=MappingProxyType({**actor.rights, Right.IMPORT: paths}))


def _rows(session: LiveSession, frames: Sequence[bytes], first: int, end: int) -> Int16:
    return assembled(
        frames, leads=len(session.leads), samples_per_frame=session.samples_per_frame, first=first, end=end
    )


def _end_of(frames: Sequence[bytes]) -> int:
    return int.from_bytes(frames[-1][20:24], "little") + 1 if frames else 0
