"""The statement library (诊断用语库): codes, texts in two languages, conclusions composed from it.

Data: data/statements.json and data/phrases.json. AHA/ACC/HRS 2007 numbers, SCP-ECG codes, SNOMED CT.
"""

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tianmu.clinical.ecg.engine.analysis import Measurements, Severity, Statement

_DATA = Path(__file__).parent / "data"
_ORDER = (
    "rhythm", "pacing", "ectopy", "conduction", "axis", "infarction", "st", "t", "qt", "hypertrophy", "electrolyte",
    "voltage", "serial", "quality", "conclusion", "alert",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the library; outside codes are None where none is known."""

    code: str
    zh: str
    en: str
    plain_zh: str
    plain_en: str
    severity: str
    category: str
    aha: int | None
    scp: str | None
    snomed: str | None
    initials: str
    contradicts: tuple[str, ...]

    def text(self, locale: str) -> str:
        """Return the wording for a locale: `en…` English, everything else Chinese."""
        return self.en if locale.startswith("en") else self.zh

    def plain(self, locale: str) -> str:
        """Return the line for residents."""
        return self.plain_en if locale.startswith("en") else self.plain_zh


@dataclass(frozen=True, slots=True)
class Library:
    """A version of the library."""

    version: str
    entries: Mapping[str, Entry]

    def entry(self, code: str) -> Entry:
        """Return the entry of a code; an unknown code is a KeyError."""
        return self.entries[code]

    def search(self, words: str) -> tuple[Entry, ...]:
        """Return statements (no alerts) whose Chinese, English, code or pinyin initials contain `words`."""
        wanted = words.strip().casefold()
        return tuple(
            entry
            for entry in self.entries.values()
            if entry.category != "alert"
            and any(wanted in text for text in (entry.initials, entry.zh, entry.en.casefold(), entry.code))
        )


@functools.cache
def library() -> Library:
    """Return the library that the engine ships."""
    table = json.loads((_DATA / "statements.json").read_text(encoding="utf-8"))
    entries = (Entry(**{**row, "contradicts": tuple(row["contradicts"])}) for row in table["statements"])
    return Library(version=table["version"], entries={entry.code: entry for entry in entries})


@functools.cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """Return the fixed phrases of conclusions and findings by locale."""
    table: Mapping[str, Mapping[str, str]] = json.loads((_DATA / "phrases.json").read_text(encoding="utf-8"))["phrases"]
    return table


def contradictions(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of codes that must not stand in one report, each pair once."""
    present = list(dict.fromkeys(codes))
    known = library().entries
    pairs: dict[frozenset[str], tuple[str, str]] = {}
    for one in present:
        for other in known[one].contradicts if one in known else ():
            if other in present:
                pairs.setdefault(frozenset({one, other}), (one, other))
    return tuple(pairs.values())


def ordered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Sort statements as a report prints them: rhythm first; within a category the graver and surer first."""
    grave = {Severity.CRITICAL: 0, Severity.ABNORMAL: 1, Severity.BORDERLINE: 2, Severity.NORMAL: 3}

    def key(statement: Statement) -> tuple[int, int, float]:
        category = library().entry(statement.code).category
        return _ORDER.index(category), grave[statement.severity], -statement.confidence

    return tuple(sorted(statements, key=key))


def statement_text(statement: Statement, locale: str) -> str:
    """Return the wording of one statement with its qualifiers."""
    words = library().entry(statement.code).text(locale)
    table = phrases()["en" if locale.startswith("en") else "zh"]
    for qualifier in statement.qualifiers:
        words += table.get(f"qualifier.{qualifier}", f" ({qualifier})")
    return words


def compose(statements: Sequence[Statement], locale: str = "zh") -> str:
    """Make the conclusion text of a report draft: one statement a line, numbered, rhythm first."""
    lines = [statement_text(statement, locale) for statement in ordered(statements)]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def plain_line(statements: Sequence[Statement], locale: str = "zh") -> str:
    """Return the line for residents: that of the gravest statement."""
    grave = (Severity.CRITICAL, Severity.ABNORMAL, Severity.BORDERLINE, Severity.NORMAL)
    ranked = sorted(statements, key=lambda statement: (grave.index(statement.severity), -statement.confidence))
    return library().entry(ranked[0].code).plain(locale) if ranked else ""


def findings(measurements: Measurements, statements: Sequence[Statement], locale: str = "zh") -> str:
    """Make the findings text (心电图特征): rate, intervals, axes and voltages in words; unknown values are left out."""
    table = phrases()["en" if locale.startswith("en") else "zh"]
    rows = (
        ("findings.rate", measurements.ventricular_rate), ("findings.p", measurements.p_ms),
        ("findings.pr", measurements.pr_ms), ("findings.qrs", measurements.qrs_ms), ("findings.qt", measurements.qt_ms),
        ("findings.qtc", measurements.qtc_fridericia_ms), ("findings.axis", measurements.qrs_axis_deg),
    )  # fmt: skip
    parts = [table[key].format(round(number)) for key, number in rows if number is not None]
    if measurements.rv5_uv is not None and measurements.sv1_uv is not None:
        rv5, sv1 = measurements.rv5_uv / 1000.0, measurements.sv1_uv / 1000.0
        parts.append(table["findings.voltage"].format(rv5, sv1, rv5 + sv1))
    spoken = [
        statement_text(statement, locale)
        for statement in ordered(statements)
        if statement.severity is not Severity.NORMAL
        and library().entry(statement.code).category in {"conduction", "st", "t", "voltage", "axis", "ectopy"}
    ]
    text = table["findings.join"].join(parts)
    if spoken:
        text += table["findings.then"] + table["findings.join"].join(spoken)
    return text + table["findings.stop"] if text else ""
