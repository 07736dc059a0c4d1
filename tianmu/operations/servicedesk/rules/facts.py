"""What the contract is told of incidents and demands: events of the schema `tianmu.contract-case/1` (contract.md 4).

Only facts: grades with their instants, limits agreed, nodes missed. What they cost is for contracts to say.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.rules.clocks import grade_in_force, occurred_at
from tianmu.operations.servicedesk.rules.demands import Node
from tianmu.operations.servicedesk.rules.log import Entry, Kind, first, last

UNNAMED_KIND = "unnamed"


def incident_event(
    number: str, subsystems: Sequence[str], kind: str, excluded: str, entries: Sequence[Entry]
) -> dict[str, Any] | None:
    """Return the event of an incident, None while it has no grade; `entries` in order of their instants."""
    raised = first(entries, Kind.RAISED)
    resolved = _confirmed(entries)
    grade = grade_in_force(entries, resolved.at if resolved else None)
    if raised is None or grade is None or not subsystems:
        return None
    restored = last(entries, Kind.RESTORED) if not _reopened_since(entries, Kind.RESTORED) else None
    return {
        "id": number,
        "type": "incident",
        "subsystems": sorted(set(subsystems)),
        "grade": grade,
        "kind": kind or UNNAMED_KIND,
        "occurred": _text(occurred_at(raised)),
        "resolved": _text(resolved.at) if resolved else None,
        "restored": _text(restored.at) if restored else None,
        "excluded": excluded or None,
        "grades": _grades(entries),
    }


def _grades(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    graded = [entry for entry in entries if entry.kind is Kind.GRADED]
    decided = [entry for entry in graded if not entry.facts.get("proposed")] or graded[-1:]
    return [{"at": _text(entry.at), "grade": int(entry.facts["grade"])} for entry in decided]


def _confirmed(entries: Sequence[Entry]) -> Entry | None:
    return None if _reopened_since(entries, Kind.RESTORATION_CONFIRMED) else last(entries, Kind.RESTORATION_CONFIRMED)


def _reopened_since(entries: Sequence[Entry], kind: Kind) -> bool:
    newest = last(entries, kind, Kind.REOPENED)
    return newest is not None and newest.kind is Kind.REOPENED


def demand_events(
    number: str,
    complexity: str,
    submitted_at: datetime,
    feedback_at: datetime | None,
    nodes: Sequence[tuple[Node, bool, str]],
) -> list[dict[str, Any]]:
    """Return the events of a demand: one for each step of its plan, the first of which carries the feedback.

    `nodes` holds (node, business affected, complaint); nodes of one step (2, 2.1, 2.2) replace each other (R-17),
    those that only one side confirmed are left out (O-101).
    """
    steps: dict[str, list[tuple[Node, bool, str]]] = {}
    for one in sorted(nodes, key=lambda each: (each[0].due, each[0].key)):
        if one[0].agreed_at is not None:
            steps.setdefault(one[0].key.split(".")[0], []).append(one)
    events = [
        _step_event(number, complexity, submitted_at, feedback_at, plan) for plan in [*steps.values()][:1] or [[]]
    ]
    for step, plan in [*steps.items()][1:]:
        received = feedback_at or submitted_at
        events.append(_step_event(f"{number}/{step}", complexity, received, received, plan))
    return events


def _step_event(
    number: str,
    complexity: str,
    received: datetime,
    feedback_at: datetime | None,
    plan: Sequence[tuple[Node, bool, str]],
) -> dict[str, Any]:
    done = [node.done_at for node, _, _ in plan if node.done_at is not None]
    return {
        "id": number,
        "type": "demand",
        "complexity": complexity,
        "received": _text(received),
        "feedback_at": _text(feedback_at) if feedback_at else None,
        "plan": [
            {"agreed_at": _text(node.agreed_at), "due": _text(node.due), "impact": impact, "complaint": complaint}
            for node, impact, complaint in plan
            if node.agreed_at is not None
        ],
        "done_at": _text(max(done)) if done else None,
        "changes": sorted(_text(node.changed_at) for node, _, _ in plan if node.changed_at is not None),
    }


def _text(instant: datetime) -> str:
    return instant.astimezone(ZONE).isoformat(timespec="seconds")
