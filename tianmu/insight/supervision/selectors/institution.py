"""One institution opened from the map: today by hour, its queue, its devices, who works there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import ExtractHour

from tianmu.clinical.ecg.models import Device, StoredRecording
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.rules.states import is_online
from tianmu.insight.supervision.selectors.figures import Reach, reach
from tianmu.insight.supervision.selectors.points import WAITING, midnight, places
from tianmu.registry.organizations.models import Organization
from tianmu.registry.staff.models import StaffMember
from tianmu.registry.staff.selectors import search

MOST_STAFF = 60


@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device: when it last sent, with what software, and the share of acceptable traces of the last days."""

    device: Device
    online: bool
    today: int
    recent: int
    acceptable: int
    graded: int
    software: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What is shown of an institution; `by_hour` has 24 numbers of today, `queue` counts by state and urgency."""

    organization: Organization
    by_hour: tuple[int, ...]
    queue: Mapping[str, int]
    overdue: int
    devices: list[DeviceState]
    staff: list[StaffMember] | None
    staff_count: int


def institution(actor: Actor, key: UUID, now: datetime) -> Opened:
    """Return what is known of one institution; without the right to see staff, how many there are.

    Raises:
        MissingError: there is none whose figures the actor may see.

    """
    here = reach(actor, now)
    place = places(actor, here).filter(pk=key).first()
    if place is None:
        raise MissingError("organization")
    orders = here.orders.filter(origin=place).order_by()
    hours = orders.filter(acquired_at__gte=midnight(now), acquired_at__lte=now)
    by_hour = dict(
        hours.annotate(hour=ExtractHour("acquired_at", tzinfo=ZONE)).values_list("hour").annotate(n=Count("pk"))
    )
    queue = dict(orders.filter(WAITING).values_list("urgency").annotate(n=Count("pk")))
    staff = StaffMember.objects.filter(home__unit__path__startswith=place.path, active=True)
    sees = actor.may("staff.person.view", place.path)
    return Opened(
        organization=place,
        by_hour=tuple(by_hour.get(hour, 0) for hour in range(24)),
        queue=queue,
        overdue=orders.filter(WAITING, due_at__lt=now).count(),
        devices=_devices(here, place, now),
        staff=list(search(actor, "", place.path).filter(active=True).order_by("pinyin", "id")[:MOST_STAFF])
        if sees
        else None,
        staff_count=staff.count(),
    )


def _devices(here: Reach, place: Organization, now: datetime) -> list[DeviceState]:
    orders, since = here.orders.order_by(), now - timedelta(days=here.limits.device_quality_days)
    newest = StoredRecording.objects.filter(order__device=OuterRef("pk"), active=True).order_by("-id")
    rows: Any = Device.objects.filter(active=True, organization=place).annotate(
        software=Subquery(newest.values("device_fields__software")[:1])
    )
    recent = orders.filter(origin=place, acquired_at__gte=since, acquired_at__lte=now).values(key=F("device_id"))
    counts: dict[UUID, Any] = {
        row["key"]: row
        for row in recent.annotate(
            today=Count("pk", filter=Q(acquired_at__gte=midnight(now))),
            recent=Count("pk"),
            graded=Count("pk", filter=Q(quality_grade__in=["A", "B", "C", "D"])),
            acceptable=Count("pk", filter=Q(quality_grade__in=["A", "B", "C"])),
        )
    }
    found = []
    for device in rows.order_by("name", "pk"):
        one = counts.get(device.pk, {})
        numbers = {name: one.get(name, 0) for name in ("today", "recent", "acceptable", "graded")}
        online = is_online(device.last_seen_at, now, here.limits.offline_minutes)
        found.append(DeviceState(device, online, software=device.software or "", **numbers))
    return found
