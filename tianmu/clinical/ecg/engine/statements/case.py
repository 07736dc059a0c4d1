"""What every statement rule sees of one recording, and how a rule states its finding."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from tianmu.clinical.ecg.engine.analysis import (
    Beats,
    Evidence,
    LeadMeasurements,
    Measurements,
    MedianBeat,
    Quality,
    Severity,
    Statement,
)
from tianmu.clinical.ecg.engine.criteria import Criteria
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.engine.measure.alternation import Alternation
from tianmu.clinical.ecg.engine.measure.atrial import Atrial
from tianmu.clinical.ecg.engine.measure.atrial_clock import Clock
from tianmu.clinical.ecg.engine.measure.chaos import Chaos
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import middle

EMPTY = LeadMeasurements()
FRONTAL = ("aVL", "I", "-aVR", "II", "aVF", "III")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One recording as the rules see it. `chaos` are stretches of four seconds; `spikes` are samples at `fs_hz`."""

    measurements: Measurements
    matrix: Mapping[str, LeadMeasurements]
    beats: Beats
    rr_ms: Float64
    atrial: Atrial
    chaos: tuple[Chaos, ...]
    spikes: Int32
    median: MedianBeat | None
    fs_hz: float
    duration_s: float
    age_years: float | None
    sex: str | None
    criteria: Criteria
    quality: Quality = field(default_factory=lambda: Quality("A"))
    clock: Clock | None = None
    ventricular_shapes: int = 0
    fibrillation_score: float = 0.0
    alternation: Alternation = field(default_factory=Alternation)

    def lead(self, name: str) -> LeadMeasurements:
        """Return a row of the matrix, empty when the lead is missing."""
        return self.matrix.get(name, EMPTY)

    @property
    def is_child(self) -> bool:
        """Tell whether adult voltage rules must not be used."""
        return self.age_years is not None and self.age_years < self.criteria["age.adult_years"]

    @property
    def male(self) -> bool:
        """Tell whether limits for men apply; an unknown sex takes them, being the wider ones."""
        return self.sex != "F"

    def median_noise_uv(self, name: str) -> float:
        """Return the noise (RMS, µV) that is left in a lead of the median beat, by its third differences."""
        if self.median is None or name not in self.median.leads:
            return 0.0
        steps = np.abs(np.diff(self.median.uv[self.median.leads.index(name)], n=3))
        return middle(steps) * 1.48 / 4.47 if steps.size else 0.0

    @property
    def t_is_hidden(self) -> bool:
        """Tell whether in half of the dominant beats the next QRS comes before T can end (bigeminy, couplets)."""
        qt = self.measurements.qt_ms
        led = self.rr_ms[np.isin(self.beats.classes[:-1], ("N", "P"))] if self.rr_ms.size else self.rr_ms
        if qt is None or led.size == 0:
            return False
        return float((led < qt + self.criteria["qt.next_beat_ms"]).mean()) >= 0.4

    @property
    def t_runs_into_p(self) -> bool:
        """Tell whether the T end that was found lies in the next P wave, so that QT cannot be measured."""
        m = self.measurements
        if m.qt_ms is None or m.rr_ms is None or m.pr_ms is None:
            return False
        return m.qt_ms > m.rr_ms - m.pr_ms - self.criteria["qt.before_p_ms"]

    def st_uv(self, name: str) -> float | None:
        """Return the ST level of a lead (`-aVR` for the inverted aVR): the median of J, J + 20 and J + 40 ms."""
        row = self.lead(name.removeprefix("-"))
        values = [value for value in (row.j_uv, row.st20_uv, row.st40_uv) if value is not None]
        if not values:
            return None
        level = middle(np.array(values))
        return -level if name.startswith("-") else level


def state(
    code: str,
    confidence: float,
    *evidence: Evidence,
    severity: Severity | None = None,
    qualifiers: tuple[str, ...] = (),
) -> Statement:
    """Make a statement; its severity is the library's unless given."""
    return Statement(
        code=code,
        severity=severity or Severity(library().entry(code).severity),
        confidence=round(min(1.0, max(0.0, confidence)), 2),
        evidence=evidence,
        qualifiers=qualifiers,
    )


def value(
    name: str, number: float | str | None, unit: str = "", lead: str | None = None, limit: str | None = None
) -> Evidence:
    """Make one piece of evidence, numbers rounded for reading."""
    if number is None:
        number = "unknown"
    if isinstance(number, float):
        number = round(number, 3) if abs(number) < 2 else round(number, 1)
    return Evidence(name, number, unit, lead, limit)


def margin(number: float, limit: float, spread: float) -> float:
    """Return a confidence of 0.6 at the limit that grows to 0.95 one `spread` beyond it."""
    return float(np.clip(0.6 + 0.35 * abs(number - limit) / spread, 0.6, 0.95))


def contiguous(hits: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the neighbouring pairs among leads: V1–V6 in order, and aVL, I, −aVR, II, aVF, III in order."""
    found = set(hits)
    orders = (CHEST_LEADS, FRONTAL)
    return tuple((a, b) for order in orders for a, b in pairwise(order) if a in found and b in found)
