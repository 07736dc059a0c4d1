"""The statement as PDF and as XLSX, from its inputs alone."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.operations.contracts.printing.inputs import Inputs
from tianmu.operations.contracts.printing.tables import tables_of

_LAYOUT = Path(__file__).resolve().parent.parent / "layouts" / "statement.typ"
_WIDTHS = (6, 26, 24, 18, 60, 14, 14, 10)


def statement_pdf(inputs: Inputs) -> bytes:
    """Return the statement on A4."""
    return compile_pdf(_LAYOUT.read_text(encoding="utf-8"), data=tables_of(inputs), created_at=_made(inputs))


def statement_xlsx(inputs: Inputs) -> bytes:
    """Return the statement as a workbook: settlement, lines, readings, figures."""
    tables: dict[str, Any] = tables_of(inputs)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": tables["title"], "created": _made(inputs).replace(tzinfo=None)})
        styles = {
            "bold": book.add_format({"bold": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        }
        _front(book.add_worksheet("结算"), tables, styles)
        _lines(book.add_worksheet("明细"), tables, styles)
        _rows(book.add_worksheet("读法"), ["编号", "含义", "取值", ""], tables["readings"], styles)
        _rows(book.add_worksheet("考核"), ["义务", "内容", "总数", "按时"], tables["kpis"], styles)
    return out.getvalue()


def number_of(amount: str) -> float:
    """Return a printed amount as the number of a cell."""
    return float(amount.replace(",", ""))


def _made(inputs: Inputs) -> datetime:
    return datetime.fromisoformat(inputs.content["case"]["as_of"]).replace(tzinfo=UTC)


def _front(sheet: Any, tables: dict[str, Any], styles: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 30)
    sheet.write_string(0, 0, tables["title"], styles["bold"])
    sheet.write_string(1, 0, tables["subtitle"])
    row = 2
    if tables["draft"]:
        sheet.write_string(row, 0, "草稿，未经双方签署，不作为结算依据", styles["bold"])
        row += 1
    head = tables["head"]
    for start in range(0, len(head), 4):
        for column in range(4):
            sheet.write_string(row, column, head[start + column])
        row += 1
    for title, part in (("一、结算", "settlement"), ("二、合计与上限", "totals")):
        row += 1
        sheet.write_string(row, 0, title, styles["bold"])
        for label, amount in tables[part]:
            row += 1
            sheet.write_string(row, 0, label)
            sheet.write_number(row, 1, number_of(amount), styles["money"])
        row += 1
    for flag in tables["flags"]:
        sheet.write_string(row, 0, flag)
        row += 1
    for one in tables["signatures"]:
        row += 1
        sheet.write_string(row, 0, f"{one['side']}　{one['name']}", styles["bold"])
        for line in one["lines"]:
            row += 1
            sheet.write_string(row, 0, line)
    sheet.write_string(row + 2, 0, tables["proof"])


def _lines(sheet: Any, tables: dict[str, Any], styles: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    titles = ["序", "事项", "条款 / 义务", "时间", "依据、读法与证据", "按规则", "应付", "状态"]
    for column, (title, width) in enumerate(zip(titles, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, styles["bold"])
    for number, row in enumerate(tables["lines"], 1):
        for column, key in enumerate(("number", "event", "clause", "at", "basis", "assessed", "payable", "state")):
            value = row[key]
            if key in {"assessed", "payable"} and value != "—":
                sheet.write_number(number, column, number_of(value), styles["money"])
            else:
                sheet.write_string(number, column, value, styles["wrap"])
    sheet.freeze_panes(1, 0)


def _rows(sheet: Any, titles: list[str], rows: list[list[str]], styles: dict[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    for column, (title, width) in enumerate(zip(titles, (12, 60, 40, 10), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, styles["bold"])
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value, styles["wrap"])
