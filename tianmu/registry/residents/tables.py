"""The versioned tables of this room, read once from `data/`."""

import json
from functools import lru_cache
from pathlib import Path

from tianmu.registry.residents.rules.id_number import IdRules

_DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def id_rules() -> IdRules:
    """Return the rules of the national id number."""
    return IdRules.from_document(json.loads((_DATA / "id_number.json").read_text(encoding="utf-8")))
