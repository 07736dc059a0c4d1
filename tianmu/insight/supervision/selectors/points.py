"""The points of the map: each institution that has a device, reads or sends, and what is true of it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour

from tianmu.clinical.ecg.choices import Critical, LiveState
from tianmu.clinical.ecg.models import Device, LiveSession
from tianmu.clinical.ecg.selectors.worklist import UNREAD
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.models import Session, Token
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.states import Facts, State, states_of
from tianmu.insight.supervision.selectors.figures import Reach, reach
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization

PLACES: ScopePolicy[Organization] = ScopePolicy("organization", paths=("unit__path",))
ON_THE_MAP = (OrganizationKind.HOSPITAL, OrganizationKind.TOWNSHIP, OrganizationKind.STATION, OrganizationKind.VILLAGE)
WAITING = Q(state__in=UNREAD)


@dataclass(frozen=True, slots=True)
class Point:
    """One institution on the map, with numbers of today; `states` the gravest first."""

    organization: Organization
    facts: Facts
    states: tuple[State, ...]
    today: int
    queue: int


def midnight(now: datetime) -> datetime:
    """Return when the business day of an instant began."""
    return now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


def points(actor: Actor, now: datetime) -> tuple[list[Point], int]:
    """Return the institutions whose figures the actor may see, in the order of the tree; the offline limit."""
    here = reach(actor, now)
    counts, signs, found = _counts(here, now), _signs(now), []
    for place in places(actor, here).filter(active=True, kind__in=ON_THE_MAP).order_by("unit__path"):
        numbers, (devices, sign) = counts.get(place.pk, {}), signs.get(place.path, (0, None))
        facts = Facts(devices, sign, numbers.get("critical", 0), numbers.get("overdue", 0))
        if place.kind in {OrganizationKind.VILLAGE, OrganizationKind.STATION} and not devices and not numbers:
            continue
        states = states_of(facts, now, here.limits.offline_minutes)
        found.append(Point(place, facts, states, numbers.get("today", 0), numbers.get("queue", 0)))
    return found, here.limits.offline_minutes


def places(actor: Actor, here: Reach) -> QuerySet[Organization]:
    """Return the institutions whose figures the actor may see: those below her, and those whose ECGs she sees."""
    rows = Organization.objects.select_related("unit")
    sending = Organization.objects.filter(Exists(here.orders.filter(origin=OuterRef("pk"))))
    return rows.filter(PLACES.filter_at(actor.figure_paths(Right.VIEW)) | Q(pk__in=sending.values("pk")))


def day_of_points(actor: Actor, since: datetime, until: datetime, now: datetime) -> list[tuple[int, UUID, int, int]]:
    """Return (hour, institution, arrivals, critical values) of a day, for playing it back."""
    here = reach(actor, now)
    rows = (
        here.orders.filter(uploaded_at__gte=since, uploaded_at__lt=until)
        .order_by()
        .annotate(hour=ExtractHour("uploaded_at", tzinfo=ZONE))
        .values("hour", "origin_id")
        .annotate(arrivals=Count("pk"), grave=Count("pk", filter=Q(critical__in=[Critical.OPEN, Critical.CONFIRMED])))
        .order_by("hour", "origin_id")
    )
    return [(row["hour"], row["origin_id"], row["arrivals"], row["grave"]) for row in rows]


def _counts(here: Reach, now: datetime) -> Mapping[UUID, dict[str, int]]:
    recent = Q(acquired_at__gte=midnight(now))
    rows = here.orders.filter(recent | WAITING | Q(critical=Critical.OPEN)).order_by().values("origin_id")
    found: Any = rows.annotate(
        today=Count("pk", filter=recent & Q(acquired_at__lte=now)),
        queue=Count("pk", filter=WAITING),
        overdue=Count("pk", filter=WAITING & Q(due_at__lt=now)),
        critical=Count("pk", filter=Q(critical=Critical.OPEN)),
    )
    names = ("today", "queue", "overdue", "critical")
    return {row["origin_id"]: {name: row[name] for name in names} for row in found}


def _signs(now: datetime) -> dict[str, tuple[int, datetime | None]]:
    """Return active devices and the last sign of life by path: an upload, a call, a station's use, a stream."""
    devices = Device.objects.filter(active=True).values_list("organization__unit__path", "pk", "account_id")
    by_device, by_account, paths = _last_seen(), _last_called(), _stations(now)
    found: dict[str, tuple[int, datetime | None]] = {}
    for path, key, account in devices:
        count, last = found.get(path, (0, None))
        signs = [
            last,
            by_device.get(key),
            by_account.get(account),
            *(at for home, at in paths if home.startswith(path)),
        ]
        found[path] = (count + 1, max((one for one in signs if one is not None), default=None))
    return found


def _last_seen() -> dict[UUID, datetime]:
    seen: QuerySet[Any] = Device.objects.filter(active=True, last_seen_at__isnull=False)
    heard = LiveSession.objects.exclude(state=LiveState.ENDED).exclude(device=None).order_by()
    found: dict[UUID, datetime] = dict(seen.values_list("pk", "last_seen_at"))
    for key, at in heard.values_list("device_id").annotate(at=Max("heard_at")):
        found[key] = max(at, found.get(key, at))
    return found


def _last_called() -> dict[UUID, datetime]:
    rows = Token.objects.filter(used_at__isnull=False, account__kind="device").order_by()
    return dict(rows.values_list("account_id").annotate(at=Max("used_at")))


def _stations(now: datetime) -> list[tuple[str, datetime]]:
    rows = Session.objects.filter(client=Client.POINT, revoked_at=None, expires_at__gt=now).order_by()
    return list(rows.values_list("account__home__path").annotate(at=Max("seen_at")))
