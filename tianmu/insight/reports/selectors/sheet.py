"""An answer as a sheet: header lines, body lines, a line of totals; the one table behind CSV, XLSX and PDF."""

from dataclasses import dataclass

from tianmu.insight.reports.rules.small import Cell
from tianmu.insight.reports.selectors.asking import Answer
from tianmu.insight.reports.selectors.shown import Shown, listed_cells, measure_shown
from tianmu.insight.reports.selectors.words import called

Entry = str | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`heads` are header lines of as many cells as the lines; the first `labels` columns are names, not figures."""

    heads: list[list[str]]
    lines: list[list[Entry]]
    totals: list[Entry]
    labels: int
    measures: list[Shown]
    decimals: list[int]
    small: str


def sheet_of(found: Answer) -> Sheet:
    """Return the sheet of an answer."""
    words = found.labels.words
    names = [called(found.checked.fields[one.field], found.labels.english) for one in found.definition.rows]
    if found.grid is None:
        lines: list[list[Entry]] = [list(listed_cells(found, one)) for one in found.records]
        return Sheet([names], lines, [], len(names), [], [], words["small"])
    measures = [measure_shown(found, one) for one in found.definition.measures]
    labels = max(len(names), 1)
    grid = found.grid
    across = bool(found.definition.columns)
    heads = _heads(found, names or [""], measures)
    lines = []
    for row, key in enumerate(grid.row_keys):
        named = list(zip(key, found.definition.rows, strict=True))
        line: list[Entry] = [found.labels.of(value, found.checked.fields[one.field], one) for value, one in named]
        line += [_entry(one, words["small"]) for cell in grid.figures[row] for one in cell]
        line += [_entry(one, words["small"]) for one in grid.row_totals[row]] if grid.row_totals else []
        lines.append(line if key else [words["total"], *line])
    totals: list[Entry] = []
    if grid.column_totals and found.definition.rows:
        totals = [words["total"], *[""] * (labels - 1)]
        totals += [_entry(one, words["small"]) for cell in grid.column_totals for one in cell]
        totals += [_entry(one, words["small"]) for one in grid.total] if grid.row_totals else []
    groups = len(grid.column_keys) + (1 if grid.row_totals else 0) if across else 1
    decimals = [one.decimals for _ in range(groups) for one in measures]
    return Sheet(heads, lines, totals, labels, measures, decimals, words["small"])


def _heads(found: Answer, names: list[str], measures: list[Shown]) -> list[list[str]]:
    shown = [f"{one.name}（{one.unit}）" if one.unit else one.name for one in measures]
    if found.grid is None or not found.definition.columns:
        return [[*names, *shown]]
    heads = []
    totals = [str(found.labels.words["total"])] if found.grid.row_totals else []
    for place, one in enumerate(found.definition.columns):
        field = found.checked.fields[one.field]
        labels = [found.labels.of(key[place], field, one) for key in found.grid.column_keys]
        heads.append([*[""] * len(names), *[label for label in [*labels, *totals] for _ in measures]])
    return [*heads, [*names, *[one for _ in [*found.grid.column_keys, *totals] for one in shown]]]


def _entry(one: Cell, small: str) -> Entry:
    return small if one.small else one.value


def written(value: Entry, decimals: int, none: str = "—") -> str:
    """Return an entry as text."""
    if value is None:
        return none
    return value if isinstance(value, str) else f"{value:,.{decimals}f}"
