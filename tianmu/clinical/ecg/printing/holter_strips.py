"""Strips of a printed Holter report: every lead under the other at true scale, long strips in several rows."""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.printing.lead_layout import LeadOptions, place_leads
from tianmu.clinical.ecg.printing.waveform import Ink, Waveform, paper_size_mm, wave_extent_mm, waveform_svg

_GAINS = (10.0, 5.0, 2.5)
_ROW_MM = 20.0
_LEAST_ROW_MM = 12.0
_TALLEST_MM = 245.0


@dataclass(frozen=True, slots=True)
class StripRow:
    """One row of paper: its drawing, size in mm, lead names with their places, and the gain it was drawn with."""

    svg: bytes
    width_mm: float
    height_mm: float
    labels: tuple[tuple[str, float, float], ...]
    gain: float


def strip_rows(names: tuple[str, ...], uv: Float64, fs_hz: float, row_s: float) -> list[StripRow]:
    """Return the rows of a strip `uv` (leads, n) in µV, each at most `row_s` long and about its own level."""
    width = round(row_s * fs_hz)
    rows: list[StripRow] = []
    for start in range(0, uv.shape[1], width):
        part = uv[:, start : start + width]
        if part.shape[1] < 0.3 * fs_hz and rows:
            break
        rows.append(_row(Waveform(names, part - np.nanmedian(part, axis=1, keepdims=True), fs_hz)))
    return rows


def _row(waveform: Waveform) -> StripRow:
    count = len(waveform.leads)
    each = max(_LEAST_ROW_MM, min(_ROW_MM, (_TALLEST_MM - 10.0) / count))
    page, gain = None, _GAINS[-1]
    for gain in _GAINS:
        page = place_leads(
            LeadOptions(
                layout="12x1",
                leads=waveform.leads,
                duration_s=waveform.duration_s,
                height_mm=10.0 + each * count,
                order="standard",
                sequential=False,
                rhythm_leads=(),
                speed_mm_per_s=25.0,
                gain_mm_per_mv=gain,
                chest_half=False,
                window_limit_s=None,
            )
        )
        top, bottom = wave_extent_mm(page, waveform)
        if top >= 0.0 and bottom <= paper_size_mm(page)[1]:
            break
    assert page is not None
    wide, tall = paper_size_mm(page)
    svg = waveform_svg(page, waveform, Ink(), speed_mm_per_s=25.0, gain_mm_per_mv=gain)
    labels = tuple(
        (cell.label, cell.x_mm + 1.0, cell.baseline_mm - min(cell.height_mm / 2, 9.0)) for cell in page.cells
    )
    return StripRow(svg, wide, tall, labels, gain)
