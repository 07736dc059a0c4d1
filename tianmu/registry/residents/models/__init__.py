"""Tables of the residents room: the person, and what links, merges, closes and allows."""

from tianmu.registry.residents.models.consents import ConsentDecision
from tianmu.registry.residents.models.duplicates import DuplicatePair
from tianmu.registry.residents.models.families import FamilyLink, Household, HouseholdMember
from tianmu.registry.residents.models.merges import Merge, MovedRows
from tianmu.registry.residents.models.person import Resident
from tianmu.registry.residents.models.standing import Closing, RegisterMove

__all__ = [
    "Closing",
    "ConsentDecision",
    "DuplicatePair",
    "FamilyLink",
    "Household",
    "HouseholdMember",
    "Merge",
    "MovedRows",
    "RegisterMove",
    "Resident",
]
