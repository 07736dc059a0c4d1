"""The rows behind a figure, for who may see persons: a purpose is needed where figures alone are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from tianmu.clinical.ecg.models import Device, Order
from tianmu.clinical.ecg.permissions import ORDERS
from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.policy import NOTHING
from tianmu.insight.supervision.errors import Code
from tianmu.insight.supervision.rules.indicators import Indicator
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.conditions import denominator_of, numerator_of
from tianmu.insight.supervision.selectors.figures import minutes_of, reach
from tianmu.insight.supervision.selectors.reach import active_devices, used_keys
from tianmu.insight.supervision.selectors.splitting import rows_of

Behind = Literal["counted", "missed", "among"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a figure with the order it is about; `doctor` is who did it, `value` minutes or hours."""

    key: UUID
    at: datetime
    order: Order
    doctor: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Thing:
    """A device or an acquisition point of a share of what was used."""

    key: UUID
    device: str
    institution: str
    counted: bool


DOCTORS: Mapping[str, str] = {
    "orders": "reader", "alerts": "decided_by", "consultations": "asker_name", "reviews": "first_name",
    "signatures": "name", "steps": "actor",
}  # fmt: skip


def rows_behind(actor: Actor, one: Indicator, asked: Asked, behind: Behind, now: datetime) -> QuerySet[Any]:
    """Return the rows that a figure counts, those it misses, or all it counts among.

    Raises:
        PurposeNeededError: she sees figures only, and has stated no purpose.
        TianmuError: the figure counts devices or points, not orders (422): ask `things_behind`.

    """
    asked.demand_period()
    if one.measure == "reach":
        raise TianmuError(Code.SPLIT, "This figure counts things, not examinations.", status=422)
    here = reach(actor, now)
    orders = ORDERS.rows(actor, EcgRight.VIEW, here.orders)
    counts, among = numerator_of(one), denominator_of(one)
    condition: Mapping[Behind, Q] = {
        "counted": counts,
        "missed": among & ~counts if counts else NOTHING,
        "among": among,
    }
    rows = rows_of(one, orders, asked, here.limits).filter(condition[behind])
    return rows.annotate(minutes=minutes_of(one)) if one.measure == "duration" else rows


def told(one: Indicator, rows: list[Any]) -> list[Row]:
    """Return rows with their orders, in one statement for all of them; for rows already found visible."""
    keys = {row.pk: _order_of(one, row) for row in rows}
    found = Order.objects.select_related("patient", "origin__unit", "centre__unit", "device").in_bulk(
        list(set(keys.values()))
    )
    return [
        Row(row.pk, getattr(row, one.at), found[keys[row.pk]], getattr(row, DOCTORS[one.source]), _value(one, row))
        for row in rows
    ]


def things_behind(actor: Actor, one: Indicator, asked: Asked, behind: Behind, now: datetime) -> list[Thing]:
    """Return the devices or points that were used, those that were not, or all of them; no person is among them."""
    here = reach(actor, now)
    keys = used_keys(one, here.orders, asked)
    devices = active_devices(actor, asked).select_related("organization__unit")
    found: dict[UUID, Thing] = {}
    for device in devices.order_by("organization__unit__path", "name"):
        key = device.pk if one.source == "devices" else device.organization_id
        found.setdefault(key, _thing(one, key, device, key in keys))
    return [thing for thing in found.values() if behind == "among" or thing.counted is (behind == "counted")]


def _thing(one: Indicator, key: UUID, device: Device, counted: bool) -> Thing:
    return Thing(key, device.name if one.source == "devices" else "", device.organization.name, counted)


def _order_of(one: Indicator, row: Model) -> UUID:
    key: UUID = getattr(row, {"orders": "pk", "signatures": "of_order"}.get(one.source, "order_id"))
    return key


def _value(one: Indicator, row: Model) -> float | None:
    field = "minutes" if one.measure == "duration" else one.value
    return getattr(row, field) if field else None
