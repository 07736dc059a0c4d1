"""What an expression is once it is read: literals, names of fields, calls; operators are calls like any other."""

from collections.abc import Iterator
from dataclasses import dataclass

Value = float | str | bool | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or nothing."""

    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A field by its key."""

    key: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator with what it is given."""

    function: str
    arguments: tuple["Node", ...]
    at: int


Node = Literal | Name | Call


def names_in(node: Node) -> Iterator[str]:
    """Yield the key of every field that an expression reads."""
    if isinstance(node, Name):
        yield node.key
    elif isinstance(node, Call):
        for one in node.arguments:
            yield from names_in(one)
