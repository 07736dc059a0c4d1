"""Live sessions as the database knows them: begun, joined again, heard, ended by the device, by staff or by silence."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.importing import person_named_in
from tianmu.clinical.ecg.actions.orders import ROUTING, centre_of
from tianmu.clinical.ecg.choices import LiveState
from tianmu.clinical.ecg.engine.recording import PatientFields
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Device, LiveSession
from tianmu.clinical.ecg.permissions import LIVE, Right
from tianmu.clinical.ecg.rules.live.hello import Hello, PersonNamed
from tianmu.clinical.ecg.rules.live.limits import LimitError, LiveLimits
from tianmu.clinical.ecg.rules.live.states import Course, EndReason, SessionOverError
from tianmu.clinical.ecg.rules.live.states import LiveState as State
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.live.actions import tell
from tianmu.foundation.rulesets.selectors import InForce, in_force
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.selectors import institution_of
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import known_person

TOPIC = "ecg.live"
LIVE_LIMITS = "ecg.live_limits"
MOST_OF_ACCOUNT = 8
MOST_OF_INSTITUTION = 64
ORPHANED = timedelta(seconds=90)
LIMITS_STAY = timedelta(hours=24)


def tell_live(session: LiveSession, what: str, **facts: object) -> None:
    """Tell open screens and the processes that hold streams what happened to a session."""
    tell(
        TOPIC,
        facts={"session": str(session.pk), "what": what, **facts},
        right=Right.VIEW_LIVE,
        paths=(session.origin_path, session.centre_path),
    )


def course_of(session: LiveSession) -> Course:
    """Return the session's state as the rules know it."""
    reason = EndReason(session.end_reason) if session.end_reason else None
    return Course(State(session.state), session.began_at, session.state_since, reason)


@transaction.atomic
def begin_session(*, actor: Actor, hello: Hello, hub: str, now: datetime) -> LiveSession:
    """Begin a session of the person whom the device names, at the device's own institution.

    Raises:
        TianmuError: too many sessions run already.
        RefusedError: the actor may not send for this institution.

    """
    origin = institution_of(actor.home_path)
    if origin is None:
        raise MissingError("institution")
    actor.demand(Right.IMPORT, origin.unit.path)
    account_id = actor.demand_account()
    _demand_room(account_id, origin)
    centre = centre_of(origin, InForce((ROUTING,), timezone.localdate(now)))
    patient = _person(actor, origin, hello.person, now)
    session = LiveSession.objects.create(
        patient=patient,
        limits=_limits_until_now(patient, now),
        origin=origin,
        origin_path=origin.unit.path,
        centre=centre,
        centre_path=centre.unit.path,
        device=Device.objects.filter(account_id=account_id).first(),
        account_id=account_id,
        place=hello.place,
        leads=list(hello.leads),
        fs_hz=hello.fs_hz,
        samples_per_frame=hello.samples_per_frame,
        uv_per_lsb=list(hello.uv_per_lsb),
        device_clock=hello.device_clock,
        state_since=now,
        began_at=now,
        heard_at=now,
        hub=hub,
    )
    record(
        actor=actor,
        action="ecg.live.begin",
        kind="ecg_live_session",
        key=session.pk,
        person_id=session.patient_id,
        new={"leads": len(hello.leads), "fs_hz": hello.fs_hz, "place": hello.place},
    )
    tell_live(session, "begun")
    return session


@transaction.atomic
def join_session(*, actor: Actor, session_id: UUID, hello: Hello, hub: str, now: datetime) -> tuple[LiveSession, str]:
    """Let a device join its session again; return it and the address of the process that held it until now.

    Raises:
        MissingError: it is not a session of this account.
        ConflictError: it has ended, or the hello is of another signal.

    """
    session = LiveSession.objects.select_for_update().filter(pk=session_id, account_id=actor.demand_account()).first()
    if session is None:
        raise MissingError("live session")
    actor.demand(Right.IMPORT, session.origin_path)
    try:
        course_of(session).joined(now)
    except SessionOverError as error:
        raise ConflictError(Code.LIVE_OVER, str(error)) from error
    signal = (tuple(session.leads), session.fs_hz, session.samples_per_frame, tuple(session.uv_per_lsb))
    if signal != (hello.leads, hello.fs_hz, hello.samples_per_frame, hello.uv_per_lsb):
        raise ConflictError(Code.LIVE_HELLO, "The leads, the rate or the scale are others than before.")
    before, session.hub, session.heard_at = session.hub, hub, now
    session.state, session.state_since = LiveState.OPEN, now
    session.save(update_fields=["hub", "heard_at", "state", "state_since", "changed_at"])
    record(
        actor=actor,
        action="ecg.live.join",
        kind="ecg_live_session",
        key=session.pk,
        person_id=session.patient_id,
    )
    tell_live(session, "joined", hub=hub)
    return session, before


