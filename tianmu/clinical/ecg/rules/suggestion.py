"""The machine's suggestion for a report: advice that a doctor confirms (辅助提示, 需医师确认)."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tianmu.clinical.ecg.engine.analysis import Evidence, Measurements, Severity, Statement
from tianmu.clinical.ecg.engine.library import findings, ordered, statement_text
from tianmu.clinical.ecg.rules.report import conclusion_class


def statements_of(result: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Rebuild the statements of a stored analysis, in the order in which a report prints them."""
    return ordered(
        [
            Statement(
                code=one["code"],
                severity=Severity(one["severity"]),
                confidence=one["confidence"],
                evidence=tuple(Evidence(**evidence) for evidence in one["evidence"]),
                qualifiers=tuple(one["qualifiers"]),
            )
            for one in result["statements"]
        ]
    )


def measurements_of(result: Mapping[str, Any]) -> Measurements:
    """Rebuild the measurements of a stored analysis; fields that this release does not know are ignored."""
    known = {field.name for field in fields(Measurements)}
    return Measurements(**{key: value for key, value in result["measurements"].items() if key in known})


def suggestion(result: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Return the wording a reader starts from: findings, one line a statement, and the class it suggests."""
    statements = statements_of(result)
    return {
        "findings": findings(measurements_of(result), statements, locale),
        "conclusion": [{"code": one.code, "text": statement_text(one, locale)} for one in statements],
        "conclusion_class": conclusion_class(one.severity.value for one in statements),
        "advice": "",
    }
