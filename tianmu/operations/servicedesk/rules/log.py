"""The append-only log of a ticket: every figure of the desk is a function of these entries (spec service-desk.md 3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Kind(StrEnum):
    """What an entry of the log says."""

    RAISED = "raised"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    RELEASED = "released"
    STARTED = "started"
    WAITING = "waiting"
    RESUMED = "resumed"
    LIMIT_AGREED = "limit_agreed"
    REPLIED = "replied"
    NOTED = "noted"
    GRADED = "graded"
    RESTORED = "restored"
    RESTORATION_CONFIRMED = "restoration_confirmed"
    REPORT_SIGNED = "report_signed"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    REOPENED = "reopened"
    REJECTED = "rejected"
    MERGED = "merged"
    ABSORBED = "absorbed"
    LINKED = "linked"
    SPLIT = "split"
    CHANGED = "changed"
    DISPATCHED = "dispatched"
    ARRIVED = "arrived"
    LEFT = "left"
    SUBMITTED = "submitted"
    FEEDBACK_GIVEN = "feedback_given"
    NODE_AGREED = "node_agreed"
    NODE_CHANGED = "node_changed"
    NODE_DONE = "node_done"
    STEP = "step"
    REMINDED = "reminded"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when it happened, what, with which facts, and which calendar and service levels were in force."""

    at: datetime
    kind: Kind
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    calendar: str = ""
    levels: str = ""


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries by instant; those of one instant stay in the order in which they were written."""
    return sorted(entries, key=lambda entry: entry.at)


def first(entries: Sequence[Entry], *kinds: Kind) -> Entry | None:
    """Return the earliest entry of these kinds."""
    return next((entry for entry in entries if entry.kind in kinds), None)


def last(entries: Sequence[Entry], *kinds: Kind) -> Entry | None:
    """Return the latest entry of these kinds."""
    return next((entry for entry in reversed(entries) if entry.kind in kinds), None)
