"""From the cells that an engine found to the grid that is shown: headers, figures, totals, order, the first so many.

Who may see figures only gets no small ones (`small.py`).
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tianmu.insight.reports.rules.definition import Definition, Measure
from tianmu.insight.reports.rules.parts import counted, figure, folded, parts_of
from tianmu.insight.reports.rules.small import Cell, Table

ADDING = frozenset({"count", "sum", "share"})
ROWS = "n__rows"
KeyTuple = tuple[Hashable, ...]
Rank = Callable[[str, int, Any], Any]
Record = Mapping[str, Any]


@dataclass(slots=True)
class Grid:
    """`figures[row][column][measure]`; totals per row, per column and of all; `left_out` rows were cut by the top."""

    row_keys: list[KeyTuple]
    column_keys: list[KeyTuple]
    figures: list[list[list[Cell]]]
    row_totals: list[list[Cell]] = field(default_factory=list)
    column_totals: list[list[Cell]] = field(default_factory=list)
    total: list[Cell] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine answered: cells, and for measures that do not add up the groups asked apart."""

    cells: Sequence[Record]
    by_row: Sequence[Record] = ()
    by_column: Sequence[Record] = ()
    whole: Sequence[Record] = ()


def grid_of(definition: Definition, found: Found, *, rank: Rank, figures_only: bool) -> Grid:
    """Put the cells of a definition with measures in order; `rank` gives what a header sorts by."""
    row_names = [f"r{place}" for place in range(len(definition.rows))]
    column_names = [f"c{place}" for place in range(len(definition.columns))]
    cells = {(_key(one, row_names), _key(one, column_names)): one for one in found.cells}
    rows = sorted({row for row, _ in cells}, key=lambda key: _ranks(rank, "rows", key))
    columns = sorted({column for _, column in cells}, key=lambda key: _ranks(rank, "columns", key))
    groups = _Groups(definition.measures, found, cells, row_names, column_names)
    grid = Grid(
        rows,
        columns,
        [[groups.of_cell(row, column) for column in columns] for row in rows],
        row_totals=[groups.of_row(row) for row in rows] if definition.columns and definition.totals.columns else [],
        column_totals=[groups.of_column(one) for one in columns] if definition.rows and definition.totals.rows else [],
        total=groups.of_all(),
    )
    if figures_only:
        _hide_small(grid, groups, definition.measures)
    _order(grid, definition)
    return grid


class _Groups:
    def __init__(
        self,
        measures: Sequence[Measure],
        found: Found,
        cells: Mapping[tuple[KeyTuple, KeyTuple], Record],
        row_names: Sequence[str],
        column_names: Sequence[str],
    ) -> None:
        self.measures, self.cells = measures, cells
        self.asked_by_row = {_key(one, row_names): one for one in found.by_row}
        self.asked_by_column = {_key(one, column_names): one for one in found.by_column}
        self.whole = self._folded(cells.values(), found.whole[0] if found.whole else {})
        by_row: dict[KeyTuple, list[Record]] = {}
        by_column: dict[KeyTuple, list[Record]] = {}
        for (row, column), one in cells.items():
            by_row.setdefault(row, []).append(one)
            by_column.setdefault(column, []).append(one)
        self.rows = {key: self._folded(some, self.asked_by_row.get(key, {})) for key, some in by_row.items()}
        self.columns = {key: self._folded(some, self.asked_by_column.get(key, {})) for key, some in by_column.items()}

    def _folded(self, some: Iterable[Record], asked: Record) -> Record:
        records = list(some)
        if len(records) == 1 and not asked:
            return records[0]
        made: dict[str, Any] = {ROWS: sum(int(one[ROWS]) for one in records)}
        for place, measure in enumerate(self.measures):
            for part in parts_of(measure):
                name = f"m{place}_{part}"
                made[name] = asked[name] if name in asked else folded(part, [one[name] for one in records])
        return made

    def of_cell(self, row: KeyTuple, column: KeyTuple) -> list[Cell]:
        return self._figures(self.cells.get((row, column)), row, column)

    def of_row(self, row: KeyTuple) -> list[Cell]:
        return self._figures(self.rows[row], row, None)

    def of_column(self, column: KeyTuple) -> list[Cell]:
        return self._figures(self.columns[column], None, column)

    def of_all(self) -> list[Cell]:
        return self._figures(self.whole, None, None)

    def _figures(self, record: Record | None, row: KeyTuple | None, column: KeyTuple | None) -> list[Cell]:
        return [self._figure(place, one, record, row, column) for place, one in enumerate(self.measures)]

    def _figure(
        self, place: int, one: Measure, record: Record | None, row: KeyTuple | None, column: KeyTuple | None
    ) -> Cell:
        if record is None:
            return Cell(0.0 if one.function in {"count", "distinct"} else None)
        whole = self.whole
        if one.of == "row" and row is not None:
            whole = self.rows[row]
        elif one.of == "column" and column is not None:
            whole = self.columns[column]
        parts = self._parts(place, one, record)
        value = figure(one, parts, self._parts(place, one, whole))
        return Cell(value, gives_away=tuple(counted(one, parts, int(record[ROWS]))))

    def _parts(self, place: int, one: Measure, record: Record) -> Record:
        values = {part: record.get(f"m{place}_{part}") for part in parts_of(one)}
        return {part: value or 0 if part in _COUNTS else value for part, value in values.items()}


