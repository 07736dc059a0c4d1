"""File lengths: the longest ten are shown; a file far beyond the habit (400 lines, tests 600) is a fault."""

import sys
from pathlib import Path

from files import is_test, with_suffix

HABIT = 400
HABIT_TESTS = 600
LIMIT = 500
LIMIT_TESTS = 750
GENERATED = ("schema.d.ts", "/migrations/")


def faults(root: Path) -> list[str]:
    """Return the files over the limit."""
    counted = []
    for path in with_suffix(root, ".py", ".vue", ".ts"):
        name = str(path.relative_to(root))
        if not any(part in name for part in GENERATED):
            counted.append((path.read_bytes().count(b"\n"), name, is_test(path)))
    counted.sort(reverse=True)
    sys.stdout.write("The longest files:\n" + "".join(f"  {lines:5} {name}\n" for lines, name, _ in counted[:10]))
    return [
        f"{name} has {lines} lines; split it (habit {HABIT_TESTS if test else HABIT})"
        for lines, name, test in counted
        if lines > (LIMIT_TESTS if test else LIMIT)
    ]
