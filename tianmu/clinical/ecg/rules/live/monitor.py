"""Live detection on one stream: heart rate, lost leads, asystole, VF and VT, limits of the rate, atrial fibrillation.

Pure: samples in, what holds now out. Quick slots and the live beat detector watch every sample; what they suspect is
put before the engine that reads resting ECGs, at most every two seconds (docs/algorithms/ecg-live.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.beats.fibrillation import atrial_fibrillation
from tianmu.clinical.ecg.engine.beats.prematurity import rr_irregularity
from tianmu.clinical.ecg.engine.beats.stream import Detector
from tianmu.clinical.ecg.engine.gaps import gaps_of
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.recording import Float64, Int32, Kind, Lead, Recording
from tianmu.clinical.ecg.rules.live.alarms import AlarmBook, AlarmKind, Change
from tianmu.clinical.ecg.rules.live.frames import MISSING, Int16
from tianmu.clinical.ecg.rules.live.limits import LiveLimits
from tianmu.clinical.ecg.rules.live.slots import Slots, looks_wild, repeats

RHYTHM_ORDER = ("II", "V5", "V2", "I", "V4", "V3", "V1", "V6", "III", "aVF", "aVL", "aVR")
VF_CODES = frozenset({"ventricular_fibrillation", "ventricular_flutter"})
VT_CODES = frozenset({"ventricular_tachycardia", "torsades", "polymorphic_vt", "bidirectional_vt", "ventricular_run"})
_KEPT_S = 40.0
_OFF_S, _FLAT_UV, _SATURATED = 2.0, 5.0, 32_700
_RATE_S, _RATE_BEATS, _FEWEST_INTERVALS = 12.0, 8, 3
_STORM_S, _STORM_EVERY_S, _FAST_EVERY_S = 6.0, 2.0, 6.0
_STORM_KNOWN, _STORM_LEAST = 0.7, 0.5
_AF_S, _AF_EVERY_S, _AF_FEWEST, _AF_LEAST_IRREGULAR = 30.0, 10.0, 15, 0.09
_SLOWED, _USUAL_RR_S, _BY_CHANCE = 1.5, 1.0, 1e-3


@dataclass(frozen=True, slots=True)
class Reading:
    """What holds at the end of what was received; `rate` is None while it is not known."""

    at_s: float
    rate: int | None
    off: tuple[str, ...]
    changes: tuple[Change, ...]


class Monitor:
    """Watches one stream. Push whole frames in order, holes as MISSING."""

    def __init__(
        self, leads: Sequence[str], fs_hz: float, uv_per_lsb: Sequence[float], limits: LiveLimits, *, first: int = 0
    ) -> None:
        self.leads, self.fs_hz, self.limits = tuple(leads), fs_hz, limits
        self.scale = np.asarray(uv_per_lsb, dtype=np.float64)[:, None]
        self.book = AlarmBook()
        self.received = first
        self._kept = np.full((len(self.leads), 0), MISSING, dtype=np.int16)
        self._slots = Slots(fs_hz)
        self._rows: tuple[int, ...] = ()
        self._detector: Detector | None = None
        self._origin = first
        self._beats: list[int] = []
        self._last_hole = first - 1
        self._storm: AlarmKind | None = None
        self._looked_storm = self._asked_engine = self._asked_af = -1e9
        self._af = False

    def push(self, block: Int16) -> Reading:
        """Take the next samples (leads, n) and return what holds after them."""
        changes: list[Change] = []
        step = 5 * self._slots.size
        for start in range(0, block.shape[1], step):
            changes += self._second(block[:, start : start + step])
        return Reading(self.received / self.fs_hz, self.rate(), self._off(), tuple(changes))

    def rate(self) -> int | None:
        """Return the heart rate by the last beats, None where holes or silence leave it unknown."""
        border = max(self.received - _RATE_S * self.fs_hz, self._last_hole)
        recent = [beat for beat in self._beats if beat > border][-_RATE_BEATS - 1 :]
        if len(recent) < 3 or self._slots.quiet_s >= self.limits.asystole_s:
            return None
        return round(60.0 * self.fs_hz * (len(recent) - 1) / (recent[-1] - recent[0]))

    def _second(self, block: Int16) -> tuple[Change, ...]:
        self._keep(block)
        off = set(self._off())
        self._choose(off, self.received - block.shape[1])
        self._watch(block)
        at_s = self.received / self.fs_hz
        return self.book.update(self._found(off, at_s), at_s)

    def _keep(self, block: Int16) -> None:
        self.received += block.shape[1]
        most = round(_KEPT_S * self.fs_hz)
        self._kept = np.concatenate([self._kept, block], axis=1)[:, -most:]

    def _off(self) -> tuple[str, ...]:
        last = self._kept[:, -round(_OFF_S * self.fs_hz) :]
        received = last[:, (last != MISSING).any(axis=0)]
        if received.shape[1] < 0.5 * _OFF_S * self.fs_hz or last.shape[1] < _OFF_S * self.fs_hz:
            return ()
        flat = np.ptp(received, axis=1) * self.scale[:, 0] < _FLAT_UV
        saturated = (np.abs(received.astype(np.int32)) >= _SATURATED).mean(axis=1) > 0.5
        return tuple(name for name, lost in zip(self.leads, flat | saturated, strict=True) if lost)

    def _choose(self, off: set[str], first: int) -> None:
        """Choose the leads that the rhythm is judged by; begin anew, at sample `first`, when one of them is lost."""
        if self._rows and not any(self.leads[row] in off for row in self._rows):
            return
        order = [name for name in (*RHYTHM_ORDER, *self.leads) if name in self.leads and name not in off]
        rows = tuple(self.leads.index(name) for name in dict.fromkeys(order))[:2]
        if rows == self._rows:
            return
        self._rows = rows
        self._detector = Detector(self.fs_hz, len(rows)) if rows else None
        self._origin = first
        self._last_hole = first - 1
        self._slots.forget()

    def _watch(self, block: Int16) -> None:
        if not self._rows or self._detector is None:
            self._last_hole = self.received
            return
        chosen = block[list(self._rows)]
        holes = (chosen == MISSING).any(axis=0)
        rows = chosen * self.scale[list(self._rows)]
        if holes.any():
            self._last_hole = self.received - block.shape[1] + int(np.flatnonzero(holes)[-1])
            rows = np.where(holes, 0.0, rows)
        found = self._detector.push(rows) + self._origin
        self._beats = [*self._beats, *(int(one) for one in found)][-256:]
        for start in range(0, block.shape[1], self._slots.size):
            if holes[start : start + self._slots.size].any():
                self._slots.skip()
            else:
                self._slots.push(rows[:, start : start + self._slots.size], wild=self._storm is not None)

    def _found(self, off: set[str], at_s: float) -> dict[AlarmKind, str]:
        found: dict[AlarmKind, str] = {}
        known = self._known_share()
        if known < _STORM_LEAST:
            self._storm = None
        elif known >= _STORM_KNOWN and at_s - self._looked_storm >= _STORM_EVERY_S:
            self._looked_storm = at_s
            self._storm = self._judge_storm(at_s)
        rate = self.rate()
        if self._storm is not None:
            found[self._storm] = str(rate or "") if self._storm is AlarmKind.VT else ""
        elif self._rows and self._is_still():
            found[AlarmKind.ASYSTOLE] = f"{self._slots.quiet_s:.1f}"
        if rate is not None and rate < self.limits.low_rate:
            found[AlarmKind.BRADYCARDIA] = str(rate)
        if rate is not None and rate > self.limits.high_rate and self._storm is not AlarmKind.VF:
            found[AlarmKind.TACHYCARDIA] = str(rate)
        if self.limits.fibrillation and self._is_fibrillation(at_s):
            found[AlarmKind.FIBRILLATION] = str(rate or "")
        if self.limits.lead_off and off:
            found[AlarmKind.LEAD_OFF] = ", ".join(name for name in self.leads if name in off)
        return found

    def _is_still(self) -> bool:
        """Tell whether silence was received for long enough, and holes would hardly hide a heart at 2/3 of it."""
        if self._slots.quiet_s < self.limits.asystole_s:
            return False
        if not self._slots.hidden:
            return True
        apart = self._whole_intervals(_KEPT_S)
        usual = float(np.median(apart)) / self.fs_hz if apart.size >= _FEWEST_INTERVALS else _USUAL_RR_S
        return self._slots.hides(min(_SLOWED * usual, self.limits.asystole_s)) <= _BY_CHANCE

    def _known_share(self) -> float:
        """Return how much was received of the seconds in which VF and VT are looked for; 0 while they are not over."""
        size = round(_STORM_S * self.fs_hz)
        if not self._rows or self.received - self._origin < size:
            return 0.0
        return float((self._kept[list(self._rows), -size:] != MISSING).all(axis=0).mean())

    def _since_hole_s(self) -> float:
        return (self.received - self._last_hole - 1) / self.fs_hz

    def _judge_storm(self, at_s: float) -> AlarmKind | None:
        """Ask the resting engine where the signal is seldom still; more seldom where only the rate is high."""
        window = self._kept[:, -round(_STORM_S * self.fs_hz) :]
        chosen = window[list(self._rows)]
        rows = np.where(chosen == MISSING, np.nan, chosen * self.scale[list(self._rows)])
        rate = self.rate() or self._rate_of_whole_intervals()
        fast = rate is not None and rate >= self.limits.vt_rate
        if not looks_wild(rows, self.fs_hz):
            if not fast and not repeats(rows, self.fs_hz, self.limits.vt_rate):
                return None
            if at_s - self._asked_engine < _FAST_EVERY_S:
                return self._storm
        self._asked_engine = at_s
        statements = analyse(self._recording(window)).statements
        broken = bool((chosen == MISSING).any())
        codes = {one.code for one in statements if not (broken and _counts_beats(one))}
        if codes & VF_CODES:
            return AlarmKind.VF
        return AlarmKind.VT if codes & VT_CODES else None

    def _rate_of_whole_intervals(self) -> float | None:
        """Return the middle rate of the last intervals in which nothing is missing: only to ask, never to show."""
        apart = self._whole_intervals(_RATE_S)
        return 60.0 * self.fs_hz / float(np.median(apart)) if apart.size >= _FEWEST_INTERVALS else None

    def _whole_intervals(self, seconds: float) -> Int32:
        """Return the last intervals of these seconds in which nothing is missing, in samples."""
        first = self.received - self._kept.shape[1]
        missing = np.cumsum((self._kept[list(self._rows)] == MISSING).any(axis=0))
        border = max(first, self.received - round(seconds * self.fs_hz))
        beats = np.asarray([beat for beat in self._beats if border <= beat < self.received], dtype=np.int64)
        found: Int32 = np.diff(beats)[np.diff(missing[beats - first]) == 0][-_RATE_BEATS:].astype(np.int32)
        return found

    def _is_fibrillation(self, at_s: float) -> bool:
        if self._storm is not None or self._since_hole_s() < _AF_S:
            self._af = False
        elif at_s - self._asked_af >= _AF_EVERY_S and self._detector is not None:
            self._asked_af = at_s
            self._af = self._judge_fibrillation(self._detector.delay_s)
        return self._af

    def _judge_fibrillation(self, delay_s: float) -> bool:
        """Judge the last 30 s whose beats are confirmed."""
        end = self.received - round(delay_s * self.fs_hz)
        start = max(end - round(_AF_S * self.fs_hz), self.received - self._kept.shape[1])
        beats = np.asarray([beat for beat in self._beats if start <= beat < end], dtype=np.int32)
        if beats.size < _AF_FEWEST or end - start < 0.9 * _AF_S * self.fs_hz:
            return False
        none_ventricular = np.zeros(beats.size, dtype=np.bool_)
        if rr_irregularity(beats, none_ventricular) < _AF_LEAST_IRREGULAR:
            return False
        first = start - (self.received - self._kept.shape[1])
        rows: Float64 = self._kept[list(self._rows), first : first + end - start] * self.scale[list(self._rows)]
        return atrial_fibrillation(rows, self.fs_hz, (beats - start).astype(np.int32)).fibrillation

    def _recording(self, window: Int16) -> Recording:
        leads = tuple(
            Lead(name, self.fs_hz, _at_rest(row), float(scale), gaps=gaps_of(row == MISSING))
            for name, row, scale in zip(self.leads, window, self.scale[:, 0], strict=True)
        )
        return Recording(Kind.RESTING, "live", leads)


def _counts_beats(statement: Statement) -> bool:
    """Tell whether a statement rests on the classes of single beats, which holes disturb, and not on the shape."""
    return any(item.name == "beats" for item in statement.evidence)


def _at_rest(row: Int16) -> Int32:
    """Return the samples with 0 where nothing was received."""
    return np.where(row == MISSING, 0, row).astype(np.int32)
