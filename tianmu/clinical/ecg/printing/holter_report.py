"""The Holter report on A4 (动态心电图报告单): facts and strips in, PDF out. Pure: no clock, no database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tianmu.clinical.ecg.printing import holter_charts as charts
from tianmu.clinical.ecg.printing.holter_charts import Axis, Frame
from tianmu.clinical.ecg.printing.holter_strips import StripRow
from tianmu.clinical.ecg.printing.lead_layout import LAYOUTS
from tianmu.clinical.ecg.printing.resting_report import Signature, resting_layout
from tianmu.clinical.ecg.rules.holter_suggestion import clock_text
from tianmu.foundation.printing.qr import qr_svg
from tianmu.foundation.printing.typst_compiler import Printable, compile_pdf

NONE = "—"
_TEMPLATE = Path(__file__).parent / "holter_report.typ"
_WIDE = 198.0


@dataclass(frozen=True, slots=True, eq=False)
class PrintedStrip:
    """A strip with its caption and rows of paper."""

    title: str
    caption: str
    rows: Sequence[StripRow]


@dataclass(frozen=True, slots=True, eq=False)
class HolterReportPage:
    """What the report says; `facts` as they were frozen, `fields` by the keys of holter_report.json."""

    hospital: str
    fields: Mapping[str, str | None]
    facts: Mapping[str, Any]
    findings: str
    conclusion: str
    conclusion_class: str
    advice: str
    strips: Sequence[PrintedStrip]
    versions: Mapping[str, str]
    critical: bool = False
    reader: Signature | None = None
    reviewer: Signature | None = None
    signed_at: str | None = None
    version: int = 1
    verify_url: str | None = None


@cache
def holter_layout() -> Mapping[str, Any]:
    """Return holter_report.json."""
    loaded: Mapping[str, Any] = json.loads((LAYOUTS / "holter_report.json").read_text(encoding="utf-8"))
    return loaded


def holter_report_pdf(
    page: HolterReportPage, *, printed_at: str, language: str = "zh-CN", created_at: datetime | None = None
) -> bytes:
    """Return the report as PDF; equal inputs give equal bytes."""
    form = holter_layout()
    texts = {key: each[language] for key, each in form["texts"].items()}
    facts = page.facts
    images = _charts(facts)
    if page.verify_url:
        images["verify.svg"] = qr_svg(page.verify_url)
    strips = []
    for index, strip in enumerate(page.strips):
        rows: list[Printable] = []
        for place, row in enumerate(strip.rows):
            name = f"strip-{index}-{place}.svg"
            images[name] = row.svg
            rows.append(
                {
                    "image": name,
                    "width_mm": row.width_mm,
                    "height_mm": row.height_mm,
                    "gain": f"{row.gain:g}",
                    "labels": [{"text": text, "x_mm": x, "y_mm": y} for text, x, y in row.labels],
                }
            )
        strips.append({"title": strip.title, "caption": strip.caption, "rows": rows})
    classes = resting_layout()["conclusion_classes"]
    words = classes.get(page.conclusion_class)
    data: dict[str, Printable] = {
        "lang": language.split("-", maxsplit=1)[0],
        "paper": form["paper"],
        "texts": texts,
        "title": form["title"][language],
        "hospital": page.hospital[:80],
        "critical": page.critical,
        "watermark": None if page.signed_at else texts["draft"],
        "version_note": texts["version"].replace("{n}", str(page.version)) if page.version > 1 else "",
        "qr": bool(page.verify_url),
        "fields": [
            {"label": each[language], "value": (page.fields.get(each["key"]) or NONE)[:60]} for each in form["fields"]
        ],
        "identity": "  ".join((page.fields.get(key) or NONE) for key in ("patient_name", "sex", "age", "exam_number")),
        "totals": _totals(facts, form, language),
        "findings": page.findings.strip() or NONE,
        "conclusion": page.conclusion.strip() or NONE,
        "conclusion_class": words[language] if words else page.conclusion_class[:40],
        "advice": page.advice.strip(),
        "reader": page.reader.name if page.reader else "",
        "reviewer": page.reviewer.name if page.reviewer else "",
        "signed_at": page.signed_at or NONE,
        "printed_at": printed_at,
        "hour_heads": [each[language] for each in form["hour_columns"]],
        "hours": hour_rows(facts, form),
        "hrv": _hrv(facts, form),
        "hrv_note": texts["hrv_note"]
        .replace("{usable}", number(facts["hrv"]["usable_pct"], 1))
        .replace("{hours}", number(facts["hrv"]["usable_hours"], 1)),
        "events": [
            {"label": form["events"].get(kind, {}).get(language, kind), "value": str(count)}
            for kind, count in sorted(facts["event_counts"].items(), key=lambda one: -one[1])
        ],
        "diary": [
            {"label": clock_text(facts["recording"]["started_at"], line["at_s"]), "value": line["text"]}
            for line in facts.get("diary", [])
        ],
        "versions": texts["versions"].format(**page.versions),
        "strips": strips,
        "st_leads": [
            {"name": lead, "colour": charts.COLOURS[place % len(charts.COLOURS)]}
            for place, lead in enumerate(facts["recording"]["leads"])
        ],
        "dated": created_at is not None,
    }
    return compile_pdf(_template(), data=data, images=images, created_at=created_at)


def hour_rows(facts: Mapping[str, Any], form: Mapping[str, Any]) -> list[list[str]]:
    """Return the hourly table with a sum row, in the order of the layout's columns."""
    rows = [_hour(row, facts["recording"]["started_at"]) for row in facts["hours"]]
    keys = [each["key"] for each in form["hour_columns"]]
    summed = {
        key: _sum([row[key] for row in rows])
        for key in keys
        if key not in {"time", "rate_min", "rate_mean", "rate_max"}
    }
    rates = {
        "rate_min": number(min((row["rate_min"] for row in facts["hours"] if row["rate_min"]), default=None)),
        "rate_mean": number(facts["totals"]["rate_mean"]),
        "rate_max": number(max((row["rate_max"] for row in facts["hours"] if row["rate_max"]), default=None)),
    }
    total = {"time": "∑", **summed, **rates}
    return [[row[key] for key in keys] for row in [*rows, total]]


