"""Versioned data that the rooms ship: roles, rule sets, code systems. Loading it again changes nothing."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actions import load_roles
from tianmu.foundation.codes.actions import load_system
from tianmu.foundation.db.partitions import prepare_partitions
from tianmu.foundation.rulesets.actions import load_version
from tianmu.insight.reports.actions.templates import load_templates
from tianmu.site.rooms import ROOMS

ROLES = Path(__file__).resolve().parent / "data" / "roles.json"


@transaction.atomic
def load_reference_data() -> dict[str, int]:
    """Load roles, rule sets, code systems, built-in reports; make the partitions ahead; return how many of each."""
    roles = json.loads(ROLES.read_text(encoding="utf-8"))["roles"]
    load_roles(roles=roles)
    rule_sets = [load_version(document=document) for document in documents("rulesets")]
    systems = [load_system(document=document) for document in documents("codes")]
    prepare_partitions(timezone.localdate())
    reports = load_templates()
    return {"roles": len(roles), "rule sets": len(rule_sets), "code systems": len(systems), "reports": reports}


def documents(kind: str) -> Iterator[dict[str, Any]]:
    """Yield the documents in `data/<kind>/` of every room."""
    for room in ROOMS:
        folder = Path(import_module(room).__file__ or "").parent / "data" / kind
        for path in sorted(folder.glob("*.json")):
            yield json.loads(path.read_text(encoding="utf-8"))
