"""Merging two entries and undoing it."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.residents import merging
from tianmu.registry.residents.models import Merge
from tianmu.registry.residents.schemas.duplicates import (
    MergeAsked,
    MergedRowsOut,
    MergeOut,
    MergePage,
    NewRowOut,
    PersonRef,
    UnmergeAsked,
)

router = Router(tags=["residents"])


@router.post("/merges", response={201: MergeOut, **PROBLEMS})
def merge(request: HttpRequest, body: MergeAsked) -> Status[MergeOut]:
    """Merge one entry into another; of many who try at once one wins, the others are told where it is."""
    wanted = merging.Wanted(
        survivor_id=body.survivor,
        absorbed_id=body.absorbed,
        taken=frozenset(body.take),
        reason=body.reason,
        survivor_version=body.survivor_version,
        absorbed_version=body.absorbed_version,
    )
    return Status(201, merge_out(merging.merge(actor=actor_of(request), wanted=wanted, now=timezone.now())))


@router.get("/merges/{merge_id}", response={200: MergePage, **PROBLEMS})
def one_merge(request: HttpRequest, merge_id: UUID) -> MergePage:
    """Show a merge: what moved, and what came to the survivor since."""
    row = merging.merges(actor_of(request)).filter(pk=merge_id).first()
    if row is None:
        raise MissingError("merge")
    moved = [
        MergedRowsOut(column=one.column, rows=len(one.keys) + len(one.note)) for one in row.moved.order_by("column")
    ]
    since = [
        NewRowOut(column=one.column.name, key=one.key, text=one.text)
        for one in (merging.rows_since(row) if row.undone_at is None else [])
    ]
    return MergePage(**merge_out(row).dict(), moved=moved, since=since)


@router.post("/merges/{merge_id}/undo", response={200: MergeOut, **PROBLEMS})
def undo(request: HttpRequest, merge_id: UUID, body: UnmergeAsked) -> MergeOut:
    """Undo a merge; chosen newer rows go with the entry that comes back."""
    give = [(one.column, one.key) for one in body.give]
    row = merging.unmerge(actor=actor_of(request), merge_id=merge_id, reason=body.reason, give=give, now=timezone.now())
    return merge_out(row)


def merge_out(row: Merge) -> MergeOut:
    """Return a merge as lists show it."""
    return MergeOut(
        id=row.pk,
        survivor=PersonRef(id=row.survivor_id, name=row.survivor.name),
        absorbed=PersonRef(id=row.absorbed_id, name=row.absorbed.name),
        at=row.at,
        by_name=row.by_name,
        reason=row.reason,
        take=row.taken,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        undo_reason=row.undo_reason,
    )
