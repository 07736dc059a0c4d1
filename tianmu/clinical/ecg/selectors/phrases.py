"""Templates and devices."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Device, Phrase, StatementUse
from tianmu.clinical.ecg.permissions import Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.rulesets.selectors import in_force

DATA = Path(__file__).resolve().parent.parent / "data"
DEVICES: ScopePolicy[Device] = ScopePolicy("ECG device", paths=("organization__unit__path",))


def phrases(actor: Actor) -> QuerySet[Phrase]:
    """Return the actor's own templates."""
    return Phrase.objects.filter(account_id=actor.demand_account()).order_by("name")


@cache
def _templates() -> list[dict[str, Any]]:
    table: list[dict[str, Any]] = json.loads((DATA / "templates.json").read_text())["templates"]
    return table


def shared_templates(locale: str) -> list[dict[str, Any]]:
    """Return the house's templates in a language; conclusions take their texts from the statement library."""
    language = "en" if locale.startswith("en") else "zh"
    known = library().entries
    return [
        {
            "key": one["key"],
            "name": one["name"][language],
            "findings": one["findings"][language],
            "conclusion": [{"code": code, "text": known[code].text(locale)} for code in one["codes"]],
            "conclusion_class": one["class"],
            "advice": one["advice"][language],
        }
        for one in _templates()
    ]


def devices(actor: Actor) -> QuerySet[Device]:
    """Return the devices of the institutions the actor sees."""
    rows = Device.objects.select_related("organization__unit").order_by("organization__unit__path", "name")
    return DEVICES.rows(actor, Right.VIEW, rows)


def lifting_words(path: str, now: datetime) -> list[str]:
    """Return the words with which contradicting statements may stand side by side at a centre."""
    words: list[str] = in_force("ecg.contradictions", timezone.localdate(now), path).content["lifted_by"]
    return words


def uses_of(actor: Actor) -> dict[str, StatementUse]:
    """Return the statements that the actor used or keeps at hand, by code; none for who has no account."""
    if actor.account_id is None:
        return {}
    return {row.code: row for row in StatementUse.objects.filter(account_id=actor.account_id)}
