"""The closed loop of a critical value (危急值闭环) as a pure function of its log: state, clocks, who must be told now.

The log is append-only; whatever is kept beside it is a cache of `read_loop` (ecg.md section 6).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

MINUTE = timedelta(minutes=1)


class Step(StrEnum):
    """What may be written into the log."""

    RAISE = "raise"
    CONFIRM = "confirm"
    REJECT = "reject"
    NOTIFY = "notify"
    ACKNOWLEDGE = "acknowledge"
    DISPOSE = "dispose"
    CHART = "chart"
    ASK_CLOSE = "ask_close"
    AGREE_CLOSE = "agree_close"
    DECLINE_CLOSE = "decline_close"
    REVIEW = "review"
    ESCALATE = "escalate"
    TAKE = "take"
    PASS_ON = "pass_on"  # noqa: S105 - a step, not a password
    CALL = "call"
    MUTE = "mute"


class State(StrEnum):
    """Where a loop stands."""

    RAISED = "raised"
    CONFIRMED = "confirmed"
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    DISPOSED = "disposed"
    CLOSED = "closed"
    REJECTED = "rejected"


class Stage(StrEnum):
    """A stretch of the loop that has a limit."""

    CONFIRM = "confirm"
    NOTIFY = "notify"
    ACKNOWLEDGE = "acknowledge"
    DISPOSE = "dispose"
    CHART = "chart"


OPEN = frozenset({State.RAISED, State.CONFIRMED, State.NOTIFIED, State.ACKNOWLEDGED, State.DISPOSED})
AWAITED = {
    State.RAISED: Stage.CONFIRM,
    State.CONFIRMED: Stage.NOTIFY,
    State.NOTIFIED: Stage.ACKNOWLEDGE,
    State.ACKNOWLEDGED: Stage.DISPOSE,
    State.DISPOSED: Stage.CHART,
}
_MOVES: Mapping[tuple[State | None, Step], State] = {
    (None, Step.RAISE): State.RAISED,
    (State.RAISED, Step.CONFIRM): State.CONFIRMED,
    (State.RAISED, Step.REJECT): State.REJECTED,
    (State.CONFIRMED, Step.NOTIFY): State.NOTIFIED,
    (State.CONFIRMED, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.NOTIFIED, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.ACKNOWLEDGED, Step.DISPOSE): State.DISPOSED,
    (State.DISPOSED, Step.CHART): State.CLOSED,
    **{(state, Step.NOTIFY): state for state in (State.NOTIFIED, State.ACKNOWLEDGED, State.DISPOSED, State.CLOSED)},
    **{
        (state, step): state
        for state in OPEN
        for step in (Step.ASK_CLOSE, Step.DECLINE_CLOSE, Step.ESCALATE, Step.TAKE, Step.PASS_ON, Step.CALL, Step.MUTE)
    },
    **{(state, Step.AGREE_CLOSE): State.CLOSED for state in OPEN},
    (State.CLOSED, Step.REVIEW): State.CLOSED,
    (State.REJECTED, Step.REVIEW): State.REJECTED,
}


class LoopError(ValueError):
    """A step that is not possible where the loop stands."""


class SecondPersonError(LoopError):
    """One person would close a loop alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `who` is the account that acted, None for the platform itself."""

    at: datetime
    step: Step
    who: str | None = None
    stage: Stage | None = None
    rung: int = 0


@dataclass(frozen=True, slots=True)
class LoopRules:
    """Limits and ladders of the rule set `ecg.critical_loop` for one grade."""

    minutes: Mapping[Stage, int]
    every: timedelta
    ladders: Mapping[Stage, tuple[str, ...]]
    repeats: int
    version: str

    @classmethod
    def from_content(cls, content: Mapping[str, Any], grade: str, version: str) -> Self:
        """Read the rules of a grade from the content of a rule set version."""
        escalation = content["escalation"]
        ladders = escalation["ladders"].get(grade, {})
        return cls(
            minutes={Stage(key): int(value) for key, value in content["minutes"][grade].items()},
            every=timedelta(minutes=escalation["every_minutes"]),
            ladders={Stage(key): tuple(levels) for key, levels in ladders.items()},
            repeats=int(escalation["repeat_last"]),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who must be told now: `rung` counts the calls of a stage, `level` names whom."""

    stage: Stage
    rung: int
    level: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A loop read at an instant; `reached` holds when each stage ended, `late` the stages beyond their limit."""

    state: State
    awaited: Stage | None
    due_at: datetime | None
    reached: Mapping[Stage, datetime]
    minutes: Mapping[Stage, float]
    late: frozenset[Stage]
    calls: tuple[Call, ...]
    next_call_at: datetime | None
    asked_close_by: str | None
    asked_close: bool
    reviewed: bool
    inputs_sha256: str


def after(log: Sequence[Entry], entry: Entry) -> State:
    """Return the state that `entry` leads to.

    Raises:
        LoopError: the step is not possible now.
        SecondPersonError: one person would close a loop alone.

    """
    state, asked = _walk(log)
    following = _MOVES.get((state, entry.step))
    if following is None:
        message = f"A critical value that is {state or 'not raised'} cannot take the step {entry.step}."
        raise LoopError(message)
    if entry.step in {Step.AGREE_CLOSE, Step.DECLINE_CLOSE} and asked is None:
        message = "Nobody has asked to close it."
        raise LoopError(message)
    if entry.step is Step.AGREE_CLOSE and (entry.who is None or entry.who == (asked.who if asked else None)):
        message = "The second person must be another than the one who asked."
        raise SecondPersonError(message)
    if entry.step is Step.REVIEW and any(one.step is Step.REVIEW for one in log):
        message = "It is reviewed already."
        raise LoopError(message)
    return following


def read_loop(log: Sequence[Entry], rules: LoopRules, now: datetime) -> Reading:
    """Read a loop at `now`.

    Raises:
        LoopError: a log that cannot have happened.

    """
    state, asked = _walk(log)
    if state is None:
        message = "An empty log is no critical value."
        raise LoopError(message)
    reached = _reached(log)
    starts = _starts(log, reached)
    awaited = AWAITED.get(state)
    due_at = starts[awaited] + rules.minutes[awaited] * MINUTE if awaited else None
    late = {one for one, end in reached.items() if one in starts and end - starts[one] > rules.minutes[one] * MINUTE}
    if awaited and due_at and now > due_at:
        late.add(awaited)
    calls = _calls(log, rules, awaited, due_at)
    return Reading(
        state=state,
        awaited=awaited,
        due_at=due_at,
        reached=reached,
        minutes={one: (end - starts[one]) / MINUTE for one, end in reached.items() if one in starts},
        late=frozenset(late),
        calls=tuple(one for one in calls if one.due_at <= now),
        next_call_at=calls[0].due_at if calls else None,
        asked_close_by=asked.who if asked else None,
        asked_close=asked is not None,
        reviewed=any(one.step is Step.REVIEW for one in log),
        inputs_sha256=_hash(log, rules),
    )


def _walk(log: Sequence[Entry]) -> tuple[State | None, Entry | None]:
    state: State | None = None
    asked: Entry | None = None
    for entry in log:
        following = _MOVES.get((state, entry.step))
        if following is None:
            message = f"The log has {entry.step} after {state}."
            raise LoopError(message)
        state = following
        if entry.step is Step.ASK_CLOSE:
            asked = entry
        elif entry.step in {Step.DECLINE_CLOSE, Step.AGREE_CLOSE} or following not in OPEN:
            asked = None
    return state, asked


_ENDS = {
    Stage.CONFIRM: frozenset({Step.CONFIRM, Step.REJECT}),
    Stage.NOTIFY: frozenset({Step.NOTIFY, Step.ACKNOWLEDGE}),
    Stage.ACKNOWLEDGE: frozenset({Step.ACKNOWLEDGE}),
    Stage.DISPOSE: frozenset({Step.DISPOSE}),
    Stage.CHART: frozenset({Step.CHART}),
}


def _reached(log: Sequence[Entry]) -> dict[Stage, datetime]:
    found: dict[Stage, datetime] = {}
    for stage, ends in _ENDS.items():
        first = next((entry.at for entry in log if entry.step in ends), None)
        if first is not None:
            found[stage] = first
    return found


def _starts(log: Sequence[Entry], reached: Mapping[Stage, datetime]) -> dict[Stage, datetime]:
    """Return when the time of each stage began; that of the chart runs from the acknowledgement, as the disposal's."""
    found = {Stage.CONFIRM: log[0].at}
    before = {
        Stage.NOTIFY: Stage.CONFIRM,
        Stage.ACKNOWLEDGE: Stage.NOTIFY,
        Stage.DISPOSE: Stage.ACKNOWLEDGE,
        Stage.CHART: Stage.ACKNOWLEDGE,
    }
    for stage, earlier in before.items():
        if earlier in reached:
            found[stage] = reached[earlier]
    return found


