"""The statement library and its data: complete, unique, in two languages, free of dangling codes."""

import json
import re
from pathlib import Path

from tianmu.clinical.ecg.engine.analysis import Measurements, Severity, Statement
from tianmu.clinical.ecg.engine.criteria import default_criteria
from tianmu.clinical.ecg.engine.library import (
    compose,
    contradictions,
    findings,
    library,
    ordered,
    phrases,
    plain_line,
    statement_text,
)
from tianmu.clinical.ecg.engine.statements.conclude import conclusion, conclusion_class, suppress, suppressions

ENGINE = Path(__file__).parent.parent


def stated(*codes: str) -> list[Statement]:
    return [Statement(code, Severity(library().entry(code).severity), 0.8) for code in codes]


def test_every_entry_is_complete() -> None:
    for entry in library().entries.values():
        assert entry.zh
        assert entry.en
        assert entry.plain_zh.endswith("。")
        assert entry.plain_en.endswith(".")
        assert Severity(entry.severity)
        assert re.fullmatch(r"[a-z0-9]+", entry.initials)


def test_rules_state_only_codes_of_the_library() -> None:
    known = set(library().entries)
    for path in (ENGINE / "statements").glob("*.py"):
        for code in re.findall(r'state\(\s*"([a-z0-9_.]+)"', path.read_text(encoding="utf-8")):
            assert code in known, f"{path.name}: {code}"


def test_rules_use_only_known_thresholds() -> None:
    known = set(default_criteria().values)
    used = set()
    for path in [*(ENGINE / "statements").glob("*.py"), ENGINE / "interpret.py", *(ENGINE / "serial").glob("*.py")]:
        used |= set(re.findall(r'\[[\'"]([a-z0-9_]+\.[a-z0-9_]+)[\'"]\]', path.read_text(encoding="utf-8")))
    assert used <= known
    assert len(used) > 100


def test_criteria_name_a_source_and_can_be_replaced() -> None:
    table = json.loads((ENGINE / "data" / "criteria.json").read_text(encoding="utf-8"))
    assert all(row["source"] for row in table["values"].values())
    own = default_criteria().replaced("own", av__long_pr_ms=210.0)
    assert own["av.long_pr_ms"] == 210.0
    assert default_criteria()["av.long_pr_ms"] == 200.0


def test_suppressions_name_known_codes() -> None:
    known = set(library().entries)
    for speaker, silenced in suppressions().items():
        for pattern in (speaker, *silenced):
            assert pattern == "*" or any(one.startswith(pattern.rstrip("*")) for one in known), pattern


def test_both_languages_have_the_same_phrases() -> None:
    assert set(phrases()["zh"]) == set(phrases()["en"])


def test_search_by_initials_text_and_code_leaves_alerts_out() -> None:
    assert "atrial_fibrillation" in {entry.code for entry in library().search("xfcd")}
    assert "rbbb" in {entry.code for entry in library().search("右束支")}
    assert "lafb" in {entry.code for entry in library().search("Left anterior fascicular")}
    assert not [entry for entry in library().search("") if entry.category == "alert"]


def test_contradictions_are_named_once() -> None:
    assert contradictions(["sinus_rhythm", "atrial_fibrillation"]) == (("sinus_rhythm", "atrial_fibrillation"),)
    assert contradictions(["sinus_rhythm", "rbbb"]) == ()


def test_conclusion_text_is_numbered_with_the_rhythm_first() -> None:
    lines = stated("rbbb", "sinus_rhythm", "t_inversion")
    assert compose(lines, "zh").splitlines() == ["1. 窦性心律", "2. 完全性右束支阻滞", "3. T波倒置"]
    assert compose(lines, "en").splitlines()[0] == "1. Sinus rhythm"


def test_qualifiers_follow_their_statement() -> None:
    statement = Statement("preexcitation", Severity.ABNORMAL, 0.9, qualifiers=("type_a",))
    assert statement_text(statement, "zh").endswith("（A型）")
    assert statement_text(statement, "en").endswith("(type A)")


def test_findings_leave_unknown_values_out() -> None:
    text = findings(Measurements(ventricular_rate=71.6, qrs_ms=92.0), stated("sinus_rhythm"), "zh")
    assert text == "心率 72 次/分，QRS时限 92 ms。"
    assert findings(Measurements(), [], "zh") == ""


def test_plain_line_speaks_of_the_gravest() -> None:
    line = plain_line(stated("sinus_rhythm", "stemi_inferior"), "zh")
    assert line == library().entry("stemi_inferior").plain_zh
    assert "120" in line


def test_suppression_keeps_what_explains() -> None:
    kept = {s.code for s in suppress(stated("lvh_strain", "lvh", "t_inversion", "st_depression", "sinus_rhythm"))}
    assert kept == {"lvh_strain", "sinus_rhythm"}
    assert {s.code for s in suppress(stated("stemi_anterior", "lvh_strain"))} == {"stemi_anterior", "lvh_strain"}
    assert {s.code for s in suppress(stated("ventricular_fibrillation", "sinus_rhythm"))} == {
        "ventricular_fibrillation"
    }


def test_class_of_the_conclusion() -> None:
    assert conclusion(stated("sinus_rhythm"), "A") is Severity.NORMAL
    assert conclusion(stated("stemi_inferior"), "D") is Severity.ABNORMAL
    assert conclusion(stated("sinus_rhythm"), "D") is None
    assert conclusion_class(stated("sinus_rhythm", "axis_left"), Severity.BORDERLINE) == "mostly_normal"
    assert conclusion_class(stated("sinus_rhythm", "t_flat"), Severity.BORDERLINE) == "borderline"
    assert conclusion_class([], None) is None


def test_order_is_stable() -> None:
    lines = stated("t_inversion", "sinus_rhythm", "lafb")
    assert ordered(ordered(lines)) == ordered(lines)
