"""Answers of reports as they go to the screen."""

from typing import Any
from uuid import UUID

from ninja import Schema

from tianmu.foundation.datasets import Field
from tianmu.insight.reports.rules.charts import chart_of
from tianmu.insight.reports.rules.definition import Dimension
from tianmu.insight.reports.rules.grid import Grid
from tianmu.insight.reports.rules.small import Cell
from tianmu.insight.reports.selectors.asking import Answer
from tianmu.insight.reports.selectors.describing import filters_in_words
from tianmu.insight.reports.selectors.shown import listed_cells, measure_shown
from tianmu.insight.reports.selectors.words import called


class AnswerHeadOut(Schema):
    """A field of rows or columns."""

    field: str
    name: str
    grain: str
    unit: str
    number: bool


class AnswerMeasureOut(Schema):
    """A figure's name and how it is written."""

    key: str
    name: str
    unit: str
    decimals: int
    percent: bool


class AnswerLineOut(Schema):
    """A header: raw values, to filter by, and what they are called."""

    keys: list[str | float | bool | None]
    labels: list[str]


class AnswerListedOut(Schema):
    """A line of a list; `subject` is the key of what stands behind it."""

    cells: list[str]
    subject: UUID | None


class AnswerOut(Schema):
    """An answer. `small` holds [row, column, measure] of hidden figures; row or column -1 is that of the totals."""

    kind: str
    chart: str
    dataset: str
    row_heads: list[AnswerHeadOut]
    column_heads: list[AnswerHeadOut]
    measures: list[AnswerMeasureOut]
    rows: list[AnswerLineOut]
    columns: list[AnswerLineOut]
    figures: list[list[list[float | None]]]
    row_totals: list[list[float | None]]
    column_totals: list[list[float | None]]
    total: list[float | None]
    small: list[list[int]]
    listed: list[AnswerListedOut]
    link: str
    left_out: int
    cut: bool
    figures_only: bool
    excluded: str
    filters: list[str]
    read_at: str | None
    took_ms: int


def answer_out(found: Answer) -> AnswerOut:
    """Return an answer as it goes to the screen."""
    grid = found.grid
    return AnswerOut(
        kind="list" if grid is None else "grid",
        chart=chart_of(found.definition, 0 if grid is None else len(grid.row_keys)),
        dataset=found.dataset.key,
        row_heads=[_head(found, one) for one in found.definition.rows],
        column_heads=[_head(found, one) for one in found.definition.columns],
        measures=[
            AnswerMeasureOut.model_validate(measure_shown(found, one), from_attributes=True)
            for one in found.definition.measures
        ],
        rows=[] if grid is None else [_line(found, key, found.definition.rows) for key in grid.row_keys],
        columns=[] if grid is None else [_line(found, key, found.definition.columns) for key in grid.column_keys],
        figures=[] if grid is None else [[_values(cell) for cell in row] for row in grid.figures],
        row_totals=[] if grid is None else [_values(one) for one in grid.row_totals],
        column_totals=[] if grid is None else [_values(one) for one in grid.column_totals],
        total=[] if grid is None else _values(grid.total),
        small=[] if grid is None else _small(grid),
        listed=[_listed(found, one) for one in found.records],
        link=found.dataset.link,
        left_out=0 if grid is None else grid.left_out,
        cut=found.cut,
        figures_only=found.figures_only,
        excluded=found.dataset.left_out_en if found.labels.english else found.dataset.left_out,
        filters=filters_in_words(found),
        read_at=found.read_at or None,
        took_ms=found.took_ms,
    )


def _listed(found: Answer, record: Any) -> AnswerListedOut:  # noqa: ANN401 - a record of the engine
    return AnswerListedOut(cells=listed_cells(found, record), subject=record.get("subject"))


def _head(found: Answer, one: Dimension) -> AnswerHeadOut:
    field: Field = found.checked.fields[one.field]
    name = called(field, found.labels.english)
    if one.grain:
        name = f"{name} · {found.labels.words['grains'][one.grain]}"
    return AnswerHeadOut(field=one.field, name=name, grain=one.grain, unit=field.unit, number=field.kind == "number")


def _line(found: Answer, key: tuple[Any, ...], dimensions: tuple[Dimension, ...]) -> AnswerLineOut:
    pairs = list(zip(key, dimensions, strict=True))
    raw = [value if value is None or isinstance(value, str | float | bool) else str(value) for value in key]
    return AnswerLineOut(
        keys=raw, labels=[found.labels.of(value, found.checked.fields[one.field], one) for value, one in pairs]
    )


def _values(cells: list[Cell]) -> list[float | None]:
    return [one.value for one in cells]


def _small(grid: Grid) -> list[list[int]]:
    found = [
        [row, column, measure]
        for row, cells in enumerate(grid.figures)
        for column, figures in enumerate(cells)
        for measure, one in enumerate(figures)
        if one.small
    ]
    found += [
        [row, -1, measure]
        for row, cells in enumerate(grid.row_totals)
        for measure, one in enumerate(cells)
        if one.small
    ]
    found += [
        [-1, at, measure]
        for at, cells in enumerate(grid.column_totals)
        for measure, one in enumerate(cells)
        if one.small
    ]
    return found + [[-1, -1, measure] for measure, one in enumerate(grid.total) if one.small]
