"""The consultation sheet on A4 (心电会诊单): what was frozen with the signed conclusion in, PDF out. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tianmu.clinical.ecg.engine.analysis import Measurements
from tianmu.clinical.ecg.printing.lead_layout import LAYOUTS
from tianmu.clinical.ecg.printing.resting_report import (
    NOT_RECORDED,
    TEXT_LIMIT,
    measurement_rows,
    resting_layout,
)
from tianmu.foundation.printing.qr import qr_svg
from tianmu.foundation.printing.typst_compiler import Printable, compile_pdf

_TEMPLATE = Path(__file__).parent / "consultation_sheet.typ"


@dataclass(frozen=True, slots=True)
class SheetOpinion:
    """One expert's signed opinion; `signed_at` is ready to print, `stance` is agree, differ or empty."""

    expert: str
    place: str
    title: str
    signed_at: str
    text: str
    conclusion: Sequence[str]
    advice: str
    stance: str


@dataclass(frozen=True, slots=True)
class ConsultationSheet:
    """What the sheet says. `fields` by the keys of consultation_sheet.json; times are ready to print."""

    hospital: str
    fields: Mapping[str, str | None]
    measurements: Measurements
    question: str
    asker: str
    asked_at: str
    opinions: Sequence[SheetOpinion]
    not_waited_for: Sequence[str]
    why_not_waited: str
    text: str
    conclusion: Sequence[str]
    signer: str
    signer_title: str
    signed_at: str
    verify_url: str


def consultation_sheet_pdf(
    sheet: ConsultationSheet, *, printed_at: str, language: str = "zh-CN", created_at: datetime | None = None
) -> bytes:
    """Return the sheet as PDF; equal inputs give equal bytes. Raises PrintingError past the limits of the compiler."""
    data = {**sheet_data(sheet, printed_at=printed_at, language=language), "dated": created_at is not None}
    images = {"verify.svg": qr_svg(sheet.verify_url)}
    return compile_pdf(_TEMPLATE.read_text(encoding="utf-8"), data=data, images=images, created_at=created_at)


def sheet_data(sheet: ConsultationSheet, *, printed_at: str, language: str) -> dict[str, Printable]:
    """Return everything the sheet says, in the words of `language`."""
    form = sheet_layout()
    texts = {key: each[language] for key, each in form["texts"].items()}
    rows = measurement_rows(sheet.measurements, resting_layout()["measurements"], language)
    skipped = texts["not_waited_for"].replace("{names}", "、".join(sheet.not_waited_for))
    return {
        "lang": language.split("-", maxsplit=1)[0],
        "title": form["title"][language],
        "hospital": sheet.hospital,
        "texts": texts,
        "fields": [
            {"label": each[language], "value": sheet.fields.get(each["key"]) or NOT_RECORDED} for each in form["fields"]
        ],
        "measurements": [{**row} for row in rows],
        "question": sheet.question[:TEXT_LIMIT],
        "asked": texts["asked"].replace("{name}", sheet.asker).replace("{at}", sheet.asked_at),
        "opinions": [_opinion(one, texts) for one in sheet.opinions],
        "skipped": skipped.replace("{reason}", sheet.why_not_waited) if sheet.not_waited_for else "",
        "conclusion": list(sheet.conclusion),
        "text": sheet.text[:TEXT_LIMIT],
        "signature": _signed(texts, sheet.signer, sheet.signer_title, sheet.signed_at),
        "printed": texts["printed"].replace("{at}", printed_at),
    }


@cache
def sheet_layout() -> Mapping[str, Any]:
    """Return consultation_sheet.json."""
    loaded: Mapping[str, Any] = json.loads((LAYOUTS / "consultation_sheet.json").read_text(encoding="utf-8"))
    return loaded


def _opinion(one: SheetOpinion, texts: Mapping[str, str]) -> Mapping[str, Printable]:
    return {
        "expert": "　".join(part for part in (one.expert, one.title, one.place) if part),
        "stance": texts[f"stance_{one.stance}"] if one.stance else "",
        "text": one.text[:TEXT_LIMIT],
        "conclusion": list(one.conclusion),
        "advice": one.advice[:TEXT_LIMIT],
        "signature": _signed(texts, one.expert, one.title, one.signed_at),
    }


def _signed(texts: Mapping[str, str], name: str, title: str, at: str) -> str:
    return texts["signed"].replace("{name}", name).replace("{title}", title).replace("{at}", at)
