"""The representative (median) beat of a recording and its global boundaries (ecg.md sections 3.4 and 3.5)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries, MedianBeat
from tianmu.clinical.ecg.engine.beats.templates import cut
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import remove_mains, remove_wander
from tianmu.clinical.ecg.engine.waves.boundaries import bound_beat, p_bounds
from tianmu.clinical.ecg.engine.waves.presence import atrial_activity

_BEFORE_S = 0.45
_AFTER_S = 0.75
_ALIGN_S = 0.04
_ALIGN_REACH_S = 0.07


def aligned(rows: Float64, fs_hz: float, samples: Int32) -> Int32:
    """Return `samples` moved by at most ±80 ms in two passes so that the QRS of all beats lie on one another."""
    if samples.size < 2:
        return samples
    return _aligned_once(rows, fs_hz, _aligned_once(rows, fs_hz, samples))


def _aligned_once(rows: Float64, fs_hz: float, samples: Int32) -> Int32:
    """Return `samples` moved to the least squared distance from the median of all, levels apart."""
    reach, shift = round(_ALIGN_REACH_S * fs_hz), max(1, round(_ALIGN_S * fs_hz))
    wide = cut(rows, samples, reach + shift, reach + shift)
    reference = np.median(wide[:, :, shift:-shift], axis=0)
    reference = reference - reference.mean(axis=1, keepdims=True)
    width = reference.shape[1]
    cross = np.stack([np.einsum("blt,lt->b", wide[:, :, o : o + width], reference) for o in range(2 * shift + 1)])
    total, square = (np.pad(part.cumsum(axis=2), [(0, 0), (0, 0), (1, 0)]) for part in (wide, wide**2))
    sums, squares = (part[:, :, width:] - part[:, :, :-width] for part in (total, square))
    own = (squares - sums**2 / width).sum(axis=1).T
    best = np.argmin(own - 2.0 * cross, axis=0).astype(np.int32)
    return np.asarray(samples + best - shift, dtype=np.int32)


def dominant(beats: Beats) -> Int32:
    """Return the samples of the dominant normal-conducted beats, or of the commonest template where none is normal."""
    normal = np.isin(beats.classes, ("N", "S"))
    chosen = normal if normal.any() else np.ones(beats.samples.size, dtype=np.bool_)
    labels = beats.templates[chosen]
    return cast("Int32", beats.samples[chosen][labels == np.bincount(labels).argmax()])


def median_beat(matrix_uv: Float64, names: Sequence[str], fs_hz: float, beats: Beats) -> MedianBeat:
    """Return the median beat of `matrix_uv` (leads, n) µV over the dominant beats; ValueError when there is no beat."""
    if beats.samples.size == 0:
        message = "A median beat needs at least one beat: check the leads and record again."
        raise ValueError(message)
    rows = remove_wander(remove_mains(np.atleast_2d(matrix_uv), fs_hz), fs_hz)
    chosen = dominant(beats)
    rr_s = float(np.median(np.diff(beats.samples))) / fs_hz if beats.samples.size > 1 else 1.0
    before = round(min(_BEFORE_S, 0.75 * rr_s) * fs_hz)
    after = round(min(_AFTER_S, rr_s) * fs_hz)
    whole = chosen[(chosen >= before) & (chosen + after <= rows.shape[1])]
    chosen = aligned(rows, fs_hz, whole if whole.size else chosen)
    uv = np.median(cut(rows, chosen, before, after), axis=0)
    first = {name: bound_beat(lead, fs_hz, before, rr_s, p_start=None) for name, lead in zip(names, uv, strict=True)}
    whole_beat = global_boundaries(list(first.values()), before)
    onset, end = int(whole_beat.qrs_onset or before), int(whole_beat.qrs_end or before)
    t_end = int(whole_beat.t_end or end) - before
    activity = atrial_activity(rows, fs_hz, chosen, beats.samples, (onset - before, end - before), t_end)
    if activity.has_p and not np.isin(beats.classes, ("P",)).all():
        p_start = max(onset - round(0.3 * fs_hz), before + t_end - round(rr_s * fs_hz))
        first = {
            name: with_p(lead, fs_hz, bounds, p_start) for (name, bounds), lead in zip(first.items(), uv, strict=True)
        }
        whole_beat = global_boundaries(list(first.values()), before)
    width = max(2, round(0.016 * fs_hz))
    uv = uv - np.median(uv[:, max(0, onset - width) : max(1, onset)], axis=1, keepdims=True)
    return MedianBeat(tuple(names), uv, fs_hz, whole_beat, first)


def with_p(lead: Float64, fs_hz: float, bounds: Boundaries, p_start: int) -> Boundaries:
    """Return `bounds` with the P wave of `lead` that begins after `p_start`, unchanged where there is none."""
    found = p_bounds(lead, fs_hz, bounds.qrs_onset, p_start) if bounds.qrs_onset is not None else None
    if found is None:
        return replace(bounds, p_onset=None, p_peak=None, p_end=None)
    return replace(bounds, p_onset=found[0].onset, p_peak=found[0].peak, p_end=found[0].end)


def global_boundaries(leads: Sequence[Boundaries], r_peak: int) -> Boundaries:
    """Return the earliest onset and the latest end that two leads support (one lead alone stands for itself)."""

    def supported(field: str, choose: Callable[[list[float]], float]) -> float | None:
        values = sorted(value for bounds in leads if (value := getattr(bounds, field)) is not None)
        return choose(values) if len(values) >= min(2, len(leads)) else None

    def second(values: list[float]) -> float:
        return values[min(1, len(values) - 1)]

    def second_last(values: list[float]) -> float:
        return values[max(-2, -len(values))]

    def middle(values: list[float]) -> float:
        return float(np.median(values))

    return Boundaries(
        p_onset=supported("p_onset", second),
        p_peak=supported("p_peak", middle),
        p_end=supported("p_end", second_last),
        qrs_onset=supported("qrs_onset", second),
        r_peak=float(r_peak),
        qrs_end=supported("qrs_end", second_last),
        t_onset=supported("t_onset", second),
        t_peak=supported("t_peak", middle),
        t_end=supported("t_end", second_last),
    )
