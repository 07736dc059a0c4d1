"""The rule sets of critical values at their limits (ecg.md section 6)."""

import json
from pathlib import Path
from typing import Any

import pytest

from tianmu.clinical.ecg.engine.analysis import Measurements, Severity, Statement
from tianmu.clinical.ecg.engine.critical.rules import critical_alerts, shipped_rule_sets, shipped_rules
from tianmu.clinical.ecg.engine.library import library


def alerts(key: str, *codes: str, rr_max_ms: float = 900.0, rr_min_ms: float = 700.0, **measured: Any) -> set[str]:
    statements = [Statement(code, Severity.ABNORMAL, 0.9) for code in codes]
    more = {"rr_max_ms": rr_max_ms, "rr_min_ms": rr_min_ms}
    found = critical_alerts(statements, Measurements(**measured), more, shipped_rules(key))
    return {alert.code for alert in found}


def test_three_rule_sets_are_shipped_with_source_and_date() -> None:
    assert shipped_rule_sets() == ("consensus_2017", "shanxi_2017", "zhejiang")
    folder = Path(__file__).parent.parent.parent / "data"
    for key in shipped_rule_sets():
        table = json.loads((folder / f"critical_{key}.json").read_text(encoding="utf-8"))
        assert table["source"]
        assert table["effective_from"]
        assert {row["grade"] for row in table["rules"]} == {"critical", "major"}


@pytest.mark.parametrize("key", ["consensus_2017", "shanxi_2017", "zhejiang"])
def test_what_every_set_calls_critical(key: str) -> None:
    for code in ("ventricular_fibrillation", "ventricular_flutter"):
        assert "critical.ventricular_fibrillation" in alerts(key, code)
    assert "critical.torsades" in alerts(key, "torsades")
    assert "critical.asystole" in alerts(key, "asystole")
    for code in ("stemi_anterior", "stemi_inferior", "stemi_posterior", "sgarbossa", "de_winter", "left_main"):
        assert "critical.acute_infarction" in alerts(key, code)
    assert "critical.ventricular_tachycardia" in alerts(key, "ventricular_tachycardia", ventricular_rate=150.0)
    assert alerts(key, "sinus_rhythm", ventricular_rate=72.0) == set()


@pytest.mark.parametrize(("key", "limit"), [("consensus_2017", 200.0), ("zhejiang", 200.0), ("shanxi_2017", 180.0)])
def test_supraventricular_tachycardia_by_rate(key: str, limit: float) -> None:
    assert "critical.supraventricular_tachycardia" in alerts(key, "svt", ventricular_rate=limit)
    assert "critical.supraventricular_tachycardia" not in alerts(key, "svt", ventricular_rate=limit - 0.5)


@pytest.mark.parametrize(("key", "limit"), [("consensus_2017", 200.0), ("zhejiang", 180.0), ("shanxi_2017", 180.0)])
def test_fibrillation_by_rate(key: str, limit: float) -> None:
    for code in ("atrial_fibrillation_rapid", "atrial_flutter"):
        assert "critical.atrial_fibrillation_rapid" in alerts(key, code, ventricular_rate=limit)
        assert "critical.atrial_fibrillation_rapid" not in alerts(key, code, ventricular_rate=limit - 1.0)


def test_slow_rates_and_pauses_of_the_consensus() -> None:
    assert "critical.bradycardia" in alerts("consensus_2017", ventricular_rate=35.0)
    assert "critical.bradycardia" not in alerts("consensus_2017", ventricular_rate=35.5)
    assert "critical.long_pause" in alerts("consensus_2017", "long_pause", rr_max_ms=3000.0)
    assert "critical.long_pause" not in alerts("consensus_2017", "long_pause", rr_max_ms=2999.0)


def test_first_seen_complete_block_is_critical_in_the_provinces_and_major_in_the_consensus() -> None:
    assert "critical.av_block" in alerts("zhejiang", "av_block_3", ventricular_rate=45.0)
    assert "critical.av_block" in alerts("shanxi_2017", "av_block_3", ventricular_rate=45.0)
    assert alerts("consensus_2017", "av_block_3", ventricular_rate=45.0) == {"major.av_block"}


def test_long_qt_of_the_consensus() -> None:
    assert "critical.long_qt" in alerts("consensus_2017", "long_qt_marked", qtc_fridericia_ms=550.0)
    assert "critical.long_qt" not in alerts("consensus_2017", "long_qt_marked", qtc_fridericia_ms=549.0)
    assert "critical.long_qt_r_on_t" not in alerts("zhejiang", "long_qt_marked", qtc_fridericia_ms=560.0)
    assert "critical.long_qt_r_on_t" in alerts("zhejiang", "r_on_t", qtc_fridericia_ms=560.0)


def test_preexcited_fibrillation_by_the_shortest_rr() -> None:
    assert "critical.preexcited_fibrillation" in alerts("consensus_2017", "preexcited_fibrillation", rr_min_ms=250.0)
    assert "critical.preexcited_fibrillation" not in alerts(
        "consensus_2017", "preexcited_fibrillation", rr_min_ms=252.0
    )


def test_an_unknown_number_raises_nothing() -> None:
    assert alerts("consensus_2017") == set()


def test_critical_alerts_come_first_and_each_once_with_evidence() -> None:
    statements = [Statement("av_block_3", Severity.ABNORMAL, 0.9), Statement("stemi_inferior", Severity.CRITICAL, 0.9)]
    measured = Measurements(ventricular_rate=34.0)
    found = critical_alerts(statements, measured, {}, shipped_rules("consensus_2017"))
    assert [alert.grade for alert in found] == sorted(
        (alert.grade for alert in found), key=lambda grade: grade != "critical"
    )
    assert len({alert.code for alert in found}) == len(found)
    brady = next(alert for alert in found if alert.code == "critical.bradycardia")
    assert brady.evidence[-1].limit == "<= 35"
    assert brady.rule_set.startswith("consensus_2017@")


def test_every_code_of_every_rule_set_stands_in_the_library() -> None:
    known = set(library().entries)
    for key in shipped_rule_sets():
        for rule in shipped_rules(key).rules:
            assert rule.code in known
            for code in rule.codes:
                assert any(one.startswith(code[:-1]) for one in known) if code.endswith("*") else code in known
