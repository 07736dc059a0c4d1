"""The worklist and its counts: one statement each, whatever the number of rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tianmu.clinical.ecg.choices import Critical, OrderState
from tianmu.clinical.ecg.engine.recording import Kind
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.db.composed import Composed
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import matching

_NUMBER = re.compile(r"E\d+")
UNREAD = (OrderState.WAITING, OrderState.IN_PROGRESS, OrderState.TO_REVIEW, OrderState.IN_CONSULTATION)
SHOWN = (
    *(field.attname for field in Order._meta.concrete_fields),  # noqa: SLF001 - Django's documented way
    *(f"patient__{name}" for name in ("name", "sex", "birth_date", "id_number")),
    *(f"{place}__{name}" for place in ("origin", "centre") for name in ("town_code", "unit__name")),
    "device__name",
)
"""The columns of a row of the worklist: those of the order, and of its person and places what a list says of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worklist shows; every part may be left out."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    unit_path: str = ""
    urgency: str = ""
    critical: str = ""
    statement: str = ""
    patient_id: UUID | None = None
    owner: str = ""
    quality: str = ""
    conclusion_class: str = ""
    search: str = ""


def orders(actor: Actor, wanted: Wanted) -> QuerySet[Order]:
    """Return the orders the actor may see that match, with everything a row shows."""
    return ORDERS.rows(actor, Right.VIEW, _shown().filter(_condition(actor, wanted)))


def _shown() -> QuerySet[Order]:
    return Order.objects.select_related("patient", "origin__unit", "centre__unit", "device").only(*SHOWN)


def first_orders(actor: Actor, wanted: Wanted, keys: Sequence[str], most: int) -> list[Order] | None:
    """Return the first rows of a list that is narrowed by state and kind alone, as every open desk asks for it.

    None where no statement is ready for such a question; the rows are those of `orders`.
    """
    paths = ORDERS.plain_paths(actor, Right.VIEW)
    known = set(wanted.states) <= set(OrderState.values) and set(wanted.kinds) <= set(Kind)
    if paths is None or not known or replace(wanted, states=(), kinds=()) != Wanted():
        return None
    ORDERS.demand_purpose(actor, Right.VIEW)
    states, kinds = (tuple(sorted(set(one))) for one in (wanted.states, wanted.kinds))
    return _FIRST(states, kinds, tuple(keys), most, paths=paths)


def _first(
    states: tuple[str, ...], kinds: tuple[str, ...], keys: tuple[str, ...], most: int, *, paths: tuple[str, ...]
) -> QuerySet[Order]:
    narrowed = _shown().filter(_plainly(Wanted(states=states, kinds=kinds)), ORDERS.filter_at(paths))
    return narrowed.order_by(*keys)[:most]


def counts(actor: Actor, wanted: Wanted, now: datetime) -> dict[str, object]:
    """Return how many orders are in each state, how many critical alerts are open, how many reports overdue.

    Who sees figures only may not ask for one person's.
    """
    reach = ORDERS.rows if wanted.patient_id or wanted.search else ORDERS.figures
    rows = reach(actor, Right.VIEW, Order.objects.filter(_condition(actor, wanted)))
    unread, mine = Q(state__in=UNREAD), Q(assigned_to_id=actor.account_id)
    found = (
        rows.order_by()
        .values("state")
        .annotate(
            orders=Count("id"),
            critical=Count("id", filter=Q(critical=Critical.OPEN)),
            overdue=Count("id", filter=unread & Q(due_at__lt=now)),
            assigned=Count("id", filter=mine),
        )
    )
    by_state = {one["state"]: one for one in found}
    return {
        "by_state": {state: by_state[state]["orders"] if state in by_state else 0 for state in OrderState.values},
        "critical_open": sum(one["critical"] for one in by_state.values()),
        "overdue": sum(one["overdue"] for one in by_state.values()),
        "assigned": sum(one["assigned"] for one in by_state.values()),
    }


def _plainly(wanted: Wanted) -> Q:
    plain = {
        "state__in": wanted.states,
        "kind__in": wanted.kinds,
        "quality_grade": wanted.quality,
        "conclusion_class": wanted.conclusion_class,
        "registered_at__gte": wanted.since,
        "registered_at__lt": wanted.until,
        "origin_path__startswith": wanted.unit_path,
        "urgency": wanted.urgency,
        "critical": wanted.critical,
        "statement_codes__contains": [wanted.statement] if wanted.statement else None,
        "patient_id": wanted.patient_id,
    }
    return Q(**{field: value for field, value in plain.items() if value})


def _condition(actor: Actor, wanted: Wanted) -> Q:
    query = _plainly(wanted)
    if wanted.owner == "me":
        query &= Q(lock_holder_id=actor.account_id) | Q(reader=actor.name) | Q(reviewer=actor.name)
    elif wanted.owner == "assigned":
        query &= Q(assigned_to_id=actor.account_id)
    if wanted.search:
        query &= _found(wanted.search)
    return query


def _found(text: str) -> Q:
    """Return the condition of a typed text: a number is no name, and one condition alone lets an index answer."""
    if _NUMBER.fullmatch(text.upper()):
        return Q(number__startswith=text.upper())
    return Q(patient__in=_persons(text))


def _persons(text: str) -> QuerySet[Resident]:
    """Return people of that name or number anywhere: which orders are shown is the order's policy to say."""
    people = Resident.objects.filter(merged_into=None)
    return people.filter(matching(system("ecg worklist"), text, timezone.localdate())).only("pk")


_FIRST: Composed[Order] = Composed(_first)