def _hour(row: Mapping[str, Any], started_at: str | None) -> dict[str, str]:
    v, s = row["ventricular"], row["supraventricular"]
    return {
        "time": f"{clock_text(started_at, row['start_s'])[:5]}–{clock_text(started_at, row['stop_s'])[:5]}"
        if started_at
        else f"{row['start_s'] / 3600:.1f}–{row['stop_s'] / 3600:.1f} h",
        "beats": str(row["beats"]),
        **{name: number(row[name]) for name in ("rate_min", "rate_mean", "rate_max")},
        **{f"v_{name}": str(v[name]) for name in ("beats", "singles", "couplets", "runs", "bigeminy", "trigeminy")},
        **{f"s_{name}": str(s[name]) for name in ("beats", "singles", "couplets", "runs")},
        **{f"pause_{limit}": str(count) for limit, count in zip((20, 25, 30), row["pauses"], strict=False)},
        "af_minutes": number(row["fibrillation_minutes"], 1),
        "st_minutes": number(row["st_minutes"], 1),
        "bad_minutes": number(row["unreadable_minutes"], 1),
    }


def _sum(values: Sequence[str]) -> str:
    total = sum(float(value) for value in values if value != NONE)
    return f"{total:g}" if total == int(total) else f"{total:.1f}"


def _totals(facts: Mapping[str, Any], form: Mapping[str, Any], language: str) -> list[Printable]:
    t, start = facts["totals"], facts["recording"]["started_at"]

    def at(one: Mapping[str, float] | None, digits: int = 0, factor: float = 1.0) -> str:
        return NONE if one is None else f"{one['value'] * factor:.{digits}f} ({clock_text(start, one['at_s'])})"

    v, s, qtc = t["ventricular"], t["supraventricular"], facts["qt"]["qtc_max_ms"]
    said = {
        "beats": str(t["beats"]),
        "rate_mean": number(t["rate_mean"]),
        "rate_fastest": at(t["rate_fastest"]),
        "rate_slowest": at(t["rate_slowest"]),
        "longest_rr": at(t["longest_rr_ms"], 2, 0.001) + (" s" if t["longest_rr_ms"] else ""),
        "pauses": " / ".join(str(count) for count in t["pauses"]),
        "ventricular": f"{v['beats']} ({number(t['ventricular_load_pct'], 1)}%)",
        "v_groups": f"{v['couplets']} / {v['runs']}",
        "lown": t["lown"],
        "supraventricular": f"{s['beats']} ({number(t['supraventricular_load_pct'], 1)}%)",
        "s_groups": f"{s['couplets']} / {s['runs']}",
        "fibrillation": f"{number(t['fibrillation_minutes'], 1)} min ({number(t['fibrillation_burden_pct'], 1)}%)",
        "paced": str(t["paced_beats"]),
        "qtc": f"{number(facts['qt']['qtc_mean_ms'])} / {number(qtc['value'] if qtc else None)} ms",
        "apnoea": f"{number(facts['apnoea']['cycles_per_h'], 1)} /h",
    }
    return [{"label": each[language], "value": said[each["key"]]} for each in form["totals"]]


def _hrv(facts: Mapping[str, Any], form: Mapping[str, Any]) -> list[Printable]:
    rows: list[Printable] = []
    for each in form["hrv"]:
        value: Any = facts["hrv"]
        for step in each["path"].split("."):
            value = value[step] if value is not None else None
        rows.append({"label": each["label"], "value": number(value, each["digits"]), "unit": each["unit"]})
    return rows


def number(value: float | None, digits: int = 0) -> str:
    """Return a figure, a dash where it is unknown."""
    return NONE if value is None else f"{value:.{digits}f}"


