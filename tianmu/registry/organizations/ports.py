"""Questions the organizations room lets higher rooms answer."""

from collections.abc import Callable

DeviceCounter = Callable[[str], int]
_counters: dict[str, DeviceCounter] = {}


def answers_device_count(name: str, counter: DeviceCounter) -> None:
    """Register who can count devices at and below a scope path; called once by each room at start-up."""
    _counters[name] = counter


def device_count(path: str) -> int | None:
    """Return how many devices stand at and below `path`, or None while no room keeps devices."""
    return sum(counter(path) for counter in _counters.values()) if _counters else None
