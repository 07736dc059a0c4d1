"""Importing the next year's table of the State Council."""

from datetime import date
from typing import Any

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.calendar import CalendarError, content_from_csv, from_content, shipped_document
from tianmu.foundation.calendars.selectors import KEY
from tianmu.foundation.rulesets.actions import load_version
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.permissions import Right
from tianmu.foundation.rulesets.selectors import in_force


@transaction.atomic
def import_calendar(*, actor: Actor, table: str, version: str, source: str, today: date) -> RuleSetVersion:
    """Load a table of (date, rest or work); its years replace the same years of the calendar in force, others stay.

    Raises:
        TianmuError: the table cannot be read, or this version exists with other days.
        RefusedError: the actor may not load rules.

    """
    actor.demand(Right.LOAD, "/")
    try:
        content = merged(_content_in_force(today), content_from_csv(table))
        from_content(version, content)
    except CalendarError as error:
        raise TianmuError("calendars.table_invalid", str(error), status=422) from error
    document = {
        "key": KEY,
        "name": "国务院办公厅节假日安排",
        "version": version,
        "effective_from": today.isoformat(),
        "source": source,
        "content": content,
    }
    loaded = load_version(document=document)
    record(
        actor=actor,
        action="calendars.imported",
        kind="ruleset_version",
        key=loaded.pk,
        new={"version": version, "covers_until": content["covers_until"]},
    )
    return loaded


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return the content of both, the years of `new` taking the place of the same years of `old`."""
    first, last = new["covers_from"][:4], new["covers_until"][:4]
    kept = [row for row in old["days"] if not first <= row[0][:4] <= last]
    return {
        "covers_from": min(old["covers_from"], new["covers_from"]),
        "covers_until": max(old["covers_until"], new["covers_until"]),
        "days": sorted([*kept, *new["days"]]),
    }


def _content_in_force(today: date) -> dict[str, Any]:
    try:
        content: dict[str, Any] = in_force(KEY, today).content
    except TianmuError:
        return dict(shipped_document()["content"])
    return content
