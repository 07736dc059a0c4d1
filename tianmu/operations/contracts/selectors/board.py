"""The obligation board: every obligation with owner, next due instant, evidence and state, automated or by hand."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.calendars.worktime import ZONE, end_of_day
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import Contract, Duty, EvidenceItem
from tianmu.operations.contracts.permissions import CONTRACTS, Right
from tianmu.operations.contracts.ports import Kpi, kpis
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.duties import DutyState, state_of
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.selectors.contracts import contract_of, terms_in_force
from tianmu.operations.contracts.selectors.ledger import ledger_of

STANDING = "standing"
OF_GRADE = {"(1)": "O-090", "(2)": "O-091", "(3)": "O-092"}
OF_RULE = {
    "C-5.4.4-1": "O-102",
    "C-5.4.4-2": "O-103",
    "C-5.4.4-2c": "O-103",
    "C-5.4.4-3": "O-104",
    "C-7.2": "O-041",
    "C-7.3": "O-040",
    "C-3.3": "O-011",
}
OF_ATTENDANCE = {"(1)": "O-110", "(2)": "O-111", "(3)": "O-112"}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """An obligation and how it stands in a contract year."""

    obligation: Mapping[str, Any]
    state: str
    next_due: datetime | None
    next_duty: UUID | None
    done: int
    late: int
    open: int
    lines: int
    figure: Kpi | None


def board(actor: Actor, contract_id: UUID, *, now: datetime, year: int | None = None) -> list[BoardRow]:
    """Return every obligation of a contract in a contract year, the current one unless named."""
    contract = contract_of(actor, contract_id, Right.VIEW)
    found = ledger_of(contract, today=now.astimezone(ZONE).date(), year=year)
    by_obligation: defaultdict[str, list[Duty]] = defaultdict(list)
    for duty in contract.duties.filter(year=found.year).order_by("due_at"):
        by_obligation[duty.obligation].append(duty)
    counted = Counter(obligation_of(one.line) for one in found.lines)
    years = ContractYears.of(terms_in_force(contract))
    figures = {
        kpi.obligation: kpi
        for answer in kpis.ask(contract.pk, years.first_day(found.year), years.last_day(found.year))
        for kpi in answer
    }
    return [_row(one, by_obligation[key], counted[key], figures.get(key), now) for key, one in obligations().items()]


def duties(
    actor: Actor,
    contract_id: UUID,
    *,
    first: date | None = None,
    last: date | None = None,
    obligation: str = "",
    only_open: bool = False,
) -> QuerySet[Duty]:
    """Return the duties of a contract, for the list and the calendar alike."""
    contract = contract_of(actor, contract_id, Right.VIEW)
    return with_evidence(duties_of(contract, first=first, last=last, obligation=obligation, only_open=only_open))


def duties_of(
    contract: Contract,
    *,
    first: date | None = None,
    last: date | None = None,
    obligation: str = "",
    only_open: bool = False,
) -> QuerySet[Duty]:
    """Return duties due between two days, both included."""
    rows = Duty.objects.filter(contract=contract)
    if first is not None:
        rows = rows.filter(due_at__gt=datetime(first.year, first.month, first.day, tzinfo=ZONE))
    if last is not None:
        rows = rows.filter(due_at__lte=end_of_day(last))
    if obligation:
        rows = rows.filter(obligation=obligation)
    return rows.filter(fulfilled_at=None) if only_open else rows


def duty_of(actor: Actor, duty_id: UUID) -> Duty:
    """Return a duty that the actor may see.

    Raises:
        MissingError: there is none.

    """
    duty = with_evidence(Duty.objects.select_related("contract").filter(pk=duty_id)).first()
    if duty is None or not CONTRACTS.allows(actor, Right.VIEW, duty.contract):
        raise MissingError("duty")
    return duty


def with_evidence(rows: QuerySet[Duty]) -> QuerySet[Duty]:
    """Add the number of pieces of evidence to each duty, in the same statement."""
    items = EvidenceItem.objects.filter(of=EvidenceOf.DUTY, of_id=OuterRef("pk")).order_by().values("of_id")
    return rows.annotate(evidence_count=Coalesce(Subquery(items.annotate(n=Count("id")).values("n")), 0))


def obligation_of(line: Line) -> str:
    """Return the obligation that a line belongs to."""
    if line.rule == "C-5.3":
        return next((key for part, key in OF_GRADE.items() if line.clause.endswith(part)), "O-083")
    if line.rule == "C-5.5.2":
        return next(key for part, key in OF_ATTENDANCE.items() if line.clause.endswith(part))
    return OF_RULE[line.rule]


def _row(one: Mapping[str, Any], rows: list[Duty], lines: int, figure: Kpi | None, now: datetime) -> BoardRow:
    states = [state_of(row.due_at, row.fulfilled_at, now) for row in rows]
    counts = Counter(states)
    waiting = [row for row in rows if row.fulfilled_at is None]
    state = STANDING
    if waiting:
        state = state_of(waiting[0].due_at, None, now)
        if waiting[0].optional and state is DutyState.OVERDUE:
            state = STANDING
    elif rows and "duty" in one:
        state = DutyState.DONE_LATE if counts[DutyState.DONE_LATE] else DutyState.DONE
    return BoardRow(
        obligation=one,
        state=str(state),
        next_due=waiting[0].due_at if waiting else None,
        next_duty=waiting[0].pk if waiting else None,
        done=counts[DutyState.DONE],
        late=counts[DutyState.DONE_LATE],
        open=len(waiting),
        lines=lines,
        figure=figure,
    )
