"""A Holter report as PDF, its tables as XLSX and CSV: from what was frozen, or from the state at hand for a draft."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import xlsxwriter
from django.conf import settings
from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.choices import Critical
from tianmu.clinical.ecg.models import HolterResult, Order
from tianmu.clinical.ecg.permissions import ORDERS, Right
from tianmu.clinical.ecg.printing.holter_report import (
    HolterReportPage,
    PrintedStrip,
    holter_layout,
    holter_report_pdf,
    hour_rows,
)
from tianmu.clinical.ecg.printing.holter_strips import strip_rows
from tianmu.clinical.ecg.printing.resting_report import Signature
from tianmu.clinical.ecg.rules.holter_suggestion import clock_text, suggestion_of
from tianmu.clinical.ecg.selectors.holter.facts import holter_facts
from tianmu.clinical.ecg.selectors.holter.station import holter_order, opened_signal, review_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.models import DocumentVersion

MOST_ROWS_OF_A_STRIP = 8


def holter_pdf(
    order: Order,
    version: DocumentVersion | None,
    content: Mapping[str, Any],
    fields: Mapping[str, str | None],
    locale: str,
) -> bytes:
    """Return the PDF of a signed version, or of a draft where `version` is None."""
    facts = content["holter"]
    told, recording = facts["totals"], facts["recording"]
    hours = holter_layout()["texts"]["hours_unit"][locale]
    started = recording["started_at"]
    signed = version.signed_at if version else None
    page = HolterReportPage(
        hospital=content["order"]["centre"],
        fields={
            **fields,
            "started": started.replace("T", " ")[:16] if started else None,
            "recorded": f"{told['recorded_hours']:.1f} {hours}",
            "readable": f"{told['readable_hours']:.1f} {hours}",
            "leads": " ".join(recording["leads"]),
        },
        facts=facts,
        findings=content["findings"],
        conclusion="\n".join(line["text"] for line in content["conclusion"]),
        conclusion_class=content["conclusion_class"],
        advice=content["advice"],
        strips=_strips(facts),
        versions={name: str(facts["versions"][name]) for name in ("engine", "criteria", "edits")},
        critical=order.critical == Critical.CONFIRMED,
        reader=_signature(version, ("reader",)),
        reviewer=_signature(version, ("reviewer", "late_review")),
        signed_at=f"{timezone.localtime(signed):%Y-%m-%d %H:%M}" if signed else None,
        version=version.number if version else 1,
        verify_url=f"{settings.PUBLIC_URL}/verify/{version.sha256}" if version else None,
    )
    return holter_report_pdf(
        page, printed_at=f"{timezone.localtime():%Y-%m-%d %H:%M}", language=locale, created_at=signed
    )


def machine_wording(order: Order, locale: str) -> dict[str, Any]:
    """Return the wording that a draft begins with."""
    return suggestion_of(unpack_view(bytes(review_of(order).view)), locale)


def _strips(facts: Mapping[str, Any]) -> list[PrintedStrip]:
    result = HolterResult.objects.defer("view").get(pk=facts["versions"]["result"])
    signal = opened_signal(result.signal_sha256)
    scale = np.array(signal.uv_per_lsb)[:, None]
    row_s = float(holter_layout()["strip_row_s"])
    found = []
    for strip in facts["strips"]:
        wanted = [signal.names.index(name) for name in strip["leads"] if name in signal.names]
        leads = tuple(wanted or range(len(signal.names)))
        stop_s = min(strip["stop_s"], strip["start_s"] + MOST_ROWS_OF_A_STRIP * row_s)
        piece = signal.planar(round(strip["start_s"] * signal.fs_hz), round(stop_s * signal.fs_hz), leads)
        if piece.samples.shape[1] < 2:
            continue
        uv = np.where(piece.samples == -32768, np.nan, piece.samples * scale[list(leads)])
        title = clock_text(facts["recording"]["started_at"], strip["start_s"])
        found.append(PrintedStrip(title, strip["caption"], strip_rows(piece.names, uv, signal.fs_hz, row_s)))
    return found


def _signature(version: DocumentVersion | None, roles: tuple[str, ...]) -> Signature | None:
    if version is None:
        return None
    found = next((one for one in version.signatures.all() if one.role in roles), None)
    return Signature(found.name) if found else None


def tables(actor: Actor, order_id: UUID) -> tuple[Order, dict[str, Any]]:
    """Return an order and its facts for an export, and write that down.

    Raises:
        RefusedError: the actor may look, but not print.

    """
    order = holter_order(actor, order_id)
    ORDERS.demand(actor, Right.PRINT, order)
    record(actor=actor, action="ecg.holter.export", kind="ecg_order", key=order.pk, person_id=order.patient_id)
    return order, holter_facts(order)


def tables_csv(facts: Mapping[str, Any], locale: str) -> bytes:
    """Return the hourly table as CSV for spreadsheets (UTF-8 with mark)."""
    form = holter_layout()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([each[locale] for each in form["hour_columns"]])
    writer.writerows(hour_rows(facts, form))
    return out.getvalue().encode("utf-8-sig")


def tables_xlsx(facts: Mapping[str, Any], locale: str) -> bytes:
    """Return hourly table, events, ST episodes and heart rate variability as a workbook."""
    form, stream = holter_layout(), io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - equal contents give equal bytes
    start = facts["recording"]["started_at"]
    words = form["texts"]
    _sheet(book, words["hours"][locale], [each[locale] for each in form["hour_columns"]], hour_rows(facts, form))
    events = [
        [
            form["events"].get(one["shown_kind"], {}).get(locale, one["shown_kind"]),
            clock_text(start, one["start_s"]),
            round(one["stop_s"] - one["start_s"], 2),
            one["beats"],
            one["rate"],
            one["value"],
            one["unit"],
            one["lead"],
        ]
        for one in facts["events"]
    ]
    _sheet(book, words["event_list"][locale], ["kind", "at", "s", "beats", "1/min", "value", "unit", "lead"], events)
    st = [
        [one["lead"], clock_text(start, one["start_s"]), one["stop_s"] - one["start_s"], one["peak_uv"], one["rate"]]
        for one in facts["st"]["episodes"]
    ]
    _sheet(book, "ST", ["lead", "at", "s", "µV", "1/min"], st)
    hrv = []
    for each in form["hrv"]:
        value: Any = facts["hrv"]
        for step in each["path"].split("."):
            value = value[step] if value is not None else None
        hrv.append([each["label"], value, each["unit"]])
    _sheet(book, words["hrv"][locale], ["", "", ""], hrv)
    book.close()
    return stream.getvalue()


def _sheet(book: Any, name: str, heads: list[str], rows: list[list[Any]]) -> None:  # noqa: ANN401 - untyped library
    sheet = book.add_worksheet(name[:31].replace("/", " "))
    sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            plain = isinstance(value, str) and value.replace(".", "", 1).isdigit()
            sheet.write(number, column, float(value) if plain else value)
    sheet.freeze_panes(1, 1)
