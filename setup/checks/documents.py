"""The documents hold: links and pictures lead somewhere, every setting from the environment is described."""

import re
from pathlib import Path

from files import is_test, with_suffix

LINK = re.compile(r"\]\(<?([^)#>\s]+)>?(?:#[^)]*)?(?:\s+\"[^\"]*\")?\)")
SETTING = re.compile(r"\bTIANMU_[A-Z][A-Z_]+\b")
INTERNAL = {"TIANMU_TEST_RUN", "TIANMU_POSTGRES_SOCKET", "TIANMU_STORY_PICTURES"}


def faults(root: Path) -> list[str]:
    """Return broken links and settings without a description."""
    return broken_links(root) + undescribed_settings(root)


def broken_links(root: Path) -> list[str]:
    """Return links within the repository that lead nowhere."""
    found = []
    for path in with_suffix(root, ".md"):
        for target in LINK.findall(path.read_text(encoding="utf-8")):
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (path.parent / target).exists():
                found.append(f"{path.relative_to(root)}: the link {target} leads nowhere")
    return found


def undescribed_settings(root: Path) -> list[str]:
    """Return names of settings that the code reads and no manual page mentions."""
    manual = "".join(path.read_text(encoding="utf-8") for path in (root / "docs" / "manual").glob("*.md"))
    used: dict[str, str] = {}
    for path in with_suffix(root, ".py"):
        if path.is_relative_to(root / "tianmu") and not is_test(path):
            for name in SETTING.findall(path.read_text(encoding="utf-8")):
                used.setdefault(name, str(path.relative_to(root)))
    missing = {name: place for name, place in used.items() if name not in INTERNAL and name not in manual}
    return [f"the setting {name} ({place}) is in no page of docs/manual" for name, place in sorted(missing.items())]
