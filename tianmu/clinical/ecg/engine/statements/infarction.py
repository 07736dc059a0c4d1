"""Acute infarction, its equivalents, old infarction (ecg.md section 5; universal definition). Sensitive first."""

from collections.abc import Sequence

from tianmu.clinical.ecg.engine.analysis import Evidence, Statement
from tianmu.clinical.ecg.engine.measure.voltages import r_of, s_of
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, LIMB_LEADS
from tianmu.clinical.ecg.engine.statements.case import FRONTAL, Case, contiguous, state, value

ABNORMAL_ACTIVATION = frozenset(
    {"lbbb", "preexcitation", "pacing_ventricular", "pacing_sequential", "ventricular_escape", "wide_qrs_tachycardia",
     "idioventricular_accelerated"}
)  # fmt: skip
SECONDARY = frozenset({"lvh_strain", "lvh"})


def st_limit_uv(case: Case, lead: str) -> float:
    """Return the ST elevation that counts in a lead, by age and sex."""
    c, age = case.criteria, case.age_years
    if lead in {"V2", "V3"}:
        if not case.male:
            return c["st.elevation_v23_women_uv"]
        young = age is not None and age < c["st.young_man_years"]
        return c["st.elevation_v23_men_young_uv"] if young else c["st.elevation_v23_men_old_uv"]
    if lead in {"V7", "V8", "V9"}:
        return c["st.elevation_posterior_uv"]
    if lead in {"V3R", "V4R", "V5R"}:
        young_man = case.male and age is not None and age < c["st.right_young_years"]
        return c["st.elevation_right_young_uv"] if young_man else c["st.elevation_right_uv"]
    return c["st.elevation_uv"]


def elevated(case: Case) -> dict[str, float]:
    """Return the leads whose ST is up to their limit or beyond, with the level in µV."""
    levels: dict[str, float] = {}
    for lead in (*FRONTAL, *CHEST_LEADS, "V3R", "V4R", "V7", "V8", "V9"):
        level = case.st_uv(lead)
        if level is not None and level >= st_limit_uv(case, lead.removeprefix("-")):
            levels[lead] = level
    return levels


def infarction(case: Case, codes: frozenset[str]) -> list[Statement]:
    """Return acute infarction with its territory, equivalents, and old infarction."""
    if case.median is None or case.is_child:
        return []
    if codes & ABNORMAL_ACTIVATION:
        return _sgarbossa(case) if codes & {"lbbb", "pacing_ventricular", "pacing_sequential"} else []
    acute = _acute(case, codes)
    found = acute + _equivalents(case, bool(acute))
    if not any(statement.code.startswith("stemi_") for statement in found):
        found += _old(case, codes)
    return found


def _evidence(case: Case, leads: Sequence[str]) -> tuple[Evidence, ...]:
    return tuple(
        value("ST", case.st_uv(lead), "µV", lead, f"≥ {st_limit_uv(case, lead.removeprefix('-')):.0f}")
        for lead in leads
    )


def _acute(case: Case, codes: frozenset[str]) -> list[Statement]:
    up = elevated(case)
    pairs = contiguous(up)
    if not pairs:
        return _right_ventricle(case, up, [])
    leads = sorted({lead for pair in pairs for lead in pair}, key=(*FRONTAL, *CHEST_LEADS).index)
    reciprocal = _reciprocal(case, leads)
    confidence = 0.6 + 0.15 * bool(reciprocal) + 0.05 * min(3, len(leads) - 2)
    confidence += 0.1 if max(up[lead] for lead in leads) >= 300.0 else 0.0
    if codes & SECONDARY and not reciprocal:
        confidence -= 0.2
    if diffuse(case, up) and not reciprocal:
        confidence -= 0.2
    if "early_repolarisation" in codes and not reciprocal:
        confidence -= 0.2
    tallest = max((case.lead(lead.removeprefix("-")).t_uv or 0.0 for lead in leads), default=0.0)
    highest = max(up[lead] for lead in leads)
    if "early_repolarisation" in codes and not reciprocal and highest < min(200.0, 0.3 * tallest):
        return [state("st_elevation_mild", 0.6, *_evidence(case, leads))]
    proof = (*_evidence(case, leads), *(value("reciprocal ST", case.st_uv(lead), "µV", lead) for lead in reciprocal))
    found = [state(f"stemi_{place}", confidence, *proof) for place in territories(leads)]
    return found + _right_ventricle(case, up, leads)


