"""Search keys that know the institution: each key of the name alone (for the county) and behind the institution's code.

Staff of one institution thus meet only the rows of their own people in the index, however common the character is.
"""

from tianmu.foundation.search.keys import name_keys

DEPTH = 2


def scope_of(path: str) -> str:
    """Return the institution a path lies in: the second step of `/ly/t3/v5/` is `t3`; empty above institutions."""
    steps = [step for step in path.split("/") if step]
    return steps[DEPTH - 1] if len(steps) >= DEPTH else ""


def is_institution(path: str) -> bool:
    """Tell whether a path is that of a whole institution."""
    return len([step for step in path.split("/") if step]) == DEPTH


def resident_keys(name: str, path: str) -> list[str]:
    """Return the keys of a person of this name whose register is kept at `path`."""
    keys = name_keys(name)
    scope = scope_of(path)
    return [*keys, *(scoped(key, scope) for key in keys)] if scope else keys


def scoped(key: str, scope: str) -> str:
    """Return a key as it stands in the rows of one institution."""
    return f"{scope}|{key}" if scope else key
