"""The newest orders that the one box finds, by number or by the person, composed once and kept ready."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.selectors.worklist import Wanted, orders
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.db.composed import Composed
from tianmu.registry.residents.asking import asked_for, condition
from tianmu.registry.residents.models import Resident

SHOWN = ("number", "patient_id", "patient__name", "origin__unit__name")
_NUMBER = re.compile(r"E\d+")


def newest_found(actor: Actor, text: str, most: int) -> list[Order]:
    """Return the newest orders that the actor may see of this number, or of people who match the text."""
    ORDERS.demand_purpose(actor, Right.VIEW)
    paths = ORDERS.plain_paths(actor, Right.VIEW)
    flags: tuple[bool, ...]
    values: dict[str, Any]
    if _NUMBER.fullmatch(text.upper()):
        kind, flags, values = "number", (), {"number": text.upper()}
    else:
        asked = asked_for(text, "", timezone.localdate())
        kind, flags, values = asked.kind, asked.flags, asked.values
    if paths is None or any(getattr(value, "others", ()) for value in values.values()):
        return list(_shown(orders(actor, Wanted(search=text)))[:most])
    return [] if kind == "nobody" else _NEWEST(kind, flags, most, paths=paths, **values)


def _compose(kind: str, flags: tuple[bool, ...], most: int, **values: Any) -> QuerySet[Order]:  # noqa: ANN401 - as asked
    if kind == "number":
        rows = Order.objects.filter(number__startswith=values["number"])
    else:
        people = Resident.objects.filter(condition(kind, flags, values), merged_into=None)
        rows = Order.objects.filter(patient__in=people.only("pk"))
    return _shown(rows.filter(ORDERS.filter_at(values["paths"])))[:most]


def _shown(rows: QuerySet[Order]) -> QuerySet[Order]:
    only = rows.select_related(None).select_related("patient", "origin__unit").only(*SHOWN)
    return only.order_by("-registered_at", "-id")


_NEWEST: Composed[Order] = Composed(_compose)
