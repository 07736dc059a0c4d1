"""Hypertrophy, atrial load, low voltage, R progression (ecg.md 4 and 5); adult rules, refused below 16 years."""

from tianmu.clinical.ecg.engine.analysis import Evidence, Statement
from tianmu.clinical.ecg.engine.measure.voltages import r_of, s_of
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, LIMB_LEADS
from tianmu.clinical.ecg.engine.signal.filters import low_pass
from tianmu.clinical.ecg.engine.statements.case import Case, margin, state, value

NOTCH_CUTOFF_HZ = 40.0
NOTCH_ABOVE_NOISE = 2.0
WIDE = frozenset({"lbbb", "preexcitation", "pacing_ventricular", "pacing_sequential", "ventricular_escape"})


def chambers(case: Case, codes: frozenset[str]) -> list[Statement]:
    """Return statements on the chambers and voltages."""
    if case.is_child or case.median is None:
        return []
    found = _atria(case) if not codes & {"atrial_fibrillation", "atrial_flutter"} else []
    if not codes & WIDE:
        right = _right(case, codes)
        left = _left(case)
        if right and left and left[0].code != "lvh_voltage":
            found.append(state("bvh", 0.55, *left[0].evidence[:1], *right[0].evidence[:1]))
        found += left + right + _progression(case, codes)
    return found + _voltage(case)


def _voltage_hits(case: Case) -> list[Evidence]:
    """Return every voltage criterion of the left ventricle that is met."""
    c, grid, m = case.criteria, case.matrix, case.measurements
    men = case.male
    tests = (
        ("R(V5)+S(V1)", r_of(grid, "V5") + s_of(grid, "V1"), "lvh.rv5_sv1_men_uv" if men else "lvh.rv5_sv1_women_uv"),
        ("R(V5)", r_of(grid, "V5"), "lvh.rv5_uv"),
        ("R(V6)", r_of(grid, "V6"), "lvh.rv5_uv"),
        ("R(I)", r_of(grid, "I"), "lvh.r_one_uv"),
        ("R(aVL)", r_of(grid, "aVL"), "lvh.r_avl_uv"),
        ("R(aVF)", r_of(grid, "aVF"), "lvh.r_avf_uv"),
        ("R(I)+S(III)", r_of(grid, "I") + s_of(grid, "III"), "lvh.r_one_s_three_uv"),
        ("Cornell", m.cornell_uv or 0.0, "lvh.cornell_men_uv" if men else "lvh.cornell_women_uv"),
    )
    hits = [value(name, uv, "µV", limit=f"> {c[key]:.0f}") for name, uv, key in tests if uv > c[key]]
    product = m.cornell_product_uv_ms
    if product is not None and product > c["lvh.cornell_product_uv_ms"]:
        hits.append(value("Cornell product", product, "µV·ms", limit=f"> {c['lvh.cornell_product_uv_ms']:.0f}"))
    return hits


def has_strain(case: Case) -> bool:
    """Tell whether ST and T run against tall R in I, aVL, V5 or V6 (two of them)."""
    c = case.criteria
    hits = 0
    for lead in ("I", "aVL", "V5", "V6"):
        row, level = case.lead(lead), case.st_uv(lead)
        down = level is not None and level <= c["lvh.strain_st_uv"]
        hits += down and (row.t_negative_uv or 0.0) <= c["lvh.strain_t_uv"] and (row.qrs_net_uv or 0.0) > 0.0
    return hits >= 2


def _left(case: Case) -> list[Statement]:
    c = case.criteria
    hits = _voltage_hits(case)
    points = case.measurements.romhilt_estes or 0
    if not hits and points < c["lvh.romhilt_certain"]:
        return []
    proof = (*hits, value("Romhilt-Estes", float(points)))
    strain = has_strain(case) and bool(hits)
    if strain:
        return [state("lvh_strain", 0.85, *proof)]
    several = len(hits) >= 2 or points >= c["lvh.romhilt_probable"]
    axis_or_late = (case.measurements.qrs_ms or 0.0) >= 100.0 or (case.measurements.qrs_axis_deg or 0.0) < -15.0
    if several and (len(hits) >= 3 or axis_or_late or points >= c["lvh.romhilt_probable"]):
        return [state("lvh", min(0.9, 0.5 + 0.1 * len(hits) + 0.05 * points), *proof)]
    return [state("lvh_voltage", 0.7, *proof)]


def _right(case: Case, codes: frozenset[str]) -> list[Statement]:
    c, m = case.criteria, case.measurements
    if not {"V1", "V5", "V6"} <= set(case.matrix):
        return []
    if codes & {"rbbb", "lpfb"} or any(code.startswith(("old_mi_posterior", "stemi_posterior")) for code in codes):
        return []
    axis = m.qrs_axis_deg
    first = r_of(case.matrix, "V1")
    ratio = first / max(s_of(case.matrix, "V1"), 1.0)
    sum_uv = m.rvh_sokolow_uv or 0.0
    turned = axis is not None and (axis >= c["rvh.axis_deg"] or axis < -150.0)
    by_sum = sum_uv >= c["rvh.sokolow_uv"] and first >= 300.0 and (turned or ratio >= 1.0)
    by_ratio = ratio >= 1.0 and turned and first >= 300.0
    if not by_sum and not by_ratio:
        return []
    proof = (
        value("R(V1)+S(V5,V6)", sum_uv, "µV", limit=f"≥ {c['rvh.sokolow_uv']:.0f}"),
        value("R/S", ratio, "", "V1", "≥ 1"),
        value("QRS axis", axis, "°"),
    )
    return [state("rvh", 0.85 if by_sum and turned else 0.6, *proof)]


