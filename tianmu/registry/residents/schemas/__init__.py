"""What the residents room takes and answers, one file for each subject."""

from tianmu.registry.residents.schemas.people import (
    PeopleQuery,
    ResidentAsked,
    ResidentChanges,
    ResidentOut,
    ResidentPage,
    ResidentTown,
    RevealAsked,
    RevealedOut,
    UnitOut,
)

__all__ = [
    "PeopleQuery",
    "ResidentAsked",
    "ResidentChanges",
    "ResidentOut",
    "ResidentPage",
    "ResidentTown",
    "RevealAsked",
    "RevealedOut",
    "UnitOut",
]
