"""The register of critical values as CSV, XLSX and as an A4 landscape page; every export is written down."""

import csv
import io
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.critical_figures import Figure
from tianmu.clinical.ecg.rules.critical_loop import Stage
from tianmu.clinical.ecg.schemas.alerts import late_stages, minutes_of
from tianmu.clinical.ecg.schemas.orders import patient_out, statement_lines
from tianmu.clinical.ecg.selectors.alerts import RegisterQuery, critical_figures, register
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.printing.typst_compiler import compile_pdf

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
MOST_ROWS = 5_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SEXES = {"M": "男", "F": "女"}


@cache
def words() -> dict[str, Any]:
    """Return the Chinese words of the register."""
    loaded: dict[str, Any] = json.loads((LAYOUTS / "critical_register.json").read_text(encoding="utf-8"))
    return loaded


def as_csv(actor: Actor, wanted: RegisterQuery, now: datetime) -> bytes:
    """Return the register as CSV that table programs open in Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_head())
    writer.writerows([[_harmless(cell) for cell in row] for row in _rows(actor, wanted, now, "csv")])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(actor: Actor, wanted: RegisterQuery, now: datetime) -> bytes:
    """Return the register as XLSX."""
    out, rows = io.BytesIO(), _rows(actor, wanted, now, "xlsx")
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": timezone.localtime(now).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#EEEEEE"})
        sheet = book.add_worksheet(words()["sheet"])
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, _head(), bold)
        for column, (_, _, width) in enumerate(words()["columns"]):
            sheet.set_column(column, column, width * 11)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        sheet.autofilter(0, 0, max(len(rows), 1), len(_head()) - 1)
    return out.getvalue()


def as_pdf(actor: Actor, wanted: RegisterQuery, now: datetime) -> bytes:
    """Return the register as a page to print, A4 landscape, with the figures of what it shows."""
    rows, local = _rows(actor, wanted, now, "pdf"), timezone.localtime(now)
    data = {
        "title": words()["title"],
        "subtitle": f"{_day(wanted.since)} – {_day(wanted.until) or f'{local:%Y-%m-%d}'}",
        "figures": [_figure(one) for one in critical_figures(actor, wanted)],
        "head": _head(),
        "widths": [width for _, _, width in words()["columns"]],
        "rows": rows,
        "empty": words()["empty"],
        "footer": f"{actor.name}  {local:%Y-%m-%d %H:%M}",
    }
    layout = (LAYOUTS / "critical_register.typ").read_text(encoding="utf-8")
    return compile_pdf(layout, data=data, created_at=now)


def _rows(actor: Actor, wanted: RegisterQuery, now: datetime, form: str) -> list[list[str]]:
    actor.demand(Right.EXPORT_ALERTS)
    found = list(register(actor, wanted).order_by("raised_at", "id")[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        detail = f"More than {MOST_ROWS:,} critical values match. Choose a shorter time."
        raise TianmuError(Code.TOO_MANY_ROWS, detail, status=422)
    new = {"form": form, "rows": len(found), "since": _day(wanted.since), "until": _day(wanted.until)}
    record(actor=actor, action="ecg.alert.export", kind="ecg_alert", key=None, new=new)
    return [_row(alert, now) for alert in found]


def _row(alert: Alert, now: datetime) -> list[str]:
    said, person, minutes = words(), patient_out(alert.order, now), minutes_of(alert)
    [line] = statement_lines([alert.code], "zh-CN")
    cells = {
        "number": alert.order.number,
        "patient": person.name,
        "person": f"{SEXES.get(person.sex, '')} {person.age_years if person.age_years is not None else ''}".strip(),
        "id_number": person.id_number_masked,
        "place": _joined(alert.order.origin.name, alert.order.department),
        "requested_by": alert.order.requested_by,
        "grade": said["grades"].get(alert.grade, alert.grade),
        "finding": line.text,
        "value": _value(alert),
        "raised": _minute(alert.raised_at),
        "decided": _joined(alert.decided_by, _minute(alert.decided_at), alert.reason),
        "notified": _joined(
            _minute(alert.notified_at), "、".join(said["means"].get(one, one) for one in alert.notified_by)
        ),
        "acknowledged": _joined(alert.acknowledged_by, _minute(alert.acknowledged_at)),
        "read_back": alert.read_back,
        "disposed": _joined(alert.disposal or alert.close_reason, alert.disposed_by, _minute(alert.disposed_at)),
        "closed": _minute(alert.closed_at) or said["open"],
        "minutes": " / ".join(f"{minutes[one]:g}" if one in minutes else said["none"] for one in Stage),
        "late": "、".join(said["stages"][one] for one in late_stages(alert, now)),
        "state": alert.get_state_display(),
        "review": _joined(said["verdicts"].get(alert.verdict, ""), alert.reviewed_by),
    }
    return [cells[key] for key, _, _ in said["columns"]]


def _value(alert: Alert) -> str:
    """Return the numbers that made the machine speak."""
    parts = [
        " ".join(str(part) for part in (one["name"], one.get("lead"), one["value"], one.get("unit")) if part)
        for one in alert.evidence
        if "name" in one and "value" in one
    ]
    return "；".join(parts[:3])


def _figure(figure: Figure) -> list[str]:
    rate = "—" if figure.rate is None else f"{100 * figure.rate:.1f}%"
    return [words()["figures"][figure.index], rate, f"{figure.numerator} / {figure.denominator}"]


def _head() -> list[str]:
    return [title for _, title, _ in words()["columns"]]


def _joined(*parts: str) -> str:
    return " ".join(one for one in parts if one)


def _minute(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if instant else ""


def _day(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d}" if instant else ""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
