"""Expert consultation: its states, its clock, when it is heard (ecg.md section 1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

WAITED_FOR = frozenset({"invited", "accepted"})


@dataclass(frozen=True, slots=True)
class ConsultationLimits:
    """How long experts may take, when they are reminded, how many may be asked."""

    answer_minutes: Mapping[str, int]
    remind_percent: Sequence[int]
    most_experts: int

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Read the limits from the content of a rule set version."""
        return cls(content["answer_minutes"], content["remind_percent"], content["most_experts"])


def answer_due(limits: ConsultationLimits, urgency: str, since: datetime) -> datetime:
    """Return when an opinion asked for at `since` is due; `urgency` is emergency or ordinary."""
    return since + timedelta(minutes=limits.answer_minutes[urgency])


def percent_gone(since: datetime, due: datetime, now: datetime) -> int:
    """Return how much of the time between `since` and `due` is gone, in whole percent rounded down; above 100 is late.

    Raises:
        ValueError: `due` is not after `since`.

    """
    if due <= since:
        message = "A clock ends after it starts."
        raise ValueError(message)
    return int((now - since) * 100 // (due - since))


def reminder_owed(limits: ConsultationLimits, gone: int, reminded: int) -> int:
    """Return the highest step that is passed and not yet told of, or 0.

    `gone` is the percentage of the time that has run, `reminded` the highest step told of so far. Steps that passed
    while nobody looked (a server that stood still) are told of once, by the highest.
    """
    passed = [step for step in limits.remind_percent if step <= gone]
    return max(passed) if passed and max(passed) > reminded else 0


def consultation_state(invitations: Iterable[str]) -> str:
    """Return `answered` once nobody is waited for and somebody answered, else `open`."""
    states = list(invitations)
    heard = "answered" in states and not WAITED_FOR.intersection(states)
    return "answered" if heard else "open"


def unheard(invitations: Mapping[str, str]) -> list[str]:
    """Return the names of the experts who are still waited for; `invitations` are states by name."""
    return [name for name, state in invitations.items() if state in WAITED_FOR]


def agreement(answers: Sequence[str]) -> str:
    """Return how the experts' answers to the reader's draft agree: agree, differ or mixed; empty when nobody said.

    An answer is `agree`, `differ` or empty.
    """
    said = {answer for answer in answers if answer}
    if not said:
        return ""
    return said.pop() if len(said) == 1 else "mixed"