def _right_ventricle(case: Case, up: dict[str, float], leads: list[str]) -> list[Statement]:
    right = [lead for lead in ("V3R", "V4R") if lead in up]
    inferior = {"II", "III", "aVF"} & set(leads)
    if right and inferior:
        return [state("stemi_right_ventricular", 0.75, *_evidence(case, right))]
    return []


def territories(leads: Sequence[str]) -> list[str]:
    """Name the walls that a set of elevated (or Q) leads stands for."""
    present = set(leads)
    lateral_chest, high = present & {"V5", "V6"}, present & {"I", "aVL"}
    inferior = present & {"II", "III", "aVF"}
    found: list[str] = []
    chest = present & set(CHEST_LEADS)
    if len(chest) >= 5 and high:
        found.append("extensive_anterior")
    elif len(chest & {"V1", "V2", "V3", "V4"}) >= 2:
        far = "V5" in chest or ("V4" in chest and "V1" not in chest)
        found.append("anterior" if far else "anteroseptal")
        if high and lateral_chest and len(chest) < 5:
            found.append("lateral")
    elif lateral_chest and (high or len(lateral_chest) == 2 or "V4" in chest) and not len(inferior) >= 2:
        found.append("lateral")
    elif len(high) == 2:
        found.append("high_lateral")
    if len(inferior) >= 2:
        found.append("inferolateral" if lateral_chest and not found else "inferior")
    if not found:
        found.append("inferior" if inferior else "lateral" if high or lateral_chest else "anterior")
    return found


def _reciprocal(case: Case, leads: Sequence[str]) -> list[str]:
    """Return leads on the far side whose ST is down."""
    limit = case.criteria["st.reciprocal_uv"]
    far: set[str] = set()
    if {"II", "III", "aVF"} & set(leads):
        far |= {"I", "aVL", "V1", "V2", "V3"}
    if {"I", "aVL", "V5", "V6"} & set(leads):
        far |= {"III", "aVF", "V1"}
    if {"V1", "V2", "V3", "V4"} & set(leads):
        far |= {"II", "III", "aVF"}
    far -= set(leads)
    return [lead for lead in (*LIMB_LEADS, *CHEST_LEADS) if lead in far and (case.st_uv(lead) or 0.0) <= limit]


def diffuse(case: Case, up: dict[str, float]) -> bool:
    """Tell whether ST is up in six leads or more of both planes without being down anywhere but aVR and V1."""
    plain = [lead for lead in up if not lead.startswith("-")]
    others = [lead for lead in (*LIMB_LEADS, *CHEST_LEADS) if lead not in {"aVR", "V1"} and lead in case.matrix]
    down = any((case.st_uv(lead) or 0.0) <= -50.0 for lead in others)
    both = {"I", "II", "aVF"} & set(plain) and {"V4", "V5", "V6"} & set(plain)
    return len(plain) >= case.criteria["pericarditis.leads"] and bool(both) and not down


