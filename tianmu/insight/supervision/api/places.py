"""The map, one institution, a day played back, the wall."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.ground import ground
from tianmu.insight.supervision.schemas.places import (
    CountyMapOut,
    CountyWallOut,
    MapDayOut,
    MapGroundOut,
    MapHourOut,
    MapInstitutionOut,
    ground_out,
    institution_out,
    points_out,
    wall_out,
)
from tianmu.insight.supervision.selectors.institution import institution
from tianmu.insight.supervision.selectors.points import day_of_points, points
from tianmu.insight.supervision.selectors.wall import wall

router = Router()


@router.get("/map/ground", response={200: MapGroundOut, **PROBLEMS})
def show_ground(request: HttpRequest) -> MapGroundOut:
    """Show the schematic drawing of the county's towns."""
    actor_of(request).demand(Right.VIEW)
    return ground_out(ground())


@router.get("/map", response={200: CountyMapOut, **PROBLEMS})
def show_map(request: HttpRequest) -> CountyMapOut:
    """Show every institution's state now."""
    now = timezone.now()
    found, minutes = points(actor_of(request), now)
    return CountyMapOut(at=now, offline_minutes=minutes, points=points_out(found, ground()))


@router.get("/map/days/{day}", response={200: MapDayOut, **PROBLEMS})
def show_day(request: HttpRequest, day: date) -> MapDayOut:
    """Show what each institution sent in each hour of a day."""
    since = datetime.combine(day, time(), ZONE)
    rows = day_of_points(actor_of(request), since, since + timedelta(days=1), timezone.now())
    hours = [MapHourOut(hour=hour, id=key, arrivals=arrivals, critical=grave) for hour, key, arrivals, grave in rows]
    return MapDayOut(day=day, hours=hours)


@router.get("/map/institutions/{organization_id}", response={200: MapInstitutionOut, **PROBLEMS})
def show_institution(request: HttpRequest, organization_id: UUID) -> MapInstitutionOut:
    """Show one institution: today by hour, its queue, devices and staff."""
    return institution_out(institution(actor_of(request), organization_id, timezone.now()))


@router.get("/wall", response={200: CountyWallOut, **PROBLEMS})
def show_wall(request: HttpRequest) -> CountyWallOut:
    """Show the numbers of the wall."""
    now = timezone.now()
    return wall_out(wall(actor_of(request), now), now)
