"""Indicators, figures, their parts and the rows behind them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from tianmu.clinical.ecg.schemas.orders import PatientOut, patient_out
from tianmu.insight.supervision.rules.indicators import Catalogue, Counted, Indicator, value_of
from tianmu.insight.supervision.selectors.figures import Part
from tianmu.insight.supervision.selectors.rows import Row, Thing


class IndicatorOut(Schema):
    """One definition, in the reader's language; `splits` are the ways in which it can be split."""

    key: str
    group: str
    measure: str
    unit: str
    better: str
    name: str
    formula: str
    at: str
    splits: list[str]


class IndicatorGroupOut(Schema):
    """A heading over indicators."""

    key: str
    name: str


class IndicatorCatalogueOut(Schema):
    """Every definition with what is left out of all of them."""

    version: str
    source: str
    exclusions: str
    groups: list[IndicatorGroupOut]
    indicators: list[IndicatorOut]


class IndicatorFigureOut(Schema):
    """One figure: value from numerator and denominator; of a duration, minutes with median and 90th percentile.

    `denominator` is null where a count is all there is.
    """

    key: str
    value: float | None
    numerator: float
    denominator: int | None
    median: float | None
    p90: float | None


class IndicatorFiguresOut(Schema):
    """The figures of a period, and by which rules they were counted."""

    since: datetime
    until: datetime
    definitions: str
    figures: list[IndicatorFigureOut]


class IndicatorPartOut(IndicatorFigureOut):
    """A figure of one part; `name` is null where the screen knows the word for the key."""

    name: str | None
    also: str
    also_name: str | None


class IndicatorSplitOut(Schema):
    """One indicator in its parts."""

    key: str
    by: str
    also: str
    parts: list[IndicatorPartOut]


class IndicatorRowOut(Schema):
    """One row behind a figure, with the order it is about."""

    id: UUID
    at: datetime
    order_id: UUID
    number: str
    state: str
    kind: str
    urgency: str
    patient: PatientOut
    origin: str
    device: str
    doctor: str
    conclusion: str
    value: float | None


class IndicatorThingOut(Schema):
    """A device or an acquisition point behind a figure."""

    id: UUID
    institution: str
    device: str
    counted: bool


def catalogue_out(book: Catalogue, locale: str) -> IndicatorCatalogueOut:
    """Present the definitions."""
    english = locale.startswith("en")
    return IndicatorCatalogueOut(
        version=book.version,
        source=book.source,
        exclusions=book.exclusions_en if english else book.exclusions,
        groups=[IndicatorGroupOut(key=one.key, name=one.name_en if english else one.name) for one in book.groups],
        indicators=[
            IndicatorOut(
                key=one.key,
                group=one.group,
                measure=one.measure,
                unit=one.unit,
                better=one.better,
                name=one.called(locale),
                formula=one.defined(locale),
                at=one.at,
                splits=list(one.splits),
            )
            for one in book.indicators.values()
        ],
    )


def figure_out(one: Indicator, counted: Counted) -> IndicatorFigureOut:
    """Present a figure."""
    return IndicatorFigureOut(**_numbers(one, counted))


def part_out(one: Indicator, part: Part, names: Mapping[str, str], others: Mapping[str, str]) -> IndicatorPartOut:
    """Present a part with the names of its keys."""
    numbers = _numbers(one, part.counted) | {"key": part.key}
    return IndicatorPartOut(**numbers, name=names.get(part.key), also=part.also, also_name=others.get(part.also))


def behind_out(row: Row, now: datetime) -> IndicatorRowOut:
    """Present a row behind a figure."""
    order = row.order
    return IndicatorRowOut(
        id=row.key,
        at=row.at,
        order_id=order.pk,
        number=order.number,
        state=order.state,
        kind=order.kind,
        urgency=order.urgency,
        patient=patient_out(order, now),
        origin=order.origin.name,
        device=order.device.name if order.device else "",
        doctor=row.doctor,
        conclusion=order.conclusion_text,
        value=None if row.value is None else round(row.value, 1),
    )


def thing_out(thing: Thing) -> IndicatorThingOut:
    """Present a device or a point."""
    return IndicatorThingOut(id=thing.key, institution=thing.institution, device=thing.device, counted=thing.counted)


def _numbers(one: Indicator, counted: Counted) -> dict[str, Any]:
    def short(value: float | None) -> float | None:
        return None if value is None else round(value, 2)

    return {
        "key": one.key,
        "value": short(value_of(one.measure, counted)),
        "numerator": round(counted.numerator, 2),
        "denominator": None if one.measure == "count" else counted.denominator,
        "median": short(counted.median),
        "p90": short(counted.p90),
    }
