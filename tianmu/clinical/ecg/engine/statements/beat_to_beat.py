"""What changes from beat to beat: electrical alternans, fusion beats, pacing that fails (ecg.md section 5)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.statements.case import Case, state, value

NO_ALTERNANS = frozenset(
    {"atrial_fibrillation", "atrial_flutter", "preexcited_fibrillation", "ventricular_tachycardia",
     "wide_qrs_tachycardia", "pacing_ventricular", "pacing_sequential", "av_block_3"}
)  # fmt: skip

PACED = frozenset({"pacing_atrial", "pacing_ventricular", "pacing_sequential"})


def beat_to_beat(case: Case, rhythm_codes: frozenset[str]) -> list[Statement]:
    """Return alternans, fusion beats and pacing faults."""
    found = [] if rhythm_codes & NO_ALTERNANS else _alternans(case)
    fused = int((case.beats.classes == "F").sum())
    if fused:
        found.append(state("ventricular_fusion", 0.6, value("fusion beats", float(fused))))
    return found + _pacing_faults(case, rhythm_codes)


def _alternans(case: Case) -> list[Statement]:
    c, found = case.criteria, []
    t = {lead: size for lead, size in case.alternation.t_uv.items() if size >= c["alternans.t_uv"]}
    qrs = {lead: share for lead, share in case.alternation.qrs_share.items() if share >= c["alternans.qrs_share"]}
    if len(qrs) >= c["alternans.leads"]:
        limit = f"≥ {c['alternans.qrs_share']:.2f}"
        found.append(
            state("qrs_alternans", 0.7, *(value("QRS by turns", share, "", lead, limit) for lead, share in qrs.items()))
        )
    if len(t) >= c["alternans.leads"]:
        limit = f"≥ {c['alternans.t_uv']:.0f}"
        found.append(
            state("t_alternans", 0.65, *(value("T by turns", size, "µV", lead, limit) for lead, size in t.items()))
        )
    return found


def _pacing_faults(case: Case, rhythm_codes: frozenset[str]) -> list[Statement]:
    """State spikes that no QRS follows (outside the refractory time), and spikes soon after a QRS of its own."""
    c = case.criteria
    if case.spikes.size < c["pacing.fault_spikes"] or case.beats.samples.size < 2:
        return []
    gaps = np.diff(case.spikes)
    if not rhythm_codes & PACED and gaps.std() > c["pacing.steady_share"] * gaps.mean():
        return []
    r_ms = case.beats.samples * 1000.0 / case.fs_hz
    end_ms = case.duration_s * 1000.0
    lost, late, caught = [], [], 0
    for spike in (case.spikes * 1000.0 / case.fs_hz).tolist():
        after, before = r_ms[r_ms >= spike - 20.0], r_ms[r_ms < spike - 20.0]
        next_ms = float(after[0]) - spike if after.size else np.inf
        since_ms = spike - float(before[-1]) if before.size else np.inf
        if next_ms <= c["pacing.capture_ms"]:
            caught += 1
        elif c["pacing.refractory_from_ms"] <= since_ms < c["pacing.refractory_ms"]:
            late.append(since_ms)
        elif since_ms >= c["pacing.refractory_ms"] and spike + c["pacing.capture_ms"] + 50.0 < end_ms:
            lost.append(spike)
    found = []
    spikes = value("spikes", float(case.spikes.size))
    if lost and caught:
        proof = value("spikes without QRS", float(len(lost)), limit=f"none within {c['pacing.capture_ms']:.0f} ms")
        found.append(state("pacing_capture_failure", 0.6 + 0.1 * min(3, len(lost) - 1), proof, spikes))
    if late and caught:
        proof = value("spike after R", min(late), "ms", limit=f"≥ {c['pacing.refractory_ms']:.0f}")
        found.append(state("pacing_sense_failure", 0.55, proof, spikes))
    return found
