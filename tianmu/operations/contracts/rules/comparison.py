"""Compares a result with what a case expects: lines as a multiset of event, rule, assessed and payable."""

from collections import Counter
from collections.abc import Mapping
from typing import Any


def differences(expect: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that differs; what `expect` does not name is not compared."""
    found = []
    if "lines" in expect:
        wanted, given = Counter(map(_line, expect["lines"])), Counter(map(_line, result["lines"]))
        found += [f"line missing: {_said(one)}" for one in (wanted - given).elements()]
        found += [f"line too many: {_said(one)}" for one in (given - wanted).elements()]
    for part in ("due_dates", "totals", "settlement"):
        wanted_part, given_part = expect.get(part), result.get(part)
        if part in expect and wanted_part != given_part:
            found.append(f"{part}: {given_part}, expected {wanted_part}")
    if "flags" in expect and set(expect["flags"]) != set(result["flags"]):
        found.append(f"flags: {result['flags']}, expected {expect['flags']}")
    return found


def _line(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return row["event"], row["rule"], row["assessed"], row.get("payable", "")


def _said(one: tuple[str, str, str, str]) -> str:
    return " ".join(part for part in one if part)
