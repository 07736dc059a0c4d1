"""The clocks of a ticket, each a pure function of its log (spec service-desk.md 3; O-074, 075, 084-088, 102, 103).

A clock that ended is read with the calendar in force when it ended; an open one with today's calendar.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ROUND_THE_CLOCK, Schedule
from tianmu.foundation.clocks.clock import ClockEvent, ClockState, Limit, Reading, Tick, read
from tianmu.operations.servicedesk.rules.levels import Levels
from tianmu.operations.servicedesk.rules.lifecycle import Wait
from tianmu.operations.servicedesk.rules.log import Entry, Kind, in_order, last

RESPONDED_KINDS = frozenset({"question", "request", "incident"})
HANDLED_KINDS = frozenset({"question", "request"})
UNASKED_CHANNELS = frozenset({"monitor", "inspection"})


class ClockType(StrEnum):
    """Which promise a clock measures."""

    RESPONSE = "response"
    HANDLE = "handle"
    INCIDENT = "incident"
    REPORT = "report"
    FEEDBACK = "feedback"
    NODE = "node"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Spec:
    """A clock before it is read: its ticks, its limit, and the calendar it ended with (empty while it is open)."""

    type: ClockType
    key: str
    ticks: tuple[ClockEvent, ...]
    limit: Limit
    ended_with: str = ""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One clock read at an instant; `by_current` is the same clock by today's calendar where that says otherwise."""

    type: ClockType
    key: str
    started_at: datetime
    stopped_at: datetime | None
    limit: Limit
    calendar: str
    reading: Reading
    by_current: Reading | None = None

    @property
    def in_time(self) -> bool | None:
        """Tell whether a clock that stopped did so in time; None while that is open."""
        if self.reading.overdue:
            return False
        return True if self.reading.state is ClockState.STOPPED else None


def read_clocks(
    entries: Sequence[Entry], levels: Levels, calendars: Mapping[str, Calendar], current: Calendar, now: datetime
) -> list[ClockReading]:
    """Read every clock of a ticket at `now`; `calendars` holds those that closed clocks ended with, by version."""
    known = [entry for entry in in_order(entries) if entry.at <= now]
    return [_read(spec, calendars, current, now) for spec in specs(known, levels, current)]


def _read(spec: Spec, calendars: Mapping[str, Calendar], current: Calendar, now: datetime) -> ClockReading:
    calendar = calendars.get(spec.ended_with, current) if spec.ended_with else current
    reading = read(spec.ticks, spec.limit, calendar, now)
    other = None
    if calendar.version != current.version:
        anew = read(spec.ticks, spec.limit, current, now)
        other = anew if (anew.elapsed, anew.deadline) != (reading.elapsed, reading.deadline) else None
    ends = [tick.at for tick in spec.ticks if tick.tick is Tick.STOP]
    return ClockReading(
        type=spec.type,
        key=spec.key,
        started_at=spec.ticks[0].at,
        stopped_at=ends[0] if ends else None,
        limit=spec.limit,
        calendar=calendar.version,
        reading=reading,
        by_current=other,
    )


def specs(entries: Sequence[Entry], levels: Levels, current: Calendar) -> Iterator[Spec]:
    """Yield the clocks that a log has started; entries in order of their instants."""
    raised = next((entry for entry in entries if entry.kind is Kind.RAISED), None)
    if raised is None:
        return
    kind = last_fact(entries, "ticket_kind", str(raised.facts.get("ticket_kind", "")))
    asked = raised.facts.get("channel") not in UNASKED_CHANNELS
    if kind in RESPONDED_KINDS and asked:
        yield _response(entries, raised, levels, current)
    if kind in HANDLED_KINDS:
        yield _handle(entries, raised, levels, current)
    if kind == "incident":
        yield from _incident(entries, raised, levels)
    yield from _feedback(entries, levels)
    yield from _nodes(entries, levels)
    yield from _visits(entries, levels)


