"""Hourly rows and totals of a long recording (ecg.md section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.result import EctopyCounts, HourRow, Instant, StEpisode, Totals
from tianmu.clinical.ecg.engine.holter.rhythm import Ectopy, Flags, Intervals, mean_of_eight
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Float64

Spans = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What the tables count: the scan, the classes as they are now, and all that was derived from them."""

    scan: Scan
    classes: NDArray[np.str_]
    rr: Intervals
    ventricular: Ectopy
    supraventricular: Ectopy
    fibrillation: Spans
    st: tuple[StEpisode, ...]
    bad_seconds: Flags


def hour_edges(scan: Scan) -> list[float]:
    """Return the borders of the rows in s: full hours of the clock, or since the start where its time is unknown."""
    first = 3600.0
    if scan.started_at is not None:
        into = scan.started_at.minute * 60.0 + scan.started_at.second + scan.started_at.microsecond / 1e6
        first = 3600.0 - into
    edges = [0.0]
    while first < scan.duration_s:
        edges.append(first)
        first += 3600.0
    return [*edges, scan.duration_s]


def hourly(counted: Counted) -> tuple[HourRow, ...]:
    """Return the rows of the hourly table; an RR or a group belongs to the hour in which it ends or begins."""
    edges = hour_edges(counted.scan)
    rates, rate_at = mean_of_eight(counted.rr)
    at_s = counted.scan.samples / counted.scan.fs_hz
    rows = []
    for start, stop in pairwise(edges):
        last_row = stop == edges[-1]
        first, last = (int(place) for place in np.searchsorted(at_s, (start, stop + float(last_row))))
        part = slice(*np.searchsorted(counted.rr.at_s, (start, stop + float(last_row))))
        ms = counted.rr.ms[part][counted.rr.valid[part]]
        near = rates[slice(*np.searchsorted(rate_at, (start, stop)))]
        rows.append(
            HourRow(
                start_s=start,
                stop_s=stop,
                beats=last - first,
                rate_min=float(near.min()) if near.size else None,
                rate_mean=60_000.0 / float(ms.mean()) if ms.size else None,
                rate_max=float(near.max()) if near.size else None,
                ventricular=ectopy_counts(counted.ventricular, first, last),
                supraventricular=ectopy_counts(counted.supraventricular, first, last),
                pauses=_pauses(ms),
                fibrillation_minutes=_overlap(counted.fibrillation, start, stop) / 60.0,
                st_minutes=_overlap(_joined(counted.st), start, stop) / 60.0,
                unreadable_minutes=float(counted.bad_seconds[int(start) : int(np.ceil(stop))].sum()) / 60.0,
            )
        )
    return tuple(rows)


def ectopy_counts(ectopy: Ectopy, first: int, stop: int) -> EctopyCounts:
    """Return the counts of groups and patterns that begin at beats `first` to `stop`."""
    low, high = np.searchsorted(ectopy.groups.start, (first, stop))
    length = ectopy.groups.length[low:high]
    fewest = int(settings()["run"]["fewest"])
    long = length >= fewest

    def starting(pattern: NDArray[np.intp]) -> int:
        return int(((pattern[:, 0] >= first) & (pattern[:, 0] < stop)).sum())

    return EctopyCounts(
        beats=int(length.sum()),
        singles=int((length == 1).sum()),
        couplets=int((length == 2).sum()),
        runs=int(long.sum()),
        run_beats=int(length[long].sum()),
        bigeminy=starting(ectopy.bigeminy),
        trigeminy=starting(ectopy.trigeminy),
    )


def _pauses(ms: Float64) -> tuple[int, ...]:
    return tuple(int((ms >= limit).sum()) for limit in settings()["pause_ms"])


def _overlap(spans: Spans, start: float, stop: float) -> float:
    return sum(max(0.0, min(stop, end) - max(start, begin)) for begin, end in spans)


def _joined(episodes: tuple[StEpisode, ...]) -> list[tuple[float, float]]:
    """Return the spans in which any lead has an episode."""
    spans: list[tuple[float, float]] = []
    for one in sorted(episodes, key=lambda episode: episode.start_s):
        if spans and one.start_s <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.stop_s))
        else:
            spans.append((one.start_s, one.stop_s))
    return spans


def totals(counted: Counted, lown: tuple[str, dict[str, int]]) -> Totals:
    """Return the totals of the recording; `lown` is the grade and what it rests on."""
    scan, rr, classes = counted.scan, counted.rr, counted.classes
    beats = int(classes.size)
    valid = rr.ms[rr.valid]
    rates, at_s = mean_of_eight(rr)
    ventricular = ectopy_counts(counted.ventricular, 0, beats)
    supraventricular = ectopy_counts(counted.supraventricular, 0, beats)
    readable_s = float((~counted.bad_seconds).sum())
    atrial_s = sum(stop - start for start, stop in counted.fibrillation)
    longest = int(np.argmax(np.where(rr.valid, rr.ms, 0.0))) if valid.size else None
    return Totals(
        recorded_hours=scan.duration_s / 3600.0,
        readable_hours=min(readable_s, scan.duration_s) / 3600.0,
        beats=beats,
        rate_mean=60_000.0 / float(valid.mean()) if valid.size else None,
        rate_fastest=_extreme(rates, at_s, largest=True),
        rate_slowest=_extreme(rates, at_s, largest=False),
        longest_rr_ms=None if longest is None else Instant(float(rr.ms[longest]), float(rr.at_s[longest])),
        ventricular=ventricular,
        supraventricular=supraventricular,
        paced_beats=int((classes == "P").sum()),
        fusion_beats=int((classes == "F").sum()),
        unknown_beats=int((classes == "Q").sum()),
        ventricular_load_pct=100.0 * ventricular.beats / beats if beats else 0.0,
        supraventricular_load_pct=100.0 * supraventricular.beats / beats if beats else 0.0,
        fibrillation_minutes=atrial_s / 60.0,
        fibrillation_burden_pct=100.0 * atrial_s / readable_s if readable_s else 0.0,
        fibrillation_longest_s=max((stop - start for start, stop in counted.fibrillation), default=0.0),
        pauses=_pauses(valid),
        lown=lown[0],
        lown_evidence=lown[1],
    )


def _extreme(rates: Float64, at_s: Float64, *, largest: bool) -> Instant | None:
    if rates.size == 0:
        return None
    place = int(np.argmax(rates) if largest else np.argmin(rates))
    return Instant(float(rates[place]), float(at_s[place]))
