"""The audit log as a file: what the actor may see of it, within bounds; the export is itself a line."""

import csv
import io
import json
from datetime import datetime

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.audit.errors import Code
from tianmu.foundation.audit.permissions import Right
from tianmu.foundation.audit.selectors import AuditFilter, lines
from tianmu.foundation.audit.watch import note_recorded

MOST_LINES = 20_000
HEAD = (
    "id", "at", "action", "actor_kind", "account_id", "actor_name", "subject_kind", "subject_id", "person_id",
    "purpose", "reason", "address", "client", "old", "new",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@transaction.atomic
def export_lines(*, actor: Actor, wanted: AuditFilter, reason: str, now: datetime) -> str:
    """Return the matching lines as CSV, newest first, and note the export with its filter and reason.

    Raises:
        RefusedError: the actor may not export audit lines.
        TianmuError: more lines match than a file may hold (422).

    """
    actor.demand(Right.EXPORT)
    found = list(lines(actor, wanted)[: MOST_LINES + 1])
    if len(found) > MOST_LINES:
        detail = f"More than {MOST_LINES:,} lines match. Choose a shorter time or a narrower filter."
        raise TianmuError(Code.TOO_MANY_LINES, detail, status=422)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEAD)
    for line in found:
        writer.writerow([cell(getattr(line, name)) for name in HEAD])
    asked = {name: str(value) for name in AuditFilter.__slots__ if (value := getattr(wanted, name))}
    new = {"filter": asked, "lines": len(found), "at": now.isoformat()}
    record(actor=actor, action="audit.exported", kind="audit", key=None, new=new, reason=reason)
    for line in found:
        note_recorded(line.person_id)
    return sheet.getvalue()


def cell(value: object) -> str:
    """Return a value as a cell of a table program shows it; text that begins like a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
