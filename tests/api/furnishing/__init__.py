"""What each room puts into the world of the API tests: one module for a room, named like it, found by itself.

A module has any of: `PARAMETERS` (path parameter -> name of a thing), `furnish(world)` -> things by name (`ticket.1`,
`ticket.2`), called once when the two halves stand; `accounts(world)` -> further accounts by name (`engineer.1`), called
after it; `grow(world)`, which adds more rows to every list that the first half's people see.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def furnishings() -> list[ModuleType]:
    """Return the modules of all rooms."""
    return [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]


def parameters() -> dict[str, str]:
    """Return which thing stands for a path parameter, of all rooms."""
    return {name: thing for one in furnishings() for name, thing in getattr(one, "PARAMETERS", {}).items()}
