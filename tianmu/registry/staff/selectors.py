"""Reads of the staff room."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.composed import Composed
from tianmu.foundation.search.keys import INITIALS, SYLLABLES, name_question
from tianmu.registry.staff.models import Post, StaffMember
from tianmu.registry.staff.permissions import MEMBERS, Right


def members(actor: Actor) -> QuerySet[StaffMember]:
    """Return the staff the actor may see, with posts and their units.

    Raises:
        RefusedError: she holds the right nowhere.

    """
    actor.demand(Right.VIEW)
    posts = Prefetch("posts", Post.objects.select_related("unit__unit").order_by("-since", "id"))
    rows = StaffMember.objects.select_related("home__unit").prefetch_related(posts).defer("phone")
    return MEMBERS.rows(actor, Right.VIEW, rows)


def member(actor: Actor, key: UUID) -> StaffMember:
    """Return one member of staff; everybody may see herself.

    Raises:
        MissingError: there is none that the actor may see.

    """
    if actor.kind is ActorKind.STAFF and actor.person_id == key:
        posts = Prefetch("posts", Post.objects.select_related("unit__unit").order_by("-since", "id"))
        own = StaffMember.objects.select_related("home__unit").prefetch_related(posts).filter(pk=key).first()
        if own is not None:
            return own
    return MEMBERS.one(actor, Right.VIEW, members(actor), key)


def search(actor: Actor, text: str, path: str = "") -> QuerySet[StaffMember]:
    """Return the staff that match a name, pinyin, initials or number at and below `path`; everybody for no text."""
    rows = members(actor)
    if path:
        rows = rows.filter(home__unit__path__startswith=path)
    return rows.filter(_matching(text.strip())) if text.strip() else rows


def found(actor: Actor, text: str, most: int) -> list[StaffMember]:
    """Return some of the staff that match a text, in the order of their names, as far as the one box shows them."""
    actor.demand(Right.VIEW)
    paths = MEMBERS.plain_paths(actor, Right.VIEW)
    if paths is None:
        rows = MEMBERS.rows(actor, Right.VIEW, StaffMember.objects.filter(_matching(text)))
        return list(_shown(rows)[:most])
    kind, values = _asked(text)
    return _FOUND(kind, most, paths=paths, **values)


def member_of(actor: Actor) -> StaffMember | None:
    """Return the actor's own staff record, or None when no member of staff acts."""
    if actor.kind is not ActorKind.STAFF or actor.person_id is None:
        return None
    return StaffMember.objects.select_related("home__unit").filter(pk=actor.person_id).first()


def current_post(member: StaffMember, today: date) -> Post | None:
    """Return the newest post held today, or None; posts are read from the prefetched rows."""
    held = [one for one in member.posts.all() if one.since <= today and (one.until is None or one.until >= today)]
    return max(held, key=lambda one: one.since, default=None)


def accounts_of(keys: Iterable[UUID]) -> dict[UUID, Account]:
    """Return the accounts of members of staff by the members' keys, in one statement."""
    rows = Account.objects.filter(kind=AccountKind.STAFF, person_id__in=list(keys))
    return {row.person_id: row for row in rows if row.person_id is not None}


def staff_count(path: str) -> int:
    """Return how many active people work at and below a scope path."""
    return StaffMember.objects.filter(home__unit__path__startswith=path, active=True).count()


def _matching(text: str) -> Q:
    kind, values = _asked(text)
    return _condition(kind, values)


def _asked(text: str) -> tuple[str, dict[str, Any]]:
    """Return what a text asks for, and the values it is asked with."""
    asked, number = name_question(text), {"number": text}
    if asked.latin:
        keys = {"initials": INITIALS + asked.latin, "spelled": SYLLABLES + asked.latin, "begins": asked.latin}
        return "latin", number | keys
    if not asked.keys:
        return "number", number
    return "characters", number | {"keys": asked.keys, "contains": asked.contains}


def _condition(kind: str, values: Mapping[str, Any]) -> Q:
    number = Q(number__istartswith=values["number"])
    if kind == "latin":
        keys = Q(name_keys__contains=[values["initials"]]) | Q(name_keys__contains=[values["spelled"]])
        return keys | Q(pinyin__startswith=values["begins"]) | number
    if kind == "characters":
        return number | Q(name_keys__contains=list(values["keys"]), name__icontains=values["contains"])
    return number


def _compose(kind: str, most: int, *, paths: tuple[str, ...], **values: Any) -> QuerySet[StaffMember]:  # noqa: ANN401 - as asked
    rows = StaffMember.objects.filter(_condition(kind, values)).filter(MEMBERS.filter_at(paths))
    return _shown(rows)[:most]


def _shown(rows: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    return rows.select_related("home__unit").only("name", "title", "home__unit__name").order_by("pinyin", "id")


_FOUND: Composed[StaffMember] = Composed(_compose)
