"""A typed text as a condition on people: its shape (what is asked for) and the values it is asked with."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from tianmu.foundation.access.policy import NOTHING
from tianmu.foundation.search.keys import INITIALS, SYLLABLES, name_question, readings_of
from tianmu.registry.residents import hashes
from tianmu.registry.residents.rules.id_number import IdNumber, read
from tianmu.registry.residents.rules.questions import Kind, question
from tianmu.registry.residents.rules.search_keys import scoped
from tianmu.registry.residents.tables import id_rules


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text asks for; `values` are what `condition` takes."""

    kind: str
    flags: tuple[bool, ...]
    values: dict[str, Any]


ASKS_NOTHING = Asked("nobody", (), {})


def asked_for(text: str, code: str, today: date) -> Asked:
    """Return what a text asks for among the people of the institution `code`, or of the county where that is empty."""
    asked = question(text)
    if asked.kind is Kind.ID_NUMBER:
        found = read(asked.text, today, id_rules())
        return (
            Asked("id", (), {"id_hash": hashes.id_hash(found.number)}) if isinstance(found, IdNumber) else ASKS_NOTHING
        )
    if asked.kind is Kind.PHONE:
        return Asked("phone", (), {"phone_hash": hashes.phone_hash(asked.text)})
    if asked.kind is Kind.TAIL:
        tails = {"id_tail": hashes.id_tail_hash(asked.text), "phone_tail": hashes.phone_tail_hash(asked.text)}
        return Asked("tail", (), tails)
    return _name(asked.text, code) if asked.kind is Kind.NAME else ASKS_NOTHING


def condition(kind: str, flags: tuple[bool, ...], values: dict[str, Any]) -> Q:
    """Return the condition of what is asked for."""
    if kind == "id":
        return Q(id_hash=values["id_hash"])
    if kind == "phone":
        return Q(phone_hash=values["phone_hash"])
    if kind == "tail":
        return Q(id_tail_hash=values["id_tail"]) | Q(phone_tail_hash=values["phone_tail"])
    if kind == "latin":
        return _latin(flags, values)
    if kind == "characters":
        found = Q(name_keys__contains=list(values["keys"]))
        return found & Q(name__icontains=values["contains"]) if flags[0] else found
    return NOTHING


def _name(text: str, code: str) -> Asked:
    asked = name_question(text)
    if asked.latin:
        by_initials, by_spelling = readings_of(asked.latin)
        values = {}
        if by_initials:
            values["initials"] = scoped(INITIALS + asked.latin, code)
        if by_spelling:
            values |= {"spelled": scoped(SYLLABLES + asked.latin, code), "begins": asked.latin}
            values |= {"code": code} if code else {}
        return Asked("latin", (by_initials, by_spelling), values) if values else ASKS_NOTHING
    if not asked.keys:
        return ASKS_NOTHING
    keys = {"keys": tuple(scoped(key, code) for key in asked.keys)}
    contains = {"contains": asked.contains} if asked.contains else {}
    return Asked("characters", (bool(asked.contains),), {**keys, **contains})


def _latin(flags: tuple[bool, ...], values: dict[str, Any]) -> Q:
    by_initials, by_spelling = flags
    found = Q(name_keys__contains=[values["initials"]]) if by_initials else NOTHING
    if not by_spelling:
        return found
    there = Q(scope_code=values["code"]) if "code" in values else Q()
    return found | Q(name_keys__contains=[values["spelled"]]) | there & Q(pinyin__startswith=values["begins"])
