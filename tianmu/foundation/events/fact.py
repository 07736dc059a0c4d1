"""What an event is: a frozen set of names, ids and instants. Rooms subclass `Fact` in their `events.py`."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact; `name` is stable and says `<room>.<what happened>`."""

    name: ClassVar[str]

    def as_json(self) -> dict[str, object]:
        """Return the fields as JSON values."""
        values: dict[str, object] = _adapter(type(self)).dump_python(self, mode="json")
        return values

    @classmethod
    def from_json(cls, facts: dict[str, object]) -> Self:
        """Rebuild the fact; fields that a newer release added take their defaults, unknown ones are ignored."""
        fact: Self = _adapter(cls).validate_python(facts)
        return fact


_adapters: dict[str, TypeAdapter[Any]] = {}


def _adapter(kind: type[Fact]) -> TypeAdapter[Any]:
    found = _adapters.get(kind.name)
    if found is None:
        found = _adapters[kind.name] = TypeAdapter(kind)
    return found
