"""What the live part lets higher rooms answer: whose news a resident hears, which topics echo for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from tianmu.foundation.access.actor import Actor

Answer = Callable[[Actor], frozenset[UUID]]
_answers: list[Answer] = []


def answers_other_persons(answer: Answer) -> None:
    """Register who knows for whom else a resident may hear news; called at start-up."""
    _answers.append(answer)


def other_persons(actor: Actor) -> frozenset[UUID]:
    """Return the people whose news this resident hears beside her own."""
    return frozenset(key for answer in _answers for key in answer(actor))


@dataclass(frozen=True, slots=True)
class Echo:
    """A topic under which holders of another right hear that something happened at their places, without its facts."""

    topic: str
    right: str


_echoes: dict[str, Echo] = {}


def echo(topic: str, *, as_topic: str, right: str) -> None:
    """Let holders of `right` hear `topic` as `as_topic`; called at start-up."""
    _echoes[topic] = Echo(as_topic, right)


def echo_of(topic: str) -> Echo | None:
    """Return how a topic is heard by those who may not hear it itself."""
    return _echoes.get(topic)
