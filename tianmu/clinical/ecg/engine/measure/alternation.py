"""Size of T and QRS of one beat against the next: electrical alternans (电交替, ecg.md section 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries, MedianBeat
from tianmu.clinical.ecg.engine.recording import Float64, Int32

FEWEST_BEATS = 8
STEADY = 0.06
TURNS = 0.9
ABOVE_SPREAD = 2.5
HALF_WINDOW_S = 0.02
PQ_S = (0.024, 0.004)
REST_FACTOR = 2.5


@dataclass(frozen=True, slots=True)
class Alternation:
    """Leads whose T (difference in µV) or QRS (difference over the mean) is large and small by turns."""

    t_uv: Mapping[str, float] = field(default_factory=dict)
    qrs_share: Mapping[str, float] = field(default_factory=dict)


def measure_alternation(
    uv: Float64, names: Sequence[str], fs_hz: float, beats: Beats, median: MedianBeat
) -> Alternation:
    """Measure the longest run of at least eight regular normal beats of `uv` (leads, n) µV; empty without one."""
    marks = median.boundaries
    run = _longest_run(beats)
    if run.size < FEWEST_BEATS or marks.r_peak is None or marks.qrs_onset is None or marks.qrs_end is None:
        return Alternation()
    before = round((marks.r_peak - marks.qrs_onset) + PQ_S[0] * fs_hz)
    behind = round(max(marks.qrs_end, marks.t_peak or 0.0) - marks.r_peak + HALF_WINDOW_S * fs_hz)
    run = run[(run >= before) & (run + behind < uv.shape[1])]
    gaps = np.diff(run)
    if run.size < FEWEST_BEATS or gaps.std() > STEADY * gaps.mean():
        return Alternation()
    parts = uv[:, run[:, None] + np.arange(-before, behind + 1)[None, :]]
    end = before + round(marks.qrs_end - marks.r_peak)
    heights = np.ptp(parts[:, :, round(PQ_S[0] * fs_hz) : end + 1], axis=2)
    qrs = {
        name: _turns(row) / float(row.mean()) for name, row in zip(names, heights, strict=True) if row.mean() > 100.0
    }
    t_waves: dict[str, float] = {}
    if marks.t_peak is not None:
        t_waves = _t_by_turns(uv, names, fs_hz, run, marks)
    return Alternation(
        {name: size for name, size in t_waves.items() if size > 0.0},
        {name: share for name, share in qrs.items() if share > 0.0},
    )


def _t_by_turns(uv: Float64, names: Sequence[str], fs_hz: float, run: Int32, marks: Boundaries) -> dict[str, float]:
    """Return how far T of even and odd beats differ, by lead.

    The zero is the line from this PQ level to the next. Breathing near half the heart rate bends the line between: it
    moves the stretch after T by turns as well, and such leads do not count.
    """
    r_peak, t_peak = marks.r_peak or 0.0, marks.t_peak or 0.0
    t_end = marks.t_end if marks.t_end is not None else t_peak + 0.08 * fs_hz
    pq = -round(r_peak - (marks.qrs_onset or 0.0) + 0.5 * sum(PQ_S) * fs_hz)
    gap = float(np.diff(run).mean())
    peak = round(t_peak - r_peak)
    after = round(0.5 * (t_end - r_peak + gap + pq))

    def level(at: int) -> Float64:
        half = round((HALF_WINDOW_S if at == peak else 0.5 * (PQ_S[0] - PQ_S[1])) * fs_hz)
        window = run[:-1, None] + at + np.arange(-half, half + 1)[None, :]
        mean: Float64 = uv[:, np.clip(window, 0, uv.shape[1] - 1)].mean(axis=2)
        return mean

    start, stop = level(pq), np.roll(level(pq), -1, axis=1)
    start, stop = start[:, :-1], stop[:, :-1]

    def above_line(at: int) -> Float64:
        zero: Float64 = start + (stop - start) * (at - pq) / gap
        return level(at)[:, :-1] - zero

    found: dict[str, float] = {}
    for name, wave, rest in zip(names, above_line(peak), above_line(after), strict=True):
        size = _turns(wave)
        control = abs(float(rest[::2].mean() - rest[1::2].mean()))
        if size > REST_FACTOR * control:
            found[name] = size
    return found


def _longest_run(beats: Beats) -> Int32:
    """Return the samples of the longest row of normal beats of the commonest shape."""
    normal = beats.classes == "N"
    if not normal.any():
        return beats.samples[:0]
    usual = np.bincount(beats.templates[normal]).argmax()
    marked = np.concatenate([[False], normal & (beats.templates == usual), [False]])
    edges = np.flatnonzero(marked[1:] != marked[:-1])
    starts, stops = edges[::2], edges[1::2]
    longest = int(np.argmax(stops - starts))
    run: Int32 = beats.samples[starts[longest] : stops[longest]]
    return run


def _turns(sizes: Float64) -> float:
    """Return how far even and odd beats differ, 0 where they do not go up and down by turns beyond their spread."""
    steps = np.diff(sizes)
    turning = float((steps[1:] * steps[:-1] < 0.0).mean())
    even, odd = sizes[::2], sizes[1::2]
    difference = abs(float(even.mean() - odd.mean()))
    spread = float(np.sqrt(0.5 * (even.var() + odd.var())))
    return difference if turning >= TURNS and difference > ABOVE_SPREAD * spread else 0.0
