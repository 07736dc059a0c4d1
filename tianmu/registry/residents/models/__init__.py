"""Tables of the residents room: the person, and what links, merges, closes and allows."""

from tianmu.registry.residents.models.person import Resident

__all__ = ["Resident"]
