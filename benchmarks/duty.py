"""Rosters and attendance: right to the minute, fair over a year, linear in size; beside what a user does by hand.

    python -m benchmarks.duty [--months 2000] [--days 5000] [--seed 6]

The other side is what a spreadsheet with a macro does: every minute of the month is asked who is there, and people take
turns by day. Exits with 1 when a minute differs, when the proposal of a month has a fault, when duty is shared less
evenly than by turns, when publication of a usual month would wait more than 20 ms for its check, or when the check
grows faster than the shifts.
"""

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from datetime import time as clock
from math import log
from uuid import UUID

from tianmu.foundation.calendars.calendar import Calendar, shipped
from tianmu.operations.duty.rules.attendance import Leave, Sign, Signed, day_of
from tianmu.operations.duty.rules.month import Fault, FaultKind, Hours, Month, Turns, faults, needs, proposal, span_of
from tianmu.operations.duty.rules.share import Share, shares
from tianmu.operations.duty.rules.shifts import Shift, ShiftKind, Span, at

MINUTE = timedelta(minutes=1)
CHECK_MARK_MS = 20.0
GROWTH_MARK = 1.3
MONTHS = [Month(year, month) for year in range(2022, 2027) for month in range(1, 13)][:-1]
Planned = list[tuple[UUID, ShiftKind, date]]


def main() -> int:
    """Run every part; the exit code says whether all marks were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=2000)
    parser.add_argument("--days", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=6)
    arguments = parser.parse_args()
    wrong = [
        *rosters(arguments.months, random.Random(f"{arguments.seed}:rosters")),
        *fairness(random.Random(f"{arguments.seed}:people")),
        *growth(random.Random(f"{arguments.seed}:growth")),
        *attendance(arguments.days, random.Random(f"{arguments.seed}:days")),
    ]
    for one in wrong:
        print("WRONG:", one)
    return 1 if wrong else 0


def rosters(count: int, chance: random.Random) -> list[str]:
    """Compare the faults of random, spoilt months with those found minute by minute."""
    calendar, hours = shipped(), Hours()
    differ, planted = 0, Counter[str]()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(count):
        month = chance.choice(MONTHS)
        people = [UUID(int=number + 1) for number in range(chance.randint(3, 9))]
        shifts = spoilt(shifts_of(proposal(month, people, calendar), calendar), chance)
        started = time.perf_counter()
        found = faults(month, shifts, calendar, hours, edges(month))
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        slow = by_minutes(month, [*shifts, *edges(month)], calendar, hours)
        theirs.append(time.perf_counter() - started)
        planted.update({f.kind.value for f in found} or {"none"})
        differ += minutes_of(found) != slow
    told = ", ".join(f"{100 * planted[key] / count:.0f} % {key}" for key in ("gap", "double", "none"))
    print(f"{count} random months ({told}): {differ} differ from the check minute by minute")
    print(f"  check of a month: {1000 * statistics.median(ours):.2f} ms, {1000 * max(ours):.2f} ms at most; "
          f"minute by minute {1000 * statistics.median(theirs):.1f} ms")  # fmt: skip
    slowest = 1000 * statistics.median(ours)
    return [
        *([f"{differ} months differ"] if differ else []),
        *([f"the check of a month takes {slowest:.1f} ms"] if slowest > CHECK_MARK_MS else []),
    ]


def fairness(chance: random.Random) -> list[str]:
    """Compare how evenly a year's rest days and nights fall, as proposed and as people take turns by day."""
    calendar, wrong = shipped(), []
    for size in (3, 4, 6, 9):
        people = [UUID(int=chance.getrandbits(64)) for _ in range(size)]
        ours: list[Shift] = []
        turns: list[Shift] = []
        for month in MONTHS[36:48]:
            planned = proposal(month, people, calendar, carried(ours, month, calendar))
            whole = shifts_of(planned, calendar)
            broken = [one for one in faults(month, whole, calendar, Hours(), edges(month)) if one.kind != "outside"]
            wrong += [f"the proposal of {month} for {size} has {len(broken)} faults"] if broken else []
            ours += whole
            turns += shifts_of(by_turns(month, people, calendar), calendar)
        period = Span(MONTHS[36].span.start, MONTHS[47].span.end)
        spread, spread_by_turns = apart(shares(ours, period, calendar)), apart(shares(turns, period, calendar))
        print(f"  {size} people, a year: most and fewest rest days {spread[0]} apart (by turns {spread_by_turns[0]}), "
              f"hours {spread[1]:.0f} ({spread_by_turns[1]:.0f})")  # fmt: skip
        if spread[0] > spread_by_turns[0]:
            wrong.append(f"{size} people: rest days {spread[0]} apart, by turns {spread_by_turns[0]}")
    return wrong


