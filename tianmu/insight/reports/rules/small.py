"""Which figures are kept from people who see figures only: those of 1 to 4 rows, and those that would give one away.

Cells and totals are a table whose lines add up. What is hidden (a total that is not shown is hidden, too) makes a graph
between rows and columns: a hidden figure follows from what is shown exactly where its edge is a bridge. So every small
figure is laid on a circle of hidden ones; and what is hidden of a line never comes to a small sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SMALLEST = 5


@dataclass(slots=True)
class Cell:
    """One figure; `small` when it is hidden because it counts too few; `gives_away` are the rows it tells of."""

    value: float | None
    small: bool = False
    gives_away: tuple[int, ...] = ()

    @property
    def is_small(self) -> bool:
        """Tell whether it counts 1 to 4 of something."""
        return any(0 < one < SMALLEST for one in self.gives_away)

    def hide(self) -> None:
        """Show nothing."""
        self.small, self.value = True, None


@dataclass(slots=True)
class _Edge:
    """A place of the table: its figures of each measure that adds up, and whether the place is shown."""

    row: int
    column: int
    cells: Sequence[Cell]
    total: bool
    shown: bool
    size: float = field(init=False)
    counts: tuple[int, ...] = field(init=False)
    small: bool = field(init=False)

    def __post_init__(self) -> None:
        self.counts = tuple(count for cell in self.cells for count in cell.gives_away)
        self.size = max((abs(one.value or 0) for one in self.cells), default=0)
        self.small = any(one.is_small for one in self.cells)
        self.shown = self.shown and not self.small

    def hide(self) -> None:
        self.shown = False
        for one in self.cells:
            one.hide()


@dataclass(slots=True)
class Table:
    """Rows of places, each with its figures of some measures; the last row and the last column hold totals."""

    places: Sequence[Sequence[Sequence[Cell]]]
    row_totals_shown: bool
    column_totals_shown: bool
    edges: list[list[_Edge]] = field(init=False)

    def hide_small(self) -> None:
        """Hide the small places, and others beside them until none of the small ones follows."""
        last_row, last_column = len(self.places) - 1, len(self.places[0]) - 1
        self.edges = [
            [
                _Edge(row, column, cells, row == last_row or column == last_column, self._is_shown(row, column))
                for column, cells in enumerate(line)
            ]
            for row, line in enumerate(self.places)
        ]
        for one in self._all():
            if one.small:
                one.hide()
        self._leave_no_small_rest()
        while self._lay_on_circles():
            pass

    def _is_shown(self, row: int, column: int) -> bool:
        last_row, last_column = len(self.places) - 1, len(self.places[0]) - 1
        if (row == last_row) == (column == last_column):
            return True
        return self.column_totals_shown if row == last_row else self.row_totals_shown

    def _all(self) -> Iterable[_Edge]:
        return (one for line in self.edges for one in line)

    def _leave_no_small_rest(self) -> None:
        """Hide more of each line whose hidden figures come to a small sum."""
        lines = [(line[:-1], line[-1]) for line in self.edges]
        columns = list(zip(*self.edges, strict=True))
        lines += [(list(line[:-1]), line[-1]) for line in columns]
        lines.append(([one for line in self.edges[:-1] for one in line[:-1]], self.edges[-1][-1]))
        for line, total in lines:
            hidden = [one for one in line if not one.shown]
            others = iter(sorted((one for one in line if one.shown and one.size), key=lambda one: one.size))
            while total.shown and any(0 < sum(some) < SMALLEST for some in _by_kind(hidden)):
                more = next(others, total)
                more.hide()
                hidden.append(more)

    def _lay_on_circles(self) -> bool:
        """Hide a second figure beside each small one that follows from what is shown; tell whether there was one."""
        graph: dict[int, dict[int, _Edge]] = {}
        for one in self._all():
            if not one.shown:
                graph.setdefault(one.row, {})[~one.column] = one
                graph.setdefault(~one.column, {})[one.row] = one
        bridges = [one for one in _bridges(graph) if one.small]
        ends = [one for one in bridges if min(len(graph[one.row]), len(graph[~one.column])) == 1]
        for one in ends:
            alone = one.row if len(graph[one.row]) == 1 else ~one.column
            line = self.edges[alone] if alone >= 0 else [each[~alone] for each in self.edges]
            self._hide_one_of(line)
        if bridges and not ends:
            side = _reached(graph, bridges[0])
            self._hide_one_of([one for one in self._all() if (one.row in side) != (~one.column in side)])
        return bool(bridges)

    def _hide_one_of(self, line: Sequence[_Edge]) -> None:
        shown = [one for one in line if one.shown]
        others = [one for one in shown if one.size] or [one for one in shown if one.total] or shown
        min(others, key=lambda one: (one.total, one.size)).hide()


def _by_kind(hidden: Sequence[_Edge]) -> Iterable[tuple[int, ...]]:
    """Return the counts of hidden places, those of each measure together; an empty place counts nothing."""
    return zip(*(one.counts for one in hidden if one.counts), strict=False)


def _bridges(graph: dict[int, dict[int, _Edge]]) -> list[_Edge]:
    """Return the edges that lie on no circle; depth first, without recursion."""
    found: list[_Edge] = []
    met: dict[int, int] = {}
    low: dict[int, int] = {}
    for start, beside in graph.items():
        if start in met:
            continue
        met[start] = low[start] = len(met)
        way: list[tuple[int, int | None, list[int]]] = [(start, None, list(beside))]
        while way:
            here, before, rest = way[-1]
            if rest:
                there = rest.pop()
                if there not in met:
                    met[there] = low[there] = len(met)
                    way.append((there, here, list(graph[there])))
                elif there != before:
                    low[here] = min(low[here], met[there])
                continue
            way.pop()
            if before is not None:
                low[before] = min(low[before], low[here])
                if low[here] > met[before]:
                    found.append(graph[before][here])
    return found


def _reached(graph: dict[int, dict[int, _Edge]], bridge: _Edge) -> set[int]:
    """Return the rows and columns on one side of a bridge."""
    found, waiting = {bridge.row}, [bridge.row]
    while waiting:
        here = waiting.pop()
        for there, edge in graph[here].items():
            if edge is not bridge and there not in found:
                found.add(there)
                waiting.append(there)
    return found
