"""From the cells that an engine found to the grid that is shown: headers, figures, totals, order, the first so many.

Who may see figures only gets no small ones: a figure of 1 to 4 rows is hidden, and another beside it where the total
would give it away.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tianmu.insight.reports.rules.definition import Definition, Measure
from tianmu.insight.reports.rules.parts import counted, figure, folded, parts_of

SMALLEST = 5
ADDING = frozenset({"count", "sum", "share"})
ROWS = "n__rows"
KeyTuple = tuple[Hashable, ...]
Rank = Callable[[str, int, Any], Any]
Record = Mapping[str, Any]


@dataclass(slots=True)
class Cell:
    """One figure; `small` when it is hidden because it counts too few."""

    value: float | None
    small: bool = False
    gives_away: tuple[int, ...] = ()


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
        hide_small(grid, definition.measures)
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


def hide_small(grid: Grid, measures: Sequence[Measure]) -> None:
    """Hide every figure that counts 1 to 4 rows, then those by which one could be worked out from its total."""
    lines = _lines(grid, range(len(measures)))
    adding = _lines(grid, [place for place, one in enumerate(measures) if one.function in ADDING])
    for cell in {id(one): one for line, total in lines for one in (*line, total) if one is not None}.values():
        if any(0 < one < SMALLEST for one in cell.gives_away):
            _hide(cell)
    while any(_covered(line, total) for line, total in adding):
        pass


def _lines(grid: Grid, measures: Sequence[int]) -> list[tuple[list[Cell], Cell | None]]:
    """Return each line of cells with the total they add up to, for some measures."""
    found: list[tuple[list[Cell], Cell | None]] = []
    for measure in measures:
        for row, cells in enumerate(grid.figures):
            total = grid.row_totals[row][measure] if grid.row_totals else None
            found.append(([one[measure] for one in cells], total))
        for column in range(len(grid.column_keys)):
            total = grid.column_totals[column][measure] if grid.column_totals else None
            if total is None and len(grid.column_keys) == 1:
                total = grid.total[measure]
            found.append(([row[column][measure] for row in grid.figures], total))
        if grid.row_totals:
            found.append(([one[measure] for one in grid.row_totals], grid.total[measure]))
        if grid.column_totals:
            found.append(([one[measure] for one in grid.column_totals], grid.total[measure]))
    return found


def _covered(line: list[Cell], total: Cell | None) -> bool:
    """Hide a second figure of a line whose only hidden one its total would give away; tell whether one was hidden."""
    hidden = [one for one in line if one.small]
    if len(hidden) != 1 or total is None or total.small:
        return False
    others = [one for one in line if not one.small and one.value]
    _hide(min(others, key=lambda one: one.value or 0) if others else total)
    return True


def _hide(cell: Cell) -> None:
    cell.small, cell.value = True, None


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
