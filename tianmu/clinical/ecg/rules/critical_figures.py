"""Names of the figures of critical values, and a rate; what each counts is in `selectors/alert_figures.py`.

Time field: when the machine raised the value. Excluded: values of void orders and of test patients. Second-grade
values (重大阳性值) are counted only where they are asked for. One definition for screens, exports and supervision
(ecg.md sections 6 and 12).
"""

from dataclasses import dataclass
from enum import StrEnum


class Index(StrEnum):
    """Names of the figures."""

    NOTIFIED = "notified_rate"
    TIMELY = "timely_rate"
    DISPOSED = "disposed_rate"
    FALSE = "false_alarm_rate"


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate: how many it counts, among how many; `rate` is None where there is nothing to count among."""

    index: Index
    numerator: int
    denominator: int

    @property
    def rate(self) -> float | None:
        """Return numerator over denominator."""
        return self.numerator / self.denominator if self.denominator else None