def last_fact(entries: Sequence[Entry], name: str, default: str) -> str:
    """Return the newest value that a change of the ticket gave a fact."""
    changed = [entry.facts[name] for entry in entries if entry.kind is Kind.CHANGED and name in entry.facts]
    return str(changed[-1]) if changed else default


def grade_in_force(entries: Sequence[Entry], at: datetime | None = None) -> int | None:
    """Return the grade that counts at an instant (R-29: the one at resolution), or now.

    A decided grade goes before a proposed one: the last decided until then, else the first decided afterwards, else
    the last proposed.
    """
    graded = [entry for entry in entries if entry.kind is Kind.GRADED]
    decided = [entry for entry in graded if not entry.facts.get("proposed")]
    until = [entry for entry in decided if at is None or entry.at <= at]
    chosen = until[-1:] or decided[:1] or graded[-1:]
    return int(chosen[0].facts["grade"]) if chosen else None


def occurred_at(raised: Entry) -> datetime:
    """Return when an incident occurred: by monitoring or by report, whichever is earlier (R-19)."""
    told = raised.facts.get("occurred_at")
    return min(raised.at, datetime.fromisoformat(str(told))) if told else raised.at


def _limit(span: timedelta, levels: Levels, schedule: Schedule = ROUND_THE_CLOCK) -> Limit:
    return Limit(span, schedule, f"servicedesk.levels/{levels.version}")


def _spec(
    kind: ClockType, key: str, start: datetime, stop: Entry | None, limit: Limit, between: Sequence[ClockEvent] = ()
) -> Spec:
    ticks = [ClockEvent(start, Tick.START), *between]
    if stop is not None:
        ticks.append(ClockEvent(max(stop.at, ticks[-1].at), Tick.STOP))
    return Spec(kind, key, tuple(ticks), limit, stop.calendar if stop else "")


def _response(entries: Sequence[Entry], raised: Entry, levels: Levels, current: Calendar) -> Spec:
    replies = (entry for entry in entries if entry.kind is Kind.REPLIED and entry.facts.get("human"))
    stop = next((entry for entry in replies if entry.at >= raised.at), None)
    return _spec(ClockType.RESPONSE, "", raised.at, stop, _limit(levels.response(raised.at, current), levels))


def _handle(entries: Sequence[Entry], raised: Entry, levels: Levels, current: Calendar) -> Spec:
    end = _last_end(entries)
    between = list(_rests(entries, raised.at, end.at if end else None))
    limit = _limit(_handle_span(entries, raised, levels, current), levels)
    return _spec(ClockType.HANDLE, "", raised.at, end, limit, between)


def _handle_span(entries: Sequence[Entry], raised: Entry, levels: Levels, current: Calendar) -> timedelta:
    """Return 30 minutes, or the limit agreed with the administrator before they ran out (O-075)."""
    span = levels.handle
    for entry in entries:
        if entry.kind is Kind.LIMIT_AGREED and _run_so_far(entries, raised.at, entry.at, current) <= span:
            span = datetime.fromisoformat(str(entry.facts["until"])) - raised.at
    return span


def _run_so_far(entries: Sequence[Entry], start: datetime, at: datetime, calendar: Calendar) -> timedelta:
    ticks = [ClockEvent(start, Tick.START), *_rests(entries, start, at)]
    return read(ticks, Limit(timedelta(days=1), ROUND_THE_CLOCK, ""), calendar, at).elapsed


def _last_end(entries: Sequence[Entry]) -> Entry | None:
    """Return the entry that ended the work for good: solved, rejected or merged, and not reopened afterwards."""
    end: Entry | None = None
    for entry in entries:
        if entry.kind in {Kind.RESOLVED, Kind.REJECTED, Kind.MERGED}:
            end = end or entry
        elif entry.kind is Kind.REOPENED:
            end = None
    return end


