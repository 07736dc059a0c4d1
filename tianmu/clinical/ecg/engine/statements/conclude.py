"""Suppression of statements by others, and the class of the conclusion (ecg.md sections 5 and 11)."""

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tianmu.clinical.ecg.engine.analysis import Severity, Statement
from tianmu.clinical.ecg.engine.library import contradictions

_GRAVE = (Severity.NORMAL, Severity.BORDERLINE, Severity.ABNORMAL, Severity.CRITICAL)


@functools.cache
def suppressions() -> Mapping[str, tuple[str, ...]]:
    """Return which codes each code silences; a trailing `*` stands for any ending."""
    text = (Path(__file__).parent.parent / "data" / "suppressions.json").read_text(encoding="utf-8")
    return {code: tuple(silenced) for code, silenced in json.loads(text)["suppressions"].items()}


def _matches(pattern: str, code: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern


def suppress(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Drop statements that others explain, then the less sure of each pair that contradicts; one statement per code."""
    unique = {statement.code: statement for statement in statements}
    silenced = {
        code
        for code in unique
        for speaker, patterns in suppressions().items()
        if speaker != code
        and any(_matches(speaker, present) and present != code for present in unique)
        and any(_matches(pattern, code) for pattern in patterns)
    }
    kept = {code: statement for code, statement in unique.items() if code not in silenced}
    for one, other in contradictions(kept):
        if one in kept and other in kept:
            pair = sorted((one, other), key=lambda code: (_GRAVE.index(kept[code].severity), kept[code].confidence))
            del kept[pair[0]]
    return tuple(kept.values())


def conclusion(statements: Sequence[Statement], quality_grade: str) -> Severity | None:
    """Return normal, borderline or abnormal; None when the recording is unfit and nothing grave is seen."""
    worst = max((_GRAVE.index(statement.severity) for statement in statements), default=0)
    if quality_grade == "D" and worst < _GRAVE.index(Severity.ABNORMAL):
        return None
    return _GRAVE[min(worst, _GRAVE.index(Severity.ABNORMAL))]


def conclusion_class(statements: Sequence[Statement], verdict: Severity | None) -> str | None:
    """Return the class of a report: normal, mostly_normal (one mild finding), borderline, abnormal, or None."""
    if verdict is not Severity.BORDERLINE:
        return verdict.value if verdict else None
    mild = {"sinus_arrhythmia", "sinus_bradycardia", "sinus_tachycardia", "axis_left", "axis_right",
            "early_repolarisation", "irbbb", "lvh_voltage", "t_tall"}  # fmt: skip
    found = [statement.code for statement in statements if statement.severity is Severity.BORDERLINE]
    return "mostly_normal" if len(found) == 1 and found[0] in mild else "borderline"
