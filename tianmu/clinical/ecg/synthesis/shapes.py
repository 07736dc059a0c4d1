"""Wave shapes as sums of asymmetrical Gaussians of a heart dipole, projected to eight independent leads.

Numbers live in data/shapes.json with their source. The dipole is in Frank axes (x left, y foot, z back), µV.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64

INDEPENDENT = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
EDGE_UV = 20.0


@functools.cache
def load_shapes() -> Mapping[str, Any]:
    """Return the table of shapes as it stands in data/shapes.json."""
    table: Mapping[str, Any] = json.loads((Path(__file__).parent / "data" / "shapes.json").read_text(encoding="utf-8"))
    return table


@functools.cache
def lead_matrix() -> Float64:
    """Return the projection (8, 3) from the dipole to I, II, V1–V6."""
    return np.array([load_shapes()["lead_matrix"][name] for name in INDEPENDENT])


def local(values: Mapping[str, float]) -> Float64:
    """Turn a sparse {lead: value} map into the vector (8,) of the independent leads."""
    return np.array([float(values.get(name, 0.0)) for name in INDEPENDENT])


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One kind of wave group: Gaussians at `centres` with `rise` and `fall` (ms) and amplitudes (k, 8) in µV.

    Centres with `at_end` count back from the end of T, the others from the onset of QRS (or of P). `st` (8,) is a
    plateau from `plateau_from_ms` into T. `onset_ms`, `end_ms`, `peak_ms` are the true marks of QRS (or P).
    """

    centres: Float64
    rise: Float64
    fall: Float64
    amplitudes: Float64
    at_end: np.ndarray[Any, np.dtype[np.bool_]]
    st: Float64
    plateau_from_ms: float
    onset_ms: float
    end_ms: float
    peak_ms: float
    t_fall_ms: float = 0.0
    has_t: bool = False

    @property
    def duration_ms(self) -> float:
        """Return the true duration of QRS (or P)."""
        return self.end_ms - self.onset_ms


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """How one heart differs from the text book: turn of the axes, voltages, widths, electrode gains (8,)."""

    rotation: Float64
    gain: float
    t_gain: float
    p_gain: float
    width: float
    lead_gain: Float64

    def project(self, xyz: Float64, *, turned: bool = True) -> Float64:
        """Project dipoles (k, 3) to (k, 8) leads."""
        vectors = xyz @ self.rotation.T if turned else xyz
        projected: Float64 = (vectors @ lead_matrix().T) * self.lead_gain
        return projected


def gaussians(times_ms: Float64, centres: Float64, rise: Float64, fall: Float64) -> Float64:
    """Evaluate asymmetrical unit Gaussians, shape (k, n)."""
    delta = times_ms[None, :] - centres[:, None]
    sigma = np.where(delta < 0.0, rise[:, None], fall[:, None])
    values: Float64 = np.exp(-0.5 * (delta / sigma) ** 2)
    return values


def _limb_and_chest(uv: Float64) -> Float64:
    """Append III, aVR, aVL, aVF to eight leads (8, n) → (12, n)."""
    one, two = uv[0], uv[1]
    rest = np.stack([two - one, -(one + two) / 2.0, one - two / 2.0, two - one / 2.0])
    return np.concatenate([uv, rest])


def _edges(centres: Float64, rise: Float64, fall: Float64, amplitudes: Float64) -> tuple[float, float, float]:
    """Find onset, end, peak (ms): where any of the 12 leads leaves ±EDGE_UV (or 15 % of a small wave)."""
    times = np.arange(-60.0, 260.0, 0.5)
    uv = np.abs(_limb_and_chest(amplitudes.T @ gaussians(times, centres, rise, fall)))
    strongest = uv.max(axis=0)
    limit = min(EDGE_UV, 0.15 * float(strongest.max()))
    above = np.flatnonzero(strongest > limit)
    if above.size == 0:
        return 0.0, 0.0, 0.0
    peak = times[int(np.argmax(np.sqrt((uv[:8] ** 2).sum(axis=0))))]
    return float(times[above[0]]), float(times[above[-1]]), float(peak)


