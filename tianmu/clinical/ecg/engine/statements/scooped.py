"""Scooped ST (鱼钩样改变): the sagging curve of digitalis, apart from strain and ischaemia (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.measure.voltages import r_of
from tianmu.clinical.ecg.engine.signal.filters import low_pass
from tianmu.clinical.ecg.engine.statements.case import Case, state, value

LEADS = ("I", "II", "aVL", "aVF", "V4", "V5", "V6")
CUTOFF_HZ = 20.0


def scooped(case: Case) -> list[Statement]:
    """State ST that sags early below J and T and comes back, in three leads with a tall R."""
    c = case.criteria
    hits = {
        lead: depth for lead in LEADS if (depth := _sag_uv(case, lead)) is not None and depth <= c["scooped.depth_uv"]
    }
    if len(hits) < c["scooped.leads"]:
        return []
    limit = f"≤ {c['scooped.depth_uv']:.0f}"
    return [state("digitalis", 0.5, *(value("sag of ST", depth, "µV", lead, limit) for lead, depth in hits.items()))]


def _sag_uv(case: Case, lead: str) -> float | None:
    """Return the lowest point of ST-T where it lies in the first half, below J, and T ends upright; else None."""
    c, median = case.criteria, case.median
    if median is None or lead not in median.leads or r_of(case.matrix, lead) < c["scooped.r_uv"]:
        return None
    marks, fs = median.boundaries, median.fs_hz
    if marks.qrs_end is None or marks.t_end is None or marks.t_end - marks.qrs_end < 0.12 * fs:
        return None
    row = low_pass(median.uv[median.leads.index(lead)], fs, CUTOFF_HZ)
    part = row[round(marks.qrs_end + 0.012 * fs) : round(marks.t_end) + 1]
    lowest = int(np.argmin(part))
    depth = float(part[lowest])
    early = c["scooped.from_share"] * part.size <= lowest <= c["scooped.to_share"] * part.size
    below_j = depth <= float(part[0]) - c["scooped.below_j_uv"]
    upright = float(part[lowest:].max()) >= c["scooped.t_uv"]
    return depth if early and below_j and upright else None