def _rests(entries: Sequence[Entry], start: datetime, end: datetime | None) -> Iterator[ClockEvent]:
    """Yield pauses: waiting for party A's material (R-08), and the time in which the ticket passed for solved."""
    resting = False
    for entry in entries:
        if entry.at < start or (end is not None and entry.at >= end):
            continue
        stops = entry.kind is Kind.WAITING and entry.facts.get("for") == Wait.PARTY_A_MATERIAL
        stops |= entry.kind in {Kind.RESOLVED, Kind.REJECTED}
        goes_on = entry.kind in {Kind.RESUMED, Kind.REOPENED}
        if stops and not resting:
            yield ClockEvent(entry.at, Tick.PAUSE)
        elif goes_on and resting:
            yield ClockEvent(entry.at, Tick.RESUME)
        resting = stops or (resting and not goes_on)


def _incident(entries: Sequence[Entry], raised: Entry, levels: Levels) -> Iterator[Spec]:
    start = occurred_at(raised)
    stop = _restored_and_confirmed(entries) or last(entries, Kind.MERGED, Kind.REJECTED)
    grade = grade_in_force(entries, stop.at if stop else None)
    if grade is None or grade not in levels.incident:
        return
    limit = _limit(levels.incident[grade], levels)
    yield _spec(ClockType.INCIDENT, "", start, stop, limit)
    signed = last(entries, Kind.REPORT_SIGNED, Kind.MERGED, Kind.REJECTED)
    yield _spec(ClockType.REPORT, "", start, signed, limit)


def _restored_and_confirmed(entries: Sequence[Entry]) -> Entry | None:
    """Return the entry with which service was restored and confirmed (R-19); a reopening takes both back."""
    restored: Entry | None = None
    confirmed: Entry | None = None
    for entry in entries:
        if entry.kind is Kind.REOPENED:
            restored = confirmed = None
        elif entry.kind is Kind.RESTORED:
            restored = restored or entry
        elif entry.kind is Kind.RESTORATION_CONFIRMED and restored is not None:
            confirmed = confirmed or entry
    return confirmed


def _feedback(entries: Sequence[Entry], levels: Levels) -> Iterator[Spec]:
    submitted = next((entry for entry in entries if entry.kind is Kind.SUBMITTED), None)
    if submitted is None:
        return
    given = next((entry for entry in entries if entry.kind is Kind.FEEDBACK_GIVEN), None)
    complexity = last_fact(entries, "complexity", str(submitted.facts.get("complexity", "ordinary")))
    limit = _limit(levels.feedback[complexity], levels, levels.feedback_schedule)
    yield _spec(ClockType.FEEDBACK, "", submitted.at, given, limit)


def _nodes(entries: Sequence[Entry], levels: Levels) -> Iterator[Spec]:
    ends = {
        str(entry.facts["node"]): entry
        for entry in reversed(entries)
        if entry.kind in {Kind.NODE_DONE, Kind.NODE_CHANGED}
    }
    for entry in entries:
        if entry.kind is Kind.NODE_AGREED:
            node, due = str(entry.facts["node"]), datetime.fromisoformat(str(entry.facts["due"]))
            span = max(due - entry.at, timedelta(0))
            yield _spec(ClockType.NODE, node, entry.at, ends.get(node), _limit(span, levels))


def _visits(entries: Sequence[Entry], levels: Levels) -> Iterator[Spec]:
    arrivals = {str(entry.facts["visit"]): entry for entry in entries if entry.kind is Kind.ARRIVED}
    for entry in entries:
        if entry.kind is Kind.DISPATCHED:
            key = str(entry.facts["visit"])
            agreed = entry.facts.get("minutes")
            span = timedelta(minutes=float(agreed)) if agreed else levels.visit[str(entry.facts.get("where", "city"))]
            limit = _limit(span, levels, levels.visit_schedule)
            yield _spec(ClockType.VISIT, key, entry.at, arrivals.get(key), limit)


def entered_late(raised_at: datetime, received_at: datetime, levels: Levels) -> timedelta | None:
    """Return by how much a ticket was entered late, None when that is within what needs no reason."""
    late = received_at - raised_at
    return late if late > levels.entered_late_after else None
