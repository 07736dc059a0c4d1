"""Narrowing an indicator's rows to what is asked, and the expressions by which they are split."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, F, Func, IntegerField, QuerySet, Value, When
from django.db.models.expressions import BaseExpression, Combinable
from django.db.models.functions import (
    ExtractHour,
    ExtractIsoWeekDay,
    TruncDate,
    TruncDay,
    TruncMonth,
    TruncQuarter,
    TruncWeek,
    TruncYear,
)
from django.db.models.lookups import GreaterThanOrEqual

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Order
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.insight.supervision.rules.indicators import Indicator
from tianmu.insight.supervision.rules.limits import Limits
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.sources import SOURCES, of_doctor

TRUNCATED: Mapping[str, Any] = {
    "day": TruncDay, "week": TruncWeek, "month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear,
}  # fmt: skip


class FullYears(Func):
    """Full years from the second date to the first."""

    template = "date_part('year', age(%(expressions)s))::integer"
    output_field = IntegerField()


def rows_of(one: Indicator, orders: QuerySet[Order], asked: Asked, limits: Limits) -> QuerySet[Any]:
    """Return the rows of an indicator's source in the period, narrowed as asked; without its conditions."""
    source = SOURCES[one.source]
    period = {f"{one.at}__gte": asked.since, f"{one.at}__lt": asked.until}
    rows = source.rows(orders).filter(**period).order_by()
    plain: dict[str, object] = {
        source.field("origin_id"): asked.organization,
        f"{source.field('origin_path')}__startswith": asked.unit_path,
        source.field("town"): asked.town,
        source.field("device_id"): asked.device,
        source.field("kind"): asked.kind,
        source.field("urgency"): asked.urgency,
        source.field("sex"): asked.sex,
    }
    rows = rows.filter(**{field: value for field, value in plain.items() if value})
    if asked.doctor:
        rows = rows.filter(of_doctor(one.source, asked.doctor))
    for name in ("hour", "weekday", "age"):
        wanted = getattr(asked, name)
        if wanted not in {None, ""}:
            rows = rows.annotate(**{f"by_{name}": split_by(one, name, limits)}).filter(**{f"by_{name}": wanted})
    if asked.disease and one.source == "orders":
        rows = rows.filter(conclusion_codes__overlap=codes_of(asked.disease))
    return rows


def split_by(one: Indicator, split: str, limits: Limits) -> BaseExpression | Combinable:
    """Return the expression by which rows of an indicator are split."""
    source = SOURCES[one.source]
    if split in TRUNCATED:
        truncated: BaseExpression = TRUNCATED[split](one.at, tzinfo=ZONE)
        return truncated
    if split == "hour":
        return ExtractHour(one.at, tzinfo=ZONE)
    if split == "weekday":
        return ExtractIsoWeekDay(one.at, tzinfo=ZONE)
    if split == "age":
        return _age_group(FullYears(TruncDate(one.at, tzinfo=ZONE), F(source.field("birth"))), limits)
    fields = {
        "organization": source.field("origin_id"), "town": source.field("town"), "doctor": source.doctor,
        "device": source.field("device_id"), "kind": source.field("kind"), "urgency": source.field("urgency"),
        "sex": source.field("sex"),
    }  # fmt: skip
    return F(fields[split])


@lru_cache(maxsize=1)
def diseases() -> Mapping[str, tuple[str, ...]]:
    """Return the statement groups (病种) with the codes of the library in each."""
    groups: dict[str, list[str]] = {}
    for code, entry in library().entries.items():
        groups.setdefault(entry.category, []).append(code)
    return {group: tuple(codes) for group, codes in groups.items()}


def codes_of(disease: str) -> list[str]:
    """Return the statement codes of a group; none for a group that is not known."""
    return list(diseases().get(disease, ()))


def _age_group(years: FullYears, limits: Limits) -> Case:
    oldest_first = sorted(limits.age_groups(), key=lambda group: -group[1])
    whens = [When(GreaterThanOrEqual(years, first), then=Value(key)) for key, first, _ in oldest_first]
    return Case(*whens, default=Value(""), output_field=CharField())
