"""Asking a definition: checked against what the actor may use, answered from the extract, put in words.

Ibis and DuckDB are loaded with the first question, not with the platform.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import PurposeNeededError, TianmuError
from tianmu.foundation.datasets import DataSet
from tianmu.foundation.storage.here import store
from tianmu.insight.reports.catalogue import data_set
from tianmu.insight.reports.engine.limits import MOST_CELLS, MOST_COLUMNS
from tianmu.insight.reports.errors import Code
from tianmu.insight.reports.extract import manifest
from tianmu.insight.reports.rules.checking import Checked, Fault, check, values_wrong
from tianmu.insight.reports.rules.definition import Definition, Filter
from tianmu.insight.reports.rules.grid import Found, Grid, grid_of
from tianmu.insight.reports.selectors.reach import Grasp, grasp
from tianmu.insight.reports.selectors.words import Labels, is_english, unit_values

Given = Mapping[str, Sequence[Any]]
TYPES = {
    "text": "VARCHAR", "code": "VARCHAR", "unit": "VARCHAR", "number": "DOUBLE",
    "boolean": "BOOLEAN", "instant": "TIMESTAMP", "day": "DATE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """How much may be asked, for how long, and how somebody calls it off."""

    seconds: float
    listed: int
    called_off: Callable[[], bool] = field(default=lambda: False)


@dataclass(slots=True)
class Answer:
    """What was found: a grid, or for a list its records with the keys of what stands behind each."""

    definition: Definition
    dataset: DataSet
    checked: Checked
    labels: Labels
    given: Given
    grid: Grid | None
    records: Sequence[Mapping[str, Any]]
    cut: bool
    figures_only: bool
    read_at: str
    took_ms: int


def answer(actor: Actor, definition: Definition, given: Given, now: datetime, wish: Wish) -> Answer:
    """Answer a definition as the actor may see it.

    Raises:
        TianmuError: the definition has faults, is too slow or too large (422), or was called off (409).
        RefusedError: she may see nothing of the data set.
        PurposeNeededError: she asks for persons, and her role shows figures.

    """
    dataset = data_set(definition.dataset)
    hold = grasp(actor, dataset)
    checked = checked_for(hold, definition)
    check_given(definition, checked, given)
    began = perf_counter()
    found, read_at = _found(hold, definition, checked, given, now, wish)
    cut = len(found.cells) > wish.listed
    figures_only = hold.hides_small and not definition.lists_rows
    labels = _labels(definition, checked, found, is_english(actor.locale))
    grid = None
    if not definition.lists_rows:
        grid = grid_of(definition, found, rank=_rank(definition, checked, labels), figures_only=figures_only)
        _demand_size(found, grid)
    records = found.cells[: wish.listed] if definition.lists_rows else []
    took = round(1000 * (perf_counter() - began))
    return Answer(
        definition, dataset, checked, labels, given, grid, records, cut and grid is None, figures_only, read_at, took
    )


def checked_for(hold: Grasp, definition: Definition) -> Checked:
    """Check a definition for somebody.

    Raises:
        TianmuError: it has faults, each named with its place.

    """
    checked = check(definition, hold.dataset, hold.why_not)
    if definition.lists_rows and hold.dataset.about and not hold.persons:
        raise PurposeNeededError(hold.dataset.right)
    if checked.faults:
        raise refused(checked.faults)
    return checked


def refused(faults: Sequence[Fault]) -> TianmuError:
    """Return the refusal of a definition with faults."""
    told = [
        {"place": one.place, "reason": one.reason, "found": one.found, "at": one.at, "expected": one.expected}
        for one in faults
    ]
    detail = "The report cannot be asked like this. Put right what is marked."
    fields = {one.place: one.reason for one in faults}
    return TianmuError(Code.DEFINITION, detail, status=422, fields=fields, faults=told)


def check_given(definition: Definition, checked: Checked, given: Given) -> None:
    """Refuse values of parameters that do not fit.

    Raises:
        TianmuError: a parameter is unknown, missing, or of another kind.

    """
    known = {one.key: one for one in definition.parameters}
    wrong = {f"parameters.{key}": "unknown_parameter" for key in given if key not in known}
    for one in known.values():
        if one.required and not (given.get(one.key) or one.values):
            wrong[f"parameters.{one.key}"] = "required"
    for each in definition.filters:
        if each.parameter is None or each.parameter not in known:
            continue
        values = given.get(each.parameter) or known[each.parameter].values
        if values:
            asked = Filter(field=each.field, operator=each.operator, values=tuple(values))
            for reason in values_wrong(asked, checked.fields[each.field]):
                wrong[f"parameters.{each.parameter}"] = reason
    if wrong:
        raise TianmuError(Code.PARAMETER, "A parameter does not fit. Choose it again.", status=422, fields=wrong)


def files_of(dataset: DataSet) -> tuple[list[Path], str]:
    """Return the files of an extract and when the source was read; nothing where that never happened."""
    folder = store().root / "extracts" / dataset.key
    here = manifest.read(folder)
    return ([], "") if here is None else ([folder / name for name in here.parts.values()], here.read_at)


def _found(
    hold: Grasp, definition: Definition, checked: Checked, given: Given, now: datetime, wish: Wish
) -> tuple[Found, str]:
    asking = import_module("tianmu.insight.reports.engine.question")
    duck = import_module("tianmu.insight.reports.engine.duck")
    most = wish.listed if definition.lists_rows else MOST_CELLS
    question = asking.ask(
        definition,
        checked,
        hold.dataset,
        reach=hold.reach(checked, persons=_leads_to_persons(definition, checked)),
        given=given,
        today=timezone.localdate(now),
        most_rows=most,
    )
    files, read_at = files_of(hold.dataset)
    types = {one.key: TYPES[one.kind] for one in hold.dataset.stored()}
    try:
        with duck.Facts(files, types, duck.Limits(wish.seconds, wish.called_off)) as facts:
            found: Found = facts.found(question)
    except duck.TooSlowError as error:
        detail = f"No answer within {wish.seconds:g} s. Narrow the period or use fewer fields."
        raise TianmuError(Code.TOO_SLOW, detail, status=422) from error
    except duck.CancelledError as error:
        raise TianmuError(Code.CANCELLED, "The run was called off.", status=409) from error
    except duck.EngineError as error:
        detail = "The engine could not work this out. Simplify the calculated fields."
        raise TianmuError(Code.ENGINE, detail, status=422) from error
    return found, read_at


def _leads_to_persons(definition: Definition, checked: Checked) -> bool:
    return definition.lists_rows or any(checked.fields[key].person for key in checked.touched)


def _demand_size(found: Found, grid: Grid) -> None:
    if len(found.cells) > MOST_CELLS or len(grid.column_keys) > MOST_COLUMNS:
        detail = (
            f"More than {MOST_CELLS} groups or {MOST_COLUMNS} columns. Use a coarser grain, fewer fields or a filter."
        )
        raise TianmuError(Code.TOO_LARGE, detail, status=422)


def _labels(definition: Definition, checked: Checked, found: Found, english: bool) -> Labels:
    places = {f"r{place}": one.field for place, one in enumerate(definition.rows)}
    places |= {f"c{place}": one.field for place, one in enumerate(definition.columns)}
    units = unit_values(found.cells, checked.fields, places)
    named = [value for one in definition.filters if one.operator in {"one_of", "none_of"} for value in one.values]
    return Labels({*units, *_keys(named, checked, definition)}, english=english)


def _keys(values: Sequence[Any], checked: Checked, definition: Definition) -> set[str]:
    used = {checked.fields[one.field].kind for one in definition.filters if one.field in checked.fields}
    return {str(one) for one in values if len(str(one)) == 36} if "unit" in used else set()


def _rank(definition: Definition, checked: Checked, labels: Labels) -> Callable[[str, int, Any], Any]:
    parts = {"rows": definition.rows, "columns": definition.columns}

    def rank(part: str, place: int, value: Any) -> Any:  # noqa: ANN401 - sortable among its like
        dimension = parts[part][place]
        return labels.order(value, checked.fields[dimension.field], dimension)

    return rank
