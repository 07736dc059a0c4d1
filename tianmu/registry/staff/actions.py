"""Writes of the staff room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import EVERYWHERE, Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.events.actions import publish
from tianmu.foundation.search.keys import name_keys
from tianmu.foundation.search.names import pinyin_key
from tianmu.registry.organizations.models import Organization
from tianmu.registry.people import Sex
from tianmu.registry.staff.errors import Code
from tianmu.registry.staff.events import PostChanged, StaffMemberAdded
from tianmu.registry.staff.models import Post, StaffMember
from tianmu.registry.staff.permissions import MEMBERS, Right


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """What is said of a new member of staff, with the first post."""

    number: str
    name: str
    home: Organization
    post: str
    since: date
    sex: str = Sex.UNKNOWN
    title: str = ""
    phone: str | None = None
    unit: Organization | None = None
    key: UUID = field(default_factory=uuid7)


@transaction.atomic
def add_member(*, actor: Actor, draft: MemberDraft) -> StaffMember:
    """Enter somebody who works here, with the first post.

    Raises:
        RefusedError: the actor may not manage staff there.
        ConflictError: the staff number is taken.

    """
    actor.demand(Right.MANAGE, draft.home.path)
    if StaffMember.objects.filter(number=draft.number).exists():
        raise ConflictError(Code.NUMBER_TAKEN, "Somebody else has this staff number.", number=draft.number)
    row, post = _rows(draft)
    row.save(force_insert=True)
    post.save(force_insert=True)
    new = {"number": row.number, "name": row.name, "post": post.post}
    record(actor=actor, action="staff.added", kind="staff", key=row.pk, new=new)
    publish(StaffMemberAdded(member_id=row.pk, path=draft.home.path, at=timezone.now()))
    return row


@transaction.atomic
def add_members(*, actor: Actor, drafts: Sequence[MemberDraft]) -> list[StaffMember]:
    """Enter a whole list of staff in two statements and one audit line.

    Raises:
        RefusedError: the actor may not manage staff everywhere.

    """
    actor.demand(Right.MANAGE, EVERYWHERE)
    rows = [_rows(draft) for draft in drafts]
    StaffMember.objects.bulk_create(row for row, _ in rows)
    Post.objects.bulk_create(post for _, post in rows)
    record(actor=actor, action="staff.list_added", kind="staff", key=None, new={"count": len(rows)})
    return [row for row, _ in rows]


@transaction.atomic
def give_post(*, actor: Actor, member_id: UUID, unit: Organization, post: str, since: date) -> Post:
    """Give somebody one more post.

    Raises:
        MissingError: the actor may not manage this person.
        RefusedError: the actor may not manage staff of that unit.

    """
    member = MEMBERS.one(actor, Right.MANAGE, StaffMember.objects.all(), member_id)
    actor.demand(Right.MANAGE, unit.path)
    row = Post.objects.create(member=member, unit=unit, post=post, since=since)
    new = {"post": post, "unit": unit.code, "since": str(since)}
    record(actor=actor, action="staff.post_given", kind="staff", key=member.pk, new=new)
    publish(PostChanged(member_id=member.pk, unit_id=unit.pk, at=timezone.now()))
    return row


@transaction.atomic
def end_post(*, actor: Actor, post_id: UUID, until: date) -> Post:
    """End a post on a day.

    Raises:
        MissingError: there is no such post.
        RefusedError: the actor may not manage staff of that unit.
        TianmuError: the day lies before the post began.

    """
    rows = Post.objects.select_for_update(of=("self",)).select_related("unit__unit", "member")
    row = rows.filter(pk=post_id).first()
    if row is None:
        raise MissingError("post")
    actor.demand(Right.MANAGE, row.unit.path)
    if until < row.since:
        detail = "A post cannot end before it began."
        raise TianmuError(Code.POST_DATES, detail, status=422, fields={"until": detail})
    old, row.until = row.until, until
    row.save(update_fields=["until"])
    record(
        actor=actor,
        action="staff.post_ended",
        kind="staff",
        key=row.member_id,
        old={"until": str(old) if old else None},
        new={"until": str(until), "post": row.post},
    )
    publish(PostChanged(member_id=row.member_id, unit_id=row.unit_id, at=timezone.now()))
    return row


def _rows(draft: MemberDraft) -> tuple[StaffMember, Post]:
    row = StaffMember(
        id=draft.key,
        number=draft.number,
        name=draft.name,
        name_keys=name_keys(draft.name),
        pinyin=pinyin_key(draft.name)[:200],
        sex=draft.sex,
        title=draft.title,
        home=draft.home,
        phone=draft.phone,
    )
    return row, Post(member=row, unit=draft.unit or draft.home, post=draft.post, since=draft.since)
