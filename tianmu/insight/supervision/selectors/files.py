"""Figures and their rows as files: XLSX with numbers that count, PDF to print; each is an export on record."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from tianmu.clinical.ecg.permissions import ORDERS
from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.clinical.ecg.selectors.counting import counting
from tianmu.clinical.ecg.selectors.listing import words as words_of_lists
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.actions import record, record_views
from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.insight.supervision.errors import Code
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.indicators import Counted, Indicator, catalogue, value_of
from tianmu.insight.supervision.selectors.asked import Asked
from tianmu.insight.supervision.selectors.figures import Part, figures, split
from tianmu.insight.supervision.selectors.names import names_of
from tianmu.insight.supervision.selectors.rows import Behind, Row, rows_behind, things_behind, told
from tianmu.registry.organizations.selectors import names_by_path
from tianmu.registry.residents.rules.ages import age_years

ROOM = Path(__file__).resolve().parent.parent
MOST_ROWS = 10_000
Cell = str | float | None
Table = Sequence[Sequence[Cell]]
WIDTHS = (22, 46, 16, 16, 20, 24, 16, 16, 0)
NUMBERS = (2, 4, 5, 6, 7)


@cache
def words(locale: str) -> dict[str, Any]:
    """Return the words of exports in a language."""
    table: dict[str, Any] = json.loads((ROOM / "data" / "export_words.json").read_text(encoding="utf-8"))
    return dict(table["en" if locale.startswith("en") else "zh"])


def figures_xlsx(actor: Actor, asked: Asked, now: datetime) -> bytes:
    """Return every figure of a period as a sheet."""
    text = words(actor.locale)
    rows = _figure_rows(actor, asked, now)
    _note(actor, asked, "xlsx", "")
    return _workbook(text["title"], text["columns"], rows, _about(actor, asked, now), now)


def figures_pdf(actor: Actor, asked: Asked, now: datetime) -> bytes:
    """Return every figure of a period on paper, A4 landscape."""
    text = words(actor.locale)
    rows = [[_shown(cell, text) for cell in row] for row in _figure_rows(actor, asked, now)]
    _note(actor, asked, "pdf", "")
    book = catalogue()
    data = {
        "title": text["title"],
        "lang": actor.locale.split("-", maxsplit=1)[0],
        "period": _period(asked, text),
        "place": _place(asked, text),
        "made": text["made"].format(at=_minute(now), name=actor.name),
        "version": _version(text, now),
        "exclusions": book.exclusions_en if actor.locale.startswith("en") else book.exclusions,
        "head": text["columns"],
        "widths": WIDTHS,
        "numbers": NUMBERS,
        "rows": rows,
    }
    return compile_pdf((ROOM / "layouts" / "figures.typ").read_text(encoding="utf-8"), data=data, created_at=now)


def split_xlsx(actor: Actor, one: Indicator, asked: Asked, by: str, also: str, now: datetime) -> bytes:
    """Return one indicator split, as a sheet."""
    actor.demand(Right.EXPORT)
    text = words(actor.locale)
    parts = split(actor, one, asked, by, also, now)
    names, others = (_called(one, how, keys, text, actor.locale) for how, keys in _keys(parts, by, also))
    rows = [
        [
            names[part.key],
            others[part.also],
            _round(value_of(one.measure, part.counted)),
            *_numbers(one, part.counted),
        ]
        for part in parts
    ]
    _note(actor, asked, "xlsx", one.key)
    return _workbook(one.called(actor.locale), text["split_columns"], rows, _about(actor, asked, now), now)


def rows_xlsx(actor: Actor, one: Indicator, asked: Asked, behind: Behind, now: datetime) -> bytes:
    """Return the rows behind a figure as a sheet; each person among them is on record.

    Raises:
        TianmuError: they are more than 10,000 (422).

    """
    actor.demand(Right.EXPORT)
    text, name = words(actor.locale), one.called(actor.locale)
    if one.measure == "reach":
        things = things_behind(actor, one, asked, behind, now)
        cells = [[thing.institution, thing.device, text["yes" if thing.counted else "no"]] for thing in things]
        _note(actor, asked, "xlsx", one.key)
        return _workbook(name, text["thing_columns"], cells, _about(actor, asked, now), now)
    found = list(rows_behind(actor, one, asked, behind, now).order_by(f"-{one.at}", "-pk")[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        detail = f"More than {MOST_ROWS:,} rows stand behind this figure. Choose a shorter period."
        raise TianmuError(Code.TOO_MANY_ROWS, detail, status=422)
    rows = [row for row in told(one, found) if ORDERS.allows(actor, EcgRight.VIEW, row.order)]
    subjects = {row.order.pk: row.order.patient_id for row in rows}
    new = {"form": "xlsx", "indicator": one.key}
    record_views(
        actor=actor, action="supervision.rows.export", kind="ecg_order", subjects=list(subjects.items()), new=new
    )
    cells = [_row(row, text, actor.locale) for row in rows]
    return _workbook(name, text["row_columns"], cells, _about(actor, asked, now), now)


def _figure_rows(actor: Actor, asked: Asked, now: datetime) -> list[list[Cell]]:
    actor.demand(Right.EXPORT)
    text, book = words(actor.locale), catalogue()
    english = actor.locale.startswith("en")
    groups = {group.key: group.name_en if english else group.name for group in book.groups}
    return [
        [
            groups[one.group],
            one.called(actor.locale),
            _round(value_of(one.measure, counted)),
            text["units"][one.unit],
            *_numbers(one, counted),
            one.defined(actor.locale),
        ]
        for key, counted in figures(actor, asked, now).items()
        for one in (book.indicators[key],)
    ]


def _numbers(one: Indicator, counted: Counted) -> list[Cell]:
    among = None if one.measure == "count" else counted.denominator
    return [_round(counted.numerator), among, _round(counted.median), _round(counted.p90)]


def _keys(parts: Sequence[Part], by: str, also: str) -> list[tuple[str, set[str]]]:
    return [(by, {part.key for part in parts}), (also, {part.also for part in parts})]


def _called(one: Indicator, by: str, keys: set[str], text: Mapping[str, Any], locale: str) -> dict[str, str]:
    """Return what each key of a split is called on paper; what is not known says so."""
    lists = words_of_lists(locale)
    known = {
        "kind": text["kinds"], "weekday": text["weekdays"], "disease": text["diseases"],
        "urgency": lists["urgencies"], "sex": lists["sexes"],
    }.get(by) or names_of(one, by, keys)  # fmt: skip
    blank = text["unknown"] if by else ""
    return {key: known.get(key, key) or blank for key in keys}


def _row(row: Row, text: Mapping[str, Any], locale: str) -> list[Cell]:
    order, lists = row.order, words_of_lists(locale)
    patient, on = order.patient, timezone.localdate(order.acquired_at or order.registered_at)
    return [
        order.number,
        _minute(row.at),
        order.origin.name,
        patient.name,
        lists["sexes"].get(patient.sex, ""),
        age_years(patient.birth_date, on) if patient.birth_date else None,
        text["kinds"].get(order.kind, order.kind),
        order.device.name if order.device else "",
        row.doctor,
        _round(row.value),
        lists["states"].get(order.state, order.state),
        order.conclusion_text,
    ]


def _about(actor: Actor, asked: Asked, now: datetime) -> list[str]:
    text = words(actor.locale)
    made = text["made"].format(at=_minute(now), name=actor.name)
    return [_period(asked, text), _place(asked, text), made, _version(text, now)]


def _version(text: Mapping[str, Any], now: datetime) -> str:
    return str(text["version"].format(version=catalogue().version, counting=counting(now).version))


def _period(asked: Asked, text: Mapping[str, Any]) -> str:
    """Return the period in words: whole days with the last one in it, else to the minute."""
    since, until = timezone.localtime(asked.since), timezone.localtime(asked.until)
    if since.time() == until.time() == time.min:
        return str(text["period"].format(since=f"{since:%Y-%m-%d}", until=f"{until - timedelta(days=1):%Y-%m-%d}"))
    return str(text["period"].format(since=_minute(since), until=_minute(until)))


def _place(asked: Asked, text: Mapping[str, Any]) -> str:
    name = names_by_path([asked.unit_path]).get(asked.unit_path) if asked.unit_path else None
    return str(text["place"].format(place=name or text["everywhere"]))


def _shown(cell: Cell, text: Mapping[str, Any]) -> str:
    if cell is None:
        return str(text["none"])
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.1f}"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _minute(instant: datetime) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"


def _note(actor: Actor, asked: Asked, form: str, indicator: str) -> None:
    new = {
        "form": form,
        "indicator": indicator,
        "since": asked.since.isoformat(),
        "until": asked.until.isoformat(),
        "unit": asked.unit_path,
    }
    record(actor=actor, action="supervision.figures.export", kind="supervision_figures", key=None, new=new)


def _workbook(name: str, head: Sequence[str], rows: Table, about: Sequence[str], now: datetime) -> bytes:
    """Return one sheet: what it is about in a line each, then head and rows, the head kept in sight."""
    out, top = io.BytesIO(), len(about)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": timezone.localtime(now).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#EEEEEE"})
        sheet = book.add_worksheet("".join(one for one in name if one not in "[]:*?/\\")[:31])
        sheet.set_column(0, len(head) - 1, 16)
        sheet.write_column(0, 0, about)
        sheet.write_row(top, 0, head, bold)
        sheet.freeze_panes(top + 1, 0)
        for line, row in enumerate(rows, start=top + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, column, cell)
                elif cell is not None:
                    sheet.write_number(line, column, cell)
    return out.getvalue()
