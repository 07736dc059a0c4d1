"""How a room declares background work: a function decorated with `@work`, taking the running job and its arguments.

Heavy work is declared by its address instead (`declare`), so that whoever asks for it need not load it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
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
    function: WorkFunction | str
    queue: str
    most_attempts: int
    listed: bool
    warms: str = ""

    def __call__(self, run: Run, **arguments: Any) -> None:  # noqa: ANN401 - each kind names its own arguments
        """Do the work."""
        function = resolve_name(self.function) if isinstance(self.function, str) else self.function
        function(run, **arguments)


_kinds: dict[str, Work] = {}


def work(
    kind: str, *, queue: str = "default", most_attempts: int = 3, listed: bool = True
) -> Callable[[WorkFunction], Work]:
    """Declare a function as background work under a stable name `<room>.<verb>`."""

    def register(function: WorkFunction) -> Work:
        _kinds[kind] = Work(kind, function, queue, most_attempts, listed)
        return _kinds[kind]

    return register


def declare(
    kind: str, *, runs: str, queue: str = "default", most_attempts: int = 3, listed: bool = True, warms: str = ""
) -> Work:
    """Declare the function at the address `package.module:function` as background work.

    `warms` is the address of a function that a worker calls once when it starts, so that the first job is as quick
    as the next.
    """
    _kinds[kind] = Work(kind, runs, queue, most_attempts, listed, warms)
    return _kinds[kind]


def warm_up() -> None:
    """Load what declared work needs, as a worker does when it starts."""
    for address in dict.fromkeys(kind.warms for kind in _kinds.values() if kind.warms):
        resolve_name(address)()


def kinds() -> Mapping[str, Work]:
    """Return every declared kind of work."""
    return dict(_kinds)