def _charts(facts: Mapping[str, Any]) -> dict[str, bytes]:
    recording = facts["recording"]
    across = _clock_axis(recording["started_at"], recording["duration_s"])
    return {
        "rate.svg": _rate(facts, across),
        "bars.svg": _bars(facts, across),
        "st.svg": _st(facts, across),
        "rr.svg": _rr(facts),
        "lorenz.svg": _lorenz(facts),
    }


def _clock_axis(started_at: str | None, duration_s: float) -> Axis:
    hours = duration_s / 3600.0
    step = next((one for one in (0.25, 0.5, 1, 2, 3, 6, 12) if hours / one <= 13), 24)
    start = datetime.fromisoformat(started_at) if started_at else None
    marks = []
    for place in range(int(0.98 * hours / step) + 1):
        at = place * step * 3600.0
        marks.append((at, f"{start + timedelta(seconds=at):%H:%M}" if start else f"{place * step:g} h"))
    return Axis(0.0, duration_s, marks)


def _rate(facts: Mapping[str, Any], across: Axis) -> bytes:
    rate = facts["rate"]
    top = max([150.0, *(value for value in rate["rate_max"] if value is not None)])
    high, step = charts.nice_top(min(top, 300.0), 150.0)
    up = Axis(0.0, high, [(mark, f"{mark:g}") for mark in _steps(high, step)])
    frame = Frame(_WIDE, 44.0, across, up)
    body = charts.band(frame, rate["rate_min"], rate["rate_max"], 60.0, "#9db8dd")
    points = [(60.0 * (place + 0.5), value) for place, value in enumerate(rate["rate_mean"])]
    return charts.drawn(frame, body + charts.line(frame, points, charts.COLOURS[0], 0.3))


def _steps(high: float, step: float) -> list[float]:
    return [step * place for place in range(round(high / step) + 1)]


def _bars(facts: Mapping[str, Any], across: Axis) -> bytes:
    v = [float(row["ventricular"]["beats"]) for row in facts["hours"]]
    s = [float(row["supraventricular"]["beats"]) for row in facts["hours"]]
    high, step = charts.nice_top(max([*v, *s], default=0.0), 5.0)
    frame = Frame(_WIDE, 32.0, across, Axis(0.0, high, [(mark, f"{mark:g}") for mark in _steps(high, step)]))
    body = ""
    for row, v_count, s_count in zip(facts["hours"], v, s, strict=True):
        width = row["stop_s"] - row["start_s"]
        body += charts.bars(frame, [v_count], row["start_s"], width, (charts.COLOURS[1], 0.12, 0.34))
        body += charts.bars(frame, [s_count], row["start_s"], width, (charts.COLOURS[0], 0.54, 0.34))
    return charts.drawn(frame, body)


def _st(facts: Mapping[str, Any], across: Axis) -> bytes:
    levels, step = facts["st"]["level_uv"], facts["st"]["step_s"]
    largest = max([200.0, *(abs(value) for row in levels for value in row if value is not None)])
    limit = 200.0 if largest <= 200.0 else 500.0 if largest <= 500.0 else 1000.0
    up = Axis(-limit, limit, [(mark, f"{mark / 1000:.2f}") for mark in (-limit, -limit / 2, 0.0, limit / 2, limit)])
    frame = Frame(_WIDE, 38.0, across, up)
    body = ""
    for place, row in enumerate(levels):
        points = [(step * (at + 0.5), value) for at, value in enumerate(row)]
        body += charts.line(frame, points, charts.COLOURS[place % len(charts.COLOURS)])
    return charts.drawn(frame, body)


def _rr(facts: Mapping[str, Any]) -> bytes:
    counts, low, step = facts["rr_histogram"], facts["rr_histogram_from_ms"], facts["rr_histogram_bin_ms"]
    high, mark = charts.nice_top(max(counts, default=0), 5.0)
    across = Axis(200.0, 2000.0, [(at, f"{at:g}") for at in (400.0, 800.0, 1200.0, 1600.0, 2000.0)])
    shown = counts[: int((2000.0 - low) // step)]
    frame = Frame(96.0, 64.0, across, Axis(0.0, high, [(at, f"{at:g}") for at in _steps(high, mark)]))
    return charts.drawn(
        frame, charts.bars(frame, [float(one) for one in shown], low, step, (charts.COLOURS[0], 0.0, 0.9))
    )


def _lorenz(facts: Mapping[str, Any]) -> bytes:
    marks = [(at, f"{at:g}") for at in (400.0, 800.0, 1200.0, 1600.0, 2000.0)]
    axis = Axis(200.0, 2000.0, marks)
    frame = Frame(67.0, 64.0, axis, axis)
    return charts.drawn(frame, charts.cells(frame, facts["lorenz"], facts["lorenz_bin_ms"]))


@cache
def _template() -> str:
    """Return the typst source of the pages."""
    return _TEMPLATE.read_text(encoding="utf-8")
