"""Children: limits by age for rate, PR, QRS, axis and V1 (Davignon 1979), in place of the adult rules."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

from tianmu.clinical.ecg.engine.analysis import Severity, Statement
from tianmu.clinical.ecg.engine.measure.voltages import r_of, s_of
from tianmu.clinical.ecg.engine.statements.case import Case, state, value


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Limits (2nd and 98th percentile) of one age band, from `from_years` on."""

    from_years: float
    rate: tuple[float, float]
    pr_ms: tuple[float, float]
    qrs_ms: tuple[float, float]
    axis_deg: tuple[float, float]
    r_v1_uv: tuple[float, float]
    s_v1_uv: tuple[float, float]
    r_v6_uv: tuple[float, float]


@functools.cache
def bands() -> tuple[AgeBand, ...]:
    """Return the age bands in ascending order."""
    text = (Path(__file__).parent.parent / "data" / "paediatric.json").read_text(encoding="utf-8")
    rows = json.loads(text)["bands"]
    fields = ("rate", "pr_ms", "qrs_ms", "axis_deg", "r_v1_uv", "s_v1_uv", "r_v6_uv")
    return tuple(AgeBand(float(row["from_years"]), *((row[name][0], row[name][1]) for name in fields)) for row in rows)


def band_of(age_years: float) -> AgeBand:
    """Return the band of an age in years."""
    return next(band for band in reversed(bands()) if age_years >= band.from_years)


def paediatric(case: Case) -> list[Statement]:
    """Return statements by the age table for a child; none for adults or an unknown age."""
    if not case.is_child or case.age_years is None:
        return []
    band, m = band_of(case.age_years), case.measurements
    found = [
        state("paediatric_review", 1.0, value("age", case.age_years, "a"), value("table from", band.from_years, "a"))
    ]
    if m.pr_ms is not None and m.pr_ms > band.pr_ms[1]:
        found.append(state("av_block_1", 0.8, value("PR", m.pr_ms, "ms", limit=f"> {band.pr_ms[1]:.0f}")))
    if m.qrs_ms is not None and m.qrs_ms > band.qrs_ms[1] + 10.0 and m.qrs_ms < 120.0:
        found.append(
            state(
                "ivcd", 0.5, value("QRS", m.qrs_ms, "ms", limit=f"> {band.qrs_ms[1]:.0f}"), severity=Severity.BORDERLINE
            )
        )
    axis = m.qrs_axis_deg
    if axis is not None and not band.axis_deg[0] <= axis <= band.axis_deg[1]:
        shown = value("QRS axis", axis, "°", limit=f"{band.axis_deg[0]:.0f}…{band.axis_deg[1]:.0f}")
        found.append(state("axis_left" if axis < band.axis_deg[0] else "axis_right", 0.7, shown))
    first, tall = r_of(case.matrix, "V1"), r_of(case.matrix, "V6")
    if first > band.r_v1_uv[1]:
        found.append(
            state("rvh", 0.6, value("R", first, "µV", "V1", f"> {band.r_v1_uv[1]:.0f}"), qualifiers=("possible",))
        )
    deep = s_of(case.matrix, "V1")
    if tall > band.r_v6_uv[1] or deep > band.s_v1_uv[1]:
        proof = (
            value("R", tall, "µV", "V6", f"> {band.r_v6_uv[1]:.0f}"),
            value("S", deep, "µV", "V1", f"> {band.s_v1_uv[1]:.0f}"),
        )
        found.append(state("lvh", 0.6, *proof, qualifiers=("possible",)))
    return found
