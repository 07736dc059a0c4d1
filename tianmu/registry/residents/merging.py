"""Making one of two entries, and two of one again: nothing is lost, every row that moved is written down."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.api.errors import Code as ApiCode
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.keys import first_key_of
from tianmu.foundation.events.actions import publish
from tianmu.registry.residents import hashes
from tianmu.registry.residents.choices import PairState, ResidentKind
from tianmu.registry.residents.columns import PersonDraft, columns, known
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.events import ResidentsMerged, ResidentsUnmerged
from tianmu.registry.residents.identity import demand_unmerged, locked
from tianmu.registry.residents.models import DuplicatePair, Merge, MovedRows, Resident
from tianmu.registry.residents.permissions import PAIRS, PEOPLE, Right
from tianmu.registry.residents.ports import Moved, PersonColumn, column_of, moving_columns
from tianmu.registry.residents.rules.merging import UNITS, merged_fields, restored_fields
from tianmu.registry.residents.standing import demand_reason

KINDS = (str(ResidentKind.RESIDENT), str(ResidentKind.TEMPORARY))
MOST_SHOWN = 200
FIELDS_OF_AUDIT = ("name", "sex", "birth_date", "kind", "town_code", "village", "deceased_on")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to merge into whom, what to take over, and the versions that were compared."""

    survivor_id: UUID
    absorbed_id: UUID
    taken: frozenset[str]
    reason: str
    survivor_version: int | None = None
    absorbed_version: int | None = None


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that came to the survivor after the merge."""

    column: PersonColumn
    key: UUID
    text: str


@transaction.atomic
def merge(*, actor: Actor, wanted: Wanted, now: datetime) -> Merge:
    """Merge an entry into another: the survivor takes the chosen fields, everything that points to the other follows.

    Raises:
        MissingError: one of them is not the actor's to see.
        RefusedError: the actor may not merge people of one of the two registers.
        ConflictError: one of them was merged meanwhile; `into` says where it is.
        TianmuError: both are the same, a version is out of date (412), or the chosen fields contradict each other.

    """
    if wanted.survivor_id == wanted.absorbed_id or not wanted.taken <= set(UNITS):
        raise TianmuError(Code.SAME_PERSON, "Choose two different entries, and fields that there are.", status=422)
    reason = demand_reason(wanted.reason)
    rows = locked([wanted.survivor_id, wanted.absorbed_id])
    survivor, absorbed = _both(actor, rows, wanted)
    before = known(survivor)
    after = merged_fields(before, known(absorbed), wanted.taken, kinds=KINDS)
    made = Merge.objects.create(
        survivor=survivor,
        absorbed=absorbed,
        at=now,
        by_id=actor.account_id,
        by_name=actor.name,
        reason=reason,
        taken=sorted(wanted.taken),
        before=_packed(before),
        after=_packed(after),
        former_id_hash=_given_up(before, after),
    )
    absorbed.merged_into = survivor
    _save(absorbed, "merged_into")
    _take(survivor, after)
    moved = {
        column.name: _move(made, column, mover.move(absorbed.pk, survivor.pk)) for column, mover in moving_columns()
    }
    _settle_pair(actor, made, now)
    new = {"absorbed": str(absorbed.pk), "taken": made.taken, "rows": {name: n for name, n in moved.items() if n}}
    _note(actor, made, "merge", reason, old=_audited(before), new={**_audited(after), **new})
    publish(ResidentsMerged(merge_id=made.pk, survivor_id=survivor.pk, absorbed_id=absorbed.pk, at=now))
    return made


@transaction.atomic
def unmerge(*, actor: Actor, merge_id: UUID, reason: str, give: Collection[tuple[str, UUID]], now: datetime) -> Merge:
    """Undo a merge: fields and rows are as before; of the rows that came since, those in `give` go to the other person.

    What somebody changed on the survivor after the merge is kept.

    Raises:
        MissingError: there is no such merge that the actor may see.
        ConflictError: it was undone before, or a later merge must be undone first (`later`).

    """
    said = demand_reason(reason)
    seen = merges(actor).filter(pk=merge_id).first()
    if seen is None:
        raise MissingError("merge")
    rows = locked([seen.survivor_id, seen.absorbed_id])
    made = Merge.objects.select_for_update().get(pk=merge_id)
    survivor, absorbed = rows[made.survivor_id], rows[made.absorbed_id]
    for row in (survivor, absorbed):
        PEOPLE.demand(actor, Right.MERGE, row)
    _demand_last(made, survivor)
    before, after = _unpacked(made.before), _unpacked(made.after)
    was = known(survivor)
    _take(survivor, restored_fields(was, before, after, absorbed.id_number))
    absorbed.merged_into = None
    try:
        with transaction.atomic():
            _save(absorbed, "merged_into")
    except IntegrityError:
        detail = "Somebody else was registered with the id number of this entry meanwhile. Settle that one first."
        raise ConflictError(Code.ID_NUMBER_TAKEN, detail) from None
    back = {moved.column: _move_back(moved, made) for moved in made.moved.order_by("column", "pk")}
    for name, key in give:
        _give(made, name, key)
    made.undone_at, made.undone_by, made.undo_reason = now, actor.name, said
    made.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    _settle_pair(actor, made, now)
    new = {"absorbed": str(absorbed.pk), "rows": back, "given": [f"{name}:{key}" for name, key in give]}
    _note(actor, made, "unmerge", said, old=_audited(was), new={**_audited(known(survivor)), **new})
    publish(ResidentsUnmerged(merge_id=made.pk, survivor_id=survivor.pk, absorbed_id=absorbed.pk, at=now))
    return made


@transaction.atomic
def follow(*, merge_id: UUID) -> int:
    """Lead over what was written for the absorbed entry while it was being merged; return how many rows that were."""
    made = Merge.objects.select_for_update().filter(pk=merge_id, undone_at=None).first()
    if made is None:
        return 0
    return sum(
        _move(made, column, mover.move(made.absorbed_id, made.survivor_id)) for column, mover in moving_columns()
    )


def follow_latest(since: datetime) -> int:
    """Lead over stragglers of every merge in force since an instant."""
    latest = Merge.objects.filter(undone_at=None, at__gte=since).order_by("at").values_list("pk", flat=True)
    return sum(follow(merge_id=key) for key in list(latest))


def merges(actor: Actor) -> QuerySet[Merge]:
    """Return merges of people the actor may see, newest first."""
    people = PEOPLE.rows(actor, Right.VIEW, Resident.objects.all())
    rows = Merge.objects.select_related("survivor", "absorbed__register_unit__unit")
    return rows.filter(Q(survivor__in=people) | Q(absorbed__in=people)).order_by("-id")


def merges_of(actor: Actor, person_id: UUID) -> Sequence[Merge]:
    """Return the merges into and out of one entry, newest first, at most fifty."""
    return list(merges(actor).filter(Q(survivor=person_id) | Q(absorbed=person_id))[:50])


def rows_since(made: Merge) -> list[NewRow]:
    """Return rows that came to the survivor after a merge, to be given to one of the two when it is undone."""
    found: list[NewRow] = []
    moved = {(one.column, key) for one in made.moved.all() for key in one.keys}
    for column, _ in moving_columns():
        rows = column.model._default_manager.filter(  # noqa: SLF001 - Django's way
            **{column.attribute: made.survivor_id, "pk__gte": first_key_of(made.at)}
        )
        found += [
            NewRow(column, row.pk, getattr(row, "number", "") or "")
            for row in rows.order_by("pk")[:MOST_SHOWN]
            if (column.name, row.pk) not in moved
        ]
    return found[:MOST_SHOWN]


def _both(actor: Actor, rows: Mapping[UUID, Resident], wanted: Wanted) -> tuple[Resident, Resident]:
    found = []
    expected = {wanted.survivor_id: wanted.survivor_version, wanted.absorbed_id: wanted.absorbed_version}
    for key, version in expected.items():
        row = rows.get(key)
        if row is None or not (PEOPLE.allows(actor, Right.VIEW, row) or _compared(actor, wanted)):
            raise MissingError(PEOPLE.resource)
        found.append(row)
        demand_unmerged(row)
        PEOPLE.demand(actor, Right.MERGE, row)
        if version is not None and version != row.version:
            detail = "Somebody changed one of the two meanwhile. Load the comparison again."
            raise TianmuError(ApiCode.VERSION_CONFLICT, detail, status=412, current=row.version)
    return found[0], found[1]


def _compared(actor: Actor, wanted: Wanted) -> bool:
    """Tell whether the actor sees both entries side by side, though one of them is of another register."""
    first, second = sorted((wanted.survivor_id, wanted.absorbed_id))
    pairs = DuplicatePair.objects.filter(first=first, second=second)
    return actor.may(Right.COMPARE) and PAIRS.rows(actor, Right.COMPARE, pairs).exists()


def _demand_last(made: Merge, survivor: Resident) -> None:
    if made.undone_at is not None:
        raise ConflictError(Code.MERGE_UNDONE, "This merge was undone already.", by=made.undone_by)
    later = Merge.objects.filter(Q(survivor=survivor) | Q(absorbed=survivor), undone_at=None, pk__gt=made.pk)
    newest = later.order_by("-pk").first()
    if newest is not None:
        detail = "A later merge of this person stands in the way. Undo that one first."
        raise ConflictError(Code.MERGE_NOT_LAST, detail, later=str(newest.pk))


def _take(row: Resident, fields: Mapping[str, Any]) -> None:
    if known(row) == fields:
        _save(row)
        return
    for field, value in columns(PersonDraft(**fields), row.scope_path, timezone.localdate()).items():
        setattr(row, field, value)
    row.version += 1
    row.save()


def _save(row: Resident, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=["version", "changed_at", *fields])


def _given_up(before: Mapping[str, Any], after: Mapping[str, Any]) -> bytes | None:
    number = before["id_number"]
    return hashes.id_hash(number) if number and number != after["id_number"] else None


def _move(made: Merge, column: PersonColumn, moved: Moved) -> int:
    if moved.keys or moved.note:
        MovedRows.objects.create(merge=made, column=column.name, keys=list(moved.keys), note=moved.note)
    return len(moved.keys) + len(moved.note)


def _move_back(moved: MovedRows, made: Merge) -> int:
    found = column_of(moved.column)
    if found is None:
        return 0
    return found[1].back(Moved(tuple(moved.keys), moved.note), made.absorbed_id, made.survivor_id)


def _give(made: Merge, name: str, key: UUID) -> None:
    found = column_of(name)
    if found is None:
        raise MissingError("row")
    column, mover = found
    rows = column.model._default_manager.filter(pk=key, **{column.attribute: made.survivor_id})  # noqa: SLF001 - Django's way
    if key < first_key_of(made.at) or not rows.exists():
        raise MissingError("row")
    mover.back(Moved((key,)), made.absorbed_id, made.survivor_id)


def _settle_pair(actor: Actor, made: Merge, now: datetime) -> None:
    """Keep the pair's state: merged, and after un-merging known not to be the same."""
    first, second = sorted((made.survivor_id, made.absorbed_id))
    pair, _ = DuplicatePair.objects.select_for_update().get_or_create(
        first_id=first, second_id=second, defaults={"found_by": actor.name}
    )
    pair.state = PairState.MERGED if made.undone_at is None else PairState.NOT_SAME
    pair.reason = made.reason if made.undone_at is None else made.undo_reason
    pair.decided_by, pair.decided_at = actor.name, now
    pair.version += 1
    pair.save(update_fields=["state", "reason", "decided_by", "decided_at", "version", "changed_at"])


def _note(
    actor: Actor, made: Merge, step: str, reason: str, *, old: Mapping[str, object], new: Mapping[str, object]
) -> None:
    for key in (made.survivor_id, made.absorbed_id):
        record(
            actor=actor,
            action=f"residents.person.{step}",
            kind="resident_merge",
            key=made.pk,
            person_id=key,
            old=old if key == made.survivor_id else None,
            new=new if key == made.survivor_id else {"survivor": str(made.survivor_id)},
            reason=reason,
        )


def _audited(fields: Mapping[str, Any]) -> dict[str, object]:
    return {field: None if fields[field] is None else str(fields[field]) for field in FIELDS_OF_AUDIT}


def _packed(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=str)


def _unpacked(text: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(text or "{}")
    for field in ("birth_date", "deceased_on"):
        if fields.get(field):
            fields[field] = date.fromisoformat(fields[field])
    return fields
