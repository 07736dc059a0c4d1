"""The resting ECG report on A4 (心电图诊断报告, contract: 心电图报告单): content and signal in, PDF of true scale out.

Pure: no clock, no database. The layout JSON is shared with the screen; texts people typed reach the page as data only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from tianmu.clinical.ecg.engine.analysis import Measurements
from tianmu.clinical.ecg.printing.display_filters import DisplayFilters, apply_filters
from tianmu.clinical.ecg.printing.lead_layout import LAYOUTS, LeadOptions, LeadPage, margin_mm, place_leads, tables
from tianmu.clinical.ecg.printing.waveform import Ink, Waveform, paper_size_mm, wave_extent_mm, waveform_svg
from tianmu.foundation.printing.qr import qr_svg
from tianmu.foundation.printing.typst_compiler import Printable, compile_pdf

NOT_RECORDED = "—"
FIELD_LIMIT = 40
HOSPITAL_LIMIT = 80
TEXT_LIMIT = 20_000
_LABEL_LIFT_MM = 12.0
# A period of the slowest display filter: what follows the window by more does not change it.
_SETTLING_SECONDS = 20.0
_TEMPLATE = Path(__file__).parent / "resting_report.typ"


class Orientation(StrEnum):
    """How the A4 sheet lies."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed: the name, and the picture of the signature (PNG) where there is one."""

    name: str
    picture_png: bytes | None = None


@dataclass(frozen=True, slots=True)
class RestingReport:
    """What the report says. `fields` by the keys of resting_report.json; a missing or empty one is printed as a dash.

    Times are ready to print. Without `signed_at` the page is a draft and carries the watermark. `version` above 1 is an
    amendment. `conclusion_class` is a code of the layout, or words. `verify_url` goes into the QR code.
    `measured_by` is who set boundaries by hand.
    """

    hospital: str
    fields: Mapping[str, str | None]
    measurements: Measurements
    findings: str
    conclusion: str
    conclusion_class: str = ""
    advice: str = ""
    critical: bool = False
    reader: Signature | None = None
    reviewer: Signature | None = None
    signed_at: str | None = None
    version: int = 1
    verify_url: str | None = None
    filters: DisplayFilters = field(default_factory=DisplayFilters)
    measured_by: str = ""


def resting_report_pdf(
    report: RestingReport,
    waveform: Waveform,
    *,
    printed_at: str,
    layout: Mapping[str, Any] | None = None,
    orientation: Orientation = Orientation.LANDSCAPE,
    language: str = "zh-CN",
    created_at: datetime | None = None,
) -> bytes:
    """Return the report as PDF; equal inputs give equal bytes.

    `waveform` is unfiltered; the display filters of the report are applied here and printed. `layout` defaults to
    resting_report.json. A wave too tall for the sheet lowers the gain, which is printed. Raises PrintingError past the
    limits of the compiler.
    """
    form = layout or resting_layout()
    paper = form["papers"][orientation.value]
    needed = round((_window_s(form, paper) + _SETTLING_SECONDS) * waveform.fs_hz)
    shown = apply_filters(waveform.uv[:, :needed], waveform.fs_hz, report.filters)
    filtered = Waveform(waveform.leads, shown, waveform.fs_hz)
    page, gain = _page_that_fits(form, paper, filtered)
    svg = waveform_svg(
        page,
        filtered,
        Ink(),
        speed_mm_per_s=float(form["speed_mm_per_s"]),
        gain_mm_per_mv=gain,
        overflow_mm=float(form["overflow_mm"]),
    )
    images = {"wave.svg": svg}
    if report.verify_url:
        images["verify.svg"] = qr_svg(report.verify_url)
    for name, signature in (("reader.png", report.reader), ("reviewer.png", report.reviewer)):
        if signature and signature.picture_png:
            images[name] = signature.picture_png
    form = {**form, "gain_mm_per_mv": gain}
    data = report_data(report, form, paper, page, waveform, printed_at=printed_at, language=language)
    data["dated"] = created_at is not None
    return compile_pdf(_template(), data=data, images=images, created_at=created_at)


@cache
def resting_layout() -> Mapping[str, Any]:
    """Return resting_report.json."""
    loaded: Mapping[str, Any] = json.loads((LAYOUTS / "resting_report.json").read_text(encoding="utf-8"))
    return loaded


def report_data(
    report: RestingReport,
    form: Mapping[str, Any],
    paper: Mapping[str, Any],
    page: LeadPage,
    waveform: Waveform,
    *,
    printed_at: str,
    language: str,
) -> dict[str, Printable]:
    """Return everything the page says, in the words of `language`."""
    texts = {key: each[language] for key, each in form["texts"].items()}
    limits = {each["key"]: int(each.get("limit", FIELD_LIMIT)) for each in form["fields"]}
    fields = {key: _short(value, limits.get(key, FIELD_LIMIT)) for key, value in report.fields.items()}
    identity = [fields.get(key, NOT_RECORDED) for key in ("patient_name", "sex", "age", "exam_number")]
    wave_width_mm, wave_height_mm = paper_size_mm(page)
    return {
        "lang": language.split("-", maxsplit=1)[0],
        "paper": paper,
        "texts": texts,
        "title": form["title"][language],
        "hospital": _short(report.hospital, HOSPITAL_LIMIT),
        "critical": report.critical,
        "version_note": texts["version"].replace("{n}", str(report.version)) if report.version > 1 else "",
        "watermark": None if report.signed_at else texts["draft"],
        "qr": report.verify_url is not None and report.verify_url != "",
        "fields": [
            {
                "label": each[language],
                "value": fields.get(each["key"], NOT_RECORDED),
                "strong": each.get("strong", False),
            }
            for each in form["fields"]
        ],
        "identity": "  ".join(identity),
        "measurements": measurement_rows(report.measurements, form["measurements"], language),
        "measured_note": _measured_note(report, texts),
        "findings": _long(report.findings),
        "conclusion": _long(report.conclusion),
        "conclusion_class": _class_words(report.conclusion_class, form, language),
        "advice": report.advice[:TEXT_LIMIT].strip(),
        "reader": _signature_data(report.reader, "reader.png"),
        "reviewer": _signature_data(report.reviewer, "reviewer.png"),
        "signed_at": report.signed_at or NOT_RECORDED,
        "printed_at": printed_at,
        "wave": {
            "overflow_mm": form["overflow_mm"],
            "width_mm": wave_width_mm,
            "height_mm": wave_height_mm,
            "labels": [
                {
                    "text": cell.label,
                    "x_mm": cell.x_mm + 1.0,
                    "y_mm": cell.baseline_mm - min(cell.height_mm / 2, _LABEL_LIFT_MM),
                }
                for cell in page.cells
            ],
            "caption": wave_caption(report, form, texts),
            "source": f"{waveform.fs_hz:g} Hz",
        },
    }


