"""Two lists side by side: what the stations wrote down, and what the database holds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from uuid import UUID

from benchmarks.replay.day import Sending
from benchmarks.replay.stations import Confirmed

Ask = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hashes that are wrong in some way, and seconds from the first byte sent to answer and to analysis."""

    unconfirmed: list[str]
    lost: list[str]
    doubled: list[str]
    unanalysed: list[str]
    analysed_twice: list[str]
    repeated: int
    answered_s: list[float]
    analysed_s: list[float]

    @property
    def faults(self) -> int:
        """Return how many recordings something is wrong with."""
        wrong = (self.unconfirmed, self.lost, self.doubled, self.unanalysed, self.analysed_twice)
        return len({sha256 for group in wrong for sha256 in group})


def unanalysed(ask: Ask, hashes: Iterable[str]) -> int:
    """Return how many of the recordings have no analysis yet, those that never came included."""
    wanted = set(hashes)
    return len(wanted - {sha256 for sha256, _, _, analysis in _held(ask) if analysis} & wanted)


def judge(ask: Ask, sent: Sequence[Sending], confirmed: Sequence[Confirmed]) -> Verdict:
    """Compare: every sending confirmed once, held once under the order that was told, analysed once."""
    known = {one.sha256: one for one in confirmed}
    recordings: dict[str, set[tuple[str, str]]] = {}
    analyses: dict[str, list[UUID]] = {}
    for sha256, recording, order, analysis in _held(ask):
        recordings.setdefault(sha256, set()).add((str(recording), str(order)))
        analyses.setdefault(sha256, []).extend([analysis] if analysis else [])
    hashes = [one.sha256 for one in sent]
    told = {sha256: (known[sha256].recording, known[sha256].order) for sha256 in hashes if sha256 in known}
    return Verdict(
        unconfirmed=[one for one in hashes if one not in known],
        lost=[one for one in told if told[one] not in recordings.get(one, set())],
        doubled=[one for one in hashes if len(recordings.get(one, ())) > 1],
        unanalysed=[one for one in hashes if not analyses.get(one)],
        analysed_twice=[one for one in hashes if len(analyses.get(one, ())) > 1],
        repeated=sum(one.tries > 1 or one.duplicate for one in known.values()),
        answered_s=[one.ended - one.began for one in known.values()],
        analysed_s=[made_at(analyses[one][0]) - known[one].began for one in told if analyses.get(one)],
    )


def made_at(key: UUID) -> float:
    """Return the instant in a time-ordered key, seconds since 1970."""
    return (key.int >> 80) / 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` of the values do not exceed, NaN of none."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)] if values else float("nan")


def _held(ask: Ask) -> list[tuple[Any, ...]]:
    return ask("""
        SELECT r.sha256, r.id, r.order_id, a.id FROM ecg_storedrecording r
        LEFT JOIN ecg_storedanalysis a ON a.recording_id = r.id
    """)
