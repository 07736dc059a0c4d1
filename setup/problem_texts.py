"""Write the client's texts of error codes from the manual's tables, or with `--check` tell whether they are up to date.

One source for both: whoever improves a sentence of docs/manual/error-codes.md improves the screen with it.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| `([a-z]+\.[a-z_0-9]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
TEXTS = ROOT / "web" / "packages" / "ui" / "text"
PAGES = {"zh-CN": ROOT / "docs/manual/zh-CN/error-codes.md", "en": ROOT / "docs/manual/error-codes.md"}
TYPE = "Record<string, { what: string; todo: string }>"
HEAD = "// What an error code means and what to do; written from docs/manual by setup/problem_texts.py.\n"


def text_of(page: Path) -> str:
    """Return the TypeScript of one language."""
    found = {code: (what, todo) for code, what, todo in ROW.findall(page.read_text(encoding="utf-8"))}
    rows = sorted(found.items())
    lines = [f"  '{code}': {{ what: {quoted(what)}, todo: {quoted(todo)} }}," for code, (what, todo) in rows]
    return HEAD + "export default {\n" + "\n".join(lines) + f"\n}} satisfies {TYPE}\n"


def quoted(text: str) -> str:
    """Return a sentence as a TypeScript string without the marks of Markdown."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("`", "").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain.strip()}'"


def main(words: list[str]) -> int:
    """Write or check both languages."""
    stale = []
    for language, page in PAGES.items():
        file, fresh = TEXTS / f"problems.{language}.ts", text_of(page)
        if "--check" in words:
            stale += (
                [] if file.exists() and file.read_text(encoding="utf-8") == fresh else [str(file.relative_to(ROOT))]
            )
        else:
            file.write_text(fresh, encoding="utf-8")
    if stale:
        sys.stderr.write(f"Not what the manual says: {', '.join(stale)}. Run `python setup/problem_texts.py`.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