_COUNTS = frozenset({"count", "filled", "hits", "among", "distinct"})


def _hide_small(grid: Grid, groups: _Groups, measures: Sequence[Measure]) -> None:
    """Hide what counts too few; of measures that add up also what would give a hidden one away."""
    across = grid.row_totals or [groups.of_row(one) for one in grid.row_keys]
    below = grid.column_totals or [groups.of_column(one) for one in grid.column_keys]
    places = [[*cells, total] for cells, total in zip(grid.figures, across, strict=True)]
    places.append([*below, grid.total])
    for cell in (cell for line in places for cells in line for cell in cells):
        if cell.is_small:
            cell.hide()
    adding = [place for place, one in enumerate(measures) if one.function in ADDING]
    added = [[[cells[place] for place in adding] for cells in line] for line in places]
    Table(added, row_totals_shown=bool(grid.row_totals), column_totals_shown=bool(grid.column_totals)).hide_small()


def _order(grid: Grid, definition: Definition) -> None:
    places = list(range(len(grid.row_keys)))
    measured = {one.key: place for place, one in enumerate(definition.measures)}
    fields = {one.field: place for place, one in enumerate(definition.rows)}
    for sort in reversed(definition.sort):
        if sort.by in measured:
            known: list[tuple[float | None, int]] = []
            unknown: list[tuple[float | None, int]] = []
            for place in places:
                value = _shown(grid, place)[measured[sort.by]].value
                (unknown if value is None else known).append((value, place))
            known.sort(key=lambda one: one[0] or 0, reverse=sort.descending)
            places = [place for _, place in (*known, *unknown)]
        elif sort.by in fields and sort.descending:
            at = fields[sort.by]
            order = {key: rank for rank, key in enumerate(dict.fromkeys(one[at] for one in grid.row_keys))}
            places.sort(key=lambda place: order[grid.row_keys[place][at]], reverse=True)
    kept = places[: definition.top] if definition.top else places
    grid.left_out = len(places) - len(kept)
    grid.row_keys = [grid.row_keys[place] for place in kept]
    grid.figures = [grid.figures[place] for place in kept]
    if grid.row_totals:
        grid.row_totals = [grid.row_totals[place] for place in kept]


def _shown(grid: Grid, row: int) -> list[Cell]:
    if grid.row_totals:
        return grid.row_totals[row]
    return grid.figures[row][0] if len(grid.figures[row]) == 1 else _summed(grid.figures[row])


def _summed(cells: list[list[Cell]]) -> list[Cell]:
    return [Cell(sum(one[place].value or 0 for one in cells)) for place in range(len(cells[0]))]


def _key(record: Record, names: Sequence[str]) -> KeyTuple:
    return tuple(record[name] for name in names)


def _ranks(rank: Rank, part: str, key: KeyTuple) -> tuple[Any, ...]:
    return tuple((value is None, 0 if value is None else rank(part, place, value)) for place, value in enumerate(key))
