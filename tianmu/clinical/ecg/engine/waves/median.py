"""The representative (median) beat of a recording and its global boundaries (ecg.md sections 3.4 and 3.5)."""

from collections.abc import Callable, Sequence

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries, MedianBeat
from tianmu.clinical.ecg.engine.beats.templates import cut
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import remove_mains, remove_wander
from tianmu.clinical.ecg.engine.waves.boundaries import Span, bound_beat

_BEFORE_S = 0.40
_ALIGN_S = 0.03
_FIELDS = ("p_onset", "p_peak", "p_end", "qrs_onset", "r_peak", "qrs_end", "t_onset", "t_peak", "t_end")


def aligned(rows: Float64, fs_hz: float, samples: Int32, reach_s: float = 0.06) -> Int32:
    """Return `samples` moved by at most ±30 ms so that the QRS of all beats lie on one another."""
    reach, shift = round(reach_s * fs_hz), max(1, round(_ALIGN_S * fs_hz))
    wide = cut(rows, samples, reach + shift, reach + shift)
    inner = wide[:, :, shift:-shift]
    reference = np.median(inner, axis=0)
    offsets = np.arange(-shift, shift + 1)
    scores = np.stack(
        [
            ((wide[:, :, shift + o : wide.shape[2] - shift + o] - reference) ** 2).sum(axis=(1, 2))
            for o in offsets
        ],
    )
    return (samples + offsets[np.argmin(scores, axis=0)]).astype(np.int32)


def dominant(beats: Beats) -> Int32:
    """Return the samples of the dominant normal-conducted beats, or of the commonest template where none is normal."""
    normal = np.isin(beats.classes, ("N", "S")) if np.isin(beats.classes, ("N", "S")).any() else np.ones(beats.samples.size, bool)
    labels = beats.templates[normal]
    return beats.samples[normal][labels == np.bincount(labels).argmax()]


def median_beat(matrix_uv: Float64, names: Sequence[str], fs_hz: float, beats: Beats) -> MedianBeat:
    """Return the median beat of `matrix_uv` (leads, n) µV over the dominant beats; ValueError when there is no beat."""
    if beats.samples.size == 0:
        message = "A median beat needs at least one beat: check the leads and record again."
        raise ValueError(message)
    rows = remove_wander(remove_mains(np.atleast_2d(matrix_uv), fs_hz), fs_hz)
    chosen = dominant(beats)
    rr = float(np.median(np.diff(beats.samples))) / fs_hz if beats.samples.size > 1 else 1.0
    before, after = round(min(_BEFORE_S, 0.5 * rr) * fs_hz), round(min(0.75, 0.5 * rr + 0.25) * fs_hz)
    whole = chosen[(chosen >= before) & (chosen + after <= rows.shape[1])]
    chosen = whole if whole.size else chosen
    uv = np.median(cut(rows, aligned(rows, fs_hz, chosen), before, after), axis=0)
    span = Span(0, min(uv.shape[1], before + round(0.85 * rr * fs_hz)))
    per_lead = {name: bound_beat(lead, fs_hz, before, span) for name, lead in zip(names, uv, strict=True)}
    whole_beat = global_boundaries(list(per_lead.values()), before)
    onset = int(whole_beat.qrs_onset or before)
    width = max(2, round(0.016 * fs_hz))
    uv = uv - np.median(uv[:, max(0, onset - width) : max(1, onset)], axis=1, keepdims=True)
    return MedianBeat(tuple(names), uv, fs_hz, whole_beat, per_lead)


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
