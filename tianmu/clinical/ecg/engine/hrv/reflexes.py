"""Reflex indices: deceleration capacity (PRSA, Bauer 2006) and heart rate turbulence after single V (Bauer 2008)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.hrv.selection import Flags, NormalIntervals
from tianmu.clinical.ecg.engine.hrv.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64, Int32


@dataclass(frozen=True, slots=True)
class Turbulence:
    """`onset_pct` (TO, abnormal at 0 or more), `slope_ms` per RR (TS, abnormal at 2.5 or less), `category` 0-2."""

    tachograms: int = 0
    onset_pct: float | None = None
    slope_ms: float | None = None
    category: int | None = None


def deceleration_capacity(nn: NormalIntervals) -> float | None:
    """Return DC in ms: the mean over anchors of (X0 + X1 - X-1 - X-2) / 4; None below the fewest anchors.

    An anchor is an interval longer than the one before it by at most 5 %, inside four that follow one another.
    """
    rule = settings()["deceleration"]
    if nn.ms.size < 4:
        return None
    x = nn.ms
    whole = nn.joined[1:-2] & nn.joined[2:-1] & nn.joined[3:]
    growth = x[2:-1] / x[1:-2] - 1.0
    anchor = whole & (growth > 0.0) & (growth <= rule["largest_change"])
    if int(anchor.sum()) < rule["fewest_anchors"]:
        return None
    value = (x[2:-1] + x[3:] - x[1:-2] - x[:-3])[anchor] / 4.0
    return float(value.mean())


def turbulence(samples: Int32, classes: NDArray[np.str_], fs_hz: float, unreadable: Flags | None = None) -> Turbulence:
    """Return TO and TS over all single premature V with a compensatory pause amid undisturbed normal beats."""
    rule = settings()["turbulence"]
    rr_ms: Float64 = np.diff(samples).astype(np.float64) * (1000.0 / fs_hz)
    normal = classes == "N"
    if unreadable is not None:
        normal = normal & ~unreadable
    onsets, tachograms = [], []
    for beat in np.flatnonzero(classes == "V"):
        before = rr_ms[max(0, beat - 1 - rule["quiet_before"]) : beat - 1] if beat >= 1 else rr_ms[:0]
        after = rr_ms[beat + 1 : beat + 1 + rule["after"]]
        if before.size < rule["quiet_before"] or after.size < rule["after"]:
            continue
        around = normal[beat - 1 - rule["quiet_before"] : beat + 2 + rule["after"]].copy()
        around[1 + rule["quiet_before"]] = True
        if not around.all() or not _fits(rr_ms, int(beat), before, after, rule):
            continue
        early, late = before[-rule["before"] :].mean(), after[: rule["before"]].mean()
        onsets.append(100.0 * (late - early) / early)
        tachograms.append(after)
    if len(onsets) < rule["fewest_tachograms"]:
        return Turbulence(tachograms=len(onsets))
    onset, slope = float(np.mean(onsets)), steepest(np.mean(tachograms, axis=0), int(rule["slope_beats"]))
    abnormal = int(onset >= rule["onset_abnormal_pct"]) + int(slope <= rule["slope_abnormal_ms"])
    return Turbulence(len(onsets), onset, slope, abnormal)


def _fits(rr_ms: Float64, beat: int, before: Float64, after: Float64, rule: dict[str, Any]) -> bool:
    """Return whether the beat is premature with a pause, amid intervals regular enough to be judged."""
    usual = float(before.mean())
    if rr_ms[beat - 1] > rule["premature"] * usual or rr_ms[beat] < rule["pause"] * usual:
        return False
    limits = settings()["selection"]
    quiet = np.concatenate([before, after])
    steps = np.concatenate([np.abs(np.diff(before)), np.abs(np.diff(after))])
    return bool(
        (quiet >= limits["shortest_ms"]).all()
        and (quiet <= limits["longest_ms"]).all()
        and (steps <= rule["largest_step_ms"]).all()
        and (np.abs(quiet - usual) <= rule["largest_off_mean"] * usual).all()
    )


def steepest(tachogram: Float64, beats: int) -> float:
    """Return the largest slope in ms per RR of a straight line through `beats` consecutive intervals."""
    clock = np.arange(beats) - 0.5 * (beats - 1)
    windows = np.lib.stride_tricks.sliding_window_view(tachogram, beats)
    return float((windows @ clock / (clock @ clock)).max())
