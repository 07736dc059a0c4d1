"""When which ECG was recorded and what became of it: pure and deterministic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

FORMATS = ("scp", "dicom", "aecg", "wfdb")
MONTH_DAYS = 30
YEAR_DAYS = 365
LIVE_MINUTES = 100
_HOURS = np.array([0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 1, 4, 10, 13, 12, 8, 3, 5, 9, 9, 7, 4, 2, 1.5, 1, 0.8, 0.5, 0.3])


class Fate(StrEnum):
    """What became of an order."""

    WAITING = "waiting"
    TO_REVIEW = "to_review"
    SIGNED = "signed"
    AMENDED = "amended"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Planned:
    """One ECG of the month; `draw` in 0..1 picks person and place."""

    index: int
    at: datetime
    urgency: str
    format: str
    fate: Fate
    draw: float
    minutes_to_sign: int


def plan(*, seed: int, count: int, now: datetime) -> list[Planned]:
    """Return the month before `now`, newest first: the last hundred minutes still to be read, the rest read.

    No two instants are equal: a microsecond each keeps them apart, by them the month is recognised.
    """
    rng = np.random.default_rng((seed, 31))
    live = max(8, count // 50)
    instants = [*_live(rng, live, now), *_month(rng, count - live, now)]
    ordered = sorted(instants, reverse=True)
    apart = [at + timedelta(microseconds=count - index) for index, at in enumerate(ordered)]
    return [_planned(rng, index, at, now) for index, at in enumerate(apart)]


def history(*, seed: int, count: int, now: datetime) -> list[datetime]:
    """Return the instants of the eleven months before the month before `now`, oldest first, no two equal."""
    rng = np.random.default_rng((seed, 37))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = np.arange(MONTH_DAYS + 2, YEAR_DAYS)
    weights = np.array([0.45 if (midnight - timedelta(days=int(day))).weekday() >= 5 else 1.0 for day in days])
    picked = rng.choice(days, size=count, p=weights / weights.sum())
    hours = rng.choice(24, size=count, p=_HOURS / _HOURS.sum())
    seconds = np.sort(rng.integers(0, 3600, size=count) + 3600 * hours - 86_400 * picked)
    return [midnight + timedelta(seconds=int(one), microseconds=index) for index, one in enumerate(seconds)]


def _live(rng: np.random.Generator, count: int, now: datetime) -> Iterator[datetime]:
    for minutes in rng.exponential(25, count):
        yield now - timedelta(minutes=1 + float(minutes) % LIVE_MINUTES)


def _month(rng: np.random.Generator, count: int, now: datetime) -> Iterator[datetime]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = np.arange(MONTH_DAYS)
    weekday = np.array([(midnight - timedelta(days=int(day))).weekday() for day in days])
    weights = np.where(weekday >= 5, 0.45, 1.0)
    for _ in range(count):
        day = int(rng.choice(days, p=weights / weights.sum()))
        hour = int(rng.choice(24, p=_HOURS / _HOURS.sum()))
        at = midnight - timedelta(days=day) + timedelta(hours=hour, seconds=int(rng.integers(0, 3600)))
        limit = now - timedelta(minutes=LIVE_MINUTES)
        yield at if at < limit else at - timedelta(days=1)


def _planned(rng: np.random.Generator, index: int, at: datetime, now: datetime) -> Planned:
    draw = rng.random()
    urgency = str(rng.choice(["emergency", "ward", "outpatient", "physical"], p=[0.08, 0.17, 0.45, 0.30]))
    fresh = now - at < timedelta(minutes=LIVE_MINUTES)
    if fresh:
        fate = Fate.TO_REVIEW if rng.random() < 0.2 else Fate.WAITING
    else:
        fate = Fate(str(rng.choice([Fate.SIGNED, Fate.AMENDED, Fate.RETURNED], p=[0.965, 0.02, 0.015])))
    typical = 7 if urgency == "emergency" else 18
    return Planned(
        index=index,
        at=at,
        urgency=urgency,
        format=FORMATS[int(rng.integers(len(FORMATS)))],
        fate=fate,
        draw=float(draw),
        minutes_to_sign=max(2, int(rng.gamma(3.0, typical / 3.0))),
    )
