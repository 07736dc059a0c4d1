"""The twelve towns of the county by their statistical codes (GB/T 2260 county code and three digits of GB/T 10114)."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_FILE = Path(__file__).parent / "data" / "codes" / "towns.json"


@dataclass(frozen=True, slots=True)
class Town:
    """A town or sub-district."""

    code: str
    name: str


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the versioned table as a code system: key, version, name, source, codes."""
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def towns() -> MappingProxyType[str, Town]:
    """Return the towns by code."""
    return MappingProxyType({one["code"]: Town(one["code"], one["display"]) for one in document()["codes"]})


def town_of(code: str) -> Town | None:
    """Return the town with this code, or None."""
    return towns().get(code)
