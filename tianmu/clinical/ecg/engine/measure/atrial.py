"""Atrial activity: P waves found apart from the beats, their tie to QRS, and flutter waves (ecg.md section 5).

QRS-T of each beat class is subtracted, a P template is learnt from the recording itself, and P waves are its matches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries, MedianBeat
from tianmu.clinical.ecg.engine.measure.leads import Signals
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import box_mean

Quiet = NDArray[np.bool_]
LEADS = ("II", "V1", "I", "aVF", "III", "V2")
RATE_HZ = 125.0
HALF_P_S = 0.06
MATCH_LEAST = 0.55
LED_LEAST = 0.7
HEIGHT_LEAST = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Atrial:
    """`p_samples` (m,) P peaks at the engine's rate; `pr_ms` (n,) P peak to R of every beat, NaN where no P leads it.

    `tied` is the share of beats whose P keeps the usual distance; `flutter_rate` per minute with its `flutter_strength`
    (0–1); `wave_uv` the mean height of what is left between T and Q; `noise_uv` the noise there.
    """

    p_samples: Int32
    pr_ms: Float64
    tied: float
    usual_pr_ms: float | None
    flutter_rate: float
    flutter_strength: float
    wave_uv: float
    p_height_uv: float
    noise_uv: float


def no_atrial(beats: int) -> Atrial:
    """Return the answer for recordings in which nothing can be said of the atria."""
    return Atrial(
        p_samples=np.zeros(0, dtype=np.int32), pr_ms=np.full(beats, np.nan), tied=0.0, usual_pr_ms=None,
        flutter_rate=0.0, flutter_strength=0.0, wave_uv=0.0, p_height_uv=0.0, noise_uv=0.0,
    )  # fmt: skip


def measure_atrial(signals: Signals, calm: Signals, beats: Beats, median: MedianBeat) -> Atrial:
    """Find the atrial activity of a recording with at least three beats; `calm` is `signals` from 0.5 to 30 Hz."""
    names = [name for name in LEADS if name in calm.names and np.ptp(calm.uv[calm.names.index(name)]) > 20.0]
    usable = [calm.names.index(name) for name in names]
    marks = median.boundaries
    if beats.samples.size < 3 or not usable or marks.qrs_onset is None or marks.qrs_end is None or marks.r_peak is None:
        return no_atrial(beats.samples.size)
    step = max(1, round(signals.fs_hz / RATE_HZ))
    rate = signals.fs_hz / step
    smooth = calm.uv[usable, ::step]
    peaks = np.clip(beats.samples // step, 0, smooth.shape[1] - 1)
    before = max(3, round((marks.r_peak - marks.qrs_onset) / signals.fs_hz * rate + 0.024 * rate))
    qrs_after = max(3, round((marks.qrs_end - marks.r_peak) / signals.fs_hz * rate + 0.024 * rate))
    t_after = _t_reach(marks, signals.fs_hz, rate, float(np.median(np.diff(peaks))))
    wide = np.isin(beats.classes, ("V", "P", "F"))
    blanked = _bridge(smooth, peaks, before + round(0.04 * rate) * wide, qrs_after + round(0.05 * rate) * wide)
    residue = _subtract(blanked, peaks, beats.templates, qrs_after, t_after, before)
    quiet = _quiet(smooth.shape[1], peaks, before, t_after)
    noise = _noise(signals.uv[usable, ::step])
    led, led_template = _leading_p(residue, peaks, beats, rate, before, noise)
    found, height = _find_p(residue, rate, quiet, noise, led_template)
    flutter_rate, strength = _flutter(blanked, residue, peaks, rate)
    pr_ms, tied, usual = _tie(found, peaks, beats, rate, before)
    tied = max(tied, led)
    wave = float(np.median(np.abs(residue[:2, quiet]).mean(axis=1))) if quiet.sum() > 20 else 0.0
    return Atrial(
        p_samples=(found * step).astype(np.int32), pr_ms=pr_ms, tied=tied, usual_pr_ms=usual,
        flutter_rate=flutter_rate, flutter_strength=strength, wave_uv=wave, p_height_uv=height, noise_uv=noise,
    )  # fmt: skip


def _t_reach(marks: Boundaries, fs_hz: float, rate: float, rr: float) -> int:
    """Return how far after R (working samples) T may reach: its found end, no later than a long QT allows."""
    onset = marks.qrs_onset or 0.0
    wide_s = max(0.0, ((marks.qrs_end or onset) - onset) / fs_hz - 0.1)
    longest_s = min(0.47 * np.sqrt(rr / rate) + wide_s, 0.8 * rr / rate)
    found_s = (marks.t_end - onset) / fs_hz if marks.t_end is not None else longest_s
    reach_s = float(min(found_s, longest_s)) - ((marks.r_peak or onset) - onset) / fs_hz
    return round((reach_s + 0.03) * rate)


def _leading_p(
    residue: Float64, peaks: Int32, beats: Beats, rate: float, before: int, noise_uv: float
) -> tuple[float, Float64 | None]:
    """Return the share of beats led by the same wave 60–320 ms before R, and that wave as a P template (leads, n)."""
    reach, half = round(0.32 * rate), max(3, round(HALF_P_S * rate))
    supra = beats.classes == "N"
    places = peaks[supra & (peaks >= reach + half)]
    if places.size < 3 or reach - before < half:
        return 0.0, None
    offsets = np.arange(-reach, -before)
    parts = residue[:, places[:, None] + offsets[None, :]]
    parts = parts - np.median(parts, axis=2, keepdims=True)
    middle = np.median(parts, axis=1)
    bump = np.hanning(2 * half + 3)[1:-1]
    bump = bump - bump.mean()
    response = sum(np.abs(np.convolve(row, bump, mode="same")) for row in middle)
    centre = int(np.argmax(response))
    first, last = max(0, centre - half), min(offsets.size, centre + half + 1)
    wave = middle[:, first:last]
    wave = wave - wave.mean(axis=1, keepdims=True)
    if float(np.ptp(wave, axis=1).max()) < max(30.0, 1.5 * noise_uv):
        return 0.0, None
    pieces = parts[:, :, first:last]
    pieces = pieces - pieces.mean(axis=2, keepdims=True)
    top = (pieces * wave[:, None, :]).sum(axis=(0, 2))
    norms = np.sqrt((pieces**2).sum(axis=(0, 2)) * (wave**2).sum())
    share = float((top / np.maximum(norms, 1e-9) > LED_LEAST).mean())
    whole = last - first == 2 * half + 1
    return share, wave if whole and share >= 0.5 else None


def _noise(rows: Float64) -> float:
    """Return the RMS of what changes from sample to sample, by the median of third differences (white noise: √20 σ)."""
    return float(np.median(np.abs(np.diff(rows, n=3, axis=1)))) * 1.48 / 4.47


def _bridge(rows: Float64, peaks: Int32, before: Int32, after: Int32) -> Float64:
    """Replace each QRS by a straight line."""
    out = rows.copy()
    size = rows.shape[1]
    for peak, left, right in zip(peaks, before, after, strict=True):
        first, last = max(0, int(peak) - int(left)), min(size - 1, int(peak) + int(right))
        if last <= first:
            continue
        share = np.linspace(0.0, 1.0, last - first + 1)
        out[:, first : last + 1] = out[:, [first]] * (1.0 - share) + out[:, [last]] * share
    return out


def _subtract(rows: Float64, peaks: Int32, templates: Int32, first: int, last: int, before: int) -> Float64:
    """Take the median T wave of each template (from `first` to `last` after R) away, up to the next QRS."""
    out = rows.copy()
    size = rows.shape[1]
    if last <= first + 2:
        return out
    ends = np.minimum(np.append(peaks[1:], size + before) - before, peaks + last)
    for label in np.unique(templates):
        chosen = np.flatnonzero((templates == label) & (peaks + last < size))
        if chosen.size < 2:
            continue
        offsets = np.arange(first, last)
        parts = rows[:, peaks[chosen][:, None] + offsets[None, :]]
        wave = np.median(parts, axis=1)
        taper = np.ones(offsets.size)
        edge = min(8, offsets.size // 3)
        taper[-edge:] = np.linspace(1.0, 0.0, edge)
        wave = (wave - np.median(wave[:, -edge:], axis=1, keepdims=True)) * taper
        for index in np.flatnonzero(templates == label):
            stop = int(min(ends[index], size)) - int(peaks[index])
            count = max(0, min(offsets.size, stop - first))
            place = int(peaks[index]) + first
            if count and place < size:
                count = min(count, size - place)
                out[:, place : place + count] -= wave[:, :count]
    return out


def _quiet(size: int, peaks: Int32, before: int, after: int) -> Quiet:
    """Mark the samples between the end of T and the next QRS."""
    quiet = np.ones(size, dtype=bool)
    for peak in peaks:
        quiet[max(0, int(peak) - before) : max(0, int(peak) + after)] = False
    return quiet


def _find_p(residue: Float64, rate: float, quiet: Quiet, noise_uv: float, given: Float64 | None) -> tuple[Int32, float]:
    """Learn the P template and return its matches (peaks, in working samples) and its height in µV."""
    half = max(3, round(HALF_P_S * rate))
    width = 2 * half + 1
    flat = residue - box_mean(residue, round(0.44 * rate))
    bump = np.hanning(width + 2)[1:-1]
    bump = bump - bump.mean()
    bump /= np.sqrt((bump**2).sum())
    response = np.stack([np.convolve(row, bump, mode="same") for row in flat])
    total = np.abs(response).sum(axis=0) * np.where(quiet, 1.0, 0.5)
    first = _peaks(total, round(0.18 * rate))
    first = first[(first > half) & (first < flat.shape[1] - half - 1)]
    if first.size < 2:
        return np.zeros(0, dtype=np.int32), 0.0
    strong = first[np.argsort(total[first])[::-1][: max(3, first.size // 2)]]
    template = _learn(flat, strong, half) if given is None else given
    for _ in range(2):
        score, height = _match(flat, template, half)
        found = _peaks(score, round(0.16 * rate))
        found = found[(found > half) & (found < flat.shape[1] - half - 1) & (score[found] > MATCH_LEAST)]
        if found.size < 2:
            return np.zeros(0, dtype=np.int32), 0.0
        found = found[height[found] > HEIGHT_LEAST * np.median(np.sort(height[found])[::-1][: max(3, found.size // 2)])]
        template = _learn(flat, found, half)
    peak_uv = float(np.abs(template).max(axis=1)[:2].max() + np.abs(template.min(axis=1))[:2].max())
    if peak_uv < max(24.0, 1.2 * noise_uv):
        return np.zeros(0, dtype=np.int32), peak_uv
    return found.astype(np.int32), peak_uv


def _learn(rows: Float64, places: Int32, half: int) -> Float64:
    offsets = np.arange(-half, half + 1)
    parts = rows[:, places[:, None] + offsets[None, :]]
    wave: Float64 = np.median(parts, axis=1)
    wave -= wave.mean(axis=1, keepdims=True)
    return wave


def _match(rows: Float64, template: Float64, half: int) -> tuple[Float64, Float64]:
    """Return the multi-lead correlation (n,) with the template and its projection (n,)."""
    width = 2 * half + 1
    norm = float(np.sqrt((template**2).sum()))
    if norm <= 0.0:
        return np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    parts = [np.convolve(row, wave[::-1], mode="same") for row, wave in zip(rows, template, strict=True)]
    projection: Float64 = np.sum(parts, axis=0)
    local = box_mean(rows, width)
    energy = np.maximum((box_mean(rows**2, width) - local**2).sum(axis=0) * width, 1e-9)
    score: Float64 = projection / (norm * np.sqrt(energy))
    return score, projection / norm**2


def _peaks(values: Float64, apart: int) -> Int32:
    """Return local maxima, the higher first, none closer than `apart` to a higher one; ascending."""
    places = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])) + 1
    order = places[np.argsort(values[places])[::-1]]
    taken = np.zeros(values.size, dtype=bool)
    kept: list[int] = []
    for place in order:
        if not taken[place]:
            kept.append(int(place))
            taken[max(0, place - apart) : place + apart + 1] = True
    return np.array(sorted(kept), dtype=np.int32)


def _tie(found: Int32, peaks: Int32, beats: Beats, rate: float, before: int) -> tuple[Float64, float, float | None]:
    """Return P-to-R of each beat in ms (NaN where none), the share that keeps the usual distance, and that distance."""
    pr = np.full(peaks.size, np.nan)
    for index, peak in enumerate(peaks):
        floor = peak - min(0.42 * rate, 0.75 * (peak - peaks[index - 1])) if index else peak - 0.42 * rate
        near = found[(found >= floor) & (found <= peak - before)]
        if near.size:
            pr[index] = (peak - near[-1]) * 1000.0 / rate
    supra = np.isin(beats.classes, ("N",)) & (peaks > 0.3 * rate)
    if not supra.any():
        return pr, 0.0, None
    values = pr[supra]
    values = values[np.isfinite(values)]
    if values.size == 0:
        return pr, 0.0, None
    usual = float(np.median(values))
    return pr, float((np.abs(values - usual) <= 35.0).sum() / supra.sum()), usual


def _flutter(blanked: Float64, residue: Float64, peaks: Int32, rate: float) -> tuple[float, float]:
    """Return rate and strength of a regular atrial wave of 220–370 per minute: best repetition of bridged leads."""
    best = (0.0, 0.0)
    lags = np.arange(round(60.0 / 370.0 * rate), round(60.0 / 220.0 * rate) + 2)
    for rows in (residue, blanked):
        fast = rows - box_mean(rows, round(0.3 * rate))
        fast = box_mean(fast, max(1, round(0.016 * rate)))
        for row in fast:
            values = np.array([_normalised(row, int(lag)) for lag in lags])
            inner = np.flatnonzero((values[1:-1] >= values[:-2]) & (values[1:-1] > values[2:])) + 1
            for place in inner:
                double = _normalised(row, int(2 * lags[place]))
                strength = float(min(values[place], double + 0.25))
                if strength > best[1]:
                    best = (60.0 * rate / float(lags[place]), strength)
    return best if peaks.size else (0.0, 0.0)


def _normalised(row: Float64, lag: int) -> float:
    one, two = row[lag:], row[:-lag]
    bottom = float(np.sqrt((one**2).sum() * (two**2).sum()))
    return float((one * two).sum()) / bottom if bottom > 0.0 else 0.0