def measurement_rows(
    measurements: Measurements, items: Sequence[Mapping[str, Any]], language: str
) -> list[Mapping[str, Printable]]:
    """Return label, value and unit of each line; unknown values are dashes, and zero is a value."""
    rows: list[Mapping[str, Printable]] = []
    for item in items:
        values = [getattr(measurements, key) for key in item["keys"]]
        shown = [NOT_RECORDED if value is None else f"{value * item['factor']:.{item['digits']}f}" for value in values]
        rows.append({"label": item[language], "value": "/".join(shown), "unit": item["unit"][language]})
    return rows


def wave_caption(report: RestingReport, form: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Return speed, gain, filters and rate as printed under the traces."""
    gain = f"{form['gain_mm_per_mv']:g} mm/mV"
    if form["chest_half"]:
        gain += f"（{texts['chest']} {form['gain_mm_per_mv'] / 2:g} mm/mV）"
    rate = report.measurements.ventricular_rate
    parts = [
        f"{form['speed_mm_per_s']:g} mm/s",
        gain,
        report.filters.text or texts["no_filter"],
        f"{texts['rate']} {NOT_RECORDED if rate is None else round(rate)}",
    ]
    return "    ".join(parts)


def _measured_note(report: RestingReport, texts: Mapping[str, str]) -> str:
    """Return who confirmed the values by hand; empty where they are the machine's."""
    return texts["measured_by"].replace("{name}", report.measured_by[:FIELD_LIMIT]) if report.measured_by else ""


def _window_s(form: Mapping[str, Any], paper: Mapping[str, Any]) -> float:
    """Return how many seconds the sheet holds: the layout's window, never more than fits between the margins."""
    speed = float(form["speed_mm_per_s"])
    room_mm = (
        float(paper["width_mm"]) - 2 * float(paper["side_mm"]) - margin_mm(speed) - float(tables()["pulse_margin_mm"])
    )
    wanted_s = paper["window_limit_s"]
    return min(float(tables()["window_seconds"]) if wanted_s is None else float(wanted_s), room_mm / speed)


def _page_that_fits(form: Mapping[str, Any], paper: Mapping[str, Any], waveform: Waveform) -> tuple[LeadPage, float]:
    """Return the page and its gain: the layout's, or the first lower one at which no wave leaves the paper."""
    over = float(form["overflow_mm"])
    for gain in (form["gain_mm_per_mv"], *form["reduced_gains_mm_per_mv"]):
        page = place_leads(_lead_options(form, paper, waveform, float(gain)))
        top, bottom = wave_extent_mm(page, waveform)
        if top >= -over and bottom <= paper_size_mm(page)[1] + over:
            break
    return page, float(gain)


def _lead_options(
    form: Mapping[str, Any], paper: Mapping[str, Any], waveform: Waveform, gain_mm_per_mv: float
) -> LeadOptions:
    """Return the lead placement that the layout asks for on this paper."""
    return LeadOptions(
        layout=paper["lead_layout"],
        leads=waveform.leads,
        duration_s=waveform.duration_s,
        height_mm=float(paper["wave_height_mm"]),
        order=form["order"],
        sequential=bool(form["sequential"]),
        rhythm_leads=tuple(form["rhythm_leads"]),
        speed_mm_per_s=float(form["speed_mm_per_s"]),
        gain_mm_per_mv=gain_mm_per_mv,
        chest_half=bool(form["chest_half"]),
        window_limit_s=_window_s(form, paper),
    )


def _class_words(conclusion_class: str, form: Mapping[str, Any], language: str) -> str:
    """Return the words of a class code; words that are no code are printed as they are."""
    words = form["conclusion_classes"].get(conclusion_class)
    return str(words[language]) if words else conclusion_class[:FIELD_LIMIT]


def _signature_data(signature: Signature | None, picture: str) -> dict[str, Printable]:
    """Return name and picture file of a signature; empty before it is signed."""
    if signature is None:
        return {"name": "", "picture": None}
    return {"name": signature.name[:FIELD_LIMIT], "picture": picture if signature.picture_png else None}


def _short(value: str | None, limit: int) -> str:
    """Return a field's text on one line, a dash where there is none; what is cut off shows as an ellipsis."""
    text = " ".join((value or "").split())
    return (text if len(text) <= limit else text[: limit - 1] + "…") or NOT_RECORDED


def _long(value: str) -> str:
    """Return a paragraph, a dash where there is none."""
    return value.strip()[:TEXT_LIMIT] or NOT_RECORDED


@cache
def _template() -> str:
    """Return the typst source of the page."""
    return _TEMPLATE.read_text(encoding="utf-8")
