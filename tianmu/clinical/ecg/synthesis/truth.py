"""What is known of a synthetic ECG and never stored with it: beats, classes, boundaries and statements."""

from dataclasses import dataclass

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.clinical.ecg.synthesis.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """`beats` at the rate of the recording; `boundaries` one per beat, in samples; `statements` are library codes.

    The true intervals (ms, None where undefined) are those of the conducted or dominant beat.
    """

    scenario: Scenario
    beats: Beats
    boundaries: tuple[Boundaries, ...]
    p_peaks: tuple[float, ...]
    statements: frozenset[str]
    ventricular_rate: float
    pr_ms: float | None
    qrs_ms: float | None
    qt_ms: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """A drawn ECG: `recording` is what a device would send, `truth` is kept apart."""

    recording: Recording
    truth: Truth
