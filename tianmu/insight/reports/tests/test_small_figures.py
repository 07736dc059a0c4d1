"""Who sees figures only cannot work out a figure of 1 to 4 from what is shown: not by any sum of shown figures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.grid import ROWS, Found, Grid, grid_of
from tianmu.insight.reports.rules.small import SMALLEST, Cell

COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 30])
TABLES = st.integers(1, 5).flatmap(
    lambda columns: st.lists(st.lists(COUNTS, min_size=columns, max_size=columns), min_size=1, max_size=6)
)
TOTALS = st.fixed_dictionaries({"rows": st.booleans(), "columns": st.booleans()})


def hidden(table: list[list[int]], totals: Mapping[str, bool], *, across: bool, top: int | None) -> Grid:
    """Return the grid of a table of counts as somebody sees it who sees figures only."""
    down = len(table) > 1 or not across
    definition = Definition.model_validate({
        "dataset": "ecg.examinations",
        "rows": [{"field": "origin"}] if down else [],
        "columns": [{"field": "urgency"}] if across else [],
        "measures": [{"key": "n", "name": "n", "function": "count"}],
        "totals": totals,
        "top": top,
    })  # fmt: skip
    cells: list[dict[str, Any]] = [
        {**({"r0": row} if down else {}), **({"c0": column} if across else {}), ROWS: count, "m0_count": count}
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        if count
    ]
    return grid_of(definition, Found(cells), rank=lambda _part, _place, value: value, figures_only=True)


def shown_sums(grid: Grid, table: list[list[int]]) -> tuple["np.ndarray[Any, Any]", list[tuple[int, int]]]:
    """Return every shown figure as a sum of the table's cells, and the cells in their order."""
    places = [(row, column) for row in range(len(table)) for column in range(len(table[0]))]

    def line(rows: set[int], columns: set[int]) -> list[int]:
        return [int(row in rows and column in columns) for row, column in places]

    rows = [int(str(one[0])) if one else 0 for one in grid.row_keys]
    columns = [int(str(one[0])) if one else 0 for one in grid.column_keys]
    every_row, every_column = set(range(len(table))), set(range(len(table[0])))
    nobody = [place for place in places if not table[place[0]][place[1]]]
    found: list[list[int]] = [[int(place == one) for one in places] for place in nobody]

    def take(cell: Cell, of_rows: set[int], of_columns: set[int]) -> None:
        if not cell.small and cell.value is not None:
            found.append(line(of_rows, of_columns))

    for row, cells in zip(rows, grid.figures, strict=True):
        for column, figures in zip(columns, cells, strict=True):
            take(figures[0], {row}, {column})
    for row, figures in zip(rows, grid.row_totals, strict=False):
        take(figures[0], {row}, every_column)
    for column, figures in zip(columns, grid.column_totals, strict=False):
        take(figures[0], every_row, {column})
    take(grid.total[0], every_row, every_column)
    return np.array(found).reshape(-1, len(places)), places


@settings(deadline=None, max_examples=150)
@given(TABLES, TOTALS, st.booleans(), st.none() | st.integers(1, 4))
def test_no_small_figure_follows_from_what_is_shown(
    table: list[list[int]], totals: dict[str, bool], across: bool, top: int | None
) -> None:
    table = table if across else [row[:1] for row in table]
    if not any(map(any, table)):
        return
    grid = hidden(table, totals, across=across, top=top)
    sums, places = shown_sums(grid, table)
    rank = np.linalg.matrix_rank(sums) if len(sums) else 0
    for at, (row, column) in enumerate(places):
        if 0 < table[row][column] < SMALLEST:
            alone = np.eye(1, len(places), at)
            assert np.linalg.matrix_rank(np.vstack([sums, alone])) > rank, (row, column)


@settings(deadline=None, max_examples=150)
@given(TABLES, TOTALS, st.none() | st.integers(1, 4))
def test_a_total_less_its_shown_figures_is_no_small_figure(
    table: list[list[int]], totals: dict[str, bool], top: int | None
) -> None:
    if not any(map(any, table)):
        return
    grid = hidden(table, totals, across=True, top=top)
    shown = [[one[0] for one in cells] for cells in grid.figures]
    lines = list(zip(shown, (one[0] for one in grid.row_totals), strict=False))
    if not grid.left_out:
        lines += zip(map(list, zip(*shown, strict=True)), (one[0] for one in grid.column_totals), strict=False)
        lines.append(([one for cells in shown for one in cells], grid.total[0]))
        lines.append(([one[0] for one in grid.row_totals] or [grid.total[0]], grid.total[0]))
    for line, total in lines:
        if total.value is not None:
            rest = total.value - sum(one.value or 0 for one in line)
            assert not 0 < rest < SMALLEST
