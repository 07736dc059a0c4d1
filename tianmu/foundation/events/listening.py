"""Who listens to which fact. Rooms register in `listeners.py`, which is loaded at start-up and imported by nobody."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar, cast

from tianmu.foundation.events.fact import Fact

F = TypeVar("F", bound=Fact)
Listener = Callable[[Fact], None]

_listeners: defaultdict[str, dict[str, tuple[type[Fact], Listener]]] = defaultdict(dict)


def listens(kind: type[F]) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Register a function to be told of every fact of `kind`; it runs as a job, in a transaction of its own."""

    def register(function: Callable[[F], None]) -> Callable[[F], None]:
        name = f"{function.__module__}.{function.__qualname__}"
        _listeners[kind.name][name] = (kind, cast("Listener", function))
        return function

    return register


def listeners_of(event_name: str) -> tuple[str, ...]:
    """Return the names of the listeners of an event."""
    return tuple(_listeners[event_name]) if event_name in _listeners else ()


def listener(event_name: str, listener_name: str) -> tuple[type[Fact], Listener] | None:
    """Return the fact type and function of a listener, or None when this release no longer has it."""
    return _listeners[event_name].get(listener_name)
