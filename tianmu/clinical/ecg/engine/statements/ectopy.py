"""Premature beats, their patterns, runs and long pauses (ecg.md section 5, 房早 室早)."""

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import Statement
from tianmu.clinical.ecg.engine.statements.case import Case, state, value


def ectopy(case: Case, rhythm_codes: frozenset[str]) -> list[Statement]:
    """Return statements on premature beats; in AF and flutter only ventricular ones count."""
    classes = case.beats.classes
    found: list[Statement] = []
    if classes.size < 3:
        return found
    ventricular = _premature_ventricular(case, rhythm_codes)
    if ventricular.size and not rhythm_codes & {"ventricular_escape", "idioventricular_accelerated", "av_block_3"}:
        found += _ventricular(case, ventricular)
    chaotic = rhythm_codes & {"atrial_fibrillation", "atrial_flutter", "av_block_2_mobitz_1", "av_block_2_mobitz_2"}
    early = _premature_atrial(case)
    if early.size and not chaotic:
        found.append(state("atrial_premature", 0.8, value("premature beats", float(early.size))))
        marked = classes.copy()
        marked[early] = "S"
        if _every(marked, "S", 2):
            found.append(state("atrial_bigeminy", 0.8, value("premature beats", float(early.size))))
    if (
        "sinus_rhythm" in rhythm_codes
        and not chaotic
        and not any(code.startswith("av_block_2") for code in rhythm_codes)
    ):
        found += _blocked_premature(case)
    return found


def _blocked_premature(case: Case) -> list[Statement]:
    """State a pause that holds a premature P: earlier than 0.85 PP after the P before it, and without a QRS."""
    c, usual_pr = case.criteria, case.atrial.usual_pr_ms
    if usual_pr is None or case.rr_ms.size < 4 or case.atrial.tied < c["sinus.tied_least"]:
        return []
    usual = float(np.median(case.rr_ms))
    r_ms = case.beats.samples * 1000.0 / case.fs_hz
    p_ms = case.atrial.p_samples * 1000.0 / case.fs_hz
    for index, gap in enumerate(case.rr_ms):
        if not c["ectopy.blocked_pause_from"] * usual <= gap <= c["ectopy.blocked_pause_to"] * usual:
            continue
        if case.beats.classes[index] == "V":
            continue
        inside = p_ms[(p_ms > r_ms[index] + 150.0) & (p_ms < r_ms[index + 1] - usual_pr - 150.0)]
        after = inside - (r_ms[index] - usual_pr)
        early = after[after < c["ectopy.premature_share"] * usual]
        if early.size:
            limit = f"< {c['ectopy.premature_share']:.2f} × {usual:.0f}"
            shown = value("P after P", float(early[0]), "ms", limit=limit)
            return [state("atrial_premature_blocked", 0.6, shown, value("pause", float(gap), "ms"))]
    return []


def _premature_ventricular(case: Case, rhythm_codes: frozenset[str]) -> NDArray[np.intp]:
    """Return the ventricular beats that are not late; in fibrillation, and at the start, lateness means nothing."""
    places = np.flatnonzero(case.beats.classes == "V")
    plain = np.isin(case.beats.classes, ("N", "S", "P"))
    both = case.rr_ms[plain[1:] & plain[:-1]]
    if rhythm_codes & {"atrial_fibrillation", "preexcited_fibrillation", "atrial_flutter"} or both.size == 0:
        return places
    latest = case.criteria["ectopy.late_share"] * float(np.median(both))
    early: NDArray[np.intp] = places[np.array([place < 1 or case.rr_ms[place - 1] <= latest for place in places], bool)]
    return early


def _interpolated(case: Case, places: NDArray[np.intp]) -> list[Statement]:
    """State a ventricular beat between two sinus beats that come no later for it."""
    plain = np.isin(case.beats.classes, ("N", "S"))
    both = case.rr_ms[plain[1:] & plain[:-1]]
    if both.size < 2:
        return []
    usual = float(np.median(both))
    for place in places:
        if 1 <= place < case.rr_ms.size and plain[place - 1] and plain[place + 1]:
            around = float(case.rr_ms[place - 1] + case.rr_ms[place])
            premature = case.rr_ms[place - 1] <= case.criteria["ectopy.premature_share"] * usual
            if premature and around <= case.criteria["ectopy.interpolated_share"] * usual:
                limit = f"≤ {case.criteria['ectopy.interpolated_share']:.2f} × {usual:.0f}"
                return [state("ventricular_interpolated", 0.75, value("RR around it", around, "ms", limit=limit))]
    return []


