"""Appending audit lines; called inside the transaction of the write that the line tells of."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.watch import note_recorded
from tianmu.foundation.db.adding import add


def record(
    *,
    actor: Actor,
    action: str,
    kind: str,
    key: UUID | None,
    person_id: UUID | None = None,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Append one line: who did what to which subject, the values before and after, and why."""
    line = line_to_write(
        actor=actor, action=action, kind=kind, key=key, person_id=person_id, old=old, new=new, reason=reason
    )
    add([line])


def line_to_write(
    *,
    actor: Actor,
    action: str,
    kind: str,
    key: UUID | None,
    person_id: UUID | None = None,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    reason: str = "",
) -> AuditLine:
    """Return the line of `record` for a caller that writes it in one statement with what it tells of."""
    note_recorded(person_id)
    return AuditLine(**_line(actor, action, kind, key, person_id, old=old, new=new, reason=reason))


def record_views(
    *,
    actor: Actor,
    action: str,
    kind: str,
    subjects: Iterable[tuple[UUID, UUID | None]],
    new: Mapping[str, object] | None = None,
) -> None:
    """Append one line for each (subject, person) whose record was shown, printed or exported."""
    seen = list(subjects)
    add([AuditLine(**_line(actor, action, kind, key, person, new=new)) for key, person in seen])
    for _, person in seen:
        note_recorded(person)


def _line(
    actor: Actor, action: str, kind: str, key: UUID | None, person_id: UUID | None, **values: object
) -> dict[str, object]:
    return {
        "at": timezone.now(),
        "action": action,
        "actor_kind": actor.kind.value,
        "account_id": actor.account_id,
        "actor_name": actor.name,
        "home_path": actor.home_path,
        "subject_kind": kind,
        "subject_id": key,
        "person_id": person_id,
        "address": actor.address,
        "client": actor.client,
        "trace_id": actor.trace_id,
        "purpose": actor.purpose,
        **values,
    }
