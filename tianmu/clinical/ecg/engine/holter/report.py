"""From a scan and the classes as they are now to the whole report; called again after every relabel (ecg.md 7)."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine import hrv
from tianmu.clinical.ecg.engine.holter import events, st
from tianmu.clinical.ecg.engine.holter.apnoea import cyclic_variation
from tianmu.clinical.ecg.engine.holter.fibrillation import episodes
from tianmu.clinical.ecg.engine.holter.lown import lown_grade
from tianmu.clinical.ecg.engine.holter.quality import bad_seconds
from tianmu.clinical.ecg.engine.holter.result import ClusterRow, Event, HolterReport, StTrend
from tianmu.clinical.ecg.engine.holter.rhythm import (
    Flags,
    Intervals,
    ectopy_of,
    intervals,
    skipped_beats,
    skipped_before,
    unseen,
)
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.holter.tables import Counted, hour_edges, hourly, totals
from tianmu.clinical.ecg.engine.holter.trends import qt_trend, trends
from tianmu.clinical.ecg.engine.hrv import HeartRateVariability
from tianmu.clinical.ecg.engine.hrv.settings import settings as hrv_settings
from tianmu.clinical.ecg.engine.recording import Int32

_NEIGHBOURS = 3


def build(
    scan: Scan,
    classes: NDArray[np.str_] | None = None,
    templates: Int32 | None = None,
    known: HolterReport | None = None,
    changed: NDArray[np.intp] | None = None,
) -> HolterReport:
    """Return the report of `scan` with `classes` and `templates` (beats,) in place of its own where given.

    With `known` and the beats `changed` since, the ST trend and the 5-minute segments they do not touch are kept.
    """
    classes = scan.classes if classes is None else classes
    templates = scan.templates if templates is None else templates
    bad = bad_seconds(scan.readable)
    rr = intervals(scan.samples, classes, scan.fs_hz, bad) if classes.size > 1 else _no_intervals()
    spans = episodes(scan.fibrillation, scan.duration_s)
    trend = _st(scan, classes, rr, known, changed)
    counted = Counted(
        scan, classes, rr, ectopy_of("V", classes, rr), ectopy_of("S", classes, rr), spans, trend.episodes, bad
    )
    rows = hourly(counted)
    qt = qt_trend(scan.stretches)
    lown = lown_grade(
        counted.ventricular,
        templates[classes == "V"],
        [row.ventricular.beats for row in rows],
        rr,
        qt,
        np.isin(classes, ("N", "S")),
    )
    foreign = scan.unreadable | skipped_before(rr, classes)
    foreign[1:] |= unseen(scan.samples, scan.fs_hz, bad)
    nn = hrv.select(scan.samples, classes, scan.fs_hz, foreign)
    listed, counts = events.most(_events(counted))
    return HolterReport(
        criteria_version=str(settings()["version"]),
        leads=scan.names,
        hours=rows,
        totals=totals(counted, lown),
        events=listed,
        event_counts=counts,
        st=trend,
        qt=qt,
        apnoea=cyclic_variation(nn, scan.duration_s),
        trends=trends(rr, nn, hour_edges(scan), spans, scan.duration_s),
        hrv=_variability(scan, classes, foreign, known, changed),
        clusters=cluster_rows(scan.samples, classes, templates),
    )


def _no_intervals() -> Intervals:
    return Intervals(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_))


def _st(
    scan: Scan,
    classes: NDArray[np.str_],
    rr: Intervals,
    known: HolterReport | None,
    changed: NDArray[np.intp] | None,
) -> StTrend:
    """Return the ST trend over conducted beats; kept where no changed beat has an ST level."""
    if known is not None and changed is not None and not np.isfinite(scan.st_uv[changed]).any():
        return known.st
    usable = np.isin(classes, ("N", "S")) & ~scan.unreadable
    trend = st.st_trend(scan.names, scan.samples, usable, scan.st_uv, (scan.fs_hz, scan.duration_s))
    return replace(trend, episodes=st.episodes(scan.names, trend, rr))


def _variability(
    scan: Scan,
    classes: NDArray[np.str_],
    foreign: Flags,
    known: HolterReport | None,
    changed: NDArray[np.intp] | None,
) -> HeartRateVariability:
    """Return heart rate variability; only the segments within three beats of a changed one are measured again."""
    touched = None
    if known is not None and changed is not None:
        length = float(hrv_settings()["segment_s"])
        near = np.clip(changed[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1), 0, scan.samples.size - 1)
        touched = np.unique((scan.samples[near.ravel()] / scan.fs_hz // length).astype(np.intp))
    return hrv.analyse(
        scan.samples,
        classes,
        scan.fs_hz,
        duration_s=scan.duration_s,
        unreadable=foreign,
        known=None if known is None else known.hrv.segments,
        touched=touched,
    )


def _events(counted: Counted) -> list[Event]:
    scan, rr, length = counted.scan, counted.rr, counted.scan.duration_s
    spans = list(counted.fibrillation)
    return [
        *events.runs(counted.ventricular, counted.supraventricular, scan.samples, scan.fs_hz, length),
        *events.fibrillation(spans, rr, length),
        *events.pauses(rr, length),
        *events.dropped_beats(rr, skipped_beats(rr, counted.classes), spans, length),
        *events.st_events(counted.st, length),
        *events.extremes(rr, length),
        *events.buttons(scan.marks, scan.fs_hz, length),
    ]


def cluster_rows(samples: Int32, classes: NDArray[np.str_], templates: Int32) -> tuple[ClusterRow, ...]:
    """Return the templates in use with their beats, commonest class and first beat, the most frequent first."""
    rows = []
    for number in np.unique(templates):
        members = np.flatnonzero(templates == number)
        letters, counts = np.unique(classes[members], return_counts=True)
        rows.append(
            ClusterRow(int(number), str(letters[int(np.argmax(counts))]), int(members.size), int(samples[members[0]]))
        )
    return tuple(sorted(rows, key=lambda row: (-row.beats, row.number)))
