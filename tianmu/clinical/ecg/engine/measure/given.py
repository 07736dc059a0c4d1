"""Boundaries that a reader sets on the median beat (ecg.md section 9): checked, laid over what the machine found."""

from dataclasses import dataclass, replace
from itertools import pairwise

from tianmu.clinical.ecg.engine.analysis import MedianBeat

LEAST_QRS_MS = 20.0


@dataclass(frozen=True, slots=True)
class Given:
    """Boundaries in ms from the start of the median beat; None where the reader sees no such wave."""

    p_onset_ms: float | None
    p_end_ms: float | None
    qrs_onset_ms: float
    qrs_end_ms: float
    t_end_ms: float | None

    def fault(self, length_ms: float) -> str | None:
        """Return what is wrong with the boundaries in a beat of that length, or None when they can be measured."""
        if (self.p_onset_ms is None) != (self.p_end_ms is None):
            return "P needs both its onset and its end, or neither."
        found = [one for one in (self.p_onset_ms, self.p_end_ms, self.qrs_onset_ms, self.qrs_end_ms, self.t_end_ms)
                 if one is not None]  # fmt: skip
        if any(not 0.0 <= one <= length_ms for one in found):
            return "A boundary lies outside the median beat."
        if any(later < earlier for earlier, later in pairwise(found)):
            return "The boundaries must follow each other: P, QRS, T."
        if self.qrs_end_ms - self.qrs_onset_ms < LEAST_QRS_MS:
            return "QRS is at least 20 ms long."
        return None


def with_given(median: MedianBeat, given: Given) -> MedianBeat:
    """Return the median beat with the reader's boundaries; peaks that they leave outside are dropped.

    Raises ValueError with a sentence where the boundaries cannot be measured.
    """
    fs = median.fs_hz
    fault = given.fault(median.uv.shape[1] * 1000.0 / fs)
    if fault:
        raise ValueError(fault)

    def place(ms: float | None) -> float | None:
        return None if ms is None else ms * fs / 1000.0

    def kept(peak: float | None, first: float | None, last: float | None) -> float | None:
        inside = peak is not None and first is not None and last is not None and first <= peak <= last
        return peak if inside else None

    marks = median.boundaries
    p_onset, p_end = place(given.p_onset_ms), place(given.p_end_ms)
    onset, end, t_end = place(given.qrs_onset_ms), place(given.qrs_end_ms), place(given.t_end_ms)
    return replace(
        median,
        boundaries=replace(
            marks, p_onset=p_onset, p_end=p_end, p_peak=kept(marks.p_peak, p_onset, p_end),
            qrs_onset=onset, qrs_end=end, t_end=t_end,
            t_onset=kept(marks.t_onset, end, t_end), t_peak=kept(marks.t_peak, end, t_end),
        ),
    )  # fmt: skip
