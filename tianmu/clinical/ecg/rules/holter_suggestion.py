"""The machine's suggestion for a Holter report: findings in figures, a conclusion line by line (需医师确认)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.rules.report import conclusion_class

_FILE = Path(__file__).parents[1] / "data" / "holter_phrases.json"
_FREQUENT_PER_H = 30
_LONG_PAUSE_MS = 3000.0
_WHOLE_SHARE = 95.0
_SEVERITIES = ("normal", "borderline", "abnormal", "critical")


@cache
def phrases(locale: str) -> Mapping[str, str]:
    """Return the words of a language."""
    table: dict[str, dict[str, str]] = json.loads(_FILE.read_text("utf-8"))
    return table.get(locale, table["en"])


def clock_text(started_at: str | None, at_s: float) -> str:
    """Return the wall clock of an instant of the recording, or the time since its start where that is unknown."""
    if started_at is None:
        whole = int(at_s)
        return f"+{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    at = datetime.fromisoformat(started_at)
    return f"{at + timedelta(seconds=at_s):%H:%M:%S}"


def statement_codes(view: Mapping[str, Any]) -> tuple[list[str], str]:
    """Return the library's codes of a view, gravest first, and the severity of the gravest."""
    totals = view["totals"]
    found = {
        "burden": totals["fibrillation_burden_pct"],
        "v": totals["ventricular"]["beats"],
        "per_hour": max((row["ventricular"]["beats"] for row in view["hours"]), default=0),
        "couplets": totals["ventricular"]["couplets"],
        "runs": totals["ventricular"]["runs"],
        "s": totals["supraventricular"]["beats"],
        "s_runs": totals["supraventricular"]["runs"],
        "pause_ms": totals["longest_rr_ms"]["value"] if totals["longest_rr_ms"] else 0.0,
        "st": [one["peak_uv"] for one in view["st"]["episodes"]],
        "paced": totals["paced_beats"],
    }
    entries = library().entries
    known = [code for code in _codes(found) if code in entries]
    return known, max((entries[code].severity for code in known), key=_SEVERITIES.index, default="normal")


def _codes(found: Mapping[str, Any]) -> list[str]:
    frequent = found["per_hour"] >= _FREQUENT_PER_H
    met = {
        "long_pause": found["pause_ms"] >= _LONG_PAUSE_MS,
        "ventricular_run": found["runs"],
        "atrial_fibrillation": found["burden"] > 0.0,
        "ventricular_couplet": found["couplets"],
        "ventricular_premature_frequent": found["v"] and frequent,
        "ventricular_premature": found["v"] and not frequent,
        "svt": found["s_runs"],
        "atrial_premature": found["s"],
        "st_elevation": any(value > 0 for value in found["st"]),
        "st_depression": any(value < 0 for value in found["st"]),
        "pacing_ventricular": found["paced"],
        "sinus_rhythm": found["burden"] < _WHOLE_SHARE,
    }
    return [code for code, holds in met.items() if holds]


def suggestion_of(view: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Return the wording a reader starts from, in the shape of every report of the room."""
    codes, severity = statement_codes(view)
    entries = library().entries
    return {
        "findings": _sentence(findings_lines(view, locale), phrases(locale)),
        "conclusion": [{"code": code, "text": entries[code].text(locale)} for code in reversed(codes)],
        "conclusion_class": conclusion_class([severity]),
        "advice": "",
    }


def _sentence(lines: Sequence[str], words: Mapping[str, str]) -> str:
    return words["join"].join(lines) + words["stop"] if lines else ""


def findings_lines(view: Mapping[str, Any], locale: str) -> list[str]:
    """Return what the figures say, one phrase a matter."""
    words, totals = phrases(locale), view["totals"]
    start = view["recording"]["started_at"]
    lines = [
        words["beats"].format(
            hours=_number(totals["recorded_hours"], 1),
            readable=_number(totals["readable_hours"], 1),
            beats=totals["beats"],
        ),
        words["rhythm.fibrillation" if totals["fibrillation_burden_pct"] >= _WHOLE_SHARE else "rhythm.sinus"],
    ]
    if totals["paced_beats"]:
        lines.append(words["rhythm.paced"].format(beats=totals["paced_beats"]))
    if totals["rate_mean"] is not None and totals["rate_fastest"] and totals["rate_slowest"]:
        lines.append(
            words["rate"].format(
                mean=_number(totals["rate_mean"]),
                fastest=_number(totals["rate_fastest"]["value"]),
                fastest_at=clock_text(start, totals["rate_fastest"]["at_s"]),
                slowest=_number(totals["rate_slowest"]["value"]),
                slowest_at=clock_text(start, totals["rate_slowest"]["at_s"]),
            )
        )
    lines += [_ectopy(words, totals, name) for name in ("ventricular", "supraventricular")]
    lines += _rhythm_lines(view, words)
    lines += _st_lines(view, words)
    time = view["hrv"]["time"]
    if time["sdnn_ms"] is None:
        lines.append(words["hrv.unknown"])
    else:
        names = {"sdnn": "sdnn_ms", "sdann": "sdann_ms", "rmssd": "rmssd_ms", "pnn50": "pnn50_pct"}
        lines.append(words["hrv"].format(**{key: _number(time.get(name)) for key, name in names.items()}))
    return lines


def _ectopy(words: Mapping[str, str], totals: Mapping[str, Any], name: str) -> str:
    counts = totals[name]
    if not counts["beats"]:
        return words[f"{name}.none"]
    return words[name].format(**counts, load=_number(totals[f"{name}_load_pct"], 1), lown=totals["lown"])


def _rhythm_lines(view: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    totals, lines = view["totals"], []
    if totals["fibrillation_minutes"] > 0 and totals["fibrillation_burden_pct"] < _WHOLE_SHARE:
        lines.append(
            words["fibrillation"].format(
                count=view["event_counts"].get("af", 0),
                minutes=_number(totals["fibrillation_minutes"], 1),
                burden=_number(totals["fibrillation_burden_pct"], 1),
                longest=_number(totals["fibrillation_longest_s"] / 60.0, 1),
            )
        )
    pauses, longest = totals["pauses"], totals["longest_rr_ms"]
    if pauses and pauses[0] and longest:
        at = clock_text(view["recording"]["started_at"], longest["at_s"])
        lines.append(
            words["pauses"].format(
                count=pauses[0], long=pauses[-1], longest=_number(longest["value"] / 1000.0, 2), at=at
            )
        )
    else:
        lines.append(words["pauses.none"])
    dropped = [one for one in view["events"] if one["kind"] == "av_block_hint" and one["state"] != "rejected"]
    if dropped:
        lines.append(words["av_block"].format(count=len(dropped)))
    return lines


def _st_lines(view: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    episodes = view["st"]["episodes"]
    if not episodes:
        return [words["st.none"]]
    lines = []
    for lead in dict.fromkeys(one["lead"] for one in episodes):
        own = [one for one in episodes if one["lead"] == lead]
        worst = max(own, key=lambda one: abs(one["peak_uv"]))
        lines.append(
            words["st"].format(
                lead=lead,
                direction=words["st.up" if worst["peak_uv"] > 0 else "st.down"],
                value=_number(abs(worst["peak_uv"]) / 1000.0, 2),
                at=clock_text(view["recording"]["started_at"], worst["peak_at_s"]),
                count=len(own),
            )
        )
    return lines


def _number(value: float | None, digits: int = 0) -> str:
    return "—" if value is None else f"{value:.{digits}f}"
