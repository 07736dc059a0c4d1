"""The order's state machine (ecg.md section 1). Every move that is not here is refused."""

from enum import StrEnum


class Move(StrEnum):
    """What can happen to an order."""

    IMPORT = "import"
    OPEN = "open"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    HAND_OVER = "hand_over"
    SIGN = "sign"
    SIGN_FINAL = "sign_final"
    REVIEW = "review"
    SEND_BACK = "send_back"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    CONSULT = "consult"
    CONSULTED = "consulted"
    VOID = "void"


_READING = "in_progress"
_CONSULTING = "in_consultation"
_MOVES: dict[Move, dict[str, str]] = {
    Move.IMPORT: {"registered": "waiting", "acquired": "waiting", "returned": "waiting", "rejected": "waiting"},
    Move.OPEN: {"waiting": _READING, _READING: _READING, "to_review": "to_review"},
    Move.RELEASE: {_READING: "waiting", "to_review": "to_review"},
    Move.TAKE_OVER: {_READING: _READING, "to_review": "to_review"},
    Move.HAND_OVER: {"waiting": "waiting", _READING: "waiting", "to_review": "to_review"},
    Move.SIGN: {_READING: "to_review"},
    Move.SIGN_FINAL: {_READING: "signed"},
    Move.REVIEW: {"to_review": "signed"},
    Move.SEND_BACK: {"to_review": _READING},
    Move.RETURN: {"waiting": "returned", _READING: "returned"},
    Move.REJECT: {"waiting": "rejected", _READING: "rejected"},
    Move.WITHDRAW: {
        "registered": "withdrawn",
        "waiting": "withdrawn",
        "returned": "withdrawn",
        "rejected": "withdrawn",
    },
    Move.AMEND: {"signed": _READING, "amended": _READING},
    Move.CONSULT: {"waiting": _CONSULTING, _READING: _CONSULTING},
    Move.CONSULTED: {_CONSULTING: "waiting"},
    Move.VOID: dict.fromkeys(
        ("registered", "acquired", "waiting", _READING, "to_review", "returned", "rejected", "signed", "amended"),
        "void",
    ),
}
LOCKABLE = frozenset(_MOVES[Move.OPEN])
FINISHED = frozenset({"signed", "amended", "withdrawn", "void"})


def after(move: Move, state: str, *, published: bool = False) -> str | None:
    """Return the state after `move`, or None when it is not possible from `state`.

    `published` tells that an earlier version of the report is out: its next final signature amends it.
    """
    following = _MOVES[move].get(state)
    if not published or following is None:
        return following
    if following == "signed":
        return "amended"
    if move is Move.CONSULTED or (move in {Move.RELEASE, Move.HAND_OVER} and state == _READING):
        return _READING
    return following


def possible(state: str) -> frozenset[Move]:
    """Return the moves that are possible from `state`."""
    return frozenset(move for move, steps in _MOVES.items() if state in steps)
