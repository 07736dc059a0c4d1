"""What differs between two contents of a rule set, place by place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NAMES = ("code", "key", "id", "name")
MOST = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """One place: its path with dots, the value before and after; None where it was not there."""

    path: str
    before: Any
    after: Any


def changes(old: Any, new: Any) -> tuple[Change, ...]:  # noqa: ANN401 - any JSON
    """Return the places in which two JSON contents differ, in the order of the new one; at most 2000."""
    found = []
    for change in _walk("", old, new):
        found.append(change)
        if len(found) == MOST:
            break
    return tuple(found)


def _walk(path: str, old: Any, new: Any) -> Iterator[Change]:  # noqa: ANN401 - any JSON
    before, after = _parts(old), _parts(new)
    if before is None or after is None or isinstance(old, Mapping) != isinstance(new, Mapping):
        if old != new or type(old) is not type(new):
            yield Change(path, old, new)
        return
    for name in [*after, *(name for name in before if name not in after)]:
        below = f"{path}.{name}" if path else name
        if name not in before:
            yield Change(below, None, after[name])
        elif name not in after:
            yield Change(below, before[name], None)
        else:
            yield from _walk(below, before[name], after[name])


def _parts(content: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any JSON
    """Return the parts of an object by name, of a list by what names its rows (else by number); None for a value."""
    if isinstance(content, Mapping):
        return {str(name): value for name, value in content.items()}
    if not isinstance(content, list):
        return None
    for name in NAMES:
        labels = [str(row[name]) for row in content if isinstance(row, Mapping) and name in row]
        if content and len(labels) == len(content) == len(set(labels)):
            return dict(zip(labels, content, strict=True))
    return {str(number): row for number, row in enumerate(content, 1)}
