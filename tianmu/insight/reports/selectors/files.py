"""Reports as files: CSV and XLSX for going on with, PDF for paper with header, footer and page numbers."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.insight.reports.rules.charts import chart_of
from tianmu.insight.reports.selectors.asking import Answer
from tianmu.insight.reports.selectors.describing import filters_in_words
from tianmu.insight.reports.selectors.sheet import Entry, Sheet, sheet_of, written

LAYOUT = Path(__file__).resolve().parent.parent / "layouts" / "report.typ"
CHARTS = {"bar": "bar", "column": "column", "line": "line", "area": "area", "pie": "pie"}
MOST_CHARTED = 60
MOST_PRINTED_COLUMNS = 40
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Title:
    """What stands over a report, and who made it."""

    name: str
    maker: str
    number: int


def file_of(found: Answer, title: Title, form: str, now: datetime) -> bytes:
    """Return an answer as a file of a form: csv, xlsx or pdf."""
    makers: Mapping[str, Callable[[Answer, Title, datetime], bytes]] = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf}
    return makers[form](found, title, now)


def _csv(found: Answer, _title: Title, _now: datetime) -> bytes:
    sheet = sheet_of(found)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([[_harmless(one) for one in head] for head in sheet.heads])
    for line in [*sheet.lines, *([sheet.totals] if sheet.totals else [])]:
        writer.writerow([_plain(one, place, sheet) for place, one in enumerate(line)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(value: Entry, place: int, sheet: Sheet) -> str:
    if isinstance(value, str):
        return _harmless(value)
    return "" if value is None else f"{value:.{sheet.decimals[place - sheet.labels]}f}"


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _xlsx(found: Answer, title: Title, now: datetime) -> bytes:
    sheet, words = sheet_of(found), found.labels.words
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title.name, "created": timezone.localtime(now).replace(tzinfo=None)})
        page = book.add_worksheet(words["sheet"])
        head = book.add_format({"bold": True, "bg_color": "#EEEEEE", "border": 1, "align": "center", "text_wrap": True})
        text = book.add_format({"border": 1})
        bold = {"bold": True, "border": 1, "top": 2}
        for number, names in enumerate(sheet.heads):
            _write_head(page, number, names, head, sheet)
        first = len(sheet.heads)
        formats = {one: book.add_format({"border": 1, "num_format": _pattern(one)}) for one in {*sheet.decimals, 0}}
        strong = {one: book.add_format({**bold, "num_format": _pattern(one)}) for one in {*sheet.decimals, 0}}
        for number, line in enumerate(sheet.lines, first):
            _write_line(page, number, line, sheet, formats, text)
        if sheet.totals:
            _write_line(page, first + len(sheet.lines), sheet.totals, sheet, strong, book.add_format(bold))
        page.freeze_panes(first, sheet.labels)
        page.set_column(0, max(sheet.labels - 1, 0), 22)
        page.set_column(sheet.labels, sheet.labels + max(len(sheet.decimals) - 1, 0), 13)
        _print_setup(page, found, title, first)
        _chart(book, page, found, sheet, first)
        notes = book.add_worksheet(words["notes"])
        notes.set_column(0, 0, 14)
        notes.set_column(1, 1, 80)
        for number, (name, value) in enumerate(_notes(found, title, now)):
            notes.write_string(number, 0, name)
            notes.write_string(number, 1, value)
    return out.getvalue()


def _write_head(page: Any, number: int, names: list[str], head: Any, sheet: Sheet) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Write a header line, one cell over neighbours that say the same above the last line."""
    start = 0
    for place in range(1, len(names) + 1):
        if place < len(names) and names[place] == names[start] and number < len(sheet.heads) - 1:
            continue
        if place - start > 1:
            page.merge_range(number, start, number, place - 1, names[start], head)
        else:
            page.write_string(number, start, names[start], head)
        start = place


def _write_line(page: Any, number: int, line: list[Entry], sheet: Sheet, formats: Mapping[int, Any], text: Any) -> None:  # noqa: ANN401
    for place, value in enumerate(line):
        if isinstance(value, str):
            page.write_string(number, place, value, text)
        elif value is None:
            page.write_blank(number, place, None, text)
        else:
            page.write_number(number, place, value, formats[sheet.decimals[place - sheet.labels]])


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _print_setup(page: Any, found: Answer, title: Title, heads: int) -> None:  # noqa: ANN401
    paper = found.definition.paper
    page.set_paper(9)
    if paper.landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, heads - 1)
    page.set_header(f"&C{_escaped(paper.header or title.name)}")
    page.set_footer(f"&L{_escaped(paper.footer)}&R&P / &N")


def _escaped(text: str) -> str:
    return text.replace("&", "&&")[:200]