def _premature_atrial(case: Case) -> NDArray[np.intp]:
    """Return beats like the dominant one that come abruptly early: against the usual RR, the one before and after."""
    share = case.criteria["ectopy.premature_share"]
    rr = case.rr_ms
    plain = np.isin(case.beats.classes, ("N", "S"))
    if rr.size < 4:
        return np.flatnonzero(case.beats.classes == "S")
    usual = float(np.median(rr))
    places = np.arange(1, rr.size)
    before = np.concatenate([[usual], rr[:-1]])
    sooner = (rr[:-1] < share * usual) & (rr[:-1] < (share + 0.03) * np.minimum(before[:-1], usual * 1.1))
    abrupt = sooner & (rr[1:] > 1.12 * rr[:-1]) & plain[1:-1] & plain[:-2]
    early: NDArray[np.intp] = places[abrupt]
    return early


def long_pause(case: Case) -> list[Statement]:
    """State an RR interval of three seconds and more."""
    limit = case.criteria["pause.long_ms"]
    if case.rr_ms.size == 0 or float(case.rr_ms.max()) < limit:
        return []
    longest = float(case.rr_ms.max())
    return [state("long_pause", 0.9, value("longest RR", longest, "ms", limit=f"≥ {limit:.0f}"))]


def _every(classes: np.ndarray, kind: str, step: int) -> bool:
    """Tell whether `kind` comes every `step` beats at least twice in a row with the others normal between."""
    places = np.flatnonzero(classes == kind)
    if places.size < 2:
        return False
    return bool(((np.diff(places) == step).sum()) >= max(2, places.size - 2)) if places.size > 2 else False


def runs_of(classes: np.ndarray, kind: str) -> list[tuple[int, int]]:
    """Return the runs of `kind` as (first index, length)."""
    marked = np.concatenate([[False], classes == kind, [False]])
    edges = np.flatnonzero(marked[1:] != marked[:-1])
    return [(int(first), int(last - first)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _ventricular(case: Case, places: np.ndarray) -> list[Statement]:
    c, classes = case.criteria, case.beats.classes
    count = value("premature beats", float(places.size))
    early = [case.rr_ms[place - 1] for place in places if place >= 1]
    coupling = value("coupling", float(np.median(early)) if early else None, "ms")
    found = [state("ventricular_premature", 0.85, count, coupling)]
    if places.size >= c["ectopy.frequent_per_10s"] * max(1.0, case.duration_s / 10.0):
        found.append(state("ventricular_premature_frequent", 0.85, count))
    if case.ventricular_shapes >= 2:
        found.append(state("ventricular_multiform", 0.65, value("shapes", float(case.ventricular_shapes))))
    runs = runs_of(classes, "V")
    if any(length == 2 for _, length in runs):
        found.append(state("ventricular_couplet", 0.8, count))
    found += _runs(case, [run for run in runs if run[1] >= c["ectopy.run_least"]])
    if _every(classes, "V", 2):
        found.append(state("ventricular_bigeminy", 0.85, count))
    elif _every(classes, "V", 3):
        found.append(state("ventricular_trigeminy", 0.85, count))
    return found + _interpolated(case, places) + _r_on_t(case, places)


def _r_on_t(case: Case, places: NDArray[np.intp]) -> list[Statement]:
    """State a ventricular beat on the T wave before it; QT is expected from the RR before, at most the usual QTc."""
    c, m, rr = case.criteria, case.measurements, case.rr_ms
    if m.qt_ms is None:
        return []
    usual = c["ectopy.r_on_t_usual_qtc_ms"]
    qtc = usual if m.qtc_fridericia_ms is None or case.t_is_hidden or case.t_runs_into_p else m.qtc_fridericia_ms
    for place in places:
        if place < 1 or case.beats.classes[place - 1] == "V":
            continue
        before = float(rr[place - 2]) if place >= 2 else float(np.median(rr))
        expected = qtc * (before / 1000.0) ** (1.0 / 3.0)
        if rr[place - 1] <= expected - c["ectopy.r_on_t_margin_ms"]:
            shown = value("coupling", float(rr[place - 1]), "ms", limit=f"≤ QT {expected:.0f} − 40")
            return [state("r_on_t", 0.6, shown)]
    return []


def _runs(case: Case, runs: list[tuple[int, int]]) -> list[Statement]:
    c = case.criteria
    found = []
    for first, length in runs:
        inside = case.rr_ms[first : first + length - 1]
        rate = 60000.0 / float(inside.mean()) if inside.size else 0.0
        seconds = float(inside.sum()) / 1000.0
        if rate < c["ectopy.run_rate"]:
            continue
        shown = (value("beats", float(length)), value("rate", rate, "1/min"), value("seconds", seconds, "s"))
        whole = length >= 0.7 * case.beats.classes.size or seconds >= c["vt.sustained_seconds"]
        found.append(state("ventricular_tachycardia" if whole else "ventricular_run", 0.8, *shown))
    return found[:1]
