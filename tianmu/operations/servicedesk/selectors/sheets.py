"""What printed pages and sheets of the desk are made of: their words, tables, workbooks, and the note of an export."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.operations.servicedesk.selectors.figures import Period
from tianmu.operations.servicedesk.selectors.places import catalogue

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
Part = dict[str, Any]


@cache
def words() -> dict[str, Any]:
    """Return the Chinese words of printed pages."""
    loaded: dict[str, Any] = json.loads((LAYOUTS / "words.json").read_text(encoding="utf-8"))
    return loaded


@cache
def subsystem_names() -> dict[str, str]:
    """Return the names of the sub-systems by key."""
    return {one["key"]: one["name"] for one in catalogue()["subsystems"]}


def csv_of(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return rows as CSV for spreadsheets (UTF-8 with mark); cells that could act are defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[_harmless(str(cell)) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def note_export(actor: Actor, period: Period, form: str, rows: int) -> None:
    """Write down that figures or tickets left the house."""
    new = {"form": form, "since": period.since.isoformat(), "until": period.until.isoformat(), "rows": rows}
    record(actor=actor, action="servicedesk.figures.export", kind="figures", key=None, new=new)


def workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]], now: datetime) -> bytes:
    """Return sheets of text as an XLSX file."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": timezone.localtime(now).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#EEEEEE"})
        for name, head, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, head, bold)
            sheet.set_column(0, len(head) - 1, 16)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, [str(cell) for cell in row])
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def paragraph(title: str, text: str) -> Part:
    """Return a part of a page that is text."""
    return {"kind": "text", "title": title, "text": text or "（未填写）"}


def table(title: str, head: list[str], rows: list[list[str]], widths: list[float]) -> Part:
    """Return a part of a page that is a table."""
    return {"kind": "table", "title": title, "head": head, "rows": rows, "widths": widths, "empty": "本期无数据"}


def layout() -> str:
    """Return the layout of the desk's reports."""
    return (LAYOUTS / "report.typ").read_text(encoding="utf-8")


def names_of(keys: Sequence[str]) -> str:
    """Return the names of sub-systems."""
    return "、".join(subsystem_names().get(key, key) for key in keys)


def minute_of(instant: datetime | None) -> str:
    """Return an instant to the minute, nothing for none."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if instant else ""


def minutes_of(seconds: float | None) -> str:
    """Return a span in minutes; unknown is said."""
    return "未知" if seconds is None else f"{seconds / 60:.1f}"


def percent_of(value: float | None) -> str:
    """Return a share; unknown is said."""
    return "未知" if value is None else f"{value:g}%"


def plain_of(value: object) -> str:
    """Return a figure; unknown is said."""
    return "未知" if value is None else str(value)
