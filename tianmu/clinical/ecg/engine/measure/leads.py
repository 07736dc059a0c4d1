"""The leads the engine works on: standard names, missing limb leads derived, one rate, µV (ecg.md 2 and 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.gaps import Gaps, at_rate, bridged, long_gaps
from tianmu.clinical.ecg.engine.recording import LIMB_LEADS, STANDARD_12, Float64, Recording
from tianmu.clinical.ecg.engine.signal.resample import resample

WORK_HZ = 500.0
MAXIMUM_SECONDS = 600.0
_EXTRA = ("V3R", "V4R", "V5R", "V7", "V8", "V9")
_ALIASES = {name.upper(): name for name in (*STANDARD_12, *_EXTRA)} | {"MLII": "II", "ML2": "II"}


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """`uv` (leads, n) at `fs_hz`; `derived` were computed from others, `missing` of the 12 could not be.

    `gaps` (leads, n) is set where samples are missing and `uv` is a line for the filters only; None without a gap.
    """

    names: tuple[str, ...]
    uv: Float64
    fs_hz: float
    derived: tuple[str, ...]
    missing: tuple[str, ...]
    gaps: NDArray[np.bool_] | None = None

    @property
    def recorded_uv(self) -> Float64:
        """Return the leads (leads, n) in µV, not a number where samples are missing."""
        return self.uv if self.gaps is None else np.where(self.gaps, np.nan, self.uv)

    @property
    def silent(self) -> Gaps:
        """Return the stretches of 60 ms and longer in which no lead was recorded."""
        return () if self.gaps is None else long_gaps(np.logical_and.reduce(self.gaps, axis=0), self.fs_hz)

    def kept(self, places: list[int]) -> "Signals":
        """Return the leads at `places`."""
        names = tuple(self.names[place] for place in places)
        return replace(self, names=names, uv=self.uv[places], gaps=None if self.gaps is None else self.gaps[places])

    def row(self, name: str) -> Float64 | None:
        """Return the lead called `name`, or None."""
        return self.uv[self.names.index(name)] if name in self.names else None


def _derive_limb(found: dict[str, Float64]) -> tuple[str, ...]:
    """Add to `found` the limb leads that follow from two others (Einthoven, Goldberger); return their names."""
    one, two = _one_and_two(found)
    if one is None or two is None:
        return ()
    formulas = {
        "I": one,
        "II": two,
        "III": two - one,
        "aVR": -(one + two) / 2.0,
        "aVL": one - two / 2.0,
        "aVF": two - one / 2.0,
    }
    added = tuple(name for name in formulas if name not in found)
    found.update({name: formulas[name] for name in added})
    return added


def _one_and_two(found: Mapping[str, Float64]) -> tuple[Float64 | None, Float64 | None]:
    one, two, three = found.get("I"), found.get("II"), found.get("III")
    left, right, foot = found.get("aVL"), found.get("aVR"), found.get("aVF")
    if one is None and two is not None and three is not None:
        one = two - three
    if two is None and one is not None and three is not None:
        two = one + three
    if one is None and left is not None and right is not None:
        one = (left - right) * 2.0 / 3.0
    if one is None and two is not None and right is not None:
        one = -2.0 * right - two
    if two is None and one is not None and right is not None:
        two = -2.0 * right - one
    if two is None and foot is not None and right is not None:
        two = (foot - right) * 2.0 / 3.0
    if two is None and one is not None and foot is not None:
        two = foot + one / 2.0
    if one is None and two is not None and foot is not None:
        one = 2.0 * (two - foot)
    return one, two


def standard_leads(recording: Recording) -> Signals:
    """Return the standard leads of a recording at 500 Hz, the first ten minutes at most, in the order of STANDARD_12.

    Leads with other names follow in file order when no standard lead is present.
    """
    found: dict[str, Float64] = {}
    holes: dict[str, NDArray[np.bool_]] = {}
    for lead in recording.leads:
        name = _ALIASES.get(lead.name.strip().upper().removeprefix("LEAD ").strip(), lead.name)
        if name in found or lead.samples.size == 0:
            continue
        cut = lead.recorded_uv[: round(MAXIMUM_SECONDS * lead.fs_hz)]
        unknown = ~np.isfinite(cut)
        uv = bridged(cut, unknown) if unknown.any() else cut
        found[name] = uv if lead.fs_hz == WORK_HZ else resample(uv, lead.fs_hz, WORK_HZ)
        holes[name] = at_rate(unknown, WORK_HZ / lead.fs_hz, found[name].size)
    if not found:
        raise ValueError("The recording has no samples: record again.")
    length = min(row.size for row in found.values())
    found = {name: row[:length] for name, row in found.items()}
    holes = {name: hole[:length] for name, hole in holes.items()}
    limbs = [holes[name] for name in LIMB_LEADS if name in holes]
    derived = _derive_limb(found)
    holes |= {name: np.logical_or.reduce(limbs) for name in derived}
    torn = any(hole.any() for hole in holes.values())
    order = [name for name in (*STANDARD_12, *_EXTRA) if name in found]
    order += [name for name in found if name not in order]
    return Signals(
        names=tuple(order),
        uv=np.stack([found[name] for name in order]),
        fs_hz=WORK_HZ,
        derived=derived,
        missing=tuple(name for name in STANDARD_12 if name not in found),
        gaps=np.stack([holes[name] for name in order]) if torn else None,
    )


def einthoven_error_uv(signals: Signals) -> float | None:
    """Return the median of |I − II + III| in µV, or None when a lead is derived or missing."""
    rows = [signals.row(name) for name in ("I", "II", "III")]
    if any(row is None for row in rows) or {"I", "II", "III"} & set(signals.derived):
        return None
    one, two, three = (row for row in rows if row is not None)
    return float(np.median(np.abs(one - two + three)))
