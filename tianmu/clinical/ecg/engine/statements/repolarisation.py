"""ST-T, QT and U that are no infarction: depression, inversion, QT, potassium, Brugada (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Severity, Statement
from tianmu.clinical.ecg.engine.measure.voltages import r_of, s_of
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, Float64
from tianmu.clinical.ecg.engine.signal.filters import low_pass
from tianmu.clinical.ecg.engine.statements.case import Case, contiguous, margin, state, value
from tianmu.clinical.ecg.engine.statements.infarction import diffuse, elevated
from tianmu.clinical.ecg.engine.statements.scooped import scooped

SECONDARY_TO_QRS = frozenset(
    {"lbbb", "rbbb", "preexcitation", "pacing_ventricular", "pacing_sequential", "ventricular_escape",
     "wide_qrs_tachycardia", "idioventricular_accelerated", "ivcd"}
)  # fmt: skip
T_LEADS = ("I", "II", "aVL", "aVF", "V2", "V3", "V4", "V5", "V6")


def early_patterns(case: Case) -> list[Statement]:
    """Return early repolarisation and Brugada, which the infarction rules take into account."""
    if case.median is None or (case.measurements.qrs_ms or 200.0) >= case.criteria["qrs.complete_ms"]:
        return []
    return _brugada(case) + _early(case)


def repolarisation(case: Case, codes: frozenset[str]) -> list[Statement]:
    """Return statements on ST, T, QT, potassium and alternans, less those that QRS explains."""
    if case.median is None:
        return []
    found = _qt(case, codes)
    acute = any(code.startswith("stemi_") or code in {"sgarbossa", "left_main"} for code in codes)
    if not codes & SECONDARY_TO_QRS and not case.is_child:
        if not acute:
            found += _st(case, codes)
        if not case.t_is_hidden:
            found += _t(case, codes)
        if not acute and not codes & {"lvh_strain", "early_repolarisation"}:
            found += scooped(case)
    if not case.is_child:
        found += _potassium(case, codes)
        found += _embolism(case, codes)
    return found


def _st(case: Case, codes: frozenset[str]) -> list[Statement]:
    c = case.criteria
    found: list[Statement] = []
    up = elevated(case)
    if diffuse(case, up) and "early_repolarisation" not in codes:
        found.append(state("pericarditis", 0.5, *(value("ST", level, "µV", lead) for lead, level in up.items())))
    if "lvh_strain" in codes:
        return found
    down = {
        lead: level
        for lead in ("I", "II", "III", "aVL", "aVF", *CHEST_LEADS)
        if (level := case.st_uv(lead)) is not None and level <= c["st.depression_uv"]
        and (case.lead(lead).st_slope_uv_per_s or 0.0) <= c["st.slope_rising_uv_per_s"]
    }  # fmt: skip
    pairs = contiguous(down)
    if pairs:
        leads = sorted({lead for pair in pairs for lead in pair})
        proof = tuple(value("ST", down[lead], "µV", lead, f"≤ {c['st.depression_uv']:.0f}") for lead in leads)
        marked = sum(down[lead] <= c["st.depression_marked_uv"] for lead in leads) >= 2
        deepest = min(down[lead] for lead in leads)
        found.append(state("st_depression", margin(deepest, c["st.depression_uv"], 80.0), *proof))
        if marked:
            found.append(state("st_depression_marked", margin(deepest, c["st.depression_marked_uv"], 80.0), *proof))
    return found


def _t(case: Case, codes: frozenset[str]) -> list[Statement]:
    c = case.criteria
    inverted = {}
    for lead in T_LEADS:
        row = case.lead(lead)
        depth = row.t_negative_uv
        prominent = r_of(case.matrix, lead) > s_of(case.matrix, lead) or lead in {"V2", "V3", "V4"}
        if depth is not None and depth <= c["t.inversion_uv"] and prominent and -depth > (row.t_uv or 0.0):
            inverted[lead] = depth
    groups = (("I", "aVL"), ("II", "aVF"), ("V2", "V3"), ("V3", "V4"), ("V4", "V5"), ("V5", "V6"), ("I", "V6"))
    hits = {lead for group in groups if all(lead in inverted for lead in group) for lead in group}
    if hits and "lvh_strain" not in codes:
        leads = [lead for lead in T_LEADS if lead in hits]
        proof = tuple(value("T", inverted[lead], "µV", lead, f"≤ {c['t.inversion_uv']:.0f}") for lead in leads)
        place = "anterior" if hits & {"V2", "V3"} else "inferior" if {"II", "aVF"} <= hits else "lateral"
        deepest = min(inverted[lead] for lead in leads)
        return [state("t_inversion", margin(deepest, c["t.inversion_uv"], 150.0), *proof, qualifiers=(place,))]
    least = c["t.inversion_uv"]
    rows = {lead: case.lead(lead) for lead in T_LEADS}
    biphasic = [
        lead for lead, row in rows.items() if (row.t_negative_uv or 0.0) <= least and (row.t_uv or 0.0) >= -least
    ]
    if contiguous(biphasic):
        return [state("t_biphasic", 0.6, *(value("T", case.lead(lead).t_negative_uv, "µV", lead) for lead in biphasic))]
    flat = [lead for lead in ("I", "II", "V4", "V5", "V6") if _is_flat(case, lead)]
    if len(flat) >= 3:
        return [state("t_flat", 0.7, *(value("T", case.lead(lead).t_uv or 0.0, "µV", lead, "< R/10") for lead in flat))]
    if any(set(pair) <= set(flat) for pair in (("V4", "V5"), ("V5", "V6"), ("I", "V6"))):
        proof = tuple(value("T", case.lead(lead).t_uv or 0.0, "µV", lead, "< R/10") for lead in flat)
        return [state("st_t_nonspecific", 0.55, *proof)]
    return []


def _is_flat(case: Case, lead: str) -> bool:
    c, tall = case.criteria, r_of(case.matrix, lead)
    row = case.lead(lead)
    low = (row.t_uv or 0.0) < c["t.flat_share_of_r"] * tall
    return tall >= c["t.flat_least_r_uv"] and low and (row.t_negative_uv or 0.0) > c["t.inversion_uv"]


def _qt(case: Case, codes: frozenset[str]) -> list[Statement]:
    c, m = case.criteria, case.measurements
    if m.qt_ms is None or m.qtc_fridericia_ms is None or m.qt_uncertain or m.rr_ms is None:
        return []
    if case.t_is_hidden or case.t_runs_into_p:
        return []
    qtc, name = m.qtc_fridericia_ms, "QTcF"
    if (m.qrs_ms or 0.0) >= c["qrs.complete_ms"] and m.qtm_ms is not None:
        qtc, name = m.qtm_ms / (m.rr_ms / 1000.0) ** (1.0 / 3.0) + 0.485 * 90.0, "QTm + usual QRS share, Fridericia"
    limit = c["qt.long_men_ms"] if case.male else c["qt.long_women_ms"]
    shown = value(name, qtc, "ms", limit=f"≥ {limit:.0f}")
    sure = 0.6 if codes & {"atrial_fibrillation", "atrial_flutter"} else margin(qtc, limit, 40.0)
    if (m.ventricular_rate or 0.0) > 130.0 or "atrial_flutter" in codes:
        return []
    if qtc >= c["qt.marked_ms"]:
        return [state("long_qt", sure, shown), state("long_qt_marked", sure, shown)]
    if qtc >= limit:
        return [state("long_qt", sure, shown)]
    if qtc <= c["qt.short_ms"]:
        return [state("short_qt", 0.7, value(name, qtc, "ms", limit=f"≤ {c['qt.short_ms']:.0f}"))]
    return []


def _half_width_ms(row: Float64, fs_hz: float, peak: int) -> float:
    half = 0.5 * row[peak]
    left, right = peak, peak
    while left > 0 and row[left] > half:
        left -= 1
    while right < row.size - 1 and row[right] > half:
        right += 1
    return (right - left) * 1000.0 / fs_hz


def _potassium(case: Case, codes: frozenset[str]) -> list[Statement]:
    c = case.criteria
    if case.median is None or case.median.boundaries.qrs_end is None:
        return []
    found: list[Statement] = []
    start = round(case.median.boundaries.qrs_end + 0.08 * case.median.fs_hz)
    tall = {}
    for lead in ("V2", "V3", "V4", "V5"):
        height = case.lead(lead).t_uv or 0.0
        if height >= c["potassium.t_chest_uv"] and lead in case.median.leads:
            row = case.median.uv[case.median.leads.index(lead)]
            peak = start + int(np.argmax(row[start : start + round(0.4 * case.median.fs_hz)]))
            if _half_width_ms(row, case.median.fs_hz, peak) <= c["potassium.t_width_ms"] * 0.6:
                tall[lead] = height
    acute = any(code.startswith("stemi_") for code in codes)
    if len(tall) >= 2 and not acute:
        proof = tuple(
            value("T", height, "µV", lead, f"≥ {c['potassium.t_chest_uv']:.0f}") for lead, height in tall.items()
        )
        wide = (case.measurements.qrs_ms or 0.0) >= c["qrs.incomplete_ms"]
        low_p = (case.lead("II").p_uv or 0.0) <= c["potassium.p_most_uv"]
        code = "hyperkalaemia" if wide or low_p else "t_tall"
        found.append(state(code, 0.55 + 0.15 * wide + 0.15 * low_p, *proof))
    return found + _u_wave(case, codes)


def _u_wave(case: Case, codes: frozenset[str]) -> list[Statement]:
    """State U as high as T or ≥ 0.1 mV with a low T, in two of V2–V5."""
    c = case.criteria
    if case.median is None or codes & {"atrial_fibrillation", "atrial_flutter"}:
        return []
    if (case.measurements.ventricular_rate or 100.0) > 95.0:
        return []
    fs, marks = case.median.fs_hz, case.median.boundaries
    rr, pr = case.measurements.rr_ms, case.atrial.usual_pr_ms
    if rr is None or marks.r_peak is None or marks.qrs_end is None:
        return []
    first = round(marks.qrs_end + 0.1 * fs)
    last = min(
        case.median.uv.shape[1] - 1,
        round(marks.r_peak + (rr - (pr or 200.0) - 70.0) * fs / 1000.0),
        first + round(0.5 * fs),
    )
    hits = {}
    for lead in ("V2", "V3", "V4", "V5"):
        if lead not in case.median.leads or last - first < 60:
            continue
        part = low_pass(case.median.uv[case.median.leads.index(lead)], fs, 15.0)[first:last]
        humps = np.flatnonzero((part[3:-3] > part[:-6]) & (part[3:-3] >= part[6:]) & (part[3:-3] > 20.0)) + 3
        if humps.size == 0 or (humps[-1] - humps[0]) * 1000.0 / fs < c["potassium.t_to_u_ms"]:
            continue
        height, before = float(part[humps[-1]]), float(part[humps[0] : humps[0] + round(0.03 * fs)].max())
        valley = float(part[humps[0] : humps[-1] + 1].min())
        parted = valley <= 0.75 * min(before, height)
        if parted and height >= c["potassium.u_uv"] and height >= 0.8 * before:
            hits[lead] = height
    if len(hits) < 2:
        return []
    return [
        state(
            "hypokalaemia",
            0.55,
            *(value("U", height, "µV", lead, f"≥ {c['potassium.u_uv']:.0f}") for lead, height in hits.items()),
        )
    ]


def _early(case: Case) -> list[Statement]:
    """State a J notch or slur of 0.1 mV in two inferior or lateral leads."""
    c = case.criteria
    if case.median is None or case.median.boundaries.qrs_end is None:
        return []
    fs, end = case.median.fs_hz, round(case.median.boundaries.qrs_end)
    hits = {}
    for lead in ("II", "III", "aVF", "I", "aVL", "V4", "V5", "V6"):
        row = case.lead(lead)
        if lead not in case.median.leads or (row.r_uv or 0.0) < 300.0:
            continue
        uv = case.median.uv[case.median.leads.index(lead)]
        first = min(
            end - round(0.03 * fs),
            round((case.median.boundaries.qrs_onset or 0.0) + ((row.intrinsicoid_ms or 0.0) / 1000.0 + 0.016) * fs),
        )
        part = uv[first : end + round(0.03 * fs)]
        inner = np.flatnonzero((part[2:-2] >= part[:-4]) & (part[2:-2] > part[4:])) + 2
        notch = max(
            (float(part[k]) for k in inner if part[k] - part[max(0, k - 15) : k + 1].min() >= 15.0), default=0.0
        )
        if notch >= c["early_repolarisation.j_uv"] and notch < 0.7 * (row.r_uv or 0.0) and (row.t_uv or 0.0) > 100.0:
            hits[lead] = notch
    groups = ({"II", "III", "aVF"}, {"I", "aVL", "V4", "V5", "V6"})
    if any(len(group & set(hits)) >= 2 for group in groups):
        return [
            state(
                "early_repolarisation",
                0.65,
                *(value("J", uv, "µV", lead, f"≥ {c['early_repolarisation.j_uv']:.0f}") for lead, uv in hits.items()),
            )
        ]
    return []


def _brugada(case: Case) -> list[Statement]:
    c = case.criteria
    for lead in ("V1", "V2"):
        row = case.lead(lead)
        start, after = row.st20_uv, row.st80_uv
        if start is None or after is None or row.j_uv is None:
            continue
        falling = max(row.j_uv, start) >= c["brugada.j_uv"] and start > (row.st40_uv or start) > after
        if falling and (row.t_negative_uv or 0.0) <= -50.0:
            return [
                state(
                    "brugada_type_1", 0.6, value("ST", max(row.j_uv, start), "µV", lead, f"≥ {c['brugada.j_uv']:.0f}")
                )
            ]
    return []


def _embolism(case: Case, codes: frozenset[str]) -> list[Statement]:
    one, three = case.lead("I"), case.lead("III")
    pattern = (one.s_uv or 0.0) <= -150.0 and (three.q_uv or 0.0) <= -100.0 and (three.t_negative_uv or 0.0) <= -100.0
    right = (
        bool(codes & {"rbbb", "irbbb"})
        or sum((case.lead(f"V{k}").t_negative_uv or 0.0) <= -100.0 for k in (1, 2, 3, 4)) >= 3
    )
    if pattern and right and not codes & {"lpfb", "old_mi_inferior"}:
        return [state("pulmonary_embolism", 0.5, value("S", one.s_uv, "µV", "I"), value("Q", three.q_uv, "µV", "III"),
                      severity=Severity.ABNORMAL, qualifiers=("not_excluded",))]  # fmt: skip
    return []
