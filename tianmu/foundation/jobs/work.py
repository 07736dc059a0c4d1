"""How a room declares background work: a function decorated with `@work`, taking the running job and its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Run(Protocol):
    """What a piece of work may do with its own job."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell people how far it is."""


class LaterError(Exception):
    """Raised by work that did a part and lets everybody else go first; it is run again, no attempt is counted."""


WorkFunction = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Work:
    """A declared kind of work: `listed` kinds appear on the jobs page, the others are one of thousands."""

    kind: str
    function: WorkFunction
    queue: str
    most_attempts: int
    listed: bool

    def __call__(self, run: Run, **arguments: Any) -> None:  # noqa: ANN401 - each kind names its own arguments
        """Do the work."""
        self.function(run, **arguments)


_kinds: dict[str, Work] = {}


def work(
    kind: str, *, queue: str = "default", most_attempts: int = 3, listed: bool = True
) -> Callable[[WorkFunction], Work]:
    """Declare a function as background work under a stable name `<room>.<verb>`."""

    def register(function: WorkFunction) -> Work:
        _kinds[kind] = Work(kind, function, queue, most_attempts, listed)
        return _kinds[kind]

    return register


def kinds() -> Mapping[str, Work]:
    """Return every declared kind of work."""
    return dict(_kinds)
