"""A whole contract year through the ordinary actions at simulated instants, ending in a statement that both signed.

Every yuan of the statement leads to a line, its fact, the ticket, the entries of its log. The same seed, the same year.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.terminal import TerminalError
from tianmu.operations.contracts.actions import fines
from tianmu.operations.contracts.actions.facts import Evidence, record_fact
from tianmu.operations.contracts.actions.statements import draft_statement, sign_statement
from tianmu.operations.contracts.selectors.contracts import contracts
from tianmu.operations.contracts.selectors.ledger import FINED, ledger_of
from tianmu.operations.servicedesk.demo.lives import Outage, demand, incident, question
from tianmu.operations.servicedesk.demo.people import Cast, cast, let_use
from tianmu.operations.servicedesk.models import Ticket

MARK = "示范年度回放"
OUTAGES = (
    (18, Outage(1, 140, 3)), (47, Outage(1, 395, 3)), (80, Outage(0, 90, 4)), (111, Outage(2, 150, 2)),
    (150, Outage(1, 220, 3, "party_a")), (201, Outage(0, 35, 4)), (244, Outage(1, 300, 3)), (305, Outage(2, 200, 2)),
)  # fmt: skip
DEMANDS = ((25, 6, 12, 10), (60, 30, 15, 14), (95, 5, 20, 19), (140, 23, 10, 12), (190, 4, 14, 13), (260, 6, 9, 15))
Beside = Callable[[Cast, UUID, date, date], None]
DRAFTED_AFTER = 12
ATTENDANCE = ((70, "late", 8, 20), (133, "left_unrecorded", 15, 10), (220, "late", 8, 14))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a year."""

    contract: str
    first: date
    last: date
    tickets: int
    lines: int
    statement_id: UUID
    number: int


def absences(people: Cast, contract_id: UUID, first: date, _last: date) -> None:
    """Note a few absences by hand, where the duty room does not live the year."""
    for number, (day, kind, hour, minute) in enumerate(ATTENDANCE, 1):
        at = _at(_workday(first + timedelta(days=day)), hour, minute)
        record_fact(
            actor=people.officer,
            contract_id=contract_id,
            event={"id": f"YEAR-A{number}", "type": "attendance", "kind": kind, "at": at.isoformat()},
            source=("contract", contract_id),
            now=at + timedelta(days=1),
            evidence=[Evidence("考勤记录（示例）", note=MARK)],
        )


def replay(*, seed: int, questions: int, progress: Callable[[int, int], None], beside: Beside = absences) -> Replayed:
    """Replay the first year of the demo contract; `beside` lives what is not the desk's before fines are heard.

    Raises:
        TerminalError: there is no demo contract, or the year was replayed before.

    """
    people, chance, now = cast(), Random(f"{seed}:year"), timezone.now()  # noqa: S311 - a made-up year
    contract = contracts(people.officer).order_by("signed").first()
    if contract is None:
        message = "There is no contract here. Make the demo county first: tianmu demo."
        raise TerminalError(message)
    first = contract.signed + timedelta(days=1)
    last = contract.signed.replace(year=contract.signed.year + 1)
    if Ticket.objects.filter(raised_at__lt=_at(last, 0, 0)).exists() or last >= timezone.localdate(now):
        message = "This year was replayed already, or has not ended yet. An empty TIANMU_HOME gives a fresh one."
        raise TerminalError(message)
    let_use(people.places)
    before = Ticket.objects.count()
    _live(people, chance, first, questions, progress)
    beside(people, contract.pk, first, last)
    _decide(people, contract.pk, last)
    drafted = last + timedelta(days=DRAFTED_AFTER)
    statement = draft_statement(
        actor=people.officer,
        contract_id=contract.pk,
        year=1,
        instalment=2,
        as_of=min(drafted, timezone.localdate(now)),
        now=now,
    )
    sign_statement(actor=people.lead, statement_id=statement.pk, title="项目负责人", now=timezone.now())
    statement = sign_statement(actor=people.leader, statement_id=statement.pk, title="分管局长", now=timezone.now())
    lines = ledger_of(contract, today=last, year=1).lines
    return Replayed(
        contract.ref, first, last, Ticket.objects.count() - before, len(lines), statement.pk, statement.number
    )


def _live(people: Cast, chance: Random, first: date, questions: int, progress: Callable[[int, int], None]) -> None:
    until = timezone.now()
    places = list(people.places)
    for day, outage in OUTAGES:
        shift = chance.randrange(len(places) - 3)
        at = _at(first + timedelta(days=day), chance.randint(7, 20), chance.randint(0, 59))
        incident(people, places[shift:], at, chance, outage, until=until)
    for day, feedback_hours, days, done_days in DEMANDS:
        at = _at(first + timedelta(days=day), 10, chance.randint(0, 59))
        demand(
            people, chance.choice(places), at, chance, feedback_hours=feedback_hours, days=days, done_days=done_days,
            until=until,
        )  # fmt: skip
    for number in range(questions):
        at = _at(first + timedelta(days=number * 360 // questions), chance.randint(7, 20), chance.randint(0, 59))
        question(people, chance.choice(places), at, chance, until=until)
        progress(number + 1, questions)


def _decide(people: Cast, contract_id: UUID, last: date) -> None:
    """Let B be heard on every line, and A decide it."""
    contract = contracts(people.officer).get(pk=contract_id)
    now = _at(last + timedelta(days=3), 9, 0)
    for found in ledger_of(contract, today=last, year=1).lines:
        if found.line.rule not in FINED or found.line.at is None or found.state not in {"computed", "heard"}:
            continue
        fines.hear(actor=people.lead, contract_id=contract_id, key=found.id, year=1, text="情况属实。", now=now)
        fines.decide(
            actor=people.officer, contract_id=contract_id, key=found.id, year=1, waive=False, text="按合同约定。",
            now=now + timedelta(hours=2),
        )  # fmt: skip


def _workday(day: date) -> date:
    calendar = calendar_in_force(day)
    return day if calendar.is_workday(day) else calendar.add_workdays(day, 1)


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
