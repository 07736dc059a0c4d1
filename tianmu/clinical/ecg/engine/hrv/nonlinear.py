"""Non-linear indices of NN intervals: Poincaré SD1 and SD2, sample entropy, detrended fluctuation α1 and α2."""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.hrv.selection import NormalIntervals
from tianmu.clinical.ecg.engine.hrv.settings import settings
from tianmu.clinical.ecg.engine.hrv.time_domain import spread
from tianmu.clinical.ecg.engine.recording import Float64

MOST_ENTROPY_INTERVALS = 4000


@dataclass(frozen=True, slots=True)
class Nonlinear:
    """SD1 and SD2 in ms; `sample_entropy` mean of 5-minute segments; `alpha1` over 4-16, `alpha2` over 16-64 beats."""

    sd1_ms: float | None = None
    sd2_ms: float | None = None
    sample_entropy: float | None = None
    alpha1: float | None = None
    alpha2: float | None = None


def poincare(nn: NormalIntervals) -> tuple[float | None, float | None]:
    """Return SD1 = √½·SDSD and SD2 = √(2·SDNN² - ½·SDSD²) in ms."""
    sdsd, sdnn = spread(nn.differences_ms), spread(nn.ms)
    if sdsd is None or sdnn is None:
        return None, None
    return float(np.sqrt(0.5) * sdsd), float(np.sqrt(max(0.0, 2.0 * sdnn**2 - 0.5 * sdsd**2)))


def sample_entropy(nn_ms: Float64, m: int | None = None, r: float | None = None) -> float | None:
    """Return -ln(A/B) of `nn_ms` (n,) with tolerance r·SD; None where no pattern of m + 1 repeats.

    ValueError above 4000 intervals: the cost grows with the square; cut the series into segments.
    """
    if nn_ms.size > MOST_ENTROPY_INTERVALS:
        message = f"Sample entropy takes at most {MOST_ENTROPY_INTERVALS} intervals: cut the series into segments."
        raise ValueError(message)
    rule = settings()["entropy"]
    m, r = m or int(rule["m"]), r or float(rule["r"])
    deviation = spread(nn_ms)
    if deviation is None or deviation == 0.0 or nn_ms.size < m + 2:
        return None
    near = np.abs(nn_ms[:, None] - nn_ms[None, :]) <= r * deviation
    count = nn_ms.size - m
    alike = np.logical_and.reduce([near[step : step + count, step : step + count] for step in range(m)])
    short = int(alike.sum()) - count
    longer = int((alike & near[m : m + count, m : m + count]).sum()) - count
    return float(-np.log(longer / short)) if longer > 0 and short > 0 else None


def fluctuation(nn_ms: Float64, shortest: int, longest: int) -> float | None:
    """Return the exponent α of detrended fluctuation over boxes of `shortest` to `longest` beats; None for few."""
    if nn_ms.size < 4 * longest:
        return None
    profile = np.cumsum(nn_ms - nn_ms.mean())
    sizes = np.unique(np.round(np.geomspace(shortest, longest, 13)).astype(np.int64))
    deviations = []
    for size in sizes:
        boxes = profile[: profile.size // size * size].reshape(-1, size)
        clock = np.arange(size) - 0.5 * (size - 1)
        flat = boxes - boxes.mean(axis=1, keepdims=True)
        slope = flat @ clock / (clock @ clock)
        left = np.einsum("ij,ij->i", flat, flat) - slope**2 * (clock @ clock)
        deviations.append(np.sqrt(max(0.0, float(left.sum())) / (boxes.shape[0] * size)))
    measured = np.array(deviations)
    if not (measured > 0.0).all():
        return None
    return float(np.polyfit(np.log(sizes), np.log(measured), 1)[0])


def nonlinear(nn: NormalIntervals, segment_entropies: Float64) -> Nonlinear:
    """Return the indices of `nn`; `segment_entropies` (segments,) may hold NaN where a segment has none."""
    sd1, sd2 = poincare(nn)
    known = segment_entropies[np.isfinite(segment_entropies)]
    rule = settings()["fluctuation"]
    return Nonlinear(
        sd1_ms=sd1,
        sd2_ms=sd2,
        sample_entropy=float(known.mean()) if known.size else None,
        alpha1=fluctuation(nn.ms, *rule["short"]),
        alpha2=fluctuation(nn.ms, *rule["long"]),
    )
