"""Checking a definition against its data set and what the asker may use; every fault at once, each with its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tianmu.foundation.datasets import DataSet, Field, Kind
from tianmu.insight.reports.rules.definition import Definition, Dimension, Filter, Measure
from tianmu.insight.reports.rules.expressions.faults import ExpressionError
from tianmu.insight.reports.rules.expressions.tree import names_in
from tianmu.insight.reports.rules.expressions.typing import Scope, Typed, read, read_condition
from tianmu.insight.reports.rules.periods import PeriodError, period_of

LANGUAGE_KINDS = {
    Kind.TEXT: "text", Kind.CODE: "text", Kind.UNIT: "text", Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean", Kind.INSTANT: "instant", Kind.DAY: "day",
}  # fmt: skip
FIELD_KINDS = {one: kind for kind, one in LANGUAGE_KINDS.items() if kind not in {Kind.CODE, Kind.UNIT}}
GRAINS = {
    Kind.DAY: ("year", "quarter", "month", "week", "day", "weekday"),
    Kind.INSTANT: ("year", "quarter", "month", "week", "day", "hour", "weekday"),
}
_COMPARING = frozenset({"at_least", "at_most", "more_than", "less_than", "between"})
_ALWAYS = frozenset({"empty", "known"})
OPERATORS: Mapping[Kind, frozenset[str]] = {
    Kind.TEXT: frozenset({"one_of", "none_of", "contains", "starts_with"}) | _ALWAYS,
    Kind.CODE: frozenset({"one_of", "none_of"}) | _ALWAYS,
    Kind.UNIT: frozenset({"one_of", "none_of", "within"}) | _ALWAYS,
    Kind.NUMBER: frozenset({"one_of", "none_of"}) | _COMPARING | _ALWAYS,
    Kind.BOOLEAN: frozenset({"is_true", "is_false"}) | _ALWAYS,
    Kind.INSTANT: frozenset({"period"}) | _ALWAYS,
    Kind.DAY: frozenset({"period"}) | _ALWAYS,
}
NEEDS_NUMBER = frozenset({"sum", "mean", "median", "percentile", "least", "greatest"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where in the definition, why (the client translates), and what was found."""

    place: str
    reason: str
    found: str = ""
    at: int | None = None
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A definition that can be asked: its expressions read, the fields it touches, its faults (none when usable)."""

    fields: Mapping[str, Field]
    computed: Mapping[str, Typed]
    conditions: Mapping[str, Typed]
    touched: frozenset[str]
    faults: tuple[Fault, ...]


def check(definition: Definition, dataset: DataSet, why_not: Callable[[Field], str]) -> Checked:
    """Check a definition; `why_not` says why the asker may not use a field, empty when she may."""
    reader = _Reader(dataset, why_not)
    reader.add_fields()
    reader.add_calculated(definition)
    reader.check_dimensions("rows", definition.rows, listed=definition.lists_rows)
    reader.check_dimensions("columns", definition.columns, listed=False)
    reader.check_measures(definition.measures)
    reader.check_filters(definition)
    reader.check_order(definition)
    touched = frozenset(reader.touched | set(_below(reader.touched, reader.computed)))
    return Checked(reader.fields, reader.computed, reader.conditions, touched, tuple(reader.faults))


def _below(keys: set[str], computed: Mapping[str, Typed]) -> Iterator[str]:
    for key in keys:
        if key in computed:
            found = set(names_in(computed[key].tree))
            yield from found
            yield from _below(found, computed)


class _Reader:
    def __init__(self, dataset: DataSet, why_not: Callable[[Field], str]) -> None:
        self.dataset, self.why_not = dataset, why_not
        self.fields: dict[str, Field] = {}
        self.computed: dict[str, Typed] = {}
        self.conditions: dict[str, Typed] = {}
        self.touched: set[str] = set()
        self.faults: list[Fault] = []
        self.kinds: dict[str, str] = {}
        self.spoken: dict[str, tuple[str, ...]] = {}

    def fault(self, place: str, reason: str, found: str = "") -> None:
        self.faults.append(Fault(place, reason, found))

    def add_fields(self) -> None:
        for field in self.dataset.fields:
            if field.expression:
                self.computed[field.key] = read(field.expression, Scope(self.kinds, self.spoken))
            self._speak(field)

    def add_calculated(self, definition: Definition) -> None:
        for place, one in enumerate(definition.calculated):
            where = f"calculated.{place}"
            if one.key in self.fields:
                self.fault(f"{where}.key", "doubled", one.key)
                continue
            if not one.name.strip():
                self.fault(f"{where}.name", "required")
            typed = self._expression(f"{where}.expression", one.expression, condition=False)
            if typed is not None:
                self.computed[one.key] = typed
                self._speak(Field(one.key, FIELD_KINDS[typed.kind], one.name, one.name_en, expression=one.expression))

    def _speak(self, field: Field) -> None:
        self.fields[field.key] = field
        if field.hidden:
            return
        self.kinds[field.key] = LANGUAGE_KINDS[field.kind]
        for name in {field.name.casefold(), field.name_en.casefold()} - {""}:
            self.spoken[name] = (*self.spoken.get(name, ()), field.key)

    def _expression(self, place: str, source: str, *, condition: bool) -> Typed | None:
        scope = Scope(self.kinds, self.spoken)
        try:
            found = read_condition(source, scope) if condition else read(source, scope)
        except ExpressionError as error:
            self.faults.append(Fault(place, error.reason, error.found, error.at, error.expected))
            return None
        for key in names_in(found.tree):
            self.use(place, key)
        if condition:
            self.conditions[place] = found
        return found

    def use(self, place: str, key: str) -> Field | None:
        field = self.fields.get(key)
        if field is None or field.hidden:
            self.fault(place, "unknown_field", key)
            return None
        below = {key, *_below({key}, self.computed)}
        for reason in filter(None, (self.why_not(self.fields[one]) for one in sorted(below))):
            self.fault(place, reason, key)
            return None
        self.touched |= below
        return field

    def check_dimensions(self, part: str, dimensions: Sequence[Dimension], *, listed: bool) -> None:
        seen = set()
        for place, one in enumerate(dimensions):
            where = f"{part}.{place}"
            field = self.use(f"{where}.field", one.field)
            if one in seen:
                self.fault(where, "doubled", one.field)
            seen.add(one)
            if field is None:
                continue
            grains = GRAINS.get(field.kind, ())
            if (one.grain and one.grain not in grains) or (not listed and grains and not one.grain):
                self.fault(f"{where}.grain", "grain", one.grain)
            if not listed and field.kind is Kind.NUMBER and not field.expression:
                self.fault(f"{where}.field", "number_as_dimension", one.field)
        if part == "rows" and listed and not dimensions:
            self.fault("rows", "required")

    def check_measures(self, measures: Sequence[Measure]) -> None:
        keys = [one.key for one in measures]
        for place, one in enumerate(measures):
            where = f"measures.{place}"
            if keys.count(one.key) > 1:
                self.fault(f"{where}.key", "doubled", one.key)
            if one.where:
                self._expression(f"{where}.where", one.where, condition=True)
            if one.among:
                self._expression(f"{where}.among", one.among, condition=True)
            if one.function == "ratio" and not one.where:
                self.fault(f"{where}.where", "required")
            self._measured(where, one)

    def _measured(self, where: str, one: Measure) -> None:
        if one.field is None:
            if one.function in NEEDS_NUMBER or one.function == "distinct":
                self.fault(f"{where}.field", "required")
            return
        field = self.use(f"{where}.field", one.field)
        if field is not None and one.function in NEEDS_NUMBER and field.kind is not Kind.NUMBER:
            self.fault(f"{where}.field", "number_needed", one.field)

    def check_filters(self, definition: Definition) -> None:
        known = {one.key for one in definition.parameters}
        if len(known) < len(definition.parameters):
            self.fault("parameters", "doubled")
        for place, one in enumerate(definition.filters):
            where = f"filters.{place}"
            field = self.use(f"{where}.field", one.field)
            if one.parameter is not None and one.parameter not in known:
                self.fault(f"{where}.parameter", "unknown_parameter", one.parameter)
            if field is None:
                continue
            if one.operator not in OPERATORS[field.kind]:
                self.fault(f"{where}.operator", "operator", one.operator)
            elif one.parameter is None:
                for reason in values_wrong(one, field):
                    self.fault(f"{where}.values", reason)

    def check_order(self, definition: Definition) -> None:
        known = {one.key for one in definition.measures} | {one.field for one in definition.rows}
        for place, one in enumerate(definition.sort):
            if one.by not in known:
                self.fault(f"sort.{place}.by", "unknown_field", one.by)
        if definition.columns and definition.lists_rows:
            self.fault("columns", "list_with_columns")


def values_wrong(one: Filter, field: Field) -> list[str]:
    """Return what is wrong with the values of a filter whose field and operator fit each other."""
    values = one.values
    if one.operator in _ALWAYS | {"is_true", "is_false"}:
        return []
    if one.operator == "period":
        try:
            period_of(values)
        except PeriodError:
            return ["period"]
        return []
    wanted = {"between": 2}.get(one.operator, 1 if one.operator not in {"one_of", "none_of", "within"} else 0)
    if not values or (wanted and len(values) != wanted):
        return ["values"]
    number = field.kind is Kind.NUMBER
    fits = all((isinstance(value, float | int) and not isinstance(value, bool)) == number for value in values)
    return [] if fits and not any(isinstance(value, bool) for value in values) else ["values"]
