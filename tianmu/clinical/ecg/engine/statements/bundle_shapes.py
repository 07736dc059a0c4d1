"""The shapes of the two bundle blocks, apart from how wide QRS is (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.engine.statements.case import Case


def qrs_of(case: Case, lead: str) -> Float64:
    """Return QRS of a lead of the median beat in µV, empty where it is not known."""
    if case.median is None or lead not in case.median.leads:
        return np.zeros(0)
    marks = case.median.boundaries
    if marks.qrs_onset is None or marks.qrs_end is None:
        return np.zeros(0)
    row = case.median.uv[case.median.leads.index(lead)]
    part: Float64 = row[round(marks.qrs_onset) : round(marks.qrs_end) + 1]
    return part


def terminal_uv(case: Case, lead: str) -> float:
    """Return the mean of the last third of QRS in a lead, µV."""
    part = qrs_of(case, lead)
    return float(part[-max(3, part.size // 3) :].mean()) if part.size >= 9 else 0.0


def right_shape(case: Case) -> bool:
    """Tell whether V1 or V2 ends upright (rsR' or late R) and I or V6 has a broad S."""
    c = case.criteria
    late = False
    for lead in ("V1", "V2"):
        row = case.lead(lead)
        second = (row.r2_uv or 0.0) > max(60.0, 0.6 * (row.r_uv or 0.0))
        single = (row.intrinsicoid_ms or 0.0) > c["rbbb.peak_v1_ms"] and (row.r_uv or 0.0) > -1.0 * (row.s_uv or 0.0)
        late = late or ((second or single) and terminal_uv(case, lead) > 40.0)
    broad = any(
        (case.lead(lead).s_ms or 0.0) >= min(c["rbbb.s_least_ms"], (case.lead(lead).r_ms or 0.0) + 1.0)
        and terminal_uv(case, lead) < -30.0
        for lead in ("I", "V6", "V5")
    )
    return late and broad


def left_shape(case: Case) -> bool:
    """Tell whether R in I, V5, V6 is broad and late without q, and V1 is rS or QS."""
    c = case.criteria
    lateral = [lead for lead in ("I", "V5", "V6") if lead in case.matrix]
    if len(lateral) < 2:
        return False
    no_q = sum((case.lead(lead).q_uv or 0.0) > -50.0 for lead in lateral) >= len(lateral) - 1
    late = max(case.lead(lead).intrinsicoid_ms or 0.0 for lead in lateral) > c["lbbb.peak_ms"]
    first = case.lead("V1")
    right = (first.qrs_net_uv or 0.0) < 0.0 and terminal_uv(case, "V1") < 0.0
    width = case.measurements.qrs_ms or 0.0
    broad = any((case.lead(lead).r_ms or 0.0) >= 0.65 * width for lead in lateral)
    upright = sum((case.lead(lead).qrs_net_uv or 0.0) > 0.0 for lead in lateral) >= len(lateral) - 1
    return no_q and late and right and broad and upright
