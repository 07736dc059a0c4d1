"""Live sessions and their alarms, as lists and screens show them."""

from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from tianmu.clinical.ecg.choices import LiveState
from tianmu.clinical.ecg.models import LiveAlarm, LiveCut, LiveSession
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.foundation.access.actor import Actor


def live_sessions(actor: Actor, *, running: bool | None = None, search: str = "") -> QuerySet[LiveSession]:
    """Return the sessions the actor may see: those that run, those that ended, or all."""
    standing = Prefetch("alarms", LiveAlarm.objects.filter(ended_at=None).order_by("id"), to_attr="standing")
    rows = (
        LiveSession.objects.select_related("patient", "origin__unit", "centre__unit", "device")
        .annotate(
            alarm_count=Count("alarms", distinct=True),
            cut_count=Count("cuts", distinct=True, filter=~Q(cuts__kind="session")),
        )
        .prefetch_related(standing)
    )
    if running is not None:
        rows = rows.exclude(state=LiveState.ENDED) if running else rows.filter(state=LiveState.ENDED)
    if search:
        rows = rows.filter(Q(patient__name__startswith=search) | Q(place__startswith=search))
    return LIVE.rows(actor, Right.VIEW_LIVE, rows)


def live_session(actor: Actor, key: UUID) -> LiveSession:
    """Return one session.

    Raises:
        MissingError: there is none that the actor may see.

    """
    return LIVE.one(actor, Right.VIEW_LIVE, live_sessions(actor), key)


def cuts_of(session: LiveSession) -> QuerySet[LiveCut]:
    """Return what was cut out of a session, oldest first."""
    return session.cuts.select_related("order").order_by("id")


def live_alarms(actor: Actor, *, session_id: UUID | None, only_open: bool) -> QuerySet[LiveAlarm]:
    """Return the alarms of the sessions the actor may see."""
    LIVE.demand_purpose(actor, Right.VIEW_LIVE)
    seen = LIVE.rows(actor, Right.VIEW_LIVE, LiveSession.objects.all())
    rows = LiveAlarm.objects.filter(session__in=seen.values("pk"))
    if session_id is not None:
        rows = rows.filter(session_id=session_id)
    return rows.filter(ended_at=None, acknowledged_at=None) if only_open else rows
