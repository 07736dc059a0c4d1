"""Live ECG: sessions, tickets for their streams, alarms, limits, freezing, ending. Samples go over WebSockets."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from tianmu.clinical.ecg.actions.live_alarms import acknowledge_live_alarm
from tianmu.clinical.ecg.actions.live_cuts import freeze
from tianmu.clinical.ecg.actions.live_sessions import change_limits, end_session
from tianmu.clinical.ecg.actions.live_tickets import open_sending, open_streams
from tianmu.clinical.ecg.rules.live.states import EndReason
from tianmu.clinical.ecg.schemas.live import (
    FreezeIn,
    LimitsIn,
    LiveAlarmOut,
    LiveCutOut,
    LiveSessionDetail,
    LiveSessionOut,
    LiveTicketOut,
    StreamsIn,
    alarm_out,
    cut_out,
    session_detail,
    session_out,
)
from tianmu.clinical.ecg.selectors.live import cuts_of, live_alarms, live_session, live_sessions
from tianmu.clinical.ecg.streaming.stored import StoredFrames
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version

router = Router()
MOST_FRAMES = 600
NEWEST = (SortKey("id", descending=True),)


class SessionsQuery(PageQuery):
    """Which sessions to list."""

    state: str = Field("", pattern="^(running|ended)?$")
    search: str = Field("", max_length=60)


class AlarmsQuery(PageQuery):
    """Which alarms to list."""

    session_id: UUID | None = None
    open: bool = False


@router.get("/live/sessions", response={200: Page[LiveSessionOut], **PROBLEMS})
def sessions(request: HttpRequest, query: Query[SessionsQuery]) -> Page[LiveSessionOut]:
    """List live sessions, the newest first."""
    actor, now = actor_of(request), timezone.now()
    running = {"running": True, "ended": False}.get(query.state)
    rows = live_sessions(actor, running=running, search=query.search)
    return page(rows, NEWEST, query, lambda one: session_out(one, actor, now), count=True)


@router.get("/live/sessions/{session_id}", response={200: LiveSessionDetail, **PROBLEMS})
def session(request: HttpRequest, session_id: UUID) -> LiveSessionDetail:
    """Return one session with its limits and what was cut out of it."""
    return _detail(actor_of(request), session_id)


@router.get("/live/sessions/{session_id}/frames", response={200: bytes, **PROBLEMS})
def frames(
    request: HttpRequest, session_id: UUID, first: Annotated[int, Query(ge=0)], end: Annotated[int, Query(ge=1)]
) -> HttpResponse:
    """Send the frames of a stretch of the session, 600 at most, from memory or from what is stored."""
    found = live_session(actor_of(request), session_id)
    data = b"".join(StoredFrames().between(found, first, min(end, first + MOST_FRAMES)))
    return HttpResponse(data, content_type="application/octet-stream")


@router.post("/live/streams", response={200: LiveTicketOut, **PROBLEMS})
def streams(request: HttpRequest, body: StreamsIn) -> LiveTicketOut:
    """Give a ticket that opens the streams of sessions to this screen; each viewing is recorded."""
    ticket = open_streams(actor=actor_of(request), session_ids=body.sessions, now=timezone.now())
    return LiveTicketOut(ticket=ticket)


@router.post("/live/sendings", response={200: LiveTicketOut, **PROBLEMS})
def sendings(request: HttpRequest) -> LiveTicketOut:
    """Give a ticket with which this browser sends the stream of a device that is connected to it."""
    return LiveTicketOut(ticket=open_sending(actor=actor_of(request), now=timezone.now()))


@router.post("/live/sessions/{session_id}/freeze", response={200: LiveCutOut, **PROBLEMS})
def freeze_session(request: HttpRequest, session_id: UUID, body: FreezeIn) -> LiveCutOut:
    """Cut ten seconds into the resting worklist as an emergency."""
    cut = freeze(
        actor=actor_of(request),
        session_id=session_id,
        frames=StoredFrames(),
        end_index=body.end_index,
        now=timezone.now(),
    )
    return cut_out(cut, cut.session)


@router.post("/live/sessions/{session_id}/end", response={200: LiveSessionDetail, **PROBLEMS})
def end(request: HttpRequest, session_id: UUID) -> LiveSessionDetail:
    """End a session."""
    actor = actor_of(request)
    end_session(actor=actor, session_id=session_id, reason=EndReason.STAFF, now=timezone.now())
    return _detail(actor, session_id)


@router.put("/live/sessions/{session_id}/limits", response={200: LiveSessionDetail, **PROBLEMS})
def limits(request: HttpRequest, session_id: UUID, body: LimitsIn) -> LiveSessionDetail:
    """Set the alarm limits of one session."""
    actor = actor_of(request)
    change_limits(
        actor=actor,
        session_id=session_id,
        changes=body.dict(exclude_none=True, exclude={"reason"}),
        reason=body.reason,
        expected=expected_version(request),
        now=timezone.now(),
    )
    return _detail(actor, session_id)


@router.get("/live/alarms", response={200: Page[LiveAlarmOut], **PROBLEMS})
def alarms(request: HttpRequest, query: Query[AlarmsQuery]) -> Page[LiveAlarmOut]:
    """List the alarms of live sessions, the newest first."""
    rows = live_alarms(actor_of(request), session_id=query.session_id, only_open=query.open)
    return page(rows, NEWEST, query, alarm_out, count=True)


@router.post("/live/alarms/{alarm_id}/acknowledge", response={200: LiveAlarmOut, **PROBLEMS})
def acknowledge(request: HttpRequest, alarm_id: UUID) -> LiveAlarmOut:
    """Acknowledge an alarm."""
    return alarm_out(acknowledge_live_alarm(actor=actor_of(request), alarm_id=alarm_id, now=timezone.now()))


def _detail(actor: Actor, session_id: UUID) -> LiveSessionDetail:
    found = live_session(actor, session_id)
    return session_detail(found, list(cuts_of(found)), actor, timezone.now())