@transaction.atomic
def note_session(
    *, session_id: UUID, hub: str, course: Course, counts: Mapping[str, float | None], now: datetime
) -> bool:
    """Write down what the process that holds a stream knows of it; False when it holds it no longer."""
    session = LiveSession.objects.select_for_update().filter(pk=session_id, hub=hub).first()
    if session is None or session.state == LiveState.ENDED:
        return False
    moved = session.state != course.state.value
    session.state, session.state_since, session.heard_at = course.state.value, course.since, now
    for name, count in counts.items():
        setattr(session, name, count)
    session.save(update_fields=["state", "state_since", "heard_at", "changed_at", *counts])
    if moved:
        tell_live(session, "state", state=session.state)
    return True


@transaction.atomic
def end_session(*, actor: Actor, session_id: UUID, reason: EndReason, now: datetime) -> LiveSession:
    """End a session; what was received is kept by the process that holds it, or by the sweep when that is dead.

    Raises:
        ConflictError: it has ended already.

    """
    session = locked_session(actor, Right.CONTROL_LIVE, session_id)
    if session.state == LiveState.ENDED:
        raise ConflictError(Code.LIVE_OVER, "The session has ended already.")
    session.state, session.state_since, session.ended_at = LiveState.ENDED, now, now
    session.end_reason, session.ended_by = reason.value, actor.name
    session.save(update_fields=["state", "state_since", "ended_at", "end_reason", "ended_by", "changed_at"])
    session.alarms.filter(ended_at=None).update(ended_at=now)
    record(
        actor=actor,
        action="ecg.live.end",
        kind="ecg_live_session",
        key=session.pk,
        person_id=session.patient_id,
        new={"reason": reason.value},
    )
    tell_live(session, "end", reason=reason.value)
    return session


@transaction.atomic
def change_limits(
    *, actor: Actor, session_id: UUID, changes: Mapping[str, Any], reason: str, expected: int | None, now: datetime
) -> LiveSession:
    """Set the alarm limits of one session: `changes` over those of the rule set; empty gives the rule set back.

    Raises:
        TianmuError: a limit is out of range, or nobody said why (422).
        ConflictError: somebody changed them meanwhile, or the session has ended.

    """
    session = locked_session(actor, Right.CONTROL_LIVE, session_id)
    if session.state == LiveState.ENDED:
        raise ConflictError(Code.LIVE_OVER, "The session has ended.")
    if not reason.strip():
        raise TianmuError(Code.REASON_MISSING, "Say why.", status=422, fields={"reason": "required"})
    if expected is not None and expected != session.version:
        raise ConflictError("api.version_conflict", "Somebody changed this session meanwhile. Look again.")
    try:
        usual_limits(session.centre_path, now)[0].changed(changes)
    except LimitError as error:
        raise TianmuError(Code.LIVE_LIMITS, str(error), status=422) from error
    old, session.limits, session.version = session.limits, dict(changes), session.version + 1
    session.save(update_fields=["limits", "version", "changed_at"])
    record(
        actor=actor,
        action="ecg.live.limits",
        kind="ecg_live_session",
        key=session.pk,
        person_id=session.patient_id,
        old=old,
        new=session.limits,
        reason=reason,
    )
    tell_live(session, "limits")
    return session


def usual_limits(path: str, now: datetime) -> tuple[LiveLimits, str]:
    """Return the limits in force at an institution and the name of their version."""
    version = in_force(LIVE_LIMITS, timezone.localdate(now), path)
    return LiveLimits.from_content(version.content), version.version


def locked_session(actor: Actor, right: str, session_id: UUID) -> LiveSession:
    """Return a session under its row lock, if the actor may see it and use it with `right`."""
    seen = LIVE.one(actor, Right.VIEW_LIVE, LiveSession.objects.all(), session_id)
    LIVE.demand(actor, right, seen)
    return (
        LiveSession.objects.select_for_update(of=("self",))
        .select_related("patient", "origin__unit", "centre__unit", "device")
        .get(pk=session_id)
    )


def _demand_room(account_id: UUID, origin: Organization) -> None:
    """Count under a lock of the institution: of many who begin at once, none slips through."""
    Organization.objects.select_for_update(no_key=True).get(pk=origin.pk)
    running = LiveSession.objects.exclude(state=LiveState.ENDED)
    many = running.filter(account_id=account_id).count() >= MOST_OF_ACCOUNT
    if many or running.filter(origin=origin).count() >= MOST_OF_INSTITUTION:
        detail = "Too many live sessions run already. End one that is no longer needed."
        raise TianmuError(Code.LIVE_TOO_MANY, detail, status=429)


def _person(actor: Actor, origin: Organization, named: PersonNamed, now: datetime) -> Resident:
    if named.patient_id is not None:
        return known_person(actor, named.patient_id, now)
    fields = PatientFields(
        identifier=named.identifier or None,
        family_name=named.name or None,
        sex=named.sex or None,
        birth_date=named.birth_date,
    )
    return person_named_in(actor, origin, fields)


def _limits_until_now(patient: Resident, now: datetime) -> dict[str, Any]:
    """Return the limits that were chosen for this person within the last day: a new session keeps them."""
    last = LiveSession.objects.filter(patient=patient, began_at__gt=now - LIMITS_STAY).order_by("-id").first()
    return dict(last.limits) if last else {}
