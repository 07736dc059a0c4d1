"""The team, its phone list, and the address of one's own calendar."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.operations.duty.actions import members as actions
from tianmu.operations.duty.schemas.rosters import CandidateOut, DutyMemberOut, FeedOut, MemberIn, member_out
from tianmu.operations.duty.selectors import rosters as selectors

router = Router()


class CandidateQuery(Schema):
    """Part of a name or a login; empty for everybody."""

    search: str = Field("", max_length=40)


@router.get("/team", response={200: Page[DutyMemberOut], **PROBLEMS})
def team(request: HttpRequest, query: Query[PageQuery]) -> Page[DutyMemberOut]:
    """List the team, who is in it first; numbers only for who may see them."""
    actor = actor_of(request)
    keys = [Order("active", descending=True), Order("name"), Order("id")]
    return page(selectors.team(actor), keys, query, lambda row: member_out(row, actor), count=True)


@router.get("/candidates", response={200: list[CandidateOut], **PROBLEMS})
def candidates(request: HttpRequest, query: Query[CandidateQuery]) -> list[CandidateOut]:
    """List the provider's accounts that are not in the team yet."""
    rows = selectors.candidates(actor_of(request), query.search.strip())
    return [CandidateOut(id=row.pk, name=row.name, login=row.login or "") for row in rows]


@router.put("/team/{account_id}", response={200: DutyMemberOut, **PROBLEMS})
def save(request: HttpRequest, account_id: UUID, body: MemberIn) -> DutyMemberOut:
    """Enter an account of the provider into the team, or change what is entered."""
    actor = actor_of(request)
    draft = actions.MemberDraft(**body.model_dump())
    return member_out(actions.save_member(actor=actor, account_id=account_id, draft=draft), actor)


@router.post("/feed", response={201: FeedOut, **PROBLEMS})
def feed(request: HttpRequest) -> Status[FeedOut]:
    """Make a new secret address for one's own calendar; the former one stops working."""
    return Status(201, FeedOut(path=f"/feeds/duty/{actions.open_feed(actor=actor_of(request))}.ics"))
