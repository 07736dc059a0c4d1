"""What the contracts room lets others answer: the files of a year, figures of unpriced duties, the origin of facts.

The service desk registers at start-up; without it the archive holds what this room has.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, ParamSpec, TypeVar
from uuid import UUID

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kpi:
    """How often a duty without a fixed fine was met in a span of days."""

    obligation: str
    total: int
    on_time: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What a fact came from, to be opened on a screen."""

    kind: str
    id: UUID
    title: str


class Question(Generic[P, T]):
    """A question that rooms answer; every answer is collected, in the order of registration."""

    def __init__(self) -> None:
        self._answerers: list[Callable[P, T]] = []

    def answer(self, function: Callable[P, T]) -> Callable[P, T]:
        """Register who answers; a second registration of the same function changes nothing."""
        if function not in self._answerers:
            self._answerers.append(function)
        return function

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        """Return each answer."""
        for answerer in self._answerers:
            yield answerer(*args, **kwargs)


year_files: Question[[UUID, str, date, date], Iterable[tuple[str, bytes]]] = Question()
kpis: Question[[UUID, date, date], Iterable[Kpi]] = Question()
links: Question[[str, UUID], Link | None] = Question()
