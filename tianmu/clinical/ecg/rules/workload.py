"""Figures of each reader (医师工作量与质量) from facts about signatures; each counts rows one can open."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Literal

Figure = Literal[
    "first_reads", "second_reads", "emergencies", "late", "amendments", "returns", "reviewed_again", "agreed"
]
FIGURES: tuple[Figure, ...] = (
    "first_reads", "second_reads", "emergencies", "late", "amendments", "returns", "reviewed_again", "agreed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """One thing a reader did: signed first or second, returned, or had a report read again in a sample.

    `agreement` is that of a quality review, else empty. `waiting_since` is when the order began to wait.
    """

    order: str
    reader: str
    name: str
    act: Literal["first", "second", "return", "review"]
    at: datetime
    urgency: str = ""
    version: int = 1
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    agreement: str = ""


@dataclass(slots=True)
class ReaderFigures:
    """The figures of one reader; medians are None where nothing was signed."""

    reader: str
    name: str
    counts: dict[Figure, int] = field(default_factory=lambda: dict.fromkeys(FIGURES, 0))
    median_minutes: float | None = None

    @property
    def agreement_percent(self) -> float | None:
        """Return the share of reviewed reports that agree fully or nearly; None where none was reviewed."""
        reviewed = self.counts["reviewed_again"]
        return round(100 * self.counts["agreed"] / reviewed, 1) if reviewed else None


def belongs(work: Work, figure: Figure) -> bool:
    """Tell whether one thing done counts in a figure: the one definition behind the number and behind its rows."""
    first = work.act == "first"
    return {
        "first_reads": first and work.version == 1,
        "second_reads": work.act == "second",
        "emergencies": first and work.version == 1 and work.urgency == "emergency",
        "late": first and work.version == 1 and work.due_at is not None and work.at > work.due_at,
        "amendments": first and work.version > 1,
        "returns": work.act == "return",
        "reviewed_again": work.act == "review",
        "agreed": work.act == "review" and work.agreement in {"full", "minor"},
    }[figure]


def minutes_to_sign(work: Work) -> float | None:
    """Return the minutes from waiting to the first signature; None for anything else."""
    if not belongs(work, "first_reads") or work.waiting_since is None:
        return None
    return max(0.0, (work.at - work.waiting_since).total_seconds() / 60)


def figures_of(works: Iterable[Work]) -> list[ReaderFigures]:
    """Sum up what was done by reader, the busiest first."""
    found: dict[str, ReaderFigures] = {}
    minutes: dict[str, list[float]] = {}
    for work in works:
        row = found.setdefault(work.reader, ReaderFigures(work.reader, work.name))
        for figure in FIGURES:
            row.counts[figure] += belongs(work, figure)
        took = minutes_to_sign(work)
        if took is not None:
            minutes.setdefault(work.reader, []).append(took)
    for reader, row in found.items():
        if reader in minutes:
            row.median_minutes = round(median(minutes[reader]), 1)
    return sorted(found.values(), key=lambda one: (-one.counts["first_reads"] - one.counts["second_reads"], one.name))