def growth(chance: random.Random) -> list[str]:
    """Time the check of one month with ever more people on duty at once, and say how it grows."""
    calendar, month = shipped(), MONTHS[40]
    sizes, seconds = (50, 100, 200, 400, 800, 1600), []
    for size in sizes:
        shifts: list[Shift] = []
        number = 0
        while len(shifts) < size:
            people = [UUID(int=1000 * number + one + 1) for one in range(4)]
            shifts += shifts_of(proposal(month, people, calendar), calendar)
            number += 1
        shifts = shifts[:size]
        chance.shuffle(shifts)
        seconds.append(min(timed(month, shifts, calendar) for _ in range(5)))
    exponent = log(seconds[-1] / seconds[0]) / log(sizes[-1] / sizes[0])
    told = ", ".join(f"{size}: {1000 * one:.1f} ms" for size, one in zip(sizes, seconds, strict=True))
    print(f"  shifts in a month and its check: {told}; grows with the power {exponent:.2f}")
    return [f"the check grows with the power {exponent:.2f}"] if exponent > GROWTH_MARK else []


def attendance(count: int, chance: random.Random) -> list[str]:
    """Compare lateness, absence and hours on site of random days with those counted minute by minute."""
    calendar, differ, kinds = shipped(), 0, Counter[str]()
    started = time.perf_counter()
    spent = 0.0
    for _ in range(count):
        day = date(2022, 1, 1) + timedelta(days=chance.randrange(1700))
        signed, leaves = random_day(day, chance)
        begun = time.perf_counter()
        result = day_of(day, signed, leaves, calendar, at(day, clock(23, 59)))
        spent += time.perf_counter() - begun
        kinds.update({one.kind.value for one in result.findings} or {"nothing"})
        missing = {minute for one in result.findings for minute in spread_out(one.span)}
        differ += missing - pause(day) != absent_by_minutes(day, signed, leaves, calendar)
    told = ", ".join(f"{100 * one / count:.0f} % {key}" for key, one in sorted(kinds.items()))
    print(f"{count} random days ({told}): {differ} differ from counting minutes; "
          f"{1e6 * spent / count:.0f} µs a day, all {time.perf_counter() - started:.0f} s")  # fmt: skip
    return [f"{differ} days differ"] if differ else []


def carried(past: list[Shift], month: Month, calendar: Calendar) -> dict[UUID, Turns]:
    """Return what everybody took on before a month, as the room tells the rule."""
    if not past:
        return {}
    found = shares(past, Span(MONTHS[36].span.start, month.span.start), calendar)
    return {one.person: Turns(one.rest_days, one.nights) for one in found}


def shifts_of(planned: Planned, calendar: Calendar) -> list[Shift]:
    """Return what was planned as shifts with their usual spans."""
    return [
        Shift(UUID(int=number + 1), person, kind, span_of(kind, day, calendar, Hours()))
        for number, (person, kind, day) in enumerate(planned)
    ]


def edges(month: Month) -> list[Shift]:
    """Return somebody of the month before who is on call until the first opening."""
    start = month.span.start
    night = Span(start - timedelta(hours=6, minutes=30), start + timedelta(hours=8))
    return [Shift(UUID(int=9_999_999), UUID(int=9_999_999), ShiftKind.ON_CALL, night)]


def spoilt(shifts: list[Shift], chance: random.Random) -> list[Shift]:
    """Take shifts away, move them by minutes, or give one to somebody else."""
    found = list(shifts)
    for _ in range(chance.choice((0, 0, 1, 2, 4))):
        at_ = chance.randrange(len(found))
        one = found[at_]
        what = chance.randrange(4)
        if what == 0:
            del found[at_]
        elif what == 1:
            moved = Span(one.span.start + chance.randint(1, 200) * MINUTE, one.span.end)
            found[at_] = Shift(one.key, one.person, one.kind, moved)
        elif what == 2:
            near = found[max(0, at_ - 1)].person
            found[at_] = Shift(one.key, near, one.kind, one.span)
        else:
            longer = Span(one.span.start - chance.randint(1, 200) * MINUTE, one.span.end)
            found[at_] = Shift(one.key, found[max(0, at_ - 1)].person, one.kind, longer)
    return found


