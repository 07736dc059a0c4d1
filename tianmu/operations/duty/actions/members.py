"""The team: who is in it, what each one does, and the secret address of each one's calendar."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import token_hash
from tianmu.foundation.audit.actions import record
from tianmu.operations.duty.actions.common import own_membership
from tianmu.operations.duty.choices import Standing
from tianmu.operations.duty.models import Member
from tianmu.operations.duty.permissions import MEMBERS, Right


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """What is entered about somebody of the team; `phone` None leaves the number as it is."""

    team: str = ""
    work: str = ""
    standing: str = Standing.ENGINEER
    phone: str | None = None
    active: bool = True


@transaction.atomic
def save_member(*, actor: Actor, account_id: UUID, draft: MemberDraft) -> Member:
    """Enter an account of the provider into the team, or change what is entered (O-071).

    Raises:
        MissingError: there is no such account below the actor's right.

    """
    account = Account.objects.select_related("home").filter(pk=account_id, kind="staff").first()
    if account is None or not actor.may(Right.EDIT, account.home.path):
        raise MissingError("account")
    member, made = Member.objects.get_or_create(
        account=account, defaults={"unit_path": account.home.path, "name": account.name}
    )
    member = Member.objects.select_for_update().get(pk=member.pk)
    old = _told(member)
    member.name, member.unit_path = account.name, account.home.path
    member.team, member.work, member.standing = draft.team.strip(), draft.work.strip(), draft.standing
    member.active = draft.active
    if draft.phone is not None:
        member.phone = draft.phone.strip() or None
    member.version += 1
    member.save()
    new = {**_told(member), "phone_changed": draft.phone is not None}
    record(
        actor=actor, action="duty.member.save", kind="duty_member", key=member.pk, old=None if made else old, new=new
    )
    return member


@transaction.atomic
def open_feed(*, actor: Actor) -> str:
    """Return the secret part of the address of one's own calendar; an address given out before stops working."""
    member = own_membership(actor)
    secret = secrets.token_urlsafe(24)
    Member.objects.filter(pk=member.pk).update(feed_hash=token_hash(secret))
    record(actor=actor, action="duty.feed.open", kind="duty_member", key=member.pk)
    return secret


def member_of(actor: Actor, right: str, member_id: UUID) -> Member:
    """Return a member whom the actor may use with `right`."""
    return MEMBERS.one(actor, right, Member.objects.filter(active=True), member_id)


def _told(member: Member) -> dict[str, object]:
    return {name: getattr(member, name) for name in ("team", "work", "standing", "active")}