def _equivalents(case: Case, acute: bool) -> list[Statement]:
    c = case.criteria
    found: list[Statement] = []
    posterior = _posterior(case, acute=acute)
    if posterior:
        found.append(posterior)
    down = [
        lead
        for lead in (*LIMB_LEADS, *CHEST_LEADS)
        if lead != "aVR" and (case.st_uv(lead) or 0.0) <= c["st.depression_uv"]
    ]
    avr = case.st_uv("aVR")
    if avr is not None and avr >= c["left_main.avr_uv"] and len(down) >= c["left_main.leads"]:
        found.append(
            state(
                "left_main",
                0.7,
                value("ST", avr, "µV", "aVR", f"≥ {c['left_main.avr_uv']:.0f}"),
                value("leads down", ", ".join(down)),
            )
        )
    de_winter = [
        lead for lead in CHEST_LEADS
        if c["de_winter.j_from_uv"] <= (case.lead(lead).j_uv or 0.0) <= c["de_winter.j_to_uv"]
        and (case.lead(lead).st_slope_uv_per_s or 0.0) >= c["de_winter.slope_uv_per_s"]
        and (case.lead(lead).t_uv or 0.0) >= c["de_winter.t_uv"]
    ]  # fmt: skip
    if len(de_winter) >= 3:
        found.append(state("de_winter", 0.65, value("leads", ", ".join(de_winter))))
    wellens = [lead for lead in ("V2", "V3") if (case.lead(lead).t_negative_uv or 0.0) <= c["wellens.t_uv"]
               and abs(case.st_uv(lead) or 0.0) < 100.0 and r_of(case.matrix, lead) > 100.0]  # fmt: skip
    if len(wellens) == 2 and not acute and not case.t_is_hidden:
        found.append(
            state(
                "wellens",
                0.5,
                *(value("T", case.lead(lead).t_negative_uv, "µV", lead) for lead in wellens),
                qualifiers=("not_excluded",),
            )
        )
    hyper = [lead for lead in ("V2", "V3", "V4") if (case.lead(lead).t_uv or 0.0) >= c["hyperacute.t_uv"]
             and (case.lead(lead).t_uv or 0.0) > c["hyperacute.t_over_r"] * r_of(case.matrix, lead)]  # fmt: skip
    if len(hyper) >= 2 and not acute and (case.measurements.qrs_ms or 0.0) < c["qrs.incomplete_ms"]:
        found.append(state("hyperacute_t", 0.5, *(value("T", case.lead(lead).t_uv, "µV", lead) for lead in hyper)))
    return found


def _posterior(case: Case, *, acute: bool) -> Statement | None:
    """State ST depression V1–V3 as posterior infarction; beside another acute wall only with a tall R."""
    c = case.criteria
    back = [lead for lead in ("V7", "V8", "V9") if (case.st_uv(lead) or 0.0) >= c["st.elevation_posterior_uv"]]
    if len(back) >= 2:
        return state("stemi_posterior", 0.85, *_evidence(case, back))
    front = [lead for lead in ("V1", "V2", "V3") if (case.st_uv(lead) or 0.0) <= c["posterior.depression_uv"]]
    upright = [lead for lead in ("V2", "V3") if (case.lead(lead).t_uv or 0.0) >= 150.0]
    elsewhere = [
        lead for lead in ("V4", "V5", "V6") if (case.st_uv(lead) or 0.0) <= 0.8 * min((case.st_uv("V2") or 0.0), -1.0)
    ]
    if len(front) >= 2 and upright and len(elsewhere) <= 1:
        tall = [lead for lead in ("V1", "V2") if r_of(case.matrix, lead) >= s_of(case.matrix, lead)]
        if acute and not tall:
            return None
        proof = tuple(
            value("ST", case.st_uv(lead), "µV", lead, f"≤ {c['posterior.depression_uv']:.0f}") for lead in front
        )
        return state("stemi_posterior", 0.8 if tall else 0.62, *proof)
    return None


