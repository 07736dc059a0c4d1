"""Reads of the residents room. Lists come in the order of the key, so that a page costs the same at any size."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.audit.selectors import has_done
from tianmu.registry.residents import hashes, ready
from tianmu.registry.residents.asking import asked_for, condition
from tianmu.registry.residents.by_character import Newest, is_character, newest_with
from tianmu.registry.residents.columns import UNREAD_IN_LISTS
from tianmu.registry.residents.identity import resolve
from tianmu.registry.residents.models import Merge, Resident
from tianmu.registry.residents.permissions import FOUND_PEOPLE, PEOPLE, REACH, Right
from tianmu.registry.residents.rules.id_number import IdNumber, read
from tianmu.registry.residents.rules.questions import Kind, question
from tianmu.registry.residents.rules.search_keys import is_institution, scope_of, scoped
from tianmu.registry.residents.tables import id_rules

FOUND_BY_CARD = "residents.person.find"
CARD_GOOD_FOR = timedelta(hours=12)


def residents(actor: Actor, right: str = Right.VIEW, *, closed: bool = False) -> QuerySet[Resident]:
    """Return the people the actor may see, those merged into others left out; what lists do not show stays unread.

    Entries that are closed (dead, moved away) are among them only with `closed`.

    For staff of one whole institution the condition is its code, which an index holds in the order of lists; it selects
    the same rows as the policy.

    Raises:
        RefusedError: she holds the right nowhere.

    """
    _demand(actor, right)
    rows = Resident.objects.filter(_standing(closed), merged_into=None).defer(*UNREAD_IN_LISTS)
    paths = actor.paths(right)
    if len(paths) == 1 and is_institution(paths[0]):
        return rows.filter(scope_code=scope_of(paths[0]))
    return PEOPLE.rows(actor, right, rows)


def resident(actor: Actor, key: UUID, right: str = Right.VIEW) -> Resident:
    """Return one person with her institution; the key of an entry merged into hers leads to her too.

    Raises:
        MissingError: there is none that the actor may see.

    """
    rows = Resident.objects.select_related("register_unit__unit")
    paths = PEOPLE.plain_paths(actor, right)
    found = ready.one(paths, key) if paths else PEOPLE.rows(actor, right, rows).filter(pk=key).first()
    if found is not None and found.merged_into_id is None:
        return found
    survivor = resolve(key)
    if survivor == key:
        raise MissingError(PEOPLE.resource)
    return PEOPLE.one(actor, right, rows, survivor)


def search(
    actor: Actor, text: str, today: date, *, closed: bool = False, newest: Newest | None = None
) -> QuerySet[Resident]:
    """Return the people the actor may see who match what was typed; everybody when nothing was typed.

    Any one or two characters of the name, pinyin or its initials, the whole id number (or its form of 15 digits), the
    whole phone, the last four of either. With `newest`, at least so many of the newest matches and maybe not all.
    """
    if not text.strip():
        return residents(actor, closed=closed)
    _demand(actor, Right.VIEW)
    wanted = _newest(actor, text.strip(), closed, newest) if newest else None
    rows = Resident.objects.filter(wanted or matching(actor, text, today), _standing(closed), merged_into=None)
    rows = rows.defer(*UNREAD_IN_LISTS)
    if _institution(actor):
        return FOUND_PEOPLE.rows(actor, Right.VIEW, rows.alias(**{REACH: Concat("scope_path", Value(""))}))
    return PEOPLE.rows(actor, Right.VIEW, rows)


def newest(
    actor: Actor, text: str, today: date, *, closed: bool = False, below: UUID | None = None, most: int
) -> list[Resident]:
    """Return the newest people who match what was typed, as `search` does, below a key of the list."""
    path = ready.own_path(actor, Right.VIEW)
    if path is not None:
        found = ready.newest(path, text.strip(), today, closed=closed, below=below, most=most)
        if found is not None:
            return found
    onward = Q(pk__lt=below) if below else Q()
    rows = search(actor, text, today, closed=closed, newest=Newest(most, onward))
    return list(rows.filter(onward).order_by("-id")[:most])


def _newest(actor: Actor, text: str, closed: bool, newest: Newest) -> Q | None:
    """Return the condition for one character asked by staff of one whole institution; None when it is not that."""
    paths = actor.paths(Right.VIEW)
    if len(paths) != 1 or not is_institution(paths[0]) or not is_character(text):
        return None
    code = scope_of(paths[0])
    return newest_with(text, code, scoped(text, code), _standing(closed), newest)


def matching(actor: Actor, text: str, today: date) -> Q:
    """Return the condition that a typed text sets; it holds for nobody when the text asks for nothing."""
    asked = asked_for(text, _institution(actor), today)
    return condition(asked.kind, asked.flags, asked.values)


def match_by_id_number(text: str, today: date) -> Resident | None:
    """Return the person with this id number, wherever her register is kept, or None; her entry may be closed.

    A number of an entry that was merged into another, or that was given up in a merge, leads to the surviving one.
    For services that meet a person with her card in hand (registration, import of a recording).
    """
    found = read(text, today, id_rules())
    if not isinstance(found, IdNumber):
        return None
    wanted = hashes.id_hash(found.number)
    rows = Resident.objects.select_related("register_unit__unit")
    given_up = Merge.objects.filter(former_id_hash=wanted, undone_at=None).values("survivor_id")
    holders = list(rows.filter(Q(id_hash=wanted) | Q(pk__in=given_up)))
    holder = next((row for row in holders if row.merged_into_id is None), None)
    if holder is None and holders:
        return rows.get(pk=resolve(holders[0].pk))
    return holder


def by_card(actor: Actor, text: str, today: date, *, closed: bool = False) -> Resident | None:
    """Return the person whose whole id number was given, wherever her register is kept, to those who register people.

    A closed entry is found only with `closed`.

    Who has the card before her may find its holder; whoever shows the row must note the view.
    """
    if not actor.may(Right.REGISTER) or question(text).kind is not Kind.ID_NUMBER:
        return None
    holder = match_by_id_number(text, today)
    return None if holder is not None and holder.closed_as and not closed else holder


def by_keys(keys: Iterable[UUID]) -> dict[UUID, Resident]:
    """Return people by their keys, for rooms that have already decided who may see them."""
    return Resident.objects.defer(*UNREAD_IN_LISTS).in_bulk(list(keys))


def _standing(closed: bool) -> Q:
    return Q() if closed else Q(closed_as="")


def _demand(actor: Actor, right: str) -> None:
    if actor.kind is not ActorKind.RESIDENT:
        actor.demand(right)


def _institution(actor: Actor) -> str:
    """Return the code of the one institution in which the actor may view people; empty for the county or several."""
    codes = {scope_of(path) for path in actor.paths(Right.VIEW)}
    return codes.pop() if len(codes) == 1 else ""


def known_person(actor: Actor, key: UUID, now: datetime) -> Resident:
    """Return a person to order an examination for: of the actor's own register, or found today by her whole id number.

    Raises:
        MissingError: she is neither.

    """
    rows = Resident.objects.select_related("register_unit__unit").filter(merged_into=None).defer("name_keys")
    paths = PEOPLE.plain_paths(actor, Right.VIEW)
    first = ready.one(paths, key) if paths else None
    if first is not None and first.merged_into_id is None:
        return first
    mine = PEOPLE.rows(actor, Right.VIEW, rows)
    own = mine.filter(pk=key).first()
    if own is not None:
        return own
    survivor = resolve(key)
    if survivor != key:
        key = survivor
        own = mine.filter(pk=key).first()
        if own is not None:
            return own
    if actor.account_id is not None and has_done(actor.account_id, FOUND_BY_CARD, key, now - CARD_GOOD_FOR):
        other = rows.filter(pk=key).first()
        if other is not None:
            return other
    raise MissingError(PEOPLE.resource)
