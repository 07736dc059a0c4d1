"""The contract engine on random years, a year of 20,000 tickets, and clocks forwards and backwards.

    python -m benchmarks.contracts [--years 100000] [--pairs 1000000] [--tickets 20000]

Exits with 1 when a property is broken, when a rule, cap or pause fired in fewer than 1 % of the years, when the large
year took more than a second of processor time (the wall clock stands beside it, since others may use the machine), or
when a clock disagrees with itself by a second.
"""

import argparse
import dataclasses
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import SCHEDULES, ZONE, add, between
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.evaluation import FLAGS, Evaluation, evaluate
from tianmu.operations.contracts.rules.events import Demand, Payment, ServiceDelay
from tianmu.operations.contracts.rules.periods import instalment_due
from tianmu.operations.contracts.tests import histories

CHUNK = 1000
PARTS = ("C-5.3", "C-5.4.4-1", "C-5.4.4-2", "C-5.4.4-2c", "C-5.4.4-3", "C-5.5.2", "C-7.2", "C-7.3", "C-3.3")
REASONS = (
    "late", "repeat", "excluded", "ordinary", "complaint", "impact", "duty",
    "left_unrecorded", "holiday_no_reply", "refused",
)  # fmt: skip
CAPS = ("cap 5.6", "cap 7.2", "cap 7.3")
PAUSES = ("pause service", "pause payment", "lapsed node")
RAISED = tuple(f"flag {name}" for name in FLAGS)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--years", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=6)
    arguments = parser.parse_args()
    wrong = [
        *random_years(arguments.years, arguments.seed),
        *large_year(arguments.tickets),
        *clocks(arguments.pairs, arguments.seed),
    ]
    for one in wrong:
        print("WRONG:", one)
    return 1 if wrong else 0


def random_years(count: int, seed: int) -> list[str]:
    started = time.perf_counter()
    fired: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        chunks = [(seed, first, min(CHUNK, count - first)) for first in range(0, count, CHUNK)]
        for some, broken in pool.map(years_of_chunk, chunks):
            fired += some
            wrong += broken
    seconds = time.perf_counter() - started
    print(f"{count} random years, six properties each, {seconds:.0f} s; fired in % of the years:")
    expected = [*PARTS, *REASONS, *CAPS, *PAUSES, *RAISED]
    for name in expected:
        print(f"  {name:<29}{100 * fired[name] / count:6.2f}")
    rare = [f"{name} fired in fewer than 1 % of the years" for name in expected if fired[name] * 100 < count]
    return [*(f"{name}: broken {times} times" for name, times in wrong.items()), *rare]


def years_of_chunk(chunk: tuple[int, int, int]) -> tuple[Counter[str], Counter[str]]:
    seed, first, count = chunk
    fired: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for number in range(first, first + count):
        chance = random.Random(f"{seed}:{number}")
        case = histories.history(chance)
        result, broken = histories.broken_properties(case, chance, shipped())
        fired.update(what_fired(result))
        wrong.update(broken)
    return fired, wrong


def what_fired(result: Evaluation) -> set[str]:
    names = {line.rule for line in result.lines if line.assessed or line.rule == "C-3.3"}
    names |= {f"flag {name}" for name in result.flags}
    for line in result.lines:
        names |= {one.partition(":")[0] for one in line.because}
        if "capped" in line.because:
            names.add("cap 7.2" if line.rule == "C-7.2" else "cap 5.6")
    late = result.totals
    if late["late_7_3_payable"] < late["late_7_3_penalty"] + late["late_7_3_interest"]:
        names.add("cap 7.3")
    return names | pauses(result)


def pauses(result: Evaluation) -> set[str]:
    """Return which pauses changed an amount: the same events without them cost more."""
    case, found = result.case, set()
    lines = {(line.event, line.rule): line.assessed for line in result.lines}
    for event in case.events:
        if isinstance(event, Demand) and event.changes:
            plain = [one for one in lines if one[0] == event.id]
            if len(plain) < len(alone(result, event)):
                found.add("lapsed node")
        elif isinstance(event, ServiceDelay) and event.excused and event.first <= case.as_of:
            days = (min(event.last, case.as_of) - event.first).days + 1
            if lines.get((event.id, "C-7.2"), 0) < 9800 * days and not event.duty:
                found.add("pause service")
        elif isinstance(event, Payment) and event.excused:
            due = instalment_due(case.terms.instalments[event.instalment - 1], case.terms, case.readings, shipped())
            late = [one.day for one in event.paid if one.day > due]
            if late and any(one.first <= max(late) and one.last > due for one in event.excused):
                found.add("pause payment")
    return found


def alone(result: Evaluation, event: Demand) -> list[Any]:
    """Return the lines of a demand as if nothing had been changed by both sides."""
    plain = dataclasses.replace(event, changes=())
    case = dataclasses.replace(result.case, events=(plain,))
    return list({(line.event, line.rule): 0 for line in evaluate(case, shipped()).lines})


def large_year(tickets: int) -> list[str]:
    chance = random.Random(20)
    kinds = (histories.demand, histories.demand, histories.demand, histories.incident, histories.attendance)
    events = [chance.choice(kinds)(chance, f"LY-{number:06}") for number in range(tickets)]
    document = {
        "schema": "tianmu.contract-case/1",
        "contract": {"ref": "LY-2022"},
        "readings": {"demand_calendar": "5x8"},
        "as_of": "2023-12-31",
        "events": events,
    }
    wall, spent = (min(times) for times in zip(*(timed(document) for _ in range(5)), strict=True))
    print(
        f"one year of {tickets} tickets read and judged in {wall:.2f} s, {spent:.2f} s of a processor "
        f"(5x8 feedback clocks; load {os.getloadavg()[0]:.1f})"
    )
    return [f"a year of {tickets} tickets takes {spent:.2f} s"] if tickets <= 20_000 and spent > 1 else []


def timed(document: dict[str, Any]) -> tuple[float, float]:
    """Return the seconds on the wall and of the processor."""
    started, before = time.perf_counter(), time.process_time()
    evaluate(case_of(document), shipped())
    return time.perf_counter() - started, time.process_time() - before


def clocks(count: int, seed: int) -> list[str]:
    started = time.perf_counter()
    wrong = 0
    with ProcessPoolExecutor(max_workers=2) as pool:
        chunks = [(seed, first, min(CHUNK, count - first)) for first in range(0, count, CHUNK)]
        wrong = sum(pool.map(clocks_of_chunk, chunks))
    seconds = time.perf_counter() - started
    print(f"{count} random pairs on 7x24, 7x8 and 5x8, forwards and backwards: {wrong} differ, {seconds:.0f} s")
    return [f"{wrong} clocks disagree"] if wrong else []


def clocks_of_chunk(chunk: tuple[int, int, int]) -> int:
    seed, first, count = chunk
    chance, calendar, wrong = random.Random(f"clock:{seed}:{first}"), shipped(), 0
    schedules = list(SCHEDULES.values())
    for _ in range(count):
        start = datetime(2022, 1, 1, tzinfo=ZONE) + timedelta(seconds=chance.randrange(4 * 365 * 86400))
        span = timedelta(seconds=chance.randrange(100 * 3600) + 1)
        schedule = chance.choice(schedules)
        wrong += between(start, add(start, span, schedule, calendar), schedule, calendar) != span
    return wrong


if __name__ == "__main__":
    sys.exit(main())
