"""Telling the contract what happened: at every step that changes an incident's or a demand's facts.

What the contract refuses never stops the desk; the refusal stays written on the ticket until it is put right.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.errors import TianmuError
from tianmu.operations.contracts.actions.facts import Evidence, record_fact, withdraw_fact
from tianmu.operations.contracts.errors import Code as ContractCode
from tianmu.operations.contracts.selectors.contracts import contract_in_force
from tianmu.operations.servicedesk.choices import TicketKind
from tianmu.operations.servicedesk.models import Attachment, Demand, PlanNode, Ticket
from tianmu.operations.servicedesk.rules.demands import Node
from tianmu.operations.servicedesk.rules.facts import demand_events, incident_event
from tianmu.operations.servicedesk.rules.log import Entry, in_order

SOURCE = "ticket"
TOLD_KINDS = frozenset({TicketKind.INCIDENT, TicketKind.DEMAND})


def tell_contract(ticket: Ticket, entries: Sequence[Entry], *, actor: Actor, now: datetime) -> None:
    """Record the ticket's facts in the contract in force; one without a contract is served all the same."""
    if ticket.kind not in TOLD_KINDS or ticket.state == "merged":
        return
    events = _events(ticket, in_order(entries))
    if not events:
        return
    contract = contract_in_force(timezone.localdate(ticket.occurred_at or ticket.raised_at))
    if contract is None:
        return
    refusal = ""
    for event in events:
        try:
            record_fact(
                actor=system(f"service desk: {actor.name}"),
                contract_id=contract.pk,
                event=event,
                source=(SOURCE, ticket.pk),
                now=now,
                evidence=evidence_of(ticket, event),
            )
        except TianmuError as error:
            refusal = f"{error.code}: {error.detail}"[:400]
    if refusal != ticket.contract_refusal:
        ticket.contract_refusal = refusal
        ticket.save(update_fields=["contract_refusal"])


def withdraw_from_contract(ticket: Ticket, *, actor: Actor, reason: str, now: datetime) -> None:
    """Take back what the contract was told of a ticket that was merged into another."""
    contract = contract_in_force(timezone.localdate(ticket.occurred_at or ticket.raised_at))
    if contract is None or ticket.kind not in TOLD_KINDS:
        return
    try:
        withdraw_fact(
            actor=system(f"service desk: {actor.name}"),
            contract_id=contract.pk,
            event_id=ticket.number,
            reason=reason[:400],
            now=now,
        )
    except TianmuError as error:
        if error.code != ContractCode.FACT_MISSING:
            raise


def evidence_of(ticket: Ticket, event: Mapping[str, Any]) -> list[Evidence]:
    """Return what proves a fact: the ticket itself, and its files once the matter is over."""
    found = [Evidence(name=ticket.number, note=ticket.title)]
    over = event.get("resolved") or event.get("done_at")
    if over:
        files = Attachment.objects.filter(ticket=ticket).order_by("id")[:20]
        found += [Evidence(name=one.name, sha256=one.sha256, at=one.added_at) for one in files]
    return found


def _events(ticket: Ticket, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    if ticket.kind == TicketKind.INCIDENT:
        event = incident_event(ticket.number, ticket.subsystems, ticket.problem_kind, ticket.excluded, entries)
        return [event] if event else []
    demand = Demand.objects.filter(ticket=ticket).first()
    if demand is None or demand.submitted_at is None:
        return []
    rows = PlanNode.objects.filter(demand=demand).order_by("due", "key")
    nodes = [(node_of(row), row.impact, row.complaint) for row in rows]
    return demand_events(ticket.number, demand.complexity, demand.submitted_at, demand.feedback_at, nodes)


def node_of(row: PlanNode) -> Node:
    """Return a row of a plan as the rules read it."""
    return Node(
        key=row.key,
        due=row.due,
        confirmed_by_a=row.confirmed_a_at,
        confirmed_by_b=row.confirmed_b_at,
        changed_at=row.lapsed_at,
        done_at=row.done_at,
    )
