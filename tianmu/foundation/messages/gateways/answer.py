"""What a gateway says of one sending."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of a sending."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict with the gateway's own reference, or with the reason why not."""

    verdict: Verdict
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent; `key` stays the same for each attempt, so that a gateway can tell a repeat."""

    key: str
    to: str
    template: str
    subject: str
    text: str
