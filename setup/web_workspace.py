"""The web workspace: packages by the committed lock, a build only when a source changed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from python_environment import VENV, with_tools
from steps import ROOT, step

WEB = ROOT / "web"
OUTPUT = ROOT / "tianmu" / "static" / "web"
MODULES = WEB / "node_modules"
SKIPPED = {"node_modules", "dist", "coverage", ".vite"}


def npm(name: str, *words: str, visible: bool = False) -> None:
    """Run npm in the workspace as one step."""
    step(name, [VENV / "bin" / "npm", *words], folder=WEB, environment=with_tools(), visible=visible)


def scripts() -> set[str]:
    """Return the names of the scripts that the workspace offers."""
    try:
        return set(json.loads((WEB / "package.json").read_text(encoding="utf-8"))["scripts"])
    except (OSError, KeyError):
        return set()


def install() -> None:
    """Install the packages unless the lock is the one they were installed from."""
    stamp = MODULES / ".tianmu-stamp"
    wanted = digest([WEB / "package-lock.json", *(path for path in sources() if path.name == "package.json")])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm("web packages", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
    stamp.write_text(wanted)


def build() -> None:
    """Build the apps unless their sources are the ones they were built from."""
    if not (WEB / "package.json").exists():
        return
    stamp = ROOT / "build" / "web-stamp"
    wanted = digest(sources())
    if stamp.exists() and stamp.read_text() == wanted and any(OUTPUT.glob("*/index.html")):
        return
    install()
    npm("web build", "run", "build", "--silent")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def sources() -> list[Path]:
    """Return every file that a build may read."""
    return sorted(path for path in walk(WEB) if path.is_file())


def walk(folder: Path) -> Iterator[Path]:
    """Go through a folder, leaving out what is installed or made."""
    for path in folder.iterdir():
        if path.name in SKIPPED or path.is_symlink():
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def digest(paths: list[Path]) -> str:
    """Return one digest of names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
