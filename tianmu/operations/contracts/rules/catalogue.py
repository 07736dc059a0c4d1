"""The obligations of the contract (O-001 to O-138) as data: clause, owner, clock, evidence, consequence."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data" / "obligations.json"


@lru_cache(maxsize=1)
def document() -> Mapping[str, Any]:
    """Return the whole document: version, source, obligations."""
    found: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def obligations() -> Mapping[str, Mapping[str, Any]]:
    """Return each obligation by its id."""
    return {one["id"]: one for one in document()["obligations"]}


@lru_cache(maxsize=8)
def duties_under(clause: str) -> frozenset[str]:
    """Return the obligations whose breach is judged by a clause of the main text."""
    return frozenset(key for key, one in obligations().items() if one.get("penalty") == clause)
