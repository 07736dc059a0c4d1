"""Random years of the contract, and the properties that hold in every one of them (contract.md section 4)."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.evaluation import Evaluation, canonical, evaluate

KEYS = ("cloud", "video", "ecg", "mrl", "emrqc", "nursing", "app", "teleconsult", "famdoc")
START = datetime(2022, 7, 20, 12, tzinfo=ZONE)
LAST = date(2023, 7, 20)
CHOICES = {
    "rest_day_roll": (True, False),
    "deadline_inclusive": (True, False),
    "grade1_overdue": ("x1.01", "+1pp"),
    "repeat_growth": ("compound", "simple"),
    "repeat_base": ("before_overdue", "as_fined"),
    "demand_calendar": ("natural", "5x8"),
    "annual_cap_base": ("contract", "section3"),
    "c72_scope": ("whole_service", "any_duty"),
    "demand_stacking": ("max", "sum"),
    "fine_sections": ("all", "section3"),
    "set_off": ("deduct", "separate"),
}
Event = dict[str, Any]


def history(chance: random.Random) -> dict[str, Any]:
    """Return a random case of LY-2022: a year of events, sometimes a few weeks more."""
    events: list[Event] = []
    for kind, most in ((incident, 5), (demand, 4), (attendance, 4)):
        events += [kind(chance, f"{kind.__name__[0]}{n}") for n in range(chance.randint(0, most))]
    if chance.random() < 0.35:
        events.append(delay(chance, "v0"))
    events += [payment(chance, n) for n in (1, 2) if chance.random() < 0.4]
    if chance.random() < 0.3:
        events.append(
            {"id": "x", "type": "extra_work", "amount": money(chance, 9000), "approved": chance.random() < 0.7}
        )
    if chance.random() < 0.3:
        events.append({"id": "s", "type": "settle", "instalment": chance.choice((1, 2))})
    chance.shuffle(events)
    read = {key: chance.choice(values) for key, values in CHOICES.items() if chance.random() < 0.3}
    as_of = LAST + timedelta(days=chance.choice((-200, 0, 0, 60, 200)))
    head = {"schema": "tianmu.contract-case/1", "id": "H", "contract": {"ref": "LY-2022"}}
    return {**head, "readings": read, "as_of": as_of.isoformat(), "events": events}


def instant(chance: random.Random) -> datetime:
    return START + timedelta(minutes=chance.randrange(60 * 24 * 380))


def after(chance: random.Random, start: datetime, hours: float) -> datetime:
    return start + timedelta(seconds=chance.randrange(int(hours * 3600) + 1))


def money(chance: random.Random, most: int) -> str:
    return f"{chance.randint(1, most)}.{chance.randrange(100):02}"


def incident(chance: random.Random, name: str) -> Event:
    occurred = instant(chance)
    grade = chance.choice((1, 2, 2, 3, 3, 4))
    return {
        "id": name,
        "type": "incident",
        "subsystems": chance.choice((["app"], ["app"], ["ecg"], chance.sample(KEYS, chance.randint(1, 3)))),
        "grade": grade,
        "kind": chance.choice(("down", "down", "slow")),
        "occurred": occurred.isoformat(),
        "resolved": None if chance.random() < 0.05 else after(chance, occurred, 9).isoformat(),
        "excluded": chance.choice((None, None, None, None, None, "party_a", "third_party", "force_majeure")),
    }


def demand(chance: random.Random, name: str) -> Event:
    received = instant(chance)
    plan = []
    agreed = after(chance, received, 48)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        due = after(chance, agreed, 24 * 20)
        complaint = chance.choice(("none", "none", "bureau", "city"))
        plan.append(
            {
                "agreed_at": agreed.isoformat(),
                "due": due.isoformat(),
                "impact": chance.random() < 0.3,
                "complaint": complaint,
            }
        )
        agreed = after(chance, agreed, 24 * 25)
    row: Event = {
        "id": name,
        "type": "demand",
        "complexity": chance.choice(("ordinary", "complex")),
        "received": received.isoformat(),
        "feedback_at": None if chance.random() < 0.1 else after(chance, received, 90).isoformat(),
        "plan": plan,
        "done_at": None if chance.random() < 0.15 else after(chance, received, 24 * 40).isoformat(),
    }
    if plan and chance.random() < 0.2:
        row["changes"] = [after(chance, received, 24 * 25).isoformat()]
    if chance.random() < 0.15:
        row["compensation"] = money(chance, 3000)
    return row


def attendance(chance: random.Random, name: str) -> Event:
    kind = chance.choice(("left_unrecorded", "left_unrecorded", "late", "holiday_no_reply"))
    row: Event = {"id": name, "type": "attendance", "kind": kind, "at": instant(chance).isoformat()}
    return {**row, "decided": f"{chance.randint(100, 300)}.00"} if kind == "holiday_no_reply" else row


def delay(chance: random.Random, name: str) -> Event:
    first = START.date() + timedelta(days=chance.randrange(370))
    last = first + timedelta(days=chance.randrange(9))
    row: Event = {"id": name, "type": "service_delay", "from": first.isoformat(), "to": last.isoformat()}
    if chance.random() < 0.5:
        begins = first + timedelta(days=chance.randrange(-1, 4))
        ends = begins + timedelta(days=chance.randrange(4))
        cause = chance.choice(("party_a", "force_majeure", "third_party"))
        row["excused"] = [{"from": begins.isoformat(), "to": ends.isoformat(), "cause": cause}]
    if chance.random() < 0.2:
        row["duty"] = chance.choice(("O-054", "O-060", "O-072"))
    return row


def payment(chance: random.Random, instalment: int) -> Event:
    due = date(2022, 8, 19) if instalment == 1 else date(2023, 8, 21)
    first = due + timedelta(days=chance.randrange(-5, 120))
    part = chance.choice(("490000.00", money(chance, 489998)))
    paid = [{"date": first.isoformat(), "amount": part}]
    if part != "490000.00":
        rest = Decimal(490000) - Decimal(part)
        paid.append({"date": (first + timedelta(days=chance.randrange(90))).isoformat(), "amount": f"{rest:.2f}"})
    row: Event = {
        "id": f"p{instalment}",
        "type": "payment",
        "instalment": instalment,
        "paid": paid[: chance.choice((0, 2, 2, 2))],
    }
    if chance.random() < 0.4:
        begins = due + timedelta(days=chance.randrange(-3, 20))
        row["excused"] = [
            {"from": begins.isoformat(), "to": (begins + timedelta(days=chance.randrange(15))).isoformat()}
        ]
    return row


def broken_properties(case: dict[str, Any], chance: random.Random, calendar: Calendar) -> tuple[Evaluation, list[str]]:
    """Return the evaluation of a case and the names of the properties that it breaks."""
    whole = evaluate(case_of(case), calendar)
    return whole, list(_broken(case, whole, chance, calendar))


def _broken(case: dict[str, Any], whole: Evaluation, chance: random.Random, calendar: Calendar) -> Iterator[str]:
    if any(line.payable is not None and line.payable > line.assessed for line in whole.lines):
        yield "payable <= assessed"
    years: Counter[int] = Counter()
    for line in whole.lines:
        if line.rule in {"C-5.3", "C-5.4.4-1", "C-5.4.4-2", "C-5.4.4-3", "C-5.5.2"} and line.payable is not None:
            years[line.year] += line.payable  # type: ignore[assignment]  # a counter of amounts
    if any(amount > whole.totals["annex_cap"] for amount in years.values()):
        yield "sum of a year <= cap"
    events = case["events"]
    extra = chance.choice((incident, demand, attendance))(chance, chance.choice(("0new", "new", "i00")))
    more = evaluate(case_of({**case, "events": [*events, extra]}), calendar)
    if more.totals["annex_assessed"] < whole.totals["annex_assessed"]:
        yield "another event never lowers what is assessed"
    shuffled = chance.sample(events, len(events))
    again = evaluate(case_of({**case, "events": shuffled}), calendar)
    if again.totals != whole.totals or again.flags != whole.flags or again.settlement != whole.settlement:
        yield "the order of events changes nothing"
    if canonical(evaluate(case_of(case), calendar).as_json()) != canonical(whole.as_json()):
        yield "evaluating twice gives the same bytes"
    counted = [one for one in events if one.get("excluded") is None]
    if len(counted) < len(events) and evaluate(case_of({**case, "events": counted}), calendar).totals != whole.totals:
        yield "an excluded incident is no incident"
