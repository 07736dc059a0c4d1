"""Machine critical alerts by a rule set that an organisation chooses (ecg.md section 6).

Rules are data: any of `codes` must be stated, and every condition must hold. Sensitive first; a doctor confirms.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tianmu.clinical.ecg.engine.analysis import CriticalAlert, Evidence, Measurements, Statement

_DATA = Path(__file__).parent.parent / "data"
DEFAULT = "consensus_2017"


@dataclass(frozen=True, slots=True)
class Condition:
    """One limit on a number: `of` names it, `op` is one of >= > <= <."""

    of: str
    op: str
    limit: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a rule set; `codes` may end in `*`; no code at all means that the conditions suffice."""

    code: str
    grade: str
    codes: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class CriticalRules:
    """A version of a rule set."""

    key: str
    version: str
    name_zh: str
    name_en: str
    rules: tuple[Rule, ...]


def read_critical_rules(text: str) -> CriticalRules:
    """Read a rule set from JSON text."""
    table = json.loads(text)
    return CriticalRules(
        key=table["key"],
        version=table["version"],
        name_zh=table["name_zh"],
        name_en=table["name_en"],
        rules=tuple(
            Rule(
                code=row["code"],
                grade=row["grade"],
                codes=tuple(row.get("codes", ())),
                conditions=tuple(
                    Condition(item["of"], item["op"], float(item["limit"])) for item in row.get("when", ())
                ),
            )
            for row in table["rules"]
        ),
    )


@functools.cache
def shipped_rules(key: str = DEFAULT) -> CriticalRules:
    """Return a rule set that the engine ships: consensus_2017, zhejiang or shanxi_2017."""
    return read_critical_rules((_DATA / f"critical_{key}.json").read_text(encoding="utf-8"))


def shipped_rule_sets() -> tuple[str, ...]:
    """Return the keys of all rule sets that the engine ships."""
    return tuple(sorted(path.stem.removeprefix("critical_") for path in _DATA.glob("critical_*.json")))


def _matches(pattern: str, code: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == code


def _holds(condition: Condition, numbers: Mapping[str, float]) -> bool:
    number = numbers.get(condition.of)
    if number is None:
        return False
    tests = {
        ">=": number >= condition.limit,
        ">": number > condition.limit,
        "<=": number <= condition.limit,
        "<": number < condition.limit,
    }
    return tests[condition.op]


def numbers_of(measurements: Measurements, more: Mapping[str, float]) -> dict[str, float]:
    """Collect the numbers that conditions may name: measurements by field name, and `more` (rr_max_ms, rr_min_ms …)."""
    fields = ("ventricular_rate", "qtc_fridericia_ms", "qtc_bazett_ms", "qrs_ms", "pr_ms", "atrial_rate")
    known = {name: getattr(measurements, name) for name in fields}
    return {**{name: number for name, number in known.items() if number is not None}, **more}


def critical_alerts(
    statements: Sequence[Statement], measurements: Measurements, more: Mapping[str, float], rules: CriticalRules
) -> tuple[CriticalAlert, ...]:
    """Return the alerts that the rule set raises, each once, critical before major."""
    numbers = numbers_of(measurements, more)
    alerts: dict[str, CriticalAlert] = {}
    for rule in rules.rules:
        hit = next((s for pattern in rule.codes for s in statements if _matches(pattern, s.code)), None)
        if (rule.codes and hit is None) or not all(_holds(condition, numbers) for condition in rule.conditions):
            continue
        measured = tuple(
            Evidence(item.of, round(numbers[item.of], 1), limit=f"{item.op} {item.limit:g}") for item in rule.conditions
        )
        proof = (*(hit.evidence if hit else ()), *measured)
        alert = CriticalAlert(
            rule.code, rule.grade, hit.code if hit else rule.code, proof, f"{rules.key}@{rules.version}"
        )
        alerts.setdefault(rule.code, alert)
    return tuple(sorted(alerts.values(), key=lambda alert: alert.grade != "critical"))
