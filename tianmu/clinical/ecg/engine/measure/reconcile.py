"""A second look at the beats of many leads: wide beats that were passed over, T waves taken for QRS.

Resting recordings only (ecg.md section 3.3); the detector of one setting for all sets stays the first judge.
"""

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import box_mean, low_pass, middles

RATE_HZ = 125.0
LEAST_LEADS = 6
LEAST_SHARE = 0.36
PHASE_FACTOR = 1.9
REFRACTORY_S = 0.24
NEAR_S = 0.12
ALL_WRONG = 0.5
EDGE_S = 0.06


def _envelope(uv: Float64, fs_hz: float, step: int) -> Float64:
    smooth = low_pass(uv[:, ::step], fs_hz / step, 22.0)
    slope = np.zeros_like(smooth)
    slope[:, 1:-1] = smooth[:, 2:] - smooth[:, :-2]
    rate = fs_hz / step
    return box_mean(np.sqrt((slope**2).sum(axis=0)), max(1, round(0.072 * rate)))


def _peaks(values: Float64, least: float, apart: int) -> Int32:
    """Return local maxima of at least `least`, the higher first, none closer than `apart`; ascending."""
    places = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:]) & (values[1:-1] >= least)) + 1
    free = np.ones(values.size, dtype=bool)
    kept = []
    for place in places[np.argsort(values[places])[::-1]]:
        if free[place]:
            kept.append(int(place))
            free[max(0, place - apart) : place + apart + 1] = False
    return np.array(sorted(kept), dtype=np.int32)


def reconcile(uv: Float64, fs_hz: float, samples: Int32) -> Int32:
    """Return the beats (samples) after a second look at `uv` (leads, n) µV, 0.5–30 Hz; unchanged below six leads."""
    if uv.shape[0] < LEAST_LEADS or samples.size < 3 or uv.shape[1] < 3 * fs_hz:
        return samples
    step = max(1, round(fs_hz / RATE_HZ))
    rate = fs_hz / step
    envelope = _envelope(uv, fs_hz, step)
    width = round(2.0 * rate)
    tops = [
        float(envelope[start : start + width].max()) for start in range(0, max(1, envelope.size - width // 2), width)
    ]
    usual = float(np.median(tops))
    reach = round(NEAR_S * rate)
    places = np.clip(samples // step, 0, envelope.size - 1)
    heights = np.array([envelope[max(0, place - reach) : place + reach + 1].max() for place in places])
    candidates = _peaks(envelope, LEAST_SHARE * usual, round(REFRACTORY_S * rate))
    if np.median(heights) < ALL_WRONG * usual and candidates.size >= 0.6 * samples.size:
        return _centre(uv, fs_hz, candidates * step)
    phase = _usual_after(envelope, places, round(0.9 * rate))
    added = []
    edge, usual_rr = round(EDGE_S * rate), round(float(np.median(np.diff(places))))
    for place in candidates:
        if np.abs(places - place).min() <= reach or not edge <= place < envelope.size - edge:
            continue
        before = places[places < place]
        # Before the first beat that is seen, the T wave of the one that is not must not count.
        last = int(before[-1]) if before.size else int(places[0]) - usual_rr
        offset = int(place) - last if place >= last else phase.size
        expected = phase[offset] if offset < phase.size else 0.0
        if envelope[place] >= max(LEAST_SHARE * usual, PHASE_FACTOR * expected):
            added.append(int(place) * step)
    if not added:
        return samples
    centred = _centre(uv, fs_hz, np.array(added, dtype=np.int32))
    return np.unique(np.concatenate([samples, centred])).astype(np.int32)


def _usual_after(envelope: Float64, places: Int32, size: int) -> Float64:
    """Return the usual (30th percentile) envelope at each offset after a beat, up to the next beat."""
    rows = np.full((places.size, size), np.nan)
    for index, place in enumerate(places):
        stop = int(places[index + 1]) - 8 if index + 1 < places.size else envelope.size
        part = envelope[place : min(place + size, stop)]
        rows[index, : part.size] = part
    counts = np.isfinite(rows).sum(axis=0)
    usual = np.zeros(size)
    for count in np.unique(counts[counts >= 2]):
        alike = counts == count
        usual[alike] = np.percentile(np.sort(rows[:, alike], axis=0)[:count], 30.0, axis=0)
    # A T wave moves a little from beat to beat: take the largest value within ±60 ms.
    spread = 7
    padded = np.pad(usual, spread, mode="edge")
    widest: Float64 = np.lib.stride_tricks.sliding_window_view(padded, 2 * spread + 1).max(axis=1)
    return widest


def _centre(uv: Float64, fs_hz: float, rough: Int32) -> Int32:
    """Move each mark to the largest deflection over the leads within ±50 ms."""
    reach = round(0.05 * fs_hz)
    rest = middles(uv)
    moved = []
    for place in rough:
        first = max(0, int(place) - reach)
        part = uv[:, first : int(place) + reach + 1]
        size = ((part - rest) ** 2).sum(axis=0)
        moved.append(first + int(np.argmax(size)))
    return np.array(moved, dtype=np.int32)
