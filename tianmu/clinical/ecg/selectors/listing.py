"""A worklist as a file (CSV, XLSX) or on paper: the rows and filters of the screen; each is an export on record."""

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

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.selectors.worklist import Wanted, orders
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record_views
from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.registry.residents.rules.ages import age_years

MOST_ROWS = 10_000
MOST_PRINTED = 500
ROOM = Path(__file__).resolve().parent.parent
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@cache
def words(locale: str) -> dict[str, Any]:
    """Return the words of lists and figures in a language."""
    table: dict[str, dict[str, Any]] = json.loads((ROOM / "data" / "listing_words.json").read_text(encoding="utf-8"))
    return table["en" if locale.startswith("en") else "zh"]


def orders_csv(actor: Actor, wanted: Wanted, *, newest: bool) -> bytes:
    """Return the list as CSV for spreadsheets (UTF-8 with mark); cells that could act are defused."""
    head, rows = _table(actor, wanted, newest, MOST_ROWS, "csv", Right.EXPORT)
    return csv_of(head, rows)


def orders_xlsx(actor: Actor, wanted: Wanted, *, newest: bool, now: datetime) -> bytes:
    """Return the list as XLSX."""
    head, rows = _table(actor, wanted, newest, MOST_ROWS, "xlsx", Right.EXPORT)
    return xlsx_of([(words(actor.locale)["title"], head, rows)], now)


def orders_pdf(actor: Actor, wanted: Wanted, *, newest: bool, now: datetime) -> bytes:
    """Return the list on paper, at most 500 rows; what is left off is told."""
    head, rows = _table(actor, wanted, newest, MOST_PRINTED + 1, "pdf", Right.PRINT)
    text = words(actor.locale)
    data = {
        "title": text["title"],
        "lang": actor.locale.split("-", maxsplit=1)[0],
        "note": f"{text['printed']} {timezone.localtime(now):%Y-%m-%d %H:%M}  {actor.name}",
        "more": text["more"].replace("{n}", str(MOST_PRINTED)) if len(rows) > MOST_PRINTED else "",
        "head": head,
        "rows": rows[:MOST_PRINTED],
    }
    template = (ROOM / "printing" / "worklist.typ").read_text(encoding="utf-8")
    return compile_pdf(template, data=data, images={})


def csv_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table as CSV with a byte-order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_of(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]], now: datetime) -> bytes:
    """Return tables as one workbook; every cell is text, so that nothing in it can act."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        for name, head, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(head):
                sheet.write_string(0, column, title, bold)
                sheet.set_column(column, column, 16)
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    sheet.write_string(line, column, cell)
    return out.getvalue()


def _table(
    actor: Actor, wanted: Wanted, newest: bool, most: int, form: str, right: str
) -> tuple[list[str], list[list[str]]]:
    """Return head and rows that the actor may take out with `right`, and write down each person among them."""
    actor.demand(right)
    keys = ("-registered_at", "-id") if newest else ("rank", "due_at", "id")
    rows = list(ORDERS.rows(actor, right, orders(actor, wanted)).order_by(*keys)[:most])
    subjects = [(one.pk, one.patient_id) for one in rows]
    record_views(actor=actor, action="ecg.worklist.export", kind="ecg_order", subjects=subjects, new={"form": form})
    text = words(actor.locale)
    return list(text["columns"]), [_row(one, text, actor.locale) for one in rows]


def _row(order: Order, text: dict[str, Any], locale: str) -> list[str]:
    known = library().entries
    machine = "；".join(known[code].text(locale) if code in known else code for code in order.statement_codes)
    patient, on = order.patient, timezone.localdate(order.acquired_at or order.registered_at)
    age = age_years(patient.birth_date, on) if patient.birth_date else None
    return [
        order.number,
        text["states"].get(order.state, order.state),
        text["criticals"].get(order.critical, ""),
        text["urgencies"].get(order.urgency, order.urgency),
        patient.name,
        text["sexes"].get(patient.sex, ""),
        "" if age is None else str(age),
        order.origin.name,
        order.department,
        _minute(order.acquired_at),
        "" if order.heart_rate is None else str(order.heart_rate),
        order.quality_grade,
        order.conclusion_text or machine,
        order.reader,
        order.reviewer,
        _minute(order.signed_at),
    ]


def _minute(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if instant else ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