def by_minutes(month: Month, shifts: list[Shift], calendar: Calendar, hours: Hours) -> set[tuple[str, datetime, str]]:
    """Return every minute that lacks somebody or has somebody twice: what a spreadsheet with a macro does."""
    there: Counter[tuple[datetime, ShiftKind]] = Counter()
    persons: Counter[tuple[datetime, UUID]] = Counter()
    for shift in shifts:
        for minute in spread_out(shift.span):
            there[minute, shift.kind] += 1
            persons[minute, shift.person] += 1
    found = {
        ("gap", minute, need.duty.value)
        for need in needs(month, calendar, hours)
        for minute in spread_out(need.span)
        if not any(there[minute, kind] for kind in need.kinds)
    }
    return found | {("double", minute, str(person)) for (minute, person), times in persons.items() if times > 1}


def minutes_of(found: list[Fault]) -> set[tuple[str, datetime, str]]:
    """Return the same of the engine's faults."""
    told = set()
    for one in found:
        if one.kind in {FaultKind.GAP, FaultKind.DOUBLE}:
            who = str(one.person) if one.kind is FaultKind.DOUBLE else one.duty.value if one.duty else ""
            told |= {(one.kind.value, minute, who) for minute in spread_out(one.span)}
    return told


def spread_out(span: Span) -> list[datetime]:
    """Return the minutes of a span."""
    return [span.start + number * MINUTE for number in range(int(span.length / MINUTE))]


def by_turns(month: Month, people: list[UUID], calendar: Calendar) -> Planned:
    """Return who takes which day when people simply follow each other by the day of the year."""
    taken: Planned = []
    for day in month.days():
        turn = day.toordinal()
        kinds = (ShiftKind.RESIDENT, ShiftKind.ON_CALL) if calendar.is_workday(day) else (ShiftKind.DUTY,)
        taken += [(people[(turn + number) % len(people)], kind, day) for number, kind in enumerate(kinds)]
    return taken


def apart(found: list[Share]) -> tuple[int, float]:
    """Return how far apart most and fewest rest days, and hours, are."""
    days, hours = [one.rest_days for one in found], [one.hours for one in found]
    return max(days) - min(days), max(hours) - min(hours)


def timed(month: Month, shifts: list[Shift], calendar: Calendar) -> float:
    """Return the seconds that a check takes."""
    started = time.perf_counter()
    faults(month, shifts, calendar, Hours())
    return time.perf_counter() - started


def random_day(day: date, chance: random.Random) -> tuple[list[Signed], list[Leave]]:
    """Return signs in turn at random minutes, and perhaps leave that was recorded before or after."""
    count = chance.choice((0, 1, 2, 4, 4, 4, 6))
    minutes = sorted(chance.sample(range(7 * 60, 19 * 60), count))
    signed = [
        Signed(at(day, clock(one // 60, one % 60)), Sign.OUT if number % 2 else Sign.IN)
        for number, one in enumerate(minutes)
    ]
    if chance.random() < 0.6:
        return signed, []
    start = at(day, clock(8)) + chance.randrange(540) * MINUTE
    span = Span(start, start + chance.randint(10, 240) * MINUTE)
    return signed, [Leave(span, start + chance.choice((-30, 0, 30)) * MINUTE)]


def absent_by_minutes(day: date, signed: list[Signed], leaves: list[Leave], calendar: Calendar) -> set[datetime]:
    """Return every minute of working hours without the engineer and without leave recorded in time."""
    if not calendar.is_workday(day):
        return set()
    wanted = {
        minute
        for opens, closes in ((clock(8), clock(12)), (clock(13, 30), clock(17, 30)))
        for minute in spread_out(Span(at(day, opens), at(day, closes)))
    }
    there: set[datetime] = set()
    since: datetime | None = None
    for one in [*signed, Signed(at(day, clock(23, 59)), Sign.OUT)]:
        if one.sign is Sign.IN:
            since = one.at
        elif since is not None:
            there |= set(spread_out(Span(since, one.at)))
            since = None
    for leave in leaves:
        if leave.recorded_at <= leave.span.start:
            there |= set(spread_out(leave.span))
    return wanted - there


def pause(day: date) -> set[datetime]:
    """Return the minutes of the midday break, over which one absence may reach."""
    return set(spread_out(Span(at(day, clock(12)), at(day, clock(13, 30)))))


if __name__ == "__main__":
    sys.exit(main())
