"""Boundaries of every beat of one lead (ecg.md sections 3.5, 4 and 14).

Beats of one shape share the boundaries of their median, which noise hardly moves; a lone beat is bounded by itself.
"""

from dataclasses import dataclass, replace

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Boundaries
from tianmu.clinical.ecg.engine.beats.detection import detect
from tianmu.clinical.ecg.engine.beats.templates import cluster, cut
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import low_pass, remove_mains, remove_wander
from tianmu.clinical.ecg.engine.waves.boundaries import bound_beat
from tianmu.clinical.ecg.engine.waves.median import aligned, with_p
from tianmu.clinical.ecg.engine.waves.presence import atrial_activity

_BEFORE_S = 0.45
_AFTER_S = 0.85
_P_MOVES_S = 0.04
_P_LIKENESS = 0.5
_P_LIKENESS_EARLY = 0.8
_EARLY = 0.85
_FEW = 3
_NOISY_LIKENESS = 0.8
_FUSION_RR_S = 0.48
_FUSION_GAP_S = 0.03
_FIELDS = ("p_onset", "p_peak", "p_end", "qrs_onset", "r_peak", "qrs_end", "t_onset", "t_peak", "t_end")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The median of beats of one shape: `smooth` (n,) µV with R at `centre`, `bounds` relative to R."""

    bounds: Boundaries
    smooth: Float64
    centre: int


def delineate(signal_uv: Float64, fs_hz: float, beats: Int32 | None = None) -> list[Boundaries]:
    """Return the boundaries of each beat of one lead (n,) in µV; beats are detected where they are not given."""
    lead = np.asarray(signal_uv, dtype=np.float64)
    samples = detect(lead, fs_hz) if beats is None else np.asarray(beats, dtype=np.int32)
    if samples.size == 0:
        return []
    rows = remove_wander(remove_mains(lead, fs_hz), fs_hz)[None, :]
    labels = cluster(rows, fs_hz, samples)
    smooth = low_pass(rows[0], fs_hz, 20.0)
    rr = np.diff(samples)
    usual = float(np.median(rr)) if rr.size else fs_hz
    before_rr = np.concatenate([[usual], rr])
    leading = int(np.bincount(labels).argmax())
    found: list[Boundaries | None] = [None] * samples.size
    lead_model: Model | None = None
    for label in sorted(np.unique(labels), key=lambda number: number != leading):
        members = np.flatnonzero(labels == label)
        places = aligned(rows, fs_hz, samples[members])
        model = _model(rows, fs_hz, places, samples, usual, look_for_p=bool(label == leading))
        lead_model = lead_model or model
        for member, place in zip(members, places, strict=True):
            own = model
            if members.size < _FEW and _resembles(smooth, fs_hz, int(place), lead_model):
                own = lead_model
            bounds = _moved(own.bounds, int(place))
            strict_p = bool(own is not lead_model or before_rr[member] < _EARLY * usual)
            found[member] = _with_its_p(bounds, smooth, fs_hz, int(place), lead_model, strict=strict_p)
    return [bounds for bounds in found if bounds is not None]


def _model(rows: Float64, fs_hz: float, places: Int32, samples: Int32, usual: float, *, look_for_p: bool) -> Model:
    """Return the median of the beats at `places` and its boundaries relative to R."""
    rr_s = usual / fs_hz
    before, after = round(min(_BEFORE_S, 0.75 * rr_s) * fs_hz), round(min(_AFTER_S, rr_s) * fs_hz)
    whole = places[(places >= before) & (places + after <= rows.shape[1])]
    uv = np.median(cut(rows, whole if whole.size else places, before, after), axis=0)[0]
    bounds = bound_beat(uv, fs_hz, before, rr_s, p_start=None)
    qrs = (int((bounds.qrs_onset or before) - before), int((bounds.qrs_end or before) - before))
    t_end = int((bounds.t_end or bounds.qrs_end or before) - before)
    if look_for_p and atrial_activity(rows, fs_hz, places, samples, qrs, t_end).has_p:
        p_start = max(before + qrs[0] - round(0.3 * fs_hz), before + t_end - round(usual))
        bounds = _unless_fused(with_p(uv, fs_hz, bounds, p_start), fs_hz, usual)
    return Model(_moved(bounds, -before), low_pass(uv, fs_hz, 20.0), before)


def _unless_fused(bounds: Boundaries, fs_hz: float, usual: float) -> Boundaries:
    """Return `bounds` without P where, above 125/min, it begins in the T before it: one lead cannot tell it from F."""
    if bounds.p_onset is None or bounds.t_end is None or usual > _FUSION_RR_S * fs_hz:
        return bounds
    if bounds.p_onset + usual - bounds.t_end >= _FUSION_GAP_S * fs_hz:
        return bounds
    return replace(bounds, p_onset=None, p_peak=None, p_end=None)


def _moved(bounds: Boundaries, by: float) -> Boundaries:
    values = {name: getattr(bounds, name) for name in _FIELDS}
    return Boundaries(**{name: None if value is None else value + by for name, value in values.items()})


def _resembles(smooth: Float64, fs_hz: float, place: int, model: Model) -> bool:
    """Return whether the QRS at `place` is that of `model` under noise."""
    margin = round(0.02 * fs_hz)
    start = model.centre + int(model.bounds.qrs_onset or 0) - margin
    stop = model.centre + int(model.bounds.qrs_end or 0) + margin
    origin = place - model.centre + start
    if start < 0 or origin < 0 or origin + stop - start > smooth.size:
        return False
    shape, part = model.smooth[start:stop], smooth[origin : origin + stop - start]
    return bool(np.corrcoef(shape, part)[0, 1] >= _NOISY_LIKENESS)


def _with_its_p(
    bounds: Boundaries, smooth: Float64, fs_hz: float, place: int, model: Model, *, strict: bool
) -> Boundaries:
    """Return `bounds` with the P wave of `model` moved to where this beat has it, or without one."""
    if model.bounds.p_onset is None:
        return bounds
    shift = _p_shift(smooth, fs_hz, place, model, _P_LIKENESS_EARLY if strict else _P_LIKENESS)
    if shift is None:
        return replace(bounds, p_onset=None, p_peak=None, p_end=None)
    moved = _moved(model.bounds, place + shift)
    return replace(bounds, p_onset=moved.p_onset, p_peak=moved.p_peak, p_end=moved.p_end)


def _p_shift(smooth: Float64, fs_hz: float, place: int, model: Model, needed: float) -> int | None:
    """Return by how many samples the P wave of the beat at `place` is off the model's, None where it is not like it."""
    margin, reach = round(0.02 * fs_hz), round(_P_MOVES_S * fs_hz)
    start = model.centre + int(model.bounds.p_onset or 0) - margin
    stop = model.centre + int(model.bounds.p_end or 0) + margin
    shape = model.smooth[max(0, start) : stop]
    shape = shape - np.linspace(shape[0], shape[-1], shape.size)
    best, chosen, origin = -1.0, None, place - model.centre + max(0, start)
    for shift in range(-reach, reach + 1, 2):
        if origin + shift < 0 or origin + shift + shape.size > smooth.size:
            continue
        part = smooth[origin + shift : origin + shift + shape.size]
        part = part - np.linspace(part[0], part[-1], part.size)
        likeness = float(part @ shape / np.sqrt((part @ part) * (shape @ shape) + 1e-9))
        if likeness - 0.1 * abs(shift) / reach > best and part @ shape > 0.3 * (shape @ shape):
            best, chosen = likeness - 0.1 * abs(shift) / reach, shift
    return chosen if best >= needed - 0.1 else None
