"""The end of a session: ended in the database, its journals in storage, recordings made of it."""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.live_cuts import keep_session
from tianmu.clinical.ecg.actions.live_sessions import end_session
from tianmu.clinical.ecg.choices import LiveState
from tianmu.clinical.ecg.models import LiveSession
from tianmu.clinical.ecg.rules.live.states import EndReason
from tianmu.clinical.ecg.streaming.journal import forget
from tianmu.clinical.ecg.streaming.stored import StoredFrames, seal
from tianmu.foundation.access.actor import system

MACHINE = "live ECG"


def finish_session(session_id: UUID, reason: EndReason | None, counts: Mapping[str, float | None]) -> None:
    """End a session (unless staff has), put the rest into storage, make recordings of it."""
    session = LiveSession.objects.get(pk=session_id)
    LiveSession.objects.filter(pk=session_id).update(**counts)
    actor = system(MACHINE)
    if session.state != LiveState.ENDED and reason is not None:
        end_session(actor=actor, session_id=session_id, reason=reason, now=timezone.now())
    seal(session_id)
    keep_session(actor=actor, session_id=session_id, frames=StoredFrames(), now=timezone.now())
    forget(session_id)
