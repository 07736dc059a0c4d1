"""The map: its ground, its points, a day played back, one institution; the wall."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from ninja import Schema

from tianmu.insight.supervision.rules.ground import Ground
from tianmu.insight.supervision.rules.indicators import catalogue
from tianmu.insight.supervision.schemas.figures import IndicatorFigureOut, figure_out
from tianmu.insight.supervision.selectors.institution import DeviceState, Opened
from tianmu.insight.supervision.selectors.points import Point
from tianmu.insight.supervision.selectors.wall import Wall
from tianmu.registry.organizations.towns import town_of


class MapTownOut(Schema):
    """A town's outline: x and y in turn, in drawing units; where its name stands."""

    code: str
    name: str
    outline: list[float]
    label: tuple[float, float]


class MapGroundOut(Schema):
    """The schematic drawing under the map; it is no survey."""

    version: str
    source: str
    width: int
    height: int
    towns: list[MapTownOut]


class MapPointOut(Schema):
    """An institution on the map: where it stands, everything that is true of it, the gravest first; numbers of now."""

    id: UUID
    code: str
    name: str
    kind: str
    town: str
    x: float
    y: float
    states: list[str]
    last_sign_at: datetime | None
    devices: int
    today: int
    queue: int
    overdue: int
    critical_open: int


class CountyMapOut(Schema):
    """The points at an instant."""

    at: datetime
    offline_minutes: int
    points: list[MapPointOut]


class MapHourOut(Schema):
    """What one institution sent in one hour of a day."""

    hour: int
    id: UUID
    arrivals: int
    critical: int


class MapDayOut(Schema):
    """A day to be played back."""

    day: date
    hours: list[MapHourOut]


class MapDeviceOut(Schema):
    """A device of an institution."""

    id: UUID
    name: str
    model: str
    serial: str
    online: bool
    last_seen_at: datetime | None
    software: str
    today: int
    recent: int
    acceptable: int
    graded: int
    acceptable_percent: float | None


class MapStaffOut(Schema):
    """Somebody who works there."""

    id: UUID
    name: str
    title: str
    unit: str


class MapInstitutionOut(Schema):
    """One institution opened from the map; `staff` is null for who may not see the directory of staff."""

    id: UUID
    name: str
    kind: str
    level: str
    town: str
    by_hour: list[int]
    queue: dict[str, int]
    overdue: int
    devices: list[MapDeviceOut]
    staff: list[MapStaffOut] | None
    staff_count: int


class WallRankOut(Schema):
    """An institution and how many ECGs it recorded today."""

    id: str
    name: str
    count: int


class CountyWallOut(Schema):
    """The wall: no person is named on it."""

    at: datetime
    figures: list[IndicatorFigureOut]
    queue: int
    overdue: int
    critical_open: int
    ranking: list[WallRankOut]
    today: list[int]
    yesterday: list[int]
    live: int


def ground_out(drawn: Ground) -> MapGroundOut:
    """Present the drawing."""
    towns = [
        MapTownOut(
            code=one.code,
            name=town.name if (town := town_of(one.code)) else one.code,
            outline=[number for place in one.outline for number in place],
            label=one.label,
        )
        for one in drawn.towns
    ]
    return MapGroundOut(version=drawn.version, source=drawn.source, width=drawn.width, height=drawn.height, towns=towns)


def points_out(found: Sequence[Point], drawn: Ground) -> list[MapPointOut]:
    """Present the points, each where it stands."""
    rows, undrawn = [], 0
    for one in found:
        place = one.organization
        undrawn += place.code not in drawn.places
        x, y = drawn.place_of(place.code, place.town_code, undrawn)
        rows.append(
            MapPointOut(
                id=place.pk,
                code=place.code,
                name=place.name,
                kind=place.kind,
                town=place.town_code,
                x=round(x, 1),
                y=round(y, 1),
                states=[str(state) for state in one.states],
                last_sign_at=one.facts.last_sign_at,
                devices=one.facts.devices,
                today=one.today,
                queue=one.queue,
                overdue=one.facts.overdue,
                critical_open=one.facts.critical_open,
            )
        )
    return rows


def institution_out(found: Opened) -> MapInstitutionOut:
    """Present one institution."""
    place = found.organization
    return MapInstitutionOut(
        id=place.pk,
        name=place.name,
        kind=place.kind,
        level=place.level,
        town=place.town.name if place.town else "",
        by_hour=list(found.by_hour),
        queue=dict(found.queue),
        overdue=found.overdue,
        devices=[_device(one) for one in found.devices],
        staff=None
        if found.staff is None
        else [MapStaffOut(id=one.pk, name=one.name, title=one.title, unit=one.home.name) for one in found.staff],
        staff_count=found.staff_count,
    )


def wall_out(found: Wall, now: datetime) -> CountyWallOut:
    """Present the wall."""
    book: Mapping[str, IndicatorFigureOut] = {
        key: figure_out(catalogue().indicators[key], counted) for key, counted in found.figures.items()
    }
    return CountyWallOut(
        at=now,
        figures=list(book.values()),
        queue=found.queue,
        overdue=found.overdue,
        critical_open=found.critical_open,
        ranking=[WallRankOut(id=key, name=name, count=count) for key, name, count in found.ranking],
        today=list(found.today),
        yesterday=list(found.yesterday),
        live=found.live,
    )


def _device(one: DeviceState) -> MapDeviceOut:
    device = one.device
    return MapDeviceOut(
        id=device.pk,
        name=device.name,
        model=device.model,
        serial=device.serial,
        online=one.online,
        last_seen_at=device.last_seen_at,
        software=one.software,
        today=one.today,
        recent=one.recent,
        acceptable=one.acceptable,
        graded=one.graded,
        acceptable_percent=round(100 * one.acceptable / one.graded, 1) if one.graded else None,
    )