def p_template(name: str, person: Person) -> Template:
    """Build the P wave called `name`."""
    waves = load_shapes()["p"][name]
    centres = np.array([wave["at_ms"] for wave in waves], dtype=np.float64)
    rise = np.array([wave["rise_ms"] for wave in waves], dtype=np.float64)
    fall = np.array([wave["fall_ms"] for wave in waves], dtype=np.float64)
    xyz = np.array([wave["xyz_uv"] for wave in waves], dtype=np.float64)
    amplitudes = person.project(xyz, turned=False) * person.p_gain
    onset, end, peak = _edges(centres, rise, fall, amplitudes)
    return Template(
        centres=centres, rise=rise, fall=fall, amplitudes=amplitudes, at_end=np.zeros(centres.size, dtype=bool),
        st=np.zeros(8), plateau_from_ms=0.0, onset_ms=onset, end_ms=end, peak_ms=peak,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What damage adds to a shape: ST and T by lead (µV), an early local wave, J wave, U, a T scale, a first vector."""

    st: Float64
    t: Float64
    q: Float64
    j_wave: Float64
    u_xyz: Float64
    t_scale: float = 1.0
    first_xyz: Float64 | None = None


def no_change() -> Change:
    """Return a change that changes nothing."""
    zero = np.zeros(8)
    return Change(st=zero, t=zero, q=zero, j_wave=zero, u_xyz=np.zeros(3))


def qrs_template(name: str, person: Person, change: Change) -> Template:
    """Build the ventricular shape called `name` (QRS, ST, T and U) with the change laid over it."""
    shape = load_shapes()["qrs"][name]
    waves = shape["waves"]
    centres = np.array([wave["at_ms"] for wave in waves], dtype=np.float64) * person.width
    rise = np.array([wave["rise_ms"] for wave in waves], dtype=np.float64) * person.width
    fall = np.array([wave["fall_ms"] for wave in waves], dtype=np.float64) * person.width
    xyz = np.array([wave["xyz_uv"] for wave in waves], dtype=np.float64)
    if change.first_xyz is not None:
        xyz[0] = change.first_xyz
    amplitudes = person.project(xyz) * person.gain
    if np.any(change.q):
        centres = np.append(centres, centres[0] + 11.0)
        rise, fall = np.append(rise, 9.5), np.append(fall, 11.0)
        amplitudes = np.vstack([amplitudes, change.q * person.gain])
    onset, end, peak = _edges(centres, rise, fall, amplitudes)
    t_uv = person.project(np.array([shape["t"]]))[0] * person.t_gain * change.t_scale + change.t
    groups = [(0.0, shape["t_rise_ms"], shape["t_fall_ms"], t_uv, True)]
    if np.any(change.u_xyz):
        groups.append((110.0, 34.0, 42.0, person.project(change.u_xyz[None, :])[0], True))
    if np.any(change.j_wave):
        groups.append((end - 2.0, 7.0, 12.0, change.j_wave, False))
    for centre, up, down, uv, from_end in groups:
        place = centre - 2.0 * shape["t_fall_ms"] if from_end else centre
        centres = np.append(centres, place)
        rise, fall = np.append(rise, up), np.append(fall, down)
        amplitudes = np.vstack([amplitudes, uv])
    at_end = np.array([False] * (centres.size - len(groups)) + [group[4] for group in groups])
    return Template(
        centres=centres, rise=rise, fall=fall, amplitudes=amplitudes, at_end=at_end,
        st=person.project(np.array([shape["st"]]))[0] * person.gain + change.st, plateau_from_ms=end,
        onset_ms=onset, end_ms=end, peak_ms=peak, t_fall_ms=shape["t_fall_ms"],
        has_t=bool(np.abs(t_uv).max() > 40.0),
    )  # fmt: skip


def draw(canvas: Float64, fs_hz: float, template: Template, zero_s: float, qt_ms: float, scale: float = 1.0) -> None:
    """Add the template to canvas (8, n) with its origin at `zero_s`; the end of T falls at origin + onset + `qt_ms`."""
    t_end = template.onset_ms + qt_ms
    centres = template.centres + np.where(template.at_end, t_end, 0.0)
    first = max(0, int((zero_s + (centres - 4.5 * template.rise).min() / 1000.0) * fs_hz))
    last = min(canvas.shape[1], int((zero_s + (centres + 4.5 * template.fall).max() / 1000.0) * fs_hz) + 2)
    if last <= first:
        return
    times = np.arange(first, last) * (1000.0 / fs_hz) - zero_s * 1000.0
    canvas[:, first:last] += scale * (template.amplitudes.T @ gaussians(times, centres, template.rise, template.fall))
    if np.any(template.st):
        t_peak = t_end - 2.0 * template.t_fall_ms
        rise = 0.5 + 0.5 * np.tanh((times - template.plateau_from_ms + 5.0) / 7.0)
        fall = 0.5 - 0.5 * np.tanh((times - t_peak - 5.0) / 30.0)
        canvas[:, first:last] += scale * template.st[:, None] * (rise * fall)[None, :]
