"""What became of a parcel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What the partner said; `final` refusals are not tried again."""

    accepted: bool
    final: bool
    text: str
