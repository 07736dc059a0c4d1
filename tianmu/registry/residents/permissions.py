"""Rights over people, and who sees whom: staff by the institution that keeps the register, a resident herself."""

from enum import StrEnum

from tianmu.foundation.access.policy import ScopePolicy
from tianmu.registry.residents.models import DuplicatePair, Resident


class Right(StrEnum):
    """Names of rights of the residents room."""

    VIEW = "residents.person.view"
    REGISTER = "residents.person.register"
    CHANGE = "residents.person.change"
    REVEAL = "residents.person.reveal"
    COMPARE = "residents.duplicate.work"
    MERGE = "residents.person.merge"
    CLOSE = "residents.person.close"
    MOVE = "residents.person.move"
    LINK = "residents.family.manage"
    CONSENT = "residents.consent.record"


REACH = "reach"
PEOPLE: ScopePolicy[Resident] = ScopePolicy("resident", paths=("scope_path",), owner="id")

FOUND_PEOPLE: ScopePolicy[Resident] = ScopePolicy("resident", paths=(REACH,), owner="id")
"""The same policy over rows that carry their path as `reach`, an expression that no index answers.

Search within one institution goes by keys that name it; the database would else first gather all of its people.
"""

PAIRS: ScopePolicy[DuplicatePair] = ScopePolicy("pair", paths=("first__scope_path", "second__scope_path"))
