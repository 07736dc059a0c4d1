"""What the live part lets higher rooms answer: whose news a resident hears beside her own."""

from collections.abc import Callable
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
