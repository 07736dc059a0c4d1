"""Both languages whole: no Chinese in a component, none left in the English texts, every manual page in both."""

import re
from pathlib import Path

from files import is_test, with_suffix

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
COMMENTS = re.compile(r"<!--.*?-->|/\*.*?\*/|(?<![:\w])//[^\n]*", re.DOTALL)
OWN_NAMES = re.compile("中文|天目|'中'")
HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


def faults(root: Path) -> list[str]:
    """Return where a language is missing or out of place."""
    return in_components(root) + in_english_texts(root) + manual_pages(root)


def in_components(root: Path) -> list[str]:
    """Return components that carry Chinese text instead of a catalogue key."""
    found = []
    for path in with_suffix(root, ".vue"):
        text = COMMENTS.sub(blank, path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), start=1):
            if CHINESE.search(line) and not is_test(path):
                found.append(f"{path.relative_to(root)}:{number} carries Chinese text; move it to the catalogue")
    return found


def blank(match: re.Match[str]) -> str:
    """Replace a comment by its line ends, so that line numbers stay."""
    return "\n" * match[0].count("\n")


def in_english_texts(root: Path) -> list[str]:
    """Return lines of the English catalogues with Chinese letters, other than the name of the language itself."""
    found = []
    for path in with_suffix(root, ".ts", ".json"):
        if path.stem != "en" and "en" not in path.relative_to(root).parts:
            continue
        text = COMMENTS.sub(blank, path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), start=1):
            if CHINESE.search(OWN_NAMES.sub("", line)):
                found.append(f"{path.relative_to(root)}:{number} is not English")
    return found


def manual_pages(root: Path) -> list[str]:
    """Return pages of the manual that lack their Chinese twin, or whose twin has other headings in number."""
    folder = root / "docs" / "manual"
    found = []
    for path in sorted(folder.glob("*.md")):
        twin = folder / "zh-CN" / path.name
        if not twin.exists():
            found.append(f"{twin.relative_to(root)} is missing")
        elif len(HEADING.findall(path.read_text("utf-8"))) != len(HEADING.findall(twin.read_text("utf-8"))):
            found.append(f"{twin.relative_to(root)} has other headings in number than {path.relative_to(root)}")
    return found
