"""Figures of critical values: each with the rows it counts (numerator) and the rows it counts among (denominator).

Time field: when the machine raised the value. Excluded: values of void orders, and tests of devices. One definition
for screens, exports and supervision (ecg.md sections 6 and 12).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tianmu.clinical.ecg.rules.critical_loop import Stage, State


class Index(StrEnum):
    """Names of the figures."""

    NOTIFIED = "notified_rate"
    TIMELY = "timely_rate"
    DISPOSED = "disposed_rate"
    FALSE = "false_alarm_rate"


@dataclass(frozen=True, slots=True)
class Loop:
    """What the figures need to know of one critical value."""

    key: str
    state: State
    reached: frozenset[Stage]
    late: frozenset[Stage]


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with the rows behind it; `rate` is None where there is nothing to count among."""

    index: Index
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]

    @property
    def rate(self) -> float | None:
        """Return numerator over denominator."""
        return len(self.numerator) / len(self.denominator) if self.denominator else None


_TOLD = frozenset({Stage.CONFIRM, Stage.NOTIFY, Stage.ACKNOWLEDGE})


def figures(loops: Sequence[Loop]) -> tuple[Figure, ...]:
    """Return the four figures.

    通报率: confirmed values that were notified, among all confirmed.
    及时率: confirmed values that were confirmed, notified and acknowledged within the limits, among all confirmed.
    处置率: confirmed values whose disposal is entered, among all confirmed.
    误报率: values that a doctor ruled out, among all that a doctor decided.
    """
    decided = [one for one in loops if Stage.CONFIRM in one.reached]
    confirmed = [one for one in decided if one.state is not State.REJECTED]
    return (
        _figure(Index.NOTIFIED, [one for one in confirmed if Stage.NOTIFY in one.reached], confirmed),
        _figure(Index.TIMELY, [one for one in confirmed if one.reached >= _TOLD and not one.late & _TOLD], confirmed),
        _figure(Index.DISPOSED, [one for one in confirmed if Stage.DISPOSE in one.reached], confirmed),
        _figure(Index.FALSE, [one for one in decided if one.state is State.REJECTED], decided),
    )


def _figure(index: Index, counted: Sequence[Loop], among: Sequence[Loop]) -> Figure:
    return Figure(index, tuple(one.key for one in counted), tuple(one.key for one in among))
