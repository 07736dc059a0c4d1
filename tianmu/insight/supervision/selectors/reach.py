"""Shares of things that were used at all: devices that recorded, acquisition points that sent."""

from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from tianmu.clinical.ecg.models import Device, Order
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.indicators import Counted, Indicator
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.splitting import TRUNCATED

DEVICES: ScopePolicy[Device] = ScopePolicy("ECG device", paths=("organization__unit__path",))
THINGS = {"devices": "pk", "points": "organization_id"}
SENT_BY = {"devices": "device_id", "points": "origin_id"}
PLACES = {"organization": "organization_id", "town": "organization__town_code"}


def active_devices(actor: Actor, asked: Asked) -> QuerySet[Device]:
    """Return the active devices whose figures the actor may see, narrowed as asked."""
    plain: dict[str, object] = {
        "organization__unit__path__startswith": asked.unit_path,
        "organization__town_code": asked.town,
        "organization_id": asked.organization,
        "pk": asked.device,
    }
    rows = Device.objects.filter(active=True, **{field: value for field, value in plain.items() if value})
    return DEVICES.figures(actor, Right.VIEW, rows).order_by()


def used(one: Indicator, orders: QuerySet[Order], asked: Asked) -> QuerySet[Order]:
    """Return the orders by which things were used in the period."""
    plain = {"kind": asked.kind, "urgency": asked.urgency, "patient__sex": asked.sex, "reader": asked.doctor}
    rows = orders.filter(acquired_at__gte=asked.since, acquired_at__lt=asked.until)
    rows = rows.filter(**{field: value for field, value in plain.items() if value})
    return rows.exclude(**{SENT_BY[one.source]: None})


def reach_of(one: Indicator, actor: Actor, orders: QuerySet[Order], asked: Asked) -> Counted:
    """Return how many of the active things were used."""
    return _counted(one, active_devices(actor, asked), used(one, orders, asked))


def reach_split(
    one: Indicator, actor: Actor, orders: QuerySet[Order], asked: Asked, by: str
) -> list[tuple[str, Counted]]:
    """Return the share in each place, or in each part of the period among what is active now."""
    devices, sent = active_devices(actor, asked), used(one, orders, asked)
    thing = THINGS[one.source]
    if by in PLACES:
        here = Q(**{f"{thing}__in": sent.order_by().values(SENT_BY[one.source])})
        rows = devices.values(part=F(PLACES[by])).annotate(
            counted=Count(thing, distinct=True, filter=here), among=Count(thing, distinct=True)
        )
        return [(str(row["part"]), Counted(row["counted"], row["among"])) for row in rows.order_by("part")]
    among = devices.values(thing).distinct().count()
    known = Q(**{f"{SENT_BY[one.source]}__in": devices.values(thing)})
    parts = (
        sent.filter(known)
        .order_by()
        .annotate(part=TRUNCATED[by]("acquired_at", tzinfo=ZONE))
        .values("part")
        .annotate(counted=Count(SENT_BY[one.source], distinct=True))
        .order_by("part")
    )
    return [(row["part"].astimezone(ZONE).date().isoformat(), Counted(row["counted"], among)) for row in parts]


def used_keys(one: Indicator, orders: QuerySet[Order], asked: Asked) -> set[UUID]:
    """Return the keys of the things that were used."""
    return set(used(one, orders, asked).order_by().values_list(SENT_BY[one.source], flat=True).distinct())


def _counted(one: Indicator, devices: QuerySet[Device], sent: QuerySet[Order]) -> Counted:
    thing = THINGS[one.source]
    here = Q(**{f"{thing}__in": sent.order_by().values(SENT_BY[one.source])})
    found = devices.aggregate(counted=Count(thing, distinct=True, filter=here), among=Count(thing, distinct=True))
    return Counted(found["counted"], found["among"])
