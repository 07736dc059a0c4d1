"""Where each lead goes on the paper, in millimetres: the twin of the viewer's layout.ts, held to it by a fixture."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LAYOUTS = Path(__file__).parents[1] / "layouts"


@dataclass(frozen=True, slots=True)
class LeadOptions:
    """What to place: ids and orders of lead_layouts.json; times in s; `height_mm` is shared out among the rows."""

    layout: str
    leads: tuple[str, ...]
    duration_s: float
    height_mm: float
    order: str = "standard"
    sequential: bool = True
    rhythm_leads: tuple[str, ...] = ()
    speed_mm_per_s: float = 25.0
    gain_mm_per_mv: float = 10.0
    chest_half: bool = False
    start_s: float = 0.0
    window_limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class TraceCell:
    """One stretch of one lead; `inverted` leads are drawn upside down (−aVR)."""

    lead: str
    label: str
    inverted: bool
    x_mm: float
    top_mm: float
    baseline_mm: float
    width_mm: float
    height_mm: float
    start_s: float
    duration_s: float
    gain_mm_per_mv: float


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Cells, calibration pulses as (x, baseline) of their lower left corner, and the x of the lines between columns."""

    width_mm: float
    height_mm: float
    window_s: float
    cells: tuple[TraceCell, ...]
    pulses: tuple[tuple[float, float], ...]
    marks_mm: tuple[float, ...]
    marks_height_mm: float


@cache
def tables() -> Mapping[str, Any]:
    """Return lead_layouts.json."""
    loaded: Mapping[str, Any] = json.loads((LAYOUTS / "lead_layouts.json").read_text(encoding="utf-8"))
    return loaded


def order_leads(leads: Sequence[str], order: str) -> list[str]:
    """Return the leads at hand in the wanted order; a leading minus means inverted; none is left out."""
    wanted = [*tables()["orders"][order], *tables()["further_leads"]]
    known = [name for name in wanted if name.removeprefix("-") in leads]
    named = {name.removeprefix("-") for name in known}
    return known + [name for name in leads if name not in named]


def choose_rhythm(choice: Sequence[str], leads: Sequence[str], rows: int) -> list[str]:
    """Return the leads of the rhythm rows: the reader's choice first, then the usual ones."""
    wanted = dict.fromkeys([*choice, *tables()["rhythm_choice"], *leads])
    return [name for name in wanted if name in leads][:rows]


def margin_mm(speed_mm_per_s: float) -> float:
    """Return the width left of the rows that the calibration pulse takes."""
    return float(tables()["pulse_seconds"]) * speed_mm_per_s + 2 * float(tables()["pulse_margin_mm"])


def headroom_mm() -> float:
    """Return the paper above the first row that tall waves may use."""
    return float(tables()["headroom_mm"])


def place_leads(options: LeadOptions) -> LeadPage:
    """Place leads, rhythm rows, pulses and column marks; raises KeyError for a layout that does not exist."""
    form = {each["id"]: each for each in tables()["layouts"]}[options.layout]
    leads = order_leads(options.leads, options.order)
    rows, columns = _shape(form, len(leads))
    rhythm = choose_rhythm(options.rhythm_leads, options.leads, form["rhythm_rows"])
    total = rows + len(rhythm)
    row_mm = min(45.0, max(10.0, (options.height_mm - headroom_mm()) / max(1, total)))
    left_s = max(0.0, options.duration_s - options.start_s)
    limit_s = options.window_limit_s
    if limit_s is None:
        limit_s = left_s if columns == 1 else float(tables()["window_seconds"])
    window_s = min(limit_s, left_s)
    column_s = window_s / columns
    margin = margin_mm(options.speed_mm_per_s)
    column_mm = column_s * options.speed_mm_per_s
    cells = []
    for index, name in enumerate(leads):
        column, row = divmod(index, rows)
        start_s = options.start_s + (column * column_s if options.sequential else 0.0)
        cells.append(_cell(options, name, row, row_mm, margin + column * column_mm, start_s, column_s))
    for index, name in enumerate(rhythm):
        cells.append(_cell(options, name, rows + index, row_mm, margin, options.start_s, window_s))
    pulse_x = float(tables()["pulse_margin_mm"])
    return LeadPage(
        width_mm=margin + window_s * options.speed_mm_per_s + pulse_x,
        height_mm=headroom_mm() + total * row_mm,
        window_s=window_s,
        cells=tuple(cells),
        pulses=tuple((pulse_x, _baseline(row, row_mm)) for row in range(total)),
        marks_mm=tuple(margin + (index + 1) * column_mm for index in range(columns - 1)),
        marks_height_mm=headroom_mm() + rows * row_mm,
    )


def _shape(form: Mapping[str, Any], count: int) -> tuple[int, int]:
    """Return rows and columns for `count` leads: further leads add columns, fewer leave rows out."""
    if form["columns"] == 1:
        return count, 1
    rows = max(1, min(int(form["rows"]), count))
    return rows, max(1, math.ceil(count / rows))


def _baseline(row: int, row_mm: float) -> float:
    """Return the middle of a row, on a line of the 1-mm grid."""
    return float(math.floor(headroom_mm() + (row + 0.5) * row_mm + 0.5))


def _cell(
    options: LeadOptions, name: str, row: int, row_mm: float, x_mm: float, start_s: float, duration_s: float
) -> TraceCell:
    """Return one cell of row `row`."""
    lead = name.removeprefix("-")
    half = options.chest_half and lead.startswith("V")
    return TraceCell(
        lead=lead,
        label=f"−{lead}" if name.startswith("-") else lead,
        inverted=name.startswith("-"),
        x_mm=x_mm,
        top_mm=headroom_mm() + row * row_mm,
        baseline_mm=_baseline(row, row_mm),
        width_mm=duration_s * options.speed_mm_per_s,
        height_mm=row_mm,
        start_s=start_s,
        duration_s=duration_s,
        gain_mm_per_mv=options.gain_mm_per_mv / 2 if half else options.gain_mm_per_mv,
    )
