"""The ledger of a contract year: every line as the engine computes it now, with what people made of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.choices import DisputeState, EvidenceOf, FineState
from tianmu.operations.contracts.models import Contract, EvidenceItem, FactRevision, Fine
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.case_reader import SCHEMA, Case, case_of
from tianmu.operations.contracts.rules.evaluation import Evaluation, canonical, evaluate
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.money import ZERO
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.selectors.contracts import (
    contract_of,
    readings_in_force,
    terms_in_force,
    terms_version,
)

FINED = frozenset({"C-5.3", "C-5.4.4-1", "C-5.4.4-2", "C-5.4.4-3", "C-5.5.2", "C-7.2"})
Waived = frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line with its fact, its state and the sum payable so far."""

    id: UUID
    line: Line
    fact: FactRevision
    fine: Fine | None
    running: Decimal
    evidence_count: int

    @property
    def state(self) -> str:
        """Return computed, heard, decided, waived or settled."""
        return self.fine.state if self.fine else FineState.COMPUTED

    @property
    def dispute(self) -> str:
        """Return the state of the dispute."""
        return self.fine.dispute if self.fine else DisputeState.NONE

    @property
    def stale(self) -> bool:
        """Tell whether the facts changed after the decision, so that it must be taken again."""
        decided = self.fine.decided_assessed if self.fine else None
        return decided is not None and decided != self.line.assessed

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has yet to decide or to answer before a statement can be drafted."""
        if self.line.rule not in FINED or not self.line.assessed:
            return False
        undecided = self.state in {FineState.COMPUTED, FineState.HEARD}
        return undecided or self.stale or self.dispute == DisputeState.OPEN


@dataclass(frozen=True, slots=True)
class Ledger:
    """A contract year."""

    contract: Contract
    year: int
    years: int
    evaluation: Evaluation
    lines: tuple[LedgerLine, ...]
    undecided: tuple[FactRevision, ...]
    facts: Mapping[str, FactRevision]
    waived: Waived

    @property
    def names(self) -> dict[str, str]:
        """Return the names of the priced items by key."""
        return {one.key: one.name for one in self.evaluation.case.terms.prices}


def ledger(actor: Actor, contract_id: UUID, *, today: date, year: int | None = None) -> Ledger:
    """Return the ledger of a contract year, the current one unless named; eight statements.

    Raises:
        MissingError: there is no such contract or year.

    """
    contract = contract_of(actor, contract_id, Right.VIEW)
    return ledger_of(contract, today=today, year=year)


def ledger_of(contract: Contract, *, today: date, year: int | None = None, settle: int | None = None) -> Ledger:
    """Return the ledger; the caller has checked the right. `settle` adds the settlement of an instalment."""
    last = min(contract.ended_on, today) if contract.ended_on else today
    current = ContractYears.of(terms_in_force(contract)).of_day(max(last, contract.signed))
    chosen = current if year is None else year
    if not 1 <= chosen <= current:
        raise MissingError("contract year")
    facts = latest_facts(contract)
    counted = {key: fact for key, fact in facts.items() if not fact.undecided}
    fines = {(one.event_id, one.rule, one.line_at): one for one in Fine.objects.filter(contract=contract)}
    waived = frozenset(
        (event, rule, at.astimezone(ZONE).isoformat())
        for (event, rule, at), one in fines.items()
        if one.state == FineState.WAIVED
    )
    document = case_document(contract, chosen, today, counted, settle)
    now = timezone.now().replace(second=0, microsecond=0)
    running_day = settle is None and today == timezone.localdate(now)
    evaluation = evaluated(canonical(document), calendar_in_force(today), waived, now if running_day else None)
    proofs = _evidence_counts(contract)
    lines, running = [], ZERO
    for line in evaluation.lines:
        running += line.payable or ZERO
        fact = facts[line.event]
        fine = fines.get((line.event, line.rule, line.at)) if line.at else None
        lines.append(LedgerLine(line_id(contract, line), line, fact, fine, running, proofs.get(fact.pk, 0)))
    undecided = tuple(fact for fact in facts.values() if fact.undecided)
    return Ledger(contract, chosen, current, evaluation, tuple(lines), undecided, facts, waived)


def latest_facts(contract: Contract) -> dict[str, FactRevision]:
    """Return the newest revision of each fact that still counts, by event."""
    rows = contract.facts.order_by("event_id", "-number").distinct("event_id")
    return {row.event_id: row for row in rows if not row.withdrawn}


def fact_revisions(contract: Contract, *, kind: str = "", event: str = "") -> QuerySet[FactRevision]:
    """Return every revision of facts; `current` tells of each whether no later one replaced it."""
    wanted = {name: value for name, value in (("type", kind), ("event_id", event)) if value}
    later = FactRevision.objects.filter(contract=contract, event_id=OuterRef("event_id"), number__gt=OuterRef("number"))
    return contract.facts.filter(**wanted).annotate(current=~Exists(later))


def case_document(
    contract: Contract, year: int, as_of: date, facts: Mapping[str, FactRevision], settle: int | None
) -> dict[str, Any]:
    """Return the case of a contract year, as the engine and the statement take it."""
    events = [facts[key].content for key in sorted(facts)]
    if settle is not None:
        events.append({"id": f"settle-{year}-{settle}", "type": "settle", "instalment": settle})
    return {
        "schema": SCHEMA,
        "id": f"{contract.ref}-{year}",
        "contract": {"terms": terms_version(contract, year).document, "year": year},
        "readings": dict(readings_in_force(contract)),
        "as_of": as_of.isoformat(),
        "events": events,
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """A calendar, told from others by its version."""

    version: str
    calendar: Calendar = field(compare=False)


def evaluated(document: bytes, calendar: Calendar, waived: Waived, now: datetime | None = None) -> Evaluation:
    """Judge a case in canonical form; the last ones are remembered, since a page asks for one again and again."""
    return _evaluated(document, _Known(calendar.version, calendar), waived, now)


@lru_cache(maxsize=16)
def _evaluated(document: bytes, known: _Known, waived: Waived, now: datetime | None) -> Evaluation:
    return evaluate(_case(document), known.calendar, waived, now)


def line_id(contract: Contract, line: Line) -> UUID:
    """Return the key under which a line is found again."""
    return uuid5(contract.pk, "|".join(line.key()))


def line_of(found: Ledger, key: UUID) -> LedgerLine:
    """Return a line of a ledger.

    Raises:
        MissingError: the year has no such line (any more).

    """
    one = next((line for line in found.lines if line.id == key), None)
    if one is None:
        raise MissingError("line")
    return one


def _evidence_counts(contract: Contract) -> dict[UUID, int]:
    rows = EvidenceItem.objects.filter(Q(contract=contract), of=EvidenceOf.FACT).values("of_id")
    return {row["of_id"]: row["count"] for row in rows.annotate(count=Count("id"))}


def _case(document: bytes) -> Case:
    return case_of(json.loads(document))
