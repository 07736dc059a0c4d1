"""Registering, withdrawing and voiding orders; where an order is read is the rule set `ecg.routing`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.locks import LOCK_FIELDS, drop_lock
from tianmu.clinical.ecg.actions.moving import TIME_LIMITS, demand_reason, locked_order, show, take_step
from tianmu.clinical.ecg.choices import Urgency
from tianmu.clinical.ecg.models import Device, Order
from tianmu.clinical.ecg.permissions import AT_ORIGIN, ORDERS, Right
from tianmu.clinical.ecg.rules.limits import Limits, rank, report_due
from tianmu.clinical.ecg.rules.states import Move
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.adding import add
from tianmu.foundation.db.prepared import fetched
from tianmu.foundation.rulesets.selectors import InForce
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.selectors import institution_by_code
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.standing import refuse_new_work

ROUTING = "ecg.routing"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order asks for; `closed_reason` says why something new begins for somebody dead or moved away."""

    urgency: str = Urgency.OUTPATIENT
    kind: str = "resting"
    department: str = ""
    requested_by: str = ""
    clinical_note: str = ""
    closed_reason: str = ""


@transaction.atomic
def register_order(
    *,
    actor: Actor,
    patient: Resident,
    origin: Organization,
    asked: Asked,
    now: datetime,
    device: Device | None = None,
    right: Right = Right.REGISTER,
) -> Order:
    """Register an examination of a person at an institution; a recording sent without an order registers one by itself.

    Raises:
        RefusedError: the actor may not register there.
        ConflictError: the person is dead or her entry is closed, and no reason is given; a recording that was made
            is taken in all the same.

    """
    actor.demand(right, origin.unit.path)
    said = refuse_new_work(patient, asked.closed_reason) if right is Right.REGISTER else asked.closed_reason
    rules = InForce((ROUTING, TIME_LIMITS), timezone.localdate(now))
    centre = centre_of(origin, rules)
    limits = Limits.from_content(rules.at(TIME_LIMITS, centre.unit.path).content)
    order = Order(
        number=next_number(now),
        kind=asked.kind,
        urgency=asked.urgency,
        rank=rank(critical_open=False, urgency=asked.urgency),
        patient=patient,
        origin=origin,
        origin_path=origin.unit.path,
        centre=centre,
        centre_path=centre.unit.path,
        department=asked.department,
        requested_by=asked.requested_by,
        clinical_note=asked.clinical_note,
        device=device,
        registered_by=actor.name,
        registered_at=now,
        due_at=report_due(limits, asked.urgency, now),
    )
    add([order])
    record(
        actor=actor,
        action="ecg.order.register",
        kind="ecg_order",
        key=order.pk,
        person_id=patient.pk,
        new={"number": order.number, "urgency": asked.urgency},
        reason=said,
    )
    show(order)
    return order


@transaction.atomic
def withdraw_order(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> Order:
    """Take an order back before anybody has read it."""
    order = locked_order(AT_ORIGIN, actor, Right.REGISTER, order_id)
    take_step(order=order, move=Move.WITHDRAW, actor=actor, now=now, reason=demand_reason(reason))
    return order


@transaction.atomic
def void_order(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> Order:
    """Void an order, such as one for the wrong person; its bytes may be sent again under another order."""
    order = locked_order(ORDERS, actor, Right.REGISTER, order_id)
    order.recordings.update(active=False)
    drop_lock(order)
    take_step(order=order, move=Move.VOID, actor=actor, now=now, reason=demand_reason(reason), fields=LOCK_FIELDS)
    return order


def centre_of(origin: Organization, rules: InForce) -> Organization:
    """Return the institution that reads the ECGs of `origin`: the nearest entry of the routing, else the default."""
    content = rules.at(ROUTING).content
    steps = origin.unit.path.strip("/").split("/")
    code = next(
        (content["by_origin"][step] for step in reversed(steps) if step in content["by_origin"]), content["default"]
    )
    centre = institution_by_code(code)
    if centre is None:
        raise MissingError("institution")
    return centre


def next_number(now: datetime) -> str:
    """Return the next examination number: the day and a running number that no two orders share."""
    ((running,),) = fetched("SELECT nextval('ecg_order_number')", ())
    return f"E{now:%y%m%d}{running:07d}"
