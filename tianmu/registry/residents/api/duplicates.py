"""Entries that may be one person: the queue, the comparison, the decision."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.pages import Order, Page, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.jobs.actions import enqueue
from tianmu.registry.residents import comparing, duplicates
from tianmu.registry.residents.api.people import page_of, present
from tianmu.registry.residents.choices import PairState
from tianmu.registry.residents.models import DuplicatePair
from tianmu.registry.residents.permissions import Right
from tianmu.registry.residents.schemas.duplicates import (
    ComparedFieldOut,
    ComparedThingsOut,
    ComparisonOut,
    DuplicateScanOut,
    PairAgainAsked,
    PairAsked,
    PairAssignAsked,
    PairAssigneeOut,
    PairLaterAsked,
    PairOut,
    PairQuery,
    PersonReasonAsked,
    ScoreReasonOut,
)
from tianmu.registry.residents.tasks import SCAN

router = Router(tags=["residents"])
MOST_COLLEAGUES = 200
LIKELIEST = (Order("score", descending=True), Order("id", descending=True))


@router.get("/duplicates", response={200: Page[PairOut], **PROBLEMS})
def pairs(request: HttpRequest, query: Query[PairQuery]) -> Page[PairOut]:
    """List the pairs the caller works on, the likeliest first."""
    wanted = duplicates.PairFilter(**query.dict(exclude={"cursor", "limit"}))
    rows = duplicates.pairs(actor_of(request), wanted)
    return page(rows, LIKELIEST, query, pair_out, count=True)


@router.post("/duplicates", response={201: PairOut, **PROBLEMS})
def propose(request: HttpRequest, body: PairAsked) -> Status[PairOut]:
    """Put two entries side by side by hand: a temporary person and who she proved to be."""
    pair = duplicates.propose_pair(
        actor=actor_of(request), first_id=body.first, second_id=body.second, now=timezone.now()
    )
    return Status(201, pair_out(pair))


@router.post("/duplicates/scan", response={202: DuplicateScanOut, **PROBLEMS})
def scan(request: HttpRequest) -> Status[DuplicateScanOut]:
    """Compare the whole county in a job; needs the right over the county."""
    actor = actor_of(request)
    actor.demand(Right.COMPARE, _county(actor))
    return Status(202, DuplicateScanOut(job=enqueue(SCAN, actor=actor, asked_by=actor.name).pk))


@router.get("/duplicates/{pair_id}", response={200: ComparisonOut, **PROBLEMS})
def comparison(request: HttpRequest, pair_id: UUID) -> ComparisonOut:
    """Show two entries side by side; the view is noted for both."""
    actor = actor_of(request)
    pair = duplicates.pair_of(actor, pair_id)
    comparing.note_comparison(actor, pair)
    today = timezone.localdate()
    merge = comparing.merge_between(pair)
    return ComparisonOut(
        pair=pair_out(pair),
        first=page_of(pair.first, today),
        second=page_of(pair.second, today),
        fields=[ComparedFieldOut.from_orm(one) for one in comparing.compared(pair)],
        things=[ComparedThingsOut.from_orm(one) for one in comparing.things(pair)],
        may_merge=duplicates.may_merge(actor, (pair.first, pair.second)),
        merge_id=merge.pk if merge else None,
    )


@router.post("/duplicates/{pair_id}/not-same", response={200: PairOut, **PROBLEMS})
def not_same(request: HttpRequest, pair_id: UUID, body: PersonReasonAsked) -> PairOut:
    """Decide that these are two people."""
    now = timezone.now()
    return pair_out(duplicates.tell_apart(actor=actor_of(request), pair_id=pair_id, reason=body.reason, now=now))


@router.post("/duplicates/{pair_id}/later", response={200: PairOut, **PROBLEMS})
def later(request: HttpRequest, pair_id: UUID, body: PairLaterAsked) -> PairOut:
    """Put a pair off."""
    actor, now = actor_of(request), timezone.now()
    return pair_out(duplicates.put_off(actor=actor, pair_id=pair_id, until=body.until, reason=body.reason, now=now))


@router.post("/duplicates/{pair_id}/again", response={200: PairOut, **PROBLEMS})
def again(request: HttpRequest, pair_id: UUID, body: PairAgainAsked) -> PairOut:
    """Take a pair up again."""
    now = timezone.now()
    return pair_out(duplicates.take_up_again(actor=actor_of(request), pair_id=pair_id, reason=body.reason, now=now))


@router.post("/duplicates/{pair_id}/assign", response={200: PairOut, **PROBLEMS})
def assign(request: HttpRequest, pair_id: UUID, body: PairAssignAsked) -> PairOut:
    """Give a pair to somebody."""
    actor = actor_of(request)
    account = actor.demand_account() if body.me else body.account
    return pair_out(duplicates.assign_pair(actor=actor, pair_id=pair_id, account_id=account, now=timezone.now()))


@router.get("/duplicates/{pair_id}/colleagues", response={200: list[PairAssigneeOut], **PROBLEMS})
def colleagues(request: HttpRequest, pair_id: UUID) -> list[PairAssigneeOut]:
    """List who may be given a pair: everybody who works on duplicates at either of its two registers."""
    rows = duplicates.colleagues(duplicates.pair_of(actor_of(request), pair_id), timezone.now())
    return [PairAssigneeOut(id=row.pk, name=row.name) for row in rows[:MOST_COLLEAGUES]]


def pair_out(row: DuplicatePair) -> PairOut:
    """Return a pair as lists show it."""
    today = timezone.localdate()
    return PairOut(
        id=row.pk,
        first=present(row.first, today),
        second=present(row.second, today),
        state=PairState(row.state),
        score=row.score,
        band=row.band,
        reasons=[ScoreReasonOut(**one) for one in row.reasons],
        rules_version=row.rules_version,
        found_by=row.found_by,
        assignee=PairAssigneeOut(id=row.assignee.pk, name=row.assignee.name) if row.assignee else None,
        later_until=row.later_until,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        created_at=row.created_at,
        version=row.version,
    )


def _county(actor: Actor) -> str:
    return "/" + actor.home_path.strip("/").split("/")[0] + "/"