def _chart(book: Any, page: Any, found: Answer, sheet: Sheet, first: int) -> None:  # noqa: ANN401 - xlsxwriter has no types
    kind = CHARTS.get(chart_of(found.definition, len(sheet.lines)))
    lines = min(len(sheet.lines), MOST_CHARTED)
    if kind is None or not lines or found.grid is None:
        return
    chart = book.add_chart({"type": kind})
    last = len(sheet.decimals) - (len(sheet.measures) if found.grid.row_totals else 0)
    shown = range(1 if kind == "pie" else min(last, 8))
    sheet_name = found.labels.words["sheet"]
    for place in shown:
        at = sheet.labels + place
        name = " ".join(dict.fromkeys(head[at] for head in sheet.heads))
        chart.add_series(
            {
                "name": name,
                "categories": [sheet_name, first, 0, first + lines - 1, sheet.labels - 1],
                "values": [sheet_name, first, at, first + lines - 1, at],
            }
        )
    chart.set_size({"width": 720, "height": 360})
    page.insert_chart(first + len(sheet.lines) + 2, 0, chart)


def _notes(found: Answer, title: Title, now: datetime) -> list[tuple[str, str]]:
    words = found.labels.words
    left_out = found.dataset.left_out_en if found.labels.english else found.dataset.left_out
    counts = found.dataset.counts_en if found.labels.english else found.dataset.counts
    notes = [
        (words["sheet"], f"{title.name} · v{title.number}"),
        (words["made_at"], f"{timezone.localtime(now):%Y-%m-%d %H:%M}"),
        (words["made_by"], title.maker),
        (
            words["read_at"],
            f"{timezone.localtime(datetime.fromisoformat(found.read_at)):%Y-%m-%d %H:%M}" if found.read_at else "—",
        ),
        (words["notes"], f"{counts}。{words['left'].format(what=left_out)}"),
    ]
    notes += [("", one) for one in filters_in_words(found)]
    return notes + [("", one) for one in remarks(found)]


def remarks(found: Answer) -> list[str]:
    """Return what a reader must know of what is missing."""
    words = found.labels.words
    told = [words["figures_only"]] if found.figures_only else []
    if found.cut:
        told.append(words["cut"].format(count=len(found.records)))
    if found.grid is not None and found.grid.left_out:
        told.append(words["left_out"].format(count=found.grid.left_out))
    return told


@cache
def _layout() -> str:
    return LAYOUT.read_text(encoding="utf-8")


def _pdf(found: Answer, title: Title, now: datetime) -> bytes:
    sheet, words, paper = sheet_of(found), found.labels.words, found.definition.paper
    lines = [[_printed(one, place, sheet) for place, one in enumerate(line)] for line in sheet.lines]
    totals = [_printed(one, place, sheet) for place, one in enumerate(sheet.totals)]
    width = len(sheet.heads[0])
    return compile_pdf(
        _layout(),
        data={
            "title": title.name,
            "header": paper.header,
            "footer": paper.footer,
            "made": _made(found, title, now),
            "landscape": paper.landscape or width > 8,
            "small": width > 14,
            "facts": [*filters_in_words(found), *remarks(found), _read_at(found)],
            "heads": [head[:MOST_PRINTED_COLUMNS] for head in sheet.heads],
            "labels": sheet.labels,
            "lines": [line[:MOST_PRINTED_COLUMNS] for line in lines],
            "totals": totals[:MOST_PRINTED_COLUMNS],
            "empty": words["empty"],
            "bars": _bars(found, sheet),
            "excluded": words["left"].format(
                what=found.dataset.left_out_en if found.labels.english else found.dataset.left_out
            ),
        },
        created_at=now,
        seconds=40,
    )


def _made(found: Answer, title: Title, now: datetime) -> str:
    words = found.labels.words
    when = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    return f"{words['made_at']} {when} · {words['made_by']} {title.maker} · v{title.number}"


def _read_at(found: Answer) -> str:
    when = f"{timezone.localtime(datetime.fromisoformat(found.read_at)):%Y-%m-%d %H:%M}" if found.read_at else "—"
    return f"{found.labels.words['read_at']} {when}"


def _printed(value: Entry, place: int, sheet: Sheet) -> str:
    return written(value, sheet.decimals[place - sheet.labels] if place >= sheet.labels and sheet.decimals else 0)


def _bars(found: Answer, sheet: Sheet) -> list[dict[str, Any]]:
    """Return the first measure as bars, where the report has a chart and a page has room for it."""
    kind = chart_of(found.definition, len(sheet.lines))
    if kind in {"none", "heat"} or found.grid is None or found.definition.columns or len(sheet.lines) > 40:
        return []
    values = [line[sheet.labels] for line in sheet.lines]
    most = max((abs(one) for one in values if isinstance(one, float)), default=0.0)
    if not most:
        return []
    return [
        {
            "label": " · ".join(str(one) for one in line[: sheet.labels]),
            "share": abs(value) / most if isinstance(value, float) else 0.0,
            "text": written(value, sheet.decimals[0]),
        }
        for line, value in zip(sheet.lines, values, strict=True)
    ]
