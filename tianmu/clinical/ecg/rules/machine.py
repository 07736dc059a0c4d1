"""The thresholds and critical values of the engine as an institution has them: rule sets over what the engine ships.

`ecg.criteria`: {"changes": {threshold: number}}. `ecg.critical_values`: {"base": key of a shipped set, "rules": rows
that replace the rule of the same code or are added, "without": codes that are left out} (ecg.md section 6).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tianmu.clinical.ecg.engine.criteria import Criteria, default_criteria
from tianmu.clinical.ecg.engine.critical.rules import (
    CriticalRules,
    read_critical_rules,
    shipped_rule_sets,
    shipped_rules,
)

LONGEST_VERSION = 40


@dataclass(frozen=True, slots=True)
class MachineRules:
    """What an analysis runs with; the version of `criteria` names both sets."""

    criteria: Criteria
    critical: CriticalRules


def shipped() -> MachineRules:
    """Return what the engine ships."""
    return MachineRules(default_criteria(), shipped_rules())


def machine_rules(
    criteria: Mapping[str, Any], criteria_version: str, critical: Mapping[str, Any], critical_version: str
) -> MachineRules:
    """Return the rules of an institution from the contents of its two rule sets and the names of their versions.

    Raises ValueError with a sentence where a threshold, a base or a rule cannot be read.
    """
    own = _criteria(criteria, criteria_version)
    alerts = _critical(critical, critical_version)
    return MachineRules(replace(own, version=_joint_version(own, alerts)), alerts)


def _criteria(content: Mapping[str, Any], version: str) -> Criteria:
    usual, changes = default_criteria(), content.get("changes", {})
    unknown = sorted(set(changes) - set(usual.values))
    if unknown:
        raise ValueError(f"Unknown thresholds: {', '.join(unknown)}. The file criteria.json of the engine lists them.")
    wrong = sorted(name for name, number in changes.items() if not _is_number(number))
    if wrong:
        raise ValueError(f"These thresholds are no numbers: {', '.join(wrong)}.")
    if not changes:
        return usual
    numbers = {name: float(number) for name, number in changes.items()}
    return Criteria(f"{usual.version}+{version}", {**usual.values, **numbers}, usual.units)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _critical(content: Mapping[str, Any], version: str) -> CriticalRules:
    key = content.get("base", "")
    if key not in shipped_rule_sets():
        raise ValueError(f"There is no base {key!r}: choose one of {', '.join(shipped_rule_sets())}.")
    base, rows, without = shipped_rules(key), content.get("rules", []), set(content.get("without", []))
    if not rows and not without:
        return base
    unknown = sorted(without - {rule.code for rule in base.rules})
    if unknown:
        raise ValueError(f"The base {key} has no rule {', '.join(unknown)}.")
    table = {"key": key, "version": "", "name_zh": base.name_zh, "name_en": base.name_en, "rules": rows}
    try:
        own = read_critical_rules(json.dumps(table))
    except (KeyError, TypeError) as error:
        raise ValueError(f"A rule of critical values cannot be read: {error} is missing or wrong.") from error
    faults = [rule.code for rule in own.rules if rule.grade not in {"critical", "major"}]
    faults += [rule.code for rule in own.rules if any(one.op not in {">=", ">", "<=", "<"} for one in rule.conditions)]
    if faults:
        raise ValueError(f"Grade or comparison is unknown in: {', '.join(faults)}.")
    replaced = {rule.code for rule in own.rules}
    kept = tuple(rule for rule in base.rules if rule.code not in without | replaced)
    return replace(base, version=f"{base.version}+{version}", rules=(*kept, *own.rules))


def _joint_version(criteria: Criteria, critical: CriticalRules) -> str:
    """Return one name for both, at most 40 characters: the plain version where nothing differs from the engine's."""
    plain = critical == shipped_rules()
    joint = criteria.version if plain else f"{criteria.version} {critical.key}@{critical.version}"
    if len(joint) <= LONGEST_VERSION:
        return joint
    return f"{joint[: LONGEST_VERSION - 9]}~{hashlib.sha256(joint.encode()).hexdigest()[:8]}"
