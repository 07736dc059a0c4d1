"""Comparison of two analyses: each limit inside and outside (ecg.md section 5, serial comparison)."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.analysis import Analysis, Beats, Measurements, Quality, Severity, Statement
from tianmu.clinical.ecg.engine.serial.compare import compare, turn_deg
from tianmu.clinical.ecg.engine.statements.tests.case_factory import changed, normal_matrix
from tianmu.clinical.ecg.engine.statements.tests.case_factory import st as level

EMPTY = Beats(np.zeros(0, dtype=np.int32), np.zeros(0, dtype="<U1"), np.zeros(0, dtype=np.int32))


def analysis(*codes: str, matrix: Any = None, **measured: Any) -> Analysis:
    usual = Measurements(ventricular_rate=70.0, pr_ms=160.0, qrs_ms=90.0, qtc_fridericia_ms=400.0, qrs_axis_deg=50.0)
    return Analysis(
        engine_version="t", criteria_version="t", beats=EMPTY, median=None, measurements=replace(usual, **measured),
        matrix=matrix or normal_matrix(),
        statements=tuple(Statement(code, Severity.NORMAL, 0.9) for code in codes or ("sinus_rhythm",)),
        alerts=(), quality=Quality("A"), conclusion=Severity.NORMAL,
    )  # fmt: skip


def changes(now: Analysis, earlier: Analysis | None = None) -> set[str]:
    return {statement.code for statement in compare(earlier or analysis(), now).statements}


@pytest.mark.parametrize(
    ("code", "field", "inside", "outside"),
    [
        ("serial_rate", "ventricular_rate", 90.0, 89.9),
        ("serial_pr", "pr_ms", 200.0, 199.0),
        ("serial_qrs", "qrs_ms", 110.0, 109.0),
        ("serial_qtc", "qtc_fridericia_ms", 440.0, 439.0),
        ("serial_axis", "qrs_axis_deg", 80.0, 79.0),
    ],
)
def test_limits_of_change(code: str, field: str, inside: float, outside: float) -> None:
    assert changes(analysis(**{field: inside})) == {code}
    assert changes(analysis(**{field: outside})) == set()


def test_a_large_qtc_change_is_marked() -> None:
    found = compare(analysis(), analysis(qtc_fridericia_ms=460.0)).statements
    assert [statement.qualifiers for statement in found] == [("marked",)]


def test_axis_turns_the_short_way() -> None:
    assert turn_deg(170.0, -170.0) == 20.0
    assert turn_deg(-170.0, 170.0) == -20.0


def test_rhythm_change_and_the_same_family() -> None:
    assert changes(analysis("atrial_fibrillation")) == {"serial_rhythm"}
    assert changes(analysis("atrial_fibrillation_rapid"), analysis("atrial_fibrillation")) == set()
    assert changes(analysis("sinus_rhythm", "sinus_bradycardia")) == set()


def test_st_change_needs_two_contiguous_leads() -> None:
    assert changes(analysis(matrix=changed({"II": level(100.0), "aVF": level(100.0)}))) == {"serial_st"}
    assert changes(analysis(matrix=changed({"II": level(100.0), "aVF": level(99.0)}))) == set()
    assert changes(analysis(matrix=changed({"V2": level(100.0), "V3": level(-100.0)}))) == set()


def test_t_polarity_new_q_and_new_bundle_block() -> None:
    down = {"t_uv": None, "t_negative_uv": -200.0}
    assert changes(analysis(matrix=changed({"V4": down, "V5": down}))) == {"serial_t"}
    assert changes(analysis(matrix=changed({"V4": down}))) == set()
    assert changes(analysis("sinus_rhythm", "old_mi_inferior")) == {"serial_q"}
    assert changes(analysis("sinus_rhythm", "lbbb")) == {"serial_bundle"}
    assert changes(analysis("sinus_rhythm", "lbbb"), analysis("sinus_rhythm", "lbbb")) == set()


def test_unknown_values_make_no_change() -> None:
    now = replace(analysis(), measurements=Measurements())
    result = compare(analysis(), now)
    assert result.statements == ()
    assert all(row.change is None for row in result.table)
