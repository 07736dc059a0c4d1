"""What an event is: a frozen set of names, ids and instants. Rooms subclass `Fact` in their `events.py`."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import ClassVar, Self, get_type_hints
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact; `name` is stable and says `<room>.<what happened>`."""

    name: ClassVar[str]

    def as_json(self) -> dict[str, object]:
        """Return the fields as JSON values."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, facts: dict[str, object]) -> Self:
        """Rebuild the fact; fields that a newer release added take their defaults, unknown ones are ignored."""
        kinds = get_type_hints(cls)
        known = {field.name for field in fields(cls)}
        return cls(**{key: _typed(value, kinds[key]) for key, value in facts.items() if key in known})


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime | date) else value


def _typed(value: object, kind: object) -> object:
    if not isinstance(value, str):
        return value
    text = str(kind)
    if "UUID" in text:
        return UUID(value)
    if "datetime" in text:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if "date" in text else value
