"""The conditions of an answer in words, for the head of a page and a sheet."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from tianmu.foundation.datasets import Field
from tianmu.insight.reports.rules.definition import Filter
from tianmu.insight.reports.rules.periods import period_of
from tianmu.insight.reports.selectors.asking import Answer
from tianmu.insight.reports.selectors.words import Labels, called
from tianmu.registry.organizations.selectors import names_by_path


def filters_in_words(found: Answer) -> list[str]:
    """Return one line for each condition that narrowed the answer."""
    lines = []
    paths = [
        str(value) for one in found.definition.filters if one.operator == "within" for value in _values(one, found)
    ]
    places = names_by_path(paths) if paths else {}
    today = timezone.localdate()
    for one in found.definition.filters:
        values = _values(one, found)
        if one.parameter is None or values:
            field = found.checked.fields[one.field]
            name = called(field, found.labels.english)
            lines.append(f"{name} {_said(one, field, values, found.labels, places, today)}".strip())
    return lines


def _values(one: Filter, found: Answer) -> Sequence[Any]:
    if one.parameter is None:
        return one.values
    asked = next(two for two in found.definition.parameters if two.key == one.parameter)
    return found.given.get(one.parameter) or asked.values


def _said(one: Filter, field: Field, values: Sequence[Any], labels: Labels, places: dict[str, str], today: date) -> str:
    if one.operator == "period":
        period = period_of(values, today)
        return f"{period.first} {labels.words['until']} {period.last}"
    sign = labels.words["operators"][one.operator]
    if one.operator == "within":
        return f"{sign} {'、'.join(places.get(str(value), str(value)) for value in values)}"
    shown = [labels.of_value(float(value) if isinstance(value, int) else value, field) for value in values]
    return f"{sign} {'、'.join(shown)}".strip()
