"""The waveform area of a printed report as SVG: grid, calibration pulses and traces as vector paths of true scale.

One unit of the drawing is 0.01 mm; every sample is kept, rounded to that unit (1 µV at 10 mm/mV).
"""

import math
from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.printing.lead_layout import LeadPage, TraceCell, tables

UNITS_PER_MM = 100
_MARK_MM = (2.0, 4.5)


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """Leads ready to print: `uv` (leads, n) in µV, NaN where a sample is missing."""

    leads: tuple[str, ...]
    uv: Float64
    fs_hz: float

    @property
    def duration_s(self) -> float:
        """Return the length in seconds."""
        return float(self.uv.shape[1] / self.fs_hz)


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours and line widths (mm) of the paper; printed in black and white the grid stays lighter than the trace."""

    minor: str = "#F5C6C6"
    major: str = "#E59A9A"
    trace: str = "#000000"
    minor_mm: float = 0.1
    major_mm: float = 0.2
    trace_mm: float = 0.3


def waveform_svg(
    page: LeadPage,
    waveform: Waveform,
    ink: Ink,
    *,
    speed_mm_per_s: float,
    gain_mm_per_mv: float,
    overflow_mm: float = 0.0,
) -> bytes:
    """Return the SVG of `page`; its size is `paper_size_mm` and `overflow_mm` of bare paper above and below.

    Leads that are not there stay empty; a wave that is taller than the grid goes on over the bare paper.
    """
    over = _units(overflow_mm)
    width, height = (_units(mm) for mm in paper_size_mm(page))
    rows = {name: waveform.uv[index] for index, name in enumerate(waveform.leads)}
    at_hand = [cell for cell in page.cells if cell.lead in rows]
    traces = [trace_path(cell, rows[cell.lead], waveform.fs_hz, speed_mm_per_s) for cell in at_hand]
    lines = "".join(
        f'<path d="{path}"/>' for path in (_pulses_path(page, speed_mm_per_s, gain_mm_per_mv), *traces) if path
    )
    body = (
        _stroked(grid_path(width, height, UNITS_PER_MM), ink.minor, ink.minor_mm)
        + _stroked(grid_path(width, height, 5 * UNITS_PER_MM), ink.major, ink.major_mm)
        + f'<g fill="none" stroke="{ink.trace}" stroke-width="{ink.trace_mm * UNITS_PER_MM:g}" stroke-linejoin="round">'
        + f"{lines}</g>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-over} {width} {height + 2 * over}">{body}</svg>'.encode()
    )


def wave_extent_mm(page: LeadPage, waveform: Waveform) -> tuple[float, float]:
    """Return the highest and lowest place of any trace, in mm from the top; (inf, -inf) without samples."""
    rows = {name: waveform.uv[index] for index, name in enumerate(waveform.leads)}
    top, bottom = math.inf, -math.inf
    for cell in page.cells:
        if cell.lead not in rows:
            continue
        start = round(cell.start_s * waveform.fs_hz)
        shown = rows[cell.lead][start : start + round(cell.duration_s * waveform.fs_hz) + 1]
        values = shown[~np.isnan(shown)] * ((-1 if cell.inverted else 1) * cell.gain_mm_per_mv / 1000.0)
        if values.size:
            top = min(top, cell.baseline_mm - float(values.max()))
            bottom = max(bottom, cell.baseline_mm - float(values.min()))
    return top, bottom


def paper_size_mm(page: LeadPage) -> tuple[float, float]:
    """Return width and height of the page grown to whole 5-mm squares."""
    return math.ceil(page.width_mm / 5 - 1e-9) * 5.0, math.ceil(page.height_mm / 5 - 1e-9) * 5.0


def _stroked(path: str, colour: str, width_mm: float) -> str:
    """Return a path element of one colour and width."""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width_mm * UNITS_PER_MM:g}"/>'


def grid_path(width: int, height: int, step: int) -> str:
    """Return the path of upright and level lines `step` units apart, the edges included."""
    upright = "".join(f"M{x} 0v{height}" for x in range(0, width + 1, step))
    level = "".join(f"M0 {y}h{width}" for y in range(0, height + 1, step))
    return upright + level


def trace_path(cell: TraceCell, uv: Float64, fs_hz: float, speed_mm_per_s: float) -> str:
    """Return one cell's samples as a path in units; a gap (NaN) breaks the line, no sample is left out."""
    first = max(0, int(np.ceil(cell.start_s * fs_hz - 1e-6)))
    last = min(uv.size, int(np.floor((cell.start_s + cell.duration_s) * fs_hz + 1e-6)) + 1)
    if last <= first:
        return ""
    values = uv[first:last]
    at_s = np.arange(first, last) / fs_hz - cell.start_s
    x = np.rint((cell.x_mm + at_s * speed_mm_per_s) * UNITS_PER_MM).astype(np.int64)
    up = (-1 if cell.inverted else 1) * cell.gain_mm_per_mv / 1000.0
    y_mm = cell.baseline_mm - values * up
    present = np.flatnonzero(~np.isnan(values))
    runs = np.split(present, np.flatnonzero(np.diff(present) > 1) + 1)
    pieces = []
    for run in runs:
        if run.size < 2:
            continue
        xs, ys = x[run], np.rint(y_mm[run] * UNITS_PER_MM).astype(np.int64)
        steps = np.empty((run.size - 1, 2), dtype=np.int64)
        steps[:, 0], steps[:, 1] = np.diff(xs), np.diff(ys)
        pieces.append(f"M{xs[0]} {ys[0]}l" + " ".join(map(str, steps.ravel().tolist())))
    return "".join(pieces)


def _units(mm: float) -> int:
    """Return millimetres in drawing units."""
    return round(mm * UNITS_PER_MM)


def _pulses_path(page: LeadPage, speed_mm_per_s: float, gain_mm_per_mv: float) -> str:
    """Return the calibration pulses of 1 mV and 200 ms, and the strokes between columns."""
    wide, tall = _units(float(tables()["pulse_seconds"]) * speed_mm_per_s), _units(gain_mm_per_mv)
    pulses = "".join(f"M{_units(x) - 100} {_units(y)}h100v{-tall}h{wide}v{tall}h100" for x, y in page.pulses)
    return pulses + _marks_path(page)


def _marks_path(page: LeadPage) -> str:
    """Return the short strokes above and below each baseline where one column ends and the next begins."""
    near, far = (_units(mm) for mm in _MARK_MM)
    baselines = sorted({_units(cell.baseline_mm) for cell in page.cells if cell.top_mm < page.marks_height_mm})
    return "".join(
        f"M{_units(x)} {y - far}v{far - near}M{_units(x)} {y + near}v{far - near}"
        for x in page.marks_mm
        for y in baselines
    )
