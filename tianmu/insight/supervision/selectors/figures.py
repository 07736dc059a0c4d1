"""The figures: every indicator of a period, or one indicator split; counted by the database, a statement a source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, FloatField, Func, Q, QuerySet
from django.db.models import Sum as Total
from django.utils import timezone

from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS
from tianmu.clinical.ecg.selectors.counting import counted, counting
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.insight.supervision.errors import Code
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.indicators import Catalogue, Counted, Indicator, catalogue
from tianmu.insight.supervision.rules.limits import RULES, Limits
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.conditions import denominator_of, numerator_of
from tianmu.insight.supervision.selectors.reach import reach_of, reach_split
from tianmu.insight.supervision.selectors.splitting import codes_of, diseases, rows_of, split_by

MOST_PARTS = 4_000
PERCENTILES = {"median": 0.5, "p90": 0.9}


class Percentile(Aggregate):
    """The value below which a share of the rows lies, between two rows if need be."""

    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


class Minutes(Func):
    """Minutes of a duration; `date_part` counts in double precision, EXTRACT in the much slower numeric."""

    template = "date_part('epoch', %(expressions)s) / 60.0"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split: its key, a second key where it was split twice, and what was counted."""

    key: str
    also: str
    counted: Counted


@dataclass(frozen=True, slots=True)
class Reach:
    """Which orders' figures the actor may see, and the limits in force."""

    orders: QuerySet[Order]
    limits: Limits
    counting_version: str


def reach(actor: Actor, now: datetime) -> Reach:
    """Return the orders that count in the actor's figures.

    Raises:
        RefusedError: she may see no figures.

    """
    actor.demand(Right.VIEW)
    rules = counting(now)
    version = in_force(RULES, timezone.localdate(now))
    orders = ORDERS.figures(actor, Right.VIEW, Order.objects.filter(counted(rules)))
    return Reach(orders, Limits.from_content(version.content, version.version), rules.version)


def indicator_of(key: str) -> Indicator:
    """Return one definition.

    Raises:
        TianmuError: there is none with this key (404).

    """
    found = catalogue().indicators.get(key)
    if found is None:
        raise TianmuError(Code.NO_INDICATOR, f"There is no indicator named {key}.", status=404)
    return found


def figures(actor: Actor, asked: Asked, now: datetime, only: Iterable[str] = ()) -> dict[str, Counted]:
    """Return what every indicator counts in a period, or only some: one statement for each source and time field."""
    asked.demand_period()
    here, book, wanted = reach(actor, now), catalogue(), set(only)
    found: dict[str, Counted] = {}
    for ones in _by_source(book, wanted):
        if ones[0].measure == "reach":
            found.update({one.key: reach_of(one, actor, here.orders, asked) for one in ones})
            continue
        counts = rows_of(ones[0], here.orders, asked, here.limits).aggregate(**_named_aggregates(ones))
        found.update({one.key: _read(counts, f"{one.key}__") for one in ones})
    return {key: found[key] for key in book.indicators if key in found}


def split(actor: Actor, one: Indicator, asked: Asked, by: str, also: str, now: datetime) -> list[Part]:
    """Return what an indicator counts in each part, split once or twice, in the order of the keys.

    Raises:
        TianmuError: it cannot be split so, or into too many parts (422).

    """
    asked.demand_period()
    if not {by, also} - {""} <= set(one.splits) or also == "disease":
        detail = f"This indicator is split by {', '.join(one.splits)}."
        raise TianmuError(Code.SPLIT, detail, status=422, fields={"by": "choice"})
    here = reach(actor, now)
    if one.measure == "reach":
        return [Part(key, "", found) for key, found in reach_split(one, actor, here.orders, asked, by)]
    rows = rows_of(one, here.orders, asked, here.limits)
    if by == "disease":
        return _by_disease(one, rows)
    rows = rows.annotate(part=split_by(one, by, here.limits))
    names = ["part"]
    if also:
        rows, names = rows.annotate(also=split_by(one, also, here.limits)), ["part", "also"]
    parts = list(rows.values(*names).annotate(**_aggregates(one)).order_by(*names)[: MOST_PARTS + 1])
    if len(parts) > MOST_PARTS:
        raise TianmuError(Code.SPLIT, "Too many parts. Choose a shorter period or coarser parts.", status=422)
    made = [Part(key_of(row["part"]), key_of(row.get("also", "")), _read(row, "")) for row in parts]
    return [part for part in made if part.counted.denominator]


def key_of(value: object) -> str:
    """Return the key of a part: the local day of an instant, else the value as text; empty for what is unknown."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date().isoformat()
    return "" if value is None else str(value)


def _by_source(book: Catalogue, wanted: set[str]) -> list[list[Indicator]]:
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for one in book.indicators.values():
        if not wanted or one.key in wanted:
            groups.setdefault((one.source, one.at), []).append(one)
    return list(groups.values())


def _named_aggregates(ones: Iterable[Indicator]) -> dict[str, Any]:
    return {f"{one.key}__{name}": made for one in ones for name, made in _aggregates(one).items()}


def _aggregates(one: Indicator) -> dict[str, Any]:
    counts, among = numerator_of(one), denominator_of(one)
    if one.measure == "sum":
        return {"numerator": Total(one.value, filter=counts), "denominator": Count("pk", filter=counts)}
    if one.measure == "count":
        return {"numerator": Count("pk", filter=counts)}
    if one.measure != "duration":
        return {"numerator": Count("pk", filter=counts), "denominator": Count("pk", filter=among)}
    minutes = minutes_of(one)
    return {
        "numerator": Total(minutes, filter=among),
        "denominator": Count("pk", filter=among),
        **{name: Percentile(minutes, fraction=share, filter=among) for name, share in PERCENTILES.items()},
    }


def minutes_of(one: Indicator) -> Minutes:
    """Return the minutes of a duration, as an expression on its rows."""
    return Minutes(ExpressionWrapper(F(one.end) - F(one.start), output_field=DurationField()))


def _by_disease(one: Indicator, rows: QuerySet[Any]) -> list[Part]:
    aggregates = {
        f"{group}__{name}": made
        for group in diseases()
        for name, made in _narrowed(one, Q(conclusion_codes__overlap=codes_of(group))).items()
    }
    counts = rows.aggregate(**aggregates)
    return [Part(group, "", _read(counts, f"{group}__")) for group in diseases()]


def _narrowed(one: Indicator, to: Q) -> dict[str, Any]:
    made = _aggregates(one)
    for aggregate in made.values():
        aggregate.filter = Q(to) if aggregate.filter is None else aggregate.filter & to
    return made


def _read(row: Mapping[str, Any], prefix: str) -> Counted:
    named = {name: row.get(f"{prefix}{name}") for name in ("numerator", "denominator", "median", "p90")}
    numerator = named["numerator"] or 0
    return Counted(
        numerator=numerator,
        denominator=(named["denominator"] or 0) if f"{prefix}denominator" in row else numerator,
        median=named["median"],
        p90=named["p90"],
    )
