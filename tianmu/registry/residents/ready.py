"""The searches that a desk of one institution makes all day, composed once and kept ready (see `db.composed`).

Rows are those of the ordinary search: the same conditions and the same policy, asked with other values.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.db.composed import Composed
from tianmu.registry.residents.asking import asked_for, condition
from tianmu.registry.residents.by_character import Newest, is_character, newest_with
from tianmu.registry.residents.columns import UNREAD_IN_LISTS
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import FOUND_PEOPLE, PEOPLE, REACH
from tianmu.registry.residents.rules.search_keys import is_institution, scope_of, scoped


def own_path(actor: Actor, right: str) -> str | None:
    """Return the one path, within one institution, whose people the actor may see; None where it is not so plain."""
    paths = PEOPLE.plain_paths(actor, right)
    return paths[0] if paths is not None and len(paths) == 1 and scope_of(paths[0]) else None


def newest(path: str, text: str, today: date, *, closed: bool, below: UUID | None, most: int) -> list[Resident] | None:
    """Return the newest people at and below a path who match; None where no statement is ready for such a question."""
    code, whole = scope_of(path), is_institution(path)
    flags: tuple[bool, ...]
    values: dict[str, Any]
    if not text and not whole:
        return None
    if not text:
        kind, flags, values = "everybody", (), {"code": code}
    elif whole and is_character(text):
        kind, flags, values = "character", (), {"code": code, "character": text, "key": scoped(text, code)}
    else:
        asked = asked_for(text, code, today)
        kind, flags, values = asked.kind, asked.flags, asked.values
        if any(getattr(value, "others", ()) for value in values.values()):
            return None
    if kind == "nobody":
        return []
    there = {} if kind == "everybody" else {"path": path}
    onward = {} if below is None else {"below": below}
    return _newest(kind, flags, closed, most, **values, **there, **onward)


def _compose_newest(kind: str, flags: tuple[bool, ...], closed: bool, most: int, **values: Any) -> QuerySet[Resident]:  # noqa: ANN401 - as asked
    standing = Q() if closed else Q(closed_as="")
    onward = Q(pk__lt=values["below"]) if "below" in values else Q()
    rows = Resident.objects.filter(standing, onward, merged_into=None).defer(*UNREAD_IN_LISTS)
    if kind == "everybody":
        rows = rows.filter(scope_code=values["code"])
    else:
        if kind == "character":
            named = (values["character"], values["code"], values["key"])
            found = newest_with(*named, standing, Newest(most, onward))
        else:
            found = condition(kind, flags, values)
        rows = rows.filter(found).alias(**{REACH: Concat("scope_path", Value(""))})
        rows = rows.filter(FOUND_PEOPLE.filter_at((values["path"],)))
    return rows.order_by("-id")[:most]


def one(paths: tuple[str, ...], key: UUID) -> Resident | None:
    """Return a person with her institution, if her register is kept at or below one of the paths."""
    return next(iter(_one(key=key, paths=paths)), None)


def _compose_one(*, key: UUID, paths: tuple[str, ...]) -> QuerySet[Resident]:
    rows = Resident.objects.select_related("register_unit__unit").defer("name_keys")
    return rows.filter(PEOPLE.filter_at(paths), pk=key)


_newest: Composed[Resident] = Composed(_compose_newest)
_one: Composed[Resident] = Composed(_compose_one)
