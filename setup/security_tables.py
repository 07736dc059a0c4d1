"""Write the tables of docs/manual/security.md from docs/manual/data/security-items.json, or `--check` them.

OWASP ASVS 4.0.3 levels 1 and 2, and GB/T 22239-2019 (等保 2.0) level 3: where each item is done, which test shows it.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "manual" / "data" / "security-items.json"
PAGES = {"en": ROOT / "docs/manual/security.md", "zh": ROOT / "docs/manual/zh-CN/security.md"}
HEADS = {
    "en": ("item", "asked", "state", "where", "test", "note"),
    "zh": ("条目", "要求", "状态", "位置", "测试", "说明"),
}
STATES = {
    "en": {"done": "done", "part": "**in part**", "not": "**not done**", "none": "not applicable"},
    "zh": {"done": "已做", "part": "**部分**", "not": "**未做**", "none": "不适用"},
}


def read() -> dict[str, Any]:
    """Return the items; each row is ids, state, English, Chinese, where, tests, English note, Chinese note."""
    items: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return items


def paths(words: str, files: dict[str, str]) -> list[str]:
    """Return the paths that a row names, short names of the list replaced."""
    return [files.get(word, word) for word in words.split()]


def table(rows: list[list[str]], files: dict[str, str], language: str) -> str:
    """Return the rows as a Markdown table."""
    lines = [f"| {' | '.join(HEADS[language])} |", "|" + " --- |" * len(HEADS[language])]
    for ids, state, english, chinese, where, tests, note, note_zh in rows:
        asked, said = (english, note) if language == "en" else (chinese, note_zh)
        shown = [", ".join(f"`{one}`" for one in paths(words, files)) for words in (where, tests)]
        lines.append("| " + " | ".join([ids, asked, STATES[language][state], *shown, said]) + " |")
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def counted(rows: list[list[str]], language: str) -> str:
    """Return how many items are in each state."""
    counts = dict.fromkeys(STATES[language], 0)
    for row in rows:
        counts[row[1]] += len(row[0].split(","))
    joint = ", " if language == "en" else "、"
    return joint.join(f"{STATES[language][state].strip('*')} {count}" for state, count in counts.items())


def page(language: str) -> str:
    """Return the page of a language with its tables as the items say."""
    items, text = read(), PAGES[language].read_text(encoding="utf-8")
    for name in ("asvs", "dengbao"):
        rows = items[name]
        before, _, rest = text.partition(f"<!-- table: {name} -->\n")
        _, _, after = rest.partition(f"<!-- end: {name} -->")
        if not after:
            message = f"{PAGES[language]} has no place for the table {name}"
            raise SystemExit(message)
        body = f"{counted(rows, language)}.\n\n{table(rows, items['files'], language)}\n"
        text = f"{before}<!-- table: {name} -->\n{body}<!-- end: {name} -->{after}"
    return text


def main(arguments: list[str]) -> int:
    """Write the tables, or tell whether they are up to date."""
    stale = [path for language, path in PAGES.items() if path.read_text(encoding="utf-8") != page(language)]
    if "--check" in arguments:
        if stale:
            sys.stderr.write("The tables are not what the items say. Run `python setup/security_tables.py`.\n")
        return int(bool(stale))
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
