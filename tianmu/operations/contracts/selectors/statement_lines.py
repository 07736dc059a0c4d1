"""The lines of a statement: each with clause, obligation, reading, events and files."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import Contract, EvidenceItem, FactRevision, FineStep
from tianmu.operations.contracts.ports import Kpi, Link, kpis, links
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.naming import title_of
from tianmu.operations.contracts.selectors.board import obligation_of
from tianmu.operations.contracts.selectors.ledger import Ledger

READINGS_OF = {
    "C-5.3": ("R-04", "R-09", "R-10", "R-11", "R-12", "R-18", "R-19", "R-29"),
    "C-5.4.4-1": ("R-04", "R-07", "R-12"),
    "C-5.4.4-2": ("R-04", "R-12", "R-16", "R-17"),
    "C-5.4.4-2c": ("R-13",),
    "C-5.4.4-3": ("R-12", "R-16", "R-17"),
    "C-5.5.2": ("R-12", "R-25"),
    "C-7.2": ("R-13", "R-14"),
    "C-7.3": ("R-03", "R-14", "R-21"),
    "C-3.3": ("R-23",),
}
DECISIONS = ("decided", "waived", "upheld", "accepted")


def readings_of_line(line: Line) -> list[str]:
    """Return the ids of the readings that a line depends on."""
    found = list(READINGS_OF[line.rule])
    if any(one.startswith("repeat") for one in line.because):
        found.append("R-06")
    if line.rule == "C-5.3" and line.clause.endswith("(1)") and "late" in line.because:
        found.append("R-05")
    return sorted(found)


def statement_lines(contract: Contract, found: Ledger) -> list[dict[str, Any]]:
    """Return the lines of a ledger with their evidence and decisions, as the statement keeps them."""
    evidence = evidence_of_facts(contract)
    decisions: dict[UUID, str] = {}
    for step in FineStep.objects.filter(fine__contract=contract, action__in=DECISIONS).order_by("at", "pk"):
        decisions[step.fine_id] = step.text
    rows = []
    for one in found.lines:
        link = link_of(one.fact)
        line = one.line.as_json()
        rows.append(
            {
                **line,
                "payable": line.get("payable"),
                "title": title_of(one.fact.content, found.names),
                "obligation": obligation_of(one.line),
                "readings": readings_of_line(one.line),
                "state": one.state if one.fine else "",
                "decision": decisions.get(one.fine.pk, "") if one.fine else "",
                "evidence": evidence.get(one.fact.event_id, []),
                "source": link.title if link else "",
                "fact": {"number": one.fact.number, "sha256": one.fact.sha256},
            }
        )
    return rows


def evidence_of_facts(contract: Contract) -> Mapping[str, list[dict[str, str]]]:
    """Return the evidence of every fact, of all its revisions, by event."""
    events = dict(contract.facts.values_list("pk", "event_id"))
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for item in EvidenceItem.objects.filter(contract=contract, of=EvidenceOf.FACT).order_by("pk"):
        if item.of_id in events:
            found[events[item.of_id]].append({"name": item.name, "sha256": item.sha256, "note": item.note})
    return found


def figures_of(contract: Contract, first: date, last: date, as_of: date) -> list[dict[str, Any]]:
    """Return the figures of duties without a fixed fine: those of other rooms, and those with periods of our own."""
    found = [kpi for answer in kpis.ask(contract.pk, first, last) for kpi in answer]
    found += own_figures(contract, first, last, as_of)
    return [
        {"obligation": kpi.obligation, "total": kpi.total, "on_time": kpi.on_time, "note": kpi.note}
        for kpi in sorted(found, key=lambda kpi: kpi.obligation)
    ]


def own_figures(contract: Contract, first: date, last: date, as_of: date) -> list[Kpi]:
    """Return how often duties that come round (inspections, checks, rosters) were done in time, of those due so far."""
    keys = [key for key, one in obligations().items() if one.get("kpi") and "duty" in one]
    rows = contract.duties.filter(obligation__in=keys, first__gte=first, first__lte=last)
    counted: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows.order_by("obligation", "due_at"):
        if row.fulfilled_at is not None or row.due_at <= end_of_day(as_of):
            counted[row.obligation].append(row.fulfilled_at is not None and row.fulfilled_at <= row.due_at)
    return [Kpi(key, len(kept), sum(kept), "") for key, kept in counted.items()]


def link_of(fact: FactRevision) -> Link | None:
    """Return what a fact came from, as the room that recorded it names it."""
    if fact.source_id is None:
        return None
    return next((link for link in links.ask(fact.source_kind, fact.source_id) if link is not None), None)
