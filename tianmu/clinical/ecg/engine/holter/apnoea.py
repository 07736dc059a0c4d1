"""Cyclic variation of heart rate (CVHR, Hayano 2011): slow, repeating swings of rate that hint at sleep apnoea."""

import numpy as np

from tianmu.clinical.ecg.engine.holter.result import Apnoea
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.hrv import NormalIntervals
from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.signal.filters import box_mean

_GRID_HZ = 2.0
_SMOOTH_S = 5.0
_LEVEL_S = 90.0
_GAP_S = 10.0


def cyclic_variation(nn: NormalIntervals, duration_s: float) -> Apnoea:
    """Return cycles of 25-120 s in which NN dips by at least 5 %, at least three alike in a row, per readable hour."""
    rule = settings()["apnoea"]
    if nn.ms.size < 2:
        return Apnoea(0, None, hint=False)
    grid = np.arange(0.0, duration_s, 1.0 / _GRID_HZ)
    series = box_mean(np.interp(grid, nn.at_s, nn.ms), round(_SMOOTH_S * _GRID_HZ))
    level = box_mean(series, round(_LEVEL_S * _GRID_HZ))
    following = np.minimum(np.searchsorted(nn.at_s, grid), nn.at_s.size - 1)
    covered = np.abs(nn.at_s[following] - grid) <= _GAP_S
    dips = _dips(series / level - 1.0, covered, float(rule["depth"]))
    cycles = _repeating(series, dips, rule["cycle_s"], int(rule["fewest_cycles"]), float(rule["likeness"]))
    hours = float(covered.sum()) / _GRID_HZ / 3600.0
    per_hour = cycles / hours if hours > 0.0 else None
    return Apnoea(cycles, per_hour, hint=per_hour is not None and per_hour >= rule["hint_per_h"])


def _dips(change: Float64, covered: np.ndarray, depth: float) -> np.ndarray:
    """Return the deepest point of every stretch in which NN lies at least half of `depth` below its level."""
    low = covered & (change <= -0.5 * depth)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], low.view(np.int8), [0]])))
    places = [start + int(np.argmin(change[start:stop])) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    return np.array(places, dtype=np.int64)


def _repeating(series: Float64, dips: np.ndarray, cycle_s: list[float], fewest: int, likeness: float) -> int:
    """Return how many dips stand in rows of at least `fewest` whose distances fit and whose shapes are alike."""
    reach = round(10.0 * _GRID_HZ)
    dips = dips[(dips >= reach) & (dips + reach < series.size)]
    if dips.size < fewest:
        return 0
    shape = series[dips[:, None] + np.arange(-reach, reach + 1)[None, :]]
    shape = shape - shape.mean(axis=1, keepdims=True)
    deep = np.ptp(shape, axis=1) >= settings()["apnoea"]["depth"] * series[dips]
    shape = shape / (np.linalg.norm(shape, axis=1, keepdims=True) + 1e-9)
    gap = np.diff(dips) / _GRID_HZ
    linked = (gap >= cycle_s[0]) & (gap <= cycle_s[1]) & deep[1:] & deep[:-1]
    linked &= np.einsum("ij,ij->i", shape[1:], shape[:-1]) >= likeness
    edges = np.flatnonzero(np.diff(np.concatenate([[0], linked.view(np.int8), [0]])))
    lengths = edges[1::2] - edges[::2] + 1
    return int(lengths[lengths >= fewest].sum())
