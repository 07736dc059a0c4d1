"""Which room may call which: the list of `edges.json`, and the manners of events, listeners and ports."""

import ast
import json
from pathlib import Path
from typing import Any

from files import is_test, with_suffix

ROOM_WINGS = ("clinical", "community", "operations")
UPPER_WINGS = ("insight", "exchange")
OPEN_TO_ALL = "events"
OPEN_ON_EDGE = ("actions", "selectors", "events", "ports", "errors", "choices")


def faults(root: Path) -> list[str]:
    """Return every import that the house does not allow."""
    allowed = json.loads((Path(__file__).parent / "edges.json").read_text(encoding="utf-8"))
    found = []
    for path in with_suffix(root, ".py"):
        if path.is_relative_to(root / "tianmu") and not is_test(path):
            module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            found += [f"{module} -> {other}: {why}" for other, why in refused(module, imports(path), allowed)]
    return found


def imports(path: Path) -> list[str]:
    """Return the modules of the house that a file imports, wherever in the file."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.startswith("tianmu.")]


def refused(module: str, names: list[str], allowed: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the imports of one module that are not allowed, with the reason."""
    own = module.split(".")
    found = []
    for name in names:
        other = name.split(".")
        why = reason(own, other, allowed)
        if why:
            found.append((name, why))
    return found


def reason(own: list[str], other: list[str], allowed: dict[str, Any]) -> str:
    """Say why one import is refused; empty when it is allowed."""
    same_room = own[:3] == other[:3]
    if part(other) == "listeners" and not same_room:
        return "listeners are imported by nobody"
    if part(own) == "events" and own[1] != "foundation" and other[1] != "foundation" and not same_events(own, other):
        return "events import the foundation alone"
    if same_room or len(other) < 3 or len(own) < 3:
        return ""
    if own[1] in UPPER_WINGS and other[1] in UPPER_WINGS and own[1] != other[1]:
        return "insight and exchange never import each other"
    if own[1] in ROOM_WINGS and other[1] in ROOM_WINGS:
        return between_rooms(own, other, allowed)
    return ""


def between_rooms(own: list[str], other: list[str], allowed: dict[str, Any]) -> str:
    """Judge an import from one room of the middle floor to another."""
    if part(other) == OPEN_TO_ALL:
        return ""
    if other[2] not in allowed.get(own[2], []):
        return "no such edge in setup/checks/edges.json; meet through events or ports, or write a decision"
    if part(other) not in OPEN_ON_EDGE:
        return f"an edge reaches {', '.join(OPEN_ON_EDGE)} only"
    return ""


def part(words: list[str]) -> str:
    """Return the file or folder inside the room, empty for the room itself."""
    return words[3] if len(words) > 3 else ""


def same_events(own: list[str], other: list[str]) -> bool:
    """Tell whether a name is of the same events module."""
    return other[:4] == own[:4]
