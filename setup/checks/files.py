"""Which files belong to the repository."""

import subprocess
from functools import cache
from pathlib import Path


@cache
def tracked(root: Path) -> tuple[Path, ...]:
    """Return the files that git knows or would add, those deleted from the folder left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=root, capture_output=True, check=True)
    names = [name for name in answer.stdout.decode().split("\0") if name]
    return tuple(path for path in (root / name for name in names) if path.is_file() and not path.is_symlink())


def with_suffix(root: Path, *suffixes: str) -> list[Path]:
    """Return the repository's files of some kinds."""
    return [path for path in tracked(root) if path.suffix in suffixes]


def is_test(path: Path) -> bool:
    """Tell whether a file is a test or its furniture."""
    return "tests" in path.parts or path.name.startswith("test_") or ".test." in path.name
