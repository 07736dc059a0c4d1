"""The house's own checks: `python setup/checks` runs all of them, `python setup/checks NAME` one."""

import sys
from collections.abc import Callable
from pathlib import Path

import catalogues
import documents
import edges
import hygiene
import lengths

ROOT = Path(__file__).resolve().parents[2]
CHECKS: dict[str, Callable[[Path], list[str]]] = {
    "lengths": lengths.faults,
    "edges": edges.faults,
    "catalogues": catalogues.faults,
    "hygiene": hygiene.faults,
    "documents": documents.faults,
}


def main(words: list[str]) -> int:
    """Run the checks and print what they find; the exit code says whether there was anything."""
    found = []
    for name, check in CHECKS.items():
        if not words or name in words:
            found += [f"{name}: {fault}" for fault in check(ROOT)]
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
