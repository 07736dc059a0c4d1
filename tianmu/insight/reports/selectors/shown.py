"""How the figures and list cells of an answer are called and written, alike on screen, in sheets and on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tianmu.insight.reports.rules.definition import Measure
from tianmu.insight.reports.rules.parts import PERCENT
from tianmu.insight.reports.selectors.asking import Answer
from tianmu.insight.reports.selectors.words import called


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure's name, unit and decimals."""

    key: str
    name: str
    unit: str
    decimals: int
    percent: bool


def measure_shown(found: Answer, one: Measure) -> Shown:
    """Return how a figure is called and written."""
    field = found.checked.fields.get(one.field or "")
    whole = one.function in {"count", "distinct"}
    percent = one.function in PERCENT
    unit = "%" if percent else ("" if whole or field is None else field.unit)
    return Shown(one.key, called(one, found.labels.english), unit, 0 if whole else one.decimals, percent)


def listed_cells(found: Answer, record: Mapping[str, Any]) -> list[str]:
    """Return the cells of a line of a list."""
    heads = enumerate(found.definition.rows)
    return [found.labels.of(record[f"r{place}"], found.checked.fields[one.field], one) for place, one in heads]
