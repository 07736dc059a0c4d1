"""The people who work here."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from tianmu.foundation.access.models import Account
from tianmu.foundation.api.pages import Order, Page, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.db.masks import masked_phone
from tianmu.registry.organizations import selectors as organizations
from tianmu.registry.organizations.models import Organization
from tianmu.registry.staff import actions, selectors
from tianmu.registry.staff.models import Post, StaffMember
from tianmu.registry.staff.schemas import (
    MemberAccountOut,
    MemberAsked,
    MemberOut,
    MemberPage,
    PostAsked,
    PostEnd,
    PostOut,
    PostUnit,
    StaffQuery,
)

router = Router(tags=["staff"])


@router.get("/people", response={200: Page[MemberOut], **PROBLEMS})
def people(request: HttpRequest, query: Query[StaffQuery]) -> Page[MemberOut]:
    """List staff by name, in the order of pinyin."""
    actor = actor_of(request)
    path = organizations.organization(actor, query.unit).path if query.unit else ""
    rows = selectors.search(actor, query.search, path)
    found = page(rows, [Order("pinyin"), Order("id")], query, lambda row: row, count=True)
    accounts = selectors.accounts_of(row.pk for row in found.items)
    items = [_member(row, accounts.get(row.pk)) for row in found.items]
    return Page(items=items, next_cursor=found.next_cursor, total=found.total)


@router.get("/people/{member_id}", response={200: MemberPage, **PROBLEMS})
def person(request: HttpRequest, member_id: UUID) -> MemberPage:
    """Show one member of staff."""
    return _page(selectors.member(actor_of(request), member_id))


@router.post("/people", response={201: MemberPage, **PROBLEMS})
def add(request: HttpRequest, body: MemberAsked) -> Status[MemberPage]:
    """Enter somebody who works here."""
    actor = actor_of(request)
    values = body.dict() | {"home": organizations.organization(actor, body.home)}
    row = actions.add_member(actor=actor, draft=actions.MemberDraft(**values))
    return Status(201, _page(selectors.member(actor, row.pk)))


@router.post("/people/{member_id}/posts", response={201: MemberPage, **PROBLEMS})
def give_post(request: HttpRequest, member_id: UUID, body: PostAsked) -> Status[MemberPage]:
    """Give somebody one more post."""
    actor = actor_of(request)
    unit = organizations.organization(actor, body.unit)
    actions.give_post(actor=actor, member_id=member_id, unit=unit, post=body.post, since=body.since)
    return Status(201, _page(selectors.member(actor, member_id)))


@router.post("/posts/{post_id}/end", response={200: MemberPage, **PROBLEMS})
def end_post(request: HttpRequest, post_id: UUID, body: PostEnd) -> MemberPage:
    """End a post."""
    actor = actor_of(request)
    post = actions.end_post(actor=actor, post_id=post_id, until=body.until)
    return _page(selectors.member(actor, post.member_id))


def _unit(row: Organization) -> PostUnit:
    return PostUnit(id=row.pk, name=row.name)


def _post(row: Post) -> PostOut:
    return PostOut(id=row.pk, unit=_unit(row.unit), post=row.post, since=row.since, until=row.until)


def _member(row: StaffMember, account: Account | None) -> MemberOut:
    return MemberOut(
        id=row.pk,
        number=row.number,
        name=row.name,
        sex=row.sex,
        title=row.title,
        home=_unit(row.home),
        active=row.active,
        posts=[_post(one) for one in row.posts.all()],
        account=MemberAccountOut(login=account.login, active=account.active) if account else None,
    )


def _page(row: StaffMember) -> MemberPage:
    account = selectors.accounts_of([row.pk]).get(row.pk)
    return MemberPage(**_member(row, account).dict(), phone_masked=masked_phone(row.phone), version=row.version)
