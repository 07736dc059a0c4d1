"""Giving names and kinds to an expression: every name must be a field, every argument of the kind its function takes.

An instant may stand where a day is asked for: its date counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tianmu.insight.reports.rules.expressions.faults import ExpressionError, Reason
from tianmu.insight.reports.rules.expressions.functions import (
    ANY,
    BOOLEAN,
    BY_NAME,
    DAY,
    FUNCTIONS,
    INSTANT,
    NUMBER,
    OPERATORS,
    ORDERED,
    SAME,
    TEXT,
    Signature,
)
from tianmu.insight.reports.rules.expressions.parsing import parse
from tianmu.insight.reports.rules.expressions.tree import Call, Literal, Name, Node

NOTHING = "nothing"
_ORDERED = frozenset({NUMBER, TEXT, INSTANT, DAY})


@dataclass(frozen=True, slots=True)
class Scope:
    """The fields an expression may name: kind by key, and keys by what people call them."""

    kinds: Mapping[str, str]
    spoken: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression whose names are keys of fields, with the kind it gives."""

    tree: Node
    kind: str


def read(source: str, scope: Scope) -> Typed:
    """Read and check an expression.

    Raises:
        ExpressionError: it cannot be read, names what is not there, or mixes kinds.

    """
    tree, kind = _typed(parse(source), scope)
    return Typed(tree, TEXT if kind == NOTHING else kind)


def read_condition(source: str, scope: Scope) -> Typed:
    """Read an expression that must be true or false.

    Raises:
        ExpressionError: it cannot be read, or is of another kind.

    """
    found = read(source, scope)
    if found.kind != BOOLEAN:
        raise ExpressionError(Reason.NOT_BOOLEAN, 0, found.kind, BOOLEAN)
    return found


def _typed(node: Node, scope: Scope) -> tuple[Node, str]:
    if isinstance(node, Literal):
        return node, _kind_of(node)
    if isinstance(node, Name):
        key = _key_of(node, scope)
        return Name(key, node.at), scope.kinds[key]
    return _typed_call(node, scope)


def _kind_of(node: Literal) -> str:
    if node.value is None:
        return NOTHING
    return BOOLEAN if isinstance(node.value, bool) else NUMBER if isinstance(node.value, float) else TEXT


def _key_of(node: Name, scope: Scope) -> str:
    if node.key in scope.kinds:
        return node.key
    meant = scope.spoken.get(node.key.casefold(), ())
    if len(meant) == 1:
        return meant[0]
    raise ExpressionError(Reason.AMBIGUOUS_NAME if meant else Reason.UNKNOWN_NAME, node.at, node.key)


def _typed_call(node: Call, scope: Scope) -> tuple[Node, str]:
    key, signature = _signature(node)
    if not len(signature.takes) <= len(node.arguments) <= signature.largest:
        raise ExpressionError(Reason.ARGUMENTS, node.at, str(len(node.arguments)), _counts(signature))
    trees, kinds = [], []
    for one in node.arguments:
        tree, kind = _typed(one, scope)
        trees.append(tree)
        kinds.append(kind)
    _check_literals(key, signature, trees)
    shared = _shared(signature, kinds, trees)
    for place, (tree, kind) in enumerate(zip(trees, kinds, strict=True)):
        wanted = signature.takes[min(place, len(signature.takes) - 1)]
        if not _fits(kind, wanted, shared):
            raise ExpressionError(Reason.TYPES, tree.at, kind, shared if wanted in {SAME, ORDERED} else wanted)
        if kind == INSTANT and wanted == DAY:
            trees[place] = Call("date_of", (tree,), tree.at)
    return Call(key, tuple(trees), node.at), shared if signature.gives == SAME else signature.gives


def _signature(node: Call) -> tuple[str, Signature]:
    if node.function in OPERATORS:
        return node.function, OPERATORS[node.function]
    key = BY_NAME.get(node.function.casefold())
    if key is None:
        raise ExpressionError(Reason.UNKNOWN_FUNCTION, node.at, node.function)
    return key, FUNCTIONS[key]


def _counts(signature: Signature) -> str:
    least = len(signature.takes)
    return str(least) if signature.largest == least else f"{least}-{signature.largest}"


def _shared(signature: Signature, kinds: list[str], trees: list[Node]) -> str:
    """Return the kind that the arguments marked `same` or `ordered` share."""
    places = [signature.takes[min(place, len(signature.takes) - 1)] for place in range(len(kinds))]
    candidates = [kind for kind, wanted in zip(kinds, places, strict=True) if wanted in {SAME, ORDERED}]
    known = [kind for kind in candidates if kind != NOTHING]
    if not candidates:
        return ""
    if not known:
        return NOTHING if signature.takes[-1] != ORDERED else TEXT
    if ORDERED in signature.takes and known[0] not in _ORDERED:
        raise ExpressionError(Reason.TYPES, trees[0].at, known[0], NUMBER)
    return known[0]


def _fits(kind: str, wanted: str, shared: str) -> bool:
    if kind == NOTHING or wanted == ANY:
        return True
    if wanted in {SAME, ORDERED}:
        return kind == shared
    return kind == wanted or (wanted == DAY and kind == INSTANT)


def _check_literals(key: str, signature: Signature, trees: list[Node]) -> None:
    for place in signature.literals:
        if place >= len(trees):
            continue
        value = _written(trees[place])
        if value is None or not _usable(key, value):
            raise ExpressionError(Reason.LITERAL, trees[place].at, "" if value is None else str(value), key)
    if key == "band":
        limits = [_written(one) for one in trees[1:]]
        if any(not a < b for a, b in pairwise(limits)):  # type: ignore[operator]
            raise ExpressionError(Reason.LITERAL, trees[1].at, "", key)


def _written(node: Node) -> float | str | None:
    if isinstance(node, Literal) and isinstance(node.value, float | str) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, Call) and node.function == "negative" and isinstance(node.arguments[0], Literal):
        value = node.arguments[0].value
        return -value if isinstance(value, float) else None
    return None


def _usable(key: str, value: float | str) -> bool:
    if key == "date":
        return isinstance(value, str) and _is_day(value)
    if not isinstance(value, float):
        return False
    if key == "round":
        return value in {0, 1, 2, 3, 4, 5, 6}
    return key == "band" or (value.is_integer() and 0 <= value <= 200)


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