def _sgarbossa(case: Case) -> list[Statement]:
    c = case.criteria
    for lead in (*LIMB_LEADS, *CHEST_LEADS):
        level, row = case.st_uv(lead), case.lead(lead)
        if level is None or row.qrs_net_uv is None or lead == "aVR":
            continue
        depth = max(s_of(case.matrix, lead), -(row.q_uv or 0.0))
        if row.qrs_net_uv > 200.0 and level >= c["sgarbossa.concordant_uv"]:
            return [
                state(
                    "sgarbossa",
                    0.75,
                    value("concordant ST", level, "µV", lead, f"≥ {c['sgarbossa.concordant_uv']:.0f}"),
                )
            ]
        if lead in {"V1", "V2", "V3"} and row.qrs_net_uv < -200.0 and level <= -c["sgarbossa.concordant_uv"]:
            return [state("sgarbossa", 0.75, value("concordant ST", level, "µV", lead))]
        if row.qrs_net_uv < -200.0 and depth >= c["sgarbossa.least_s_uv"] and (row.j_uv or 0.0) >= c["st.elevation_uv"]:
            ratio = -(row.j_uv or 0.0) / depth
            if ratio <= c["sgarbossa.ratio"]:
                return [state("sgarbossa", 0.7, value("J/S", ratio, "", lead, f"≤ {c['sgarbossa.ratio']}"))]
    return []


def q_leads(case: Case) -> list[str]:
    """Return leads with a pathological Q or QS (fourth universal definition)."""
    c = case.criteria
    found = []
    for lead in ("I", "II", "III", "aVL", "aVF", *CHEST_LEADS):
        row = case.lead(lead)
        if row.q_uv is None or row.q_ms is None:
            continue
        whole = row.r_uv is None
        wide = row.q_ms >= c["q.wide_ms"] and row.q_uv <= c["q.deep_uv"]
        septal = lead in {"V2", "V3"} and (row.q_ms >= c["q.any_v23_ms"] or whole)
        if septal or wide or (whole and row.q_uv <= c["q.deep_uv"]):
            found.append(lead)
    return found


def _old(case: Case, codes: frozenset[str]) -> list[Statement]:
    c = case.criteria
    leads = q_leads(case)
    groups = (("I", "aVL", "V6"), ("V4", "V5", "V6"), ("V1", "V2", "V3", "V4", "V5", "V6"), ("II", "III", "aVF"))
    kept: set[str] = set()
    for group in groups:
        hits = [lead for lead in group if lead in leads]
        if len(hits) >= 2:
            kept |= set(hits)
    kept -= {"V1"} if not kept & {"V2", "V3"} else set()
    found: list[Statement] = []
    if len(kept) >= 2:
        ordered = sorted(kept, key=(*LIMB_LEADS, *CHEST_LEADS).index)
        proof = tuple(value("Q", case.lead(lead).q_ms, "ms", lead, f"≥ {c['q.wide_ms']:.0f}") for lead in ordered)
        sure = 0.6 + 0.08 * min(4, len(ordered) - 1)
        for place in territories(ordered):
            wall = "lateral" if place == "high_lateral" else place
            found.append(state(f"old_mi_{wall}", sure, *proof, qualifiers=()))
    else:
        odd = [lead for lead in leads if lead not in {"III", "aVL", "V1"}]
        if len(odd) >= 2:
            proof = tuple(value("Q", case.lead(lead).q_ms, "ms", lead, f"≥ {c['q.wide_ms']:.0f}") for lead in odd)
            found.append(state("q_abnormal", 0.5, *proof))
    first = case.lead("V1")
    broad = (first.r_ms or 0.0) >= c["q.posterior_r_ms"] and r_of(case.matrix, "V1") >= s_of(case.matrix, "V1")
    narrow = not codes & {"rbbb", "irbbb", "rvh", "preexcitation"}
    turned = (case.measurements.qrs_axis_deg or 0.0) < c["rvh.axis_deg"]
    if broad and narrow and turned and (first.t_uv or 0.0) > 50.0 and r_of(case.matrix, "V1") >= 300.0:
        found.append(
            state("old_mi_posterior", 0.6, value("R", first.r_ms, "ms", "V1", f"≥ {c['q.posterior_r_ms']:.0f}"))
        )
    return found
