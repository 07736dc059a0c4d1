"""Voltage indices of the chambers (ecg.md section 4); depths in the matrix are negative, sums here are positive µV."""

from collections.abc import Mapping

from tianmu.clinical.ecg.engine.analysis import LeadMeasurements

Matrix = Mapping[str, LeadMeasurements]
_EMPTY = LeadMeasurements()


def r_of(matrix: Matrix, lead: str) -> float:
    """Return the tallest R or R' of a lead in µV, 0 where there is none."""
    row = matrix.get(lead, _EMPTY)
    return max(row.r_uv or 0.0, row.r2_uv or 0.0)


def s_of(matrix: Matrix, lead: str) -> float:
    """Return the depth of S (or QS) of a lead as a positive number in µV."""
    row = matrix.get(lead, _EMPTY)
    deepest = max(0.0, -(row.s_uv or 0.0), -(row.s2_uv or 0.0))
    return max(deepest, -(row.q_uv or 0.0)) if not row.r_uv else deepest


def sokolow_uv(matrix: Matrix) -> float | None:
    """Return S(V1) + the larger R of V5 and V6 (Sokolow-Lyon 1949)."""
    if "V1" not in matrix or not {"V5", "V6"} & set(matrix):
        return None
    return s_of(matrix, "V1") + max(r_of(matrix, "V5"), r_of(matrix, "V6"))


def cornell_uv(matrix: Matrix) -> float | None:
    """Return R(aVL) + S(V3) (Casale 1985)."""
    return r_of(matrix, "aVL") + s_of(matrix, "V3") if {"aVL", "V3"} <= set(matrix) else None


def cornell_product(matrix: Matrix, qrs_ms: float | None, sex: str | None, women_add_uv: float) -> float | None:
    """Return (R aVL + S V3, women + `women_add_uv`) × QRS in µV·ms."""
    voltage = cornell_uv(matrix)
    if voltage is None or qrs_ms is None:
        return None
    return (voltage + (women_add_uv if sex == "F" else 0.0)) * qrs_ms


def rvh_sokolow_uv(matrix: Matrix) -> float | None:
    """Return R(V1) + the larger S of V5 and V6."""
    if "V1" not in matrix or not {"V5", "V6"} & set(matrix):
        return None
    return r_of(matrix, "V1") + max(s_of(matrix, "V5"), s_of(matrix, "V6"))


def romhilt_estes(
    matrix: Matrix, *, qrs_ms: float | None, axis_deg: float | None, ptf_mm_s: float | None, strain: bool
) -> int | None:
    """Return the Romhilt-Estes points (1968) without digitalis."""
    if not {"V1", "V5", "V6", "I", "aVF"} <= set(matrix):
        return None
    limb = max(
        max(r_of(matrix, lead), s_of(matrix, lead)) for lead in ("I", "II", "III", "aVL", "aVF") if lead in matrix
    )
    tall = limb >= 2000.0 or max(s_of(matrix, "V1"), s_of(matrix, "V2")) >= 3000.0
    tall = tall or max(r_of(matrix, "V5"), r_of(matrix, "V6")) >= 3000.0
    late = max(matrix[lead].intrinsicoid_ms or 0.0 for lead in ("V5", "V6"))
    return (
        3 * tall
        + 3 * strain
        + 3 * (ptf_mm_s is not None and ptf_mm_s <= -0.04)
        + 2 * (axis_deg is not None and -90.0 <= axis_deg <= -30.0)
        + (qrs_ms is not None and qrs_ms >= 90.0)
        + (late >= 50.0)
    )


def ptf_v1_mm_s(negative_uv: float | None, negative_ms: float | None) -> float | None:
    """Return the terminal force of P in V1: depth in mm times duration in s, negative."""
    if negative_uv is None or negative_ms is None:
        return None
    return negative_uv / 100.0 * negative_ms / 1000.0
