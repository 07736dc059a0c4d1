"""The life of a demand (需求, annex 2 section 5.4): triage by both sides, feedback, plan, building, acceptance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class DemandState(StrEnum):
    """Where a demand stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TRIAGE = "triage"
    DECLINED = "declined"
    OUT_OF_SCOPE = "out_of_scope"
    FEEDBACK_GIVEN = "feedback_given"
    AGREED = "agreed"
    BUILDING = "building"
    TEST_BY_A = "test_by_a"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class DemandMove(StrEnum):
    """What people do to a demand; agreeing happens by the confirmation of both sides, not by a move."""

    SUBMIT = "submit"
    TRIAGE = "triage"
    DECLINE = "decline"
    QUOTE = "quote"
    FEED_BACK = "feed_back"
    BUILD = "build"
    HAND_OVER = "hand_over"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    CLOSE = "close"


class Side(StrEnum):
    """The parties of the contract."""

    A = "party_a"
    B = "party_b"


_TABLE: Mapping[DemandMove, tuple[frozenset[DemandState], DemandState]] = MappingProxyType(
    {
        DemandMove.SUBMIT: (frozenset({DemandState.DRAFT}), DemandState.SUBMITTED),
        DemandMove.TRIAGE: (frozenset({DemandState.SUBMITTED}), DemandState.TRIAGE),
        DemandMove.DECLINE: (frozenset({DemandState.SUBMITTED, DemandState.TRIAGE}), DemandState.DECLINED),
        DemandMove.QUOTE: (frozenset({DemandState.SUBMITTED, DemandState.TRIAGE}), DemandState.OUT_OF_SCOPE),
        DemandMove.FEED_BACK: (
            frozenset({DemandState.SUBMITTED, DemandState.TRIAGE, DemandState.OUT_OF_SCOPE}),
            DemandState.FEEDBACK_GIVEN,
        ),
        DemandMove.BUILD: (frozenset({DemandState.AGREED}), DemandState.BUILDING),
        DemandMove.HAND_OVER: (frozenset({DemandState.BUILDING}), DemandState.TEST_BY_A),
        DemandMove.SEND_BACK: (frozenset({DemandState.TEST_BY_A}), DemandState.BUILDING),
        DemandMove.ACCEPT: (frozenset({DemandState.TEST_BY_A}), DemandState.ACCEPTED),
        DemandMove.CLOSE: (
            frozenset({DemandState.ACCEPTED, DemandState.DECLINED, DemandState.OUT_OF_SCOPE}),
            DemandState.CLOSED,
        ),
    }
)
FEEDBACK_MOVES = frozenset({DemandMove.DECLINE, DemandMove.QUOTE, DemandMove.FEED_BACK})
REASONED = frozenset({DemandMove.DECLINE, DemandMove.SEND_BACK})
PLANNED = frozenset({DemandState.FEEDBACK_GIVEN, DemandState.AGREED, DemandState.BUILDING, DemandState.TEST_BY_A})
SIDE_OF_MOVE: Mapping[DemandMove, Side] = MappingProxyType(
    {
        DemandMove.SUBMIT: Side.A,
        DemandMove.TRIAGE: Side.B,
        DemandMove.DECLINE: Side.B,
        DemandMove.QUOTE: Side.B,
        DemandMove.FEED_BACK: Side.B,
        DemandMove.BUILD: Side.B,
        DemandMove.HAND_OVER: Side.B,
        DemandMove.SEND_BACK: Side.A,
        DemandMove.ACCEPT: Side.A,
        DemandMove.CLOSE: Side.A,
    }
)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a plan: what is done until when, who confirmed it, and when method or demand changed (R-17)."""

    key: str
    due: datetime
    confirmed_by_a: datetime | None = None
    confirmed_by_b: datetime | None = None
    changed_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def agreed_at(self) -> datetime | None:
        """Return when the second side confirmed; a one-sided plan does not bind (O-101)."""
        if self.confirmed_by_a is None or self.confirmed_by_b is None:
            return None
        return max(self.confirmed_by_a, self.confirmed_by_b)


def after(move: DemandMove, state: DemandState) -> DemandState | None:
    """Return the state that a move leads to, None where it is not possible."""
    sources, target = _TABLE[move]
    return target if state in sources else None


def moves_from(state: DemandState) -> list[DemandMove]:
    """Return the moves that a state allows."""
    return [move for move, (sources, _) in _TABLE.items() if state in sources]


def turn(state: DemandState, nodes: Sequence[Node]) -> list[Side]:
    """Return who must act next: of a plan that is not agreed, each side that has not confirmed an open node."""
    unconfirmed = [node for node in nodes if node.agreed_at is None and node.done_at is None]
    if state in PLANNED and unconfirmed:
        missing = {Side.A: any(node.confirmed_by_a is None for node in unconfirmed)}
        missing[Side.B] = any(node.confirmed_by_b is None for node in unconfirmed)
        return [side for side in Side if missing[side]]
    return list(_TURN.get(state, ()))


_TURN: Mapping[DemandState, tuple[Side, ...]] = MappingProxyType(
    {
        DemandState.DRAFT: (Side.A,),
        DemandState.SUBMITTED: (Side.B,),
        DemandState.TRIAGE: (Side.B,),
        DemandState.OUT_OF_SCOPE: (Side.A,),
        DemandState.DECLINED: (Side.A,),
        DemandState.FEEDBACK_GIVEN: (Side.B,),
        DemandState.AGREED: (Side.B,),
        DemandState.BUILDING: (Side.B,),
        DemandState.TEST_BY_A: (Side.A,),
        DemandState.ACCEPTED: (Side.A,),
    }
)


def missed(nodes: Sequence[Node], now: datetime) -> list[Node]:
    """Return the agreed nodes that were not done in time.

    A node whose method or demand changed before it fell due lapses (R-17); one replaced by a node that was agreed at
    or before its due instant does not count either; the due instant itself is in time.
    """
    agreed = sorted((node for node in nodes if node.agreed_at is not None), key=lambda node: (node.agreed_at, node.key))
    found = []
    for index, node in enumerate(agreed):
        if node.changed_at is not None and node.changed_at <= node.due:
            continue
        if any(_agreed(later) <= node.due for later in agreed[index + 1 :] if later.key.split(".")[0] == _root(node)):
            continue
        if (node.done_at or now) > node.due:
            found.append(node)
    return found


def _root(node: Node) -> str:
    """Return the step that a node belongs to: `2.1` replaces `2`."""
    return node.key.split(".")[0]


def _agreed(node: Node) -> datetime:
    assert node.agreed_at is not None
    return node.agreed_at
