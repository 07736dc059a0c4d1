"""What the designer offers: data sets and fields by right, values of a field within reach, checked expressions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.datasets import Kind
from tianmu.insight.reports.catalogue import data_set, data_sets
from tianmu.insight.reports.engine.limits import PREVIEW_SECONDS
from tianmu.insight.reports.permissions import Right
from tianmu.insight.reports.rules.checking import check
from tianmu.insight.reports.rules.definition import Calculated, Definition, Dimension, Measure, Sort
from tianmu.insight.reports.selectors.asking import Wish, answer
from tianmu.insight.reports.selectors.reach import Grasp, grasp, within_reach
from tianmu.registry.organizations.models import Organization

MOST_VALUES = 200
NAMED = frozenset({Kind.TEXT, Kind.CODE})


@dataclass(frozen=True, slots=True)
class Tried:
    """The kind an expression gives, or what is wrong with it and where."""

    kind: str
    reason: str = ""
    at: int = 0
    found: str = ""
    expected: str = ""


def open_sets(actor: Actor) -> list[Grasp]:
    """Return what the actor may ask of each data set of which she may see something.

    Raises:
        RefusedError: she may see no reports.

    """
    actor.demand(Right.VIEW)
    return [Grasp(actor, one) for one in within_reach(actor, data_sets().values())]


def values_of(actor: Actor, key: str, field_key: str, search: str, now: datetime) -> list[dict[str, str]]:
    """Return values of a field for choosing; texts as they occur within reach, institutions in the actor's places.

    Raises:
        MissingError: there is no such field that she may use.

    """
    actor.demand(Right.VIEW)
    hold = grasp(actor, data_set(key))
    field = hold.dataset.named(field_key)
    if field is None or field.hidden or hold.why_not(field) or field.kind not in {*NAMED, Kind.UNIT}:
        raise MissingError("field")
    if field.kind is Kind.UNIT:
        return _units(hold, search)
    asked = Definition(
        dataset=key,
        rows=(Dimension(field=field_key),),
        measures=(Measure(key="n", name="n", function="count"),),
        sort=(Sort(by="n"),),
    )
    found = answer(actor, asked, {}, now, Wish(PREVIEW_SECONDS, MOST_VALUES))
    keys = [one[0] for one in found.grid.row_keys] if found.grid else []
    named = [(str(value), found.labels.of_value(value, field)) for value in keys if value is not None]
    return [{"value": value, "name": name} for value, name in named if search.casefold() in name.casefold()][
        :MOST_VALUES
    ]


def check_expression(
    actor: Actor, key: str, expression: str, *, condition: bool, calculated: Sequence[Mapping[str, str]]
) -> Tried:
    """Return what an expression over a data set gives, or what is wrong with it."""
    actor.demand(Right.VIEW)
    hold = grasp(actor, data_set(key))
    before = [
        Calculated(key=f"before_{place}", name=one.get("name", ""), expression=one.get("expression", ""))
        for place, one in enumerate(calculated)
    ]
    last = Calculated(key="tried", name="tried", expression=expression[:1000])
    tried = Definition(dataset=key, calculated=(*before, last), rows=(Dimension(field="tried"),))
    found = check(tried, hold.dataset, hold.why_not)
    place = f"calculated.{len(before)}.expression"
    for one in found.faults:
        if one.place in {place, "rows.0.field"} and one.reason not in {"unknown_field", "number_as_dimension"}:
            return Tried("", one.reason, one.at or 0, one.found, one.expected)
    kind = found.computed["tried"].kind if "tried" in found.computed else ""
    if condition and kind != "boolean":
        return Tried("", "not_boolean", 0, kind, "boolean")
    return Tried(kind)


def _units(hold: Grasp, search: str) -> list[dict[str, str]]:
    paths = hold.actor.figure_paths(hold.dataset.right)
    rows = Organization.objects.select_related("unit").filter(unit__name__icontains=search).order_by("unit__path")
    reached = [row for row in rows[: MOST_VALUES * 4] if any(row.path.startswith(path) for path in paths)]
    return [{"value": str(row.pk), "name": row.name, "path": row.path} for row in reached[:MOST_VALUES]]
