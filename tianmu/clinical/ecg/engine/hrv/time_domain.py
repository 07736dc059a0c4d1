"""Time-domain indices of NN (Task Force 1996): SDNN, SDANN, SDNN index, RMSSD, pNN50, triangular index, TINN."""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.hrv.selection import NormalIntervals
from tianmu.clinical.ecg.engine.hrv.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64


@dataclass(frozen=True, slots=True)
class TimeDomain:
    """Indices in ms; the last four are 24-h indices and None below 18 usable hours."""

    mean_nn_ms: float | None = None
    sdnn_ms: float | None = None
    rmssd_ms: float | None = None
    nn50: int | None = None
    pnn50_pct: float | None = None
    sdann_ms: float | None = None
    sdnn_index_ms: float | None = None
    triangular_index: float | None = None
    tinn_ms: float | None = None


def spread(values: Float64) -> float | None:
    """Return the sample standard deviation (n - 1), None for fewer than two values."""
    return float(np.std(values, ddof=1)) if values.size >= 2 else None


def time_domain(nn: NormalIntervals, segment_means: Float64, segment_sds: Float64, *, whole_day: bool) -> TimeDomain:
    """Return the indices of `nn`; means and SDs are those of its readable 5-minute segments (ms)."""
    if nn.ms.size < 2:
        return TimeDomain()
    steps = nn.differences_ms
    nn50 = int((np.abs(steps) > settings()["nn_difference_ms"]).sum())
    counts, edges = histogram(nn.ms)
    return TimeDomain(
        mean_nn_ms=float(nn.ms.mean()),
        sdnn_ms=spread(nn.ms),
        rmssd_ms=float(np.sqrt(np.mean(steps**2))) if steps.size else None,
        nn50=nn50,
        pnn50_pct=100.0 * nn50 / steps.size if steps.size else None,
        sdann_ms=spread(segment_means) if whole_day else None,
        sdnn_index_ms=float(segment_sds.mean()) if whole_day and segment_sds.size else None,
        triangular_index=nn.ms.size / float(counts.max()) if whole_day else None,
        tinn_ms=tinn(counts, edges) if whole_day else None,
    )


def histogram(nn_ms: Float64) -> tuple[Float64, Float64]:
    """Return counts (k,) and edges (k + 1,) in ms of `nn_ms` in bins of 1/128 s that begin at 0."""
    width = float(settings()["histogram_bin_ms"])
    number = np.floor(nn_ms / width).astype(np.int64)
    first = int(number.min())
    counts: Float64 = np.bincount(number - first).astype(np.float64)
    edges: Float64 = (first + np.arange(counts.size + 1, dtype=np.float64)) * width
    return counts, edges


def tinn(counts: Float64, edges: Float64) -> float:
    """Return the base in ms of the triangle of the histogram's height that fits it best (least squares).

    The two sides are fitted apart: left of the mode the best foot N, right of it the best foot M; TINN = M - N.
    """
    centres = 0.5 * (edges[:-1] + edges[1:])
    width = float(edges[1] - edges[0])
    top = int(np.argmax(counts))

    def foot(values: Float64) -> int:
        """Return after how many bins from the mode the side that falls from values[0] to zero fits best."""
        steps = np.arange(values.size)[None, :]
        lengths = np.arange(1, values.size + 1)[:, None]
        side = values[0] * np.maximum(0.0, 1.0 - steps / lengths)
        return int(np.argmin(((side - values[None, :]) ** 2).sum(axis=1))) + 1

    left, right = foot(counts[top::-1]), foot(counts[top:])
    return float((centres[top] + right * width) - (centres[top] - left * width))