def _atria(case: Case) -> list[Statement]:
    c, m = case.criteria, case.measurements
    found = []
    inferior = max((case.lead(lead).p_uv or 0.0 for lead in ("II", "III", "aVF")), default=0.0)
    first = case.lead("V1").p_uv or 0.0
    if inferior >= c["rae.p_limb_uv"]:
        found.append(
            state("rae", margin(inferior, c["rae.p_limb_uv"], 80.0), value("P", inferior, "µV", "II", "≥ 250"))
        )
    elif first >= c["rae.p_v1_uv"]:
        found.append(state("rae", 0.65, value("P", first, "µV", "V1", f"≥ {c['rae.p_v1_uv']:.0f}")))
    broad = (m.p_ms or 0.0) >= c["lae.p_ms"] and _notched(case)
    terminal = m.ptf_v1_mm_s is not None and m.ptf_v1_mm_s <= c["lae.ptf_mm_s"]
    if broad or terminal:
        proof = (value("P", m.p_ms, "ms", limit=f"≥ {c['lae.p_ms']:.0f}"), value("PtfV1", m.ptf_v1_mm_s, "mm·s"))
        found.append(state("lae", 0.85 if broad and terminal else 0.65, *proof))
    return found


def _notched(case: Case) -> bool:
    """Tell whether P in a limb lead has two humps at least 40 ms apart."""
    if case.median is None:
        return False
    marks, fs = case.median.boundaries, case.median.fs_hz
    if marks.p_onset is None or marks.p_end is None:
        return False
    for lead in ("I", "II", "aVL", "III", "aVF"):
        if lead not in case.median.leads:
            continue
        row = low_pass(case.median.uv[case.median.leads.index(lead)], fs, NOTCH_CUTOFF_HZ)
        part = row[round(marks.p_onset) : round(marks.p_end) + 1]
        least = max(case.criteria["lae.notch_uv"], NOTCH_ABOVE_NOISE * case.median_noise_uv(lead))
        humps = [
            k
            for k in range(2, part.size - 2)
            if part[k] > part[k - 2] and part[k] >= part[k + 2] and part[k] >= 0.4 * part.max()
        ]
        if humps and (humps[-1] - humps[0]) * 1000.0 / fs >= case.criteria["lae.notch_ms"]:
            valley = part[humps[0] : humps[-1] + 1].min()
            if min(part[humps[0]], part[humps[-1]]) - valley >= least:
                return True
    return False


def _voltage(case: Case) -> list[Statement]:
    c = case.criteria
    limb = [case.lead(lead).qrs_p2p_uv for lead in LIMB_LEADS if lead in case.matrix]
    chest = [case.lead(lead).qrs_p2p_uv for lead in CHEST_LEADS if lead in case.matrix]
    low_limb = len(limb) == 6 and all(uv is not None and uv < c["voltage.low_limb_uv"] for uv in limb)
    low_chest = len(chest) == 6 and all(uv is not None and uv < c["voltage.low_chest_uv"] for uv in chest)
    if not low_limb and not low_chest:
        return []
    proof = []
    if low_limb:
        proof.append(
            value("largest limb QRS", max(uv or 0.0 for uv in limb), "µV", limit=f"< {c['voltage.low_limb_uv']:.0f}")
        )
    if low_chest:
        proof.append(
            value("largest chest QRS", max(uv or 0.0 for uv in chest), "µV", limit=f"< {c['voltage.low_chest_uv']:.0f}")
        )
    code = "low_voltage" if low_limb and low_chest else "low_voltage_limb" if low_limb else "low_voltage_chest"
    return [state(code, 0.85, *proof)]


def _progression(case: Case, codes: frozenset[str]) -> list[Statement]:
    c = case.criteria
    if codes & {"rvh", "rbbb", "lafb"} or any(code.startswith(("stemi_", "old_mi_")) for code in codes):
        return []
    if not set(CHEST_LEADS) <= set(case.matrix):
        return []
    r = [r_of(case.matrix, lead) for lead in CHEST_LEADS]
    s = [s_of(case.matrix, lead) for lead in CHEST_LEADS]
    if r[2] <= c["r_progression.r_v3_uv"] and r[1] <= r[2] and s[2] > r[2] and max(r[3:]) > 300.0:
        return [state("poor_r_progression", 0.7, value("R", r[2], "µV", "V3", f"≤ {c['r_progression.r_v3_uv']:.0f}"))]
    if s[4] > r[4]:
        return [state("clockwise", 0.7, value("R/S", r[4] / max(s[4], 1.0), "", "V5"))]
    if r[1] > s[1]:
        return [state("counterclockwise", 0.7, value("R/S", r[1] / max(s[1], 1.0), "", "V2"))]
    return []
