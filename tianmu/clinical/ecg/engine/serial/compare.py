"""Statements on what changed between two analyses of one person, and the table of differences (ecg.md section 5)."""

from dataclasses import dataclass

from tianmu.clinical.ecg.engine.analysis import Analysis, Evidence, LeadMeasurements, Statement
from tianmu.clinical.ecg.engine.criteria import Criteria, default_criteria
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, LIMB_LEADS
from tianmu.clinical.ecg.engine.statements.case import contiguous, state, value

_FIELDS = (
    "ventricular_rate", "p_ms", "pr_ms", "qrs_ms", "qt_ms", "qtc_fridericia_ms", "qtc_bazett_ms",
    "p_axis_deg", "qrs_axis_deg", "t_axis_deg", "sokolow_uv",
)  # fmt: skip
_T_LEADS = ("I", "II", "aVL", "aVF", "V2", "V3", "V4", "V5", "V6")
_BUNDLES = frozenset({"rbbb", "lbbb", "lafb", "lpfb", "bifascicular"})
_EMPTY = LeadMeasurements()


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the table of differences; values are None where unknown."""

    field: str
    earlier: float | None
    now: float | None
    change: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed: the table, and statements of category `serial`."""

    table: tuple[Difference, ...]
    statements: tuple[Statement, ...]


def turn_deg(earlier: float, now: float) -> float:
    """Return the smaller angle from one axis to another, −180…180."""
    return (now - earlier + 180.0) % 360.0 - 180.0


def compare(earlier: Analysis, now: Analysis, *, criteria: Criteria | None = None) -> Comparison:
    """Compare two analyses of the same person and kind; unknown values make no statement."""
    c = criteria or default_criteria()
    table = tuple(_difference(earlier, now, field) for field in _FIELDS)
    by_field = {row.field: row for row in table}
    limits = (
        ("serial_rate", "ventricular_rate", "serial.rate", "1/min"),
        ("serial_pr", "pr_ms", "serial.pr_ms", "ms"),
        ("serial_qrs", "qrs_ms", "serial.qrs_ms", "ms"),
        ("serial_qtc", "qtc_fridericia_ms", "serial.qtc_ms", "ms"),
        ("serial_axis", "qrs_axis_deg", "serial.axis_deg", "°"),
    )
    found = _rhythm(earlier, now)
    for code, field, key, unit in limits:
        row = by_field[field]
        if row.change is not None and abs(row.change) >= c[key]:
            marked = (
                ("marked",) if field == "qtc_fridericia_ms" and abs(row.change) >= c["serial.qtc_marked_ms"] else ()
            )
            proof = (value("change", row.change, unit, limit=f"≥ {c[key]:.0f}"), value("earlier", row.earlier, unit))
            found.append(state(code, 0.9, *proof, qualifiers=marked))
    found += _st(earlier, now, c) + _t(earlier, now) + _new_q(earlier, now) + _bundle(earlier, now)
    return Comparison(table, tuple(found))


def _difference(earlier: Analysis, now: Analysis, field: str) -> Difference:
    before: float | None = getattr(earlier.measurements, field)
    after: float | None = getattr(now.measurements, field)
    if before is None or after is None:
        return Difference(field, before, after, None)
    return Difference(field, before, after, turn_deg(before, after) if field.endswith("_deg") else after - before)


def _basic(analysis: Analysis) -> set[str]:
    known = library().entries
    mild = {"sinus_tachycardia", "sinus_bradycardia", "sinus_bradycardia_severe", "sinus_arrhythmia", "long_pause"}
    return {
        statement.code
        for statement in analysis.statements
        if known[statement.code].category in {"rhythm", "pacing"} and statement.code not in mild
    }


def _rhythm(earlier: Analysis, now: Analysis) -> list[Statement]:
    def family(codes: set[str]) -> set[str]:
        return {"atrial_fibrillation" if code.startswith("atrial_fibrillation") else code for code in codes}

    before, after = family(_basic(earlier)), family(_basic(now))
    if not before or not after or before & after:
        return []
    return [
        state(
            "serial_rhythm",
            0.85,
            Evidence("earlier", ", ".join(sorted(before))),
            Evidence("now", ", ".join(sorted(after))),
        )
    ]


def _level(analysis: Analysis, lead: str) -> float | None:
    row = analysis.matrix.get(lead.removeprefix("-"), _EMPTY)
    level = row.st60_uv if row.st60_uv is not None else row.j_uv
    return None if level is None else -level if lead.startswith("-") else level


def _st(earlier: Analysis, now: Analysis, c: Criteria) -> list[Statement]:
    changed: dict[str, float] = {}
    for lead in (*LIMB_LEADS, "-aVR", *CHEST_LEADS):
        before, after = _level(earlier, lead), _level(now, lead)
        if before is not None and after is not None and abs(after - before) >= c["serial.st_uv"]:
            changed[lead] = after - before
    pairs = [pair for pair in contiguous(changed) if changed[pair[0]] * changed[pair[1]] > 0.0]
    if not pairs:
        return []
    leads = sorted({lead for pair in pairs for lead in pair})
    return [
        state(
            "serial_st",
            0.85,
            *(value("ST change", changed[lead], "µV", lead) for lead in leads),
            qualifiers=("dynamic",),
        )
    ]


def _sign(analysis: Analysis, lead: str) -> int:
    row = analysis.matrix.get(lead, _EMPTY)
    up, down = row.t_uv or 0.0, -(row.t_negative_uv or 0.0)
    return 1 if up >= 100.0 and up > down else -1 if down >= 100.0 and down > up else 0


def _t(earlier: Analysis, now: Analysis) -> list[Statement]:
    turned = [lead for lead in _T_LEADS if _sign(earlier, lead) * _sign(now, lead) < 0]
    return [state("serial_t", 0.85, value("leads", ", ".join(turned)))] if len(turned) >= 2 else []


def _new_q(earlier: Analysis, now: Analysis) -> list[Statement]:
    def old(analysis: Analysis) -> set[str]:
        return {s.code for s in analysis.statements if s.code.startswith("old_mi_") or s.code == "q_abnormal"}

    fresh = old(now) - old(earlier)
    return [state("serial_q", 0.75, value("now", ", ".join(sorted(fresh))))] if fresh and not old(earlier) else []


def _bundle(earlier: Analysis, now: Analysis) -> list[Statement]:
    before = {statement.code for statement in earlier.statements} & _BUNDLES
    fresh = ({statement.code for statement in now.statements} & _BUNDLES) - before
    return [state("serial_bundle", 0.85, value("now", ", ".join(sorted(fresh))))] if fresh else []