def _calls(log: Sequence[Entry], rules: LoopRules, awaited: Stage | None, due_at: datetime | None) -> tuple[Call, ...]:
    """Return the calls of the awaited stage that were not made yet: each level once, then the last one again."""
    ladder = rules.ladders.get(awaited, ()) if awaited else ()
    if not ladder or awaited is None or due_at is None:
        return ()
    made = {entry.rung: entry.at for entry in log if entry.step is Step.ESCALATE and entry.stage is awaited}
    open_levels = tuple(
        Call(awaited, rung, level, due_at + rung * rules.every) for rung, level in enumerate(ladder) if rung not in made
    )
    if open_levels:
        return open_levels
    last = max(made)
    if last - len(ladder) + 1 >= rules.repeats:
        return ()
    return (Call(awaited, last + 1, ladder[-1], made[last] + rules.every),)


def _hash(log: Sequence[Entry], rules: LoopRules) -> str:
    inputs = [[one.at.timestamp(), one.step, one.who, one.stage, one.rung] for one in log]
    text = json.dumps([inputs, rules.version], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def demand_loop(content: Mapping[str, Any]) -> None:
    """Refuse rules of the loop in which a stage has no limit, or a ladder names a level that is not described.

    Raises:
        ValueError: in one sentence, with the place.

    """
    for grade, limits in content["minutes"].items():
        LoopRules.from_content(content, grade, "new")
        wrong = [stage.value for stage in Stage if type(limits.get(stage.value)) is not int or limits[stage.value] < 1]
        if wrong:
            message = f"minutes.{grade} needs a whole number above 0 for {', '.join(wrong)}."
            raise ValueError(message)
    ladders = content["escalation"]["ladders"].values()
    named = {level for ladder in ladders for levels in ladder.values() for level in levels}
    unknown = sorted(named - set(content["levels"]))
    if unknown:
        message = f"levels lacks {', '.join(unknown)}, which a ladder names."
        raise ValueError(message)
