"""Printed and exported: the major report, the monthly service report (PDF and XLSX), lists of tickets; all audited."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import xlsxwriter
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.selectors.figures import Period, figures, scope
from tianmu.operations.servicedesk.selectors.places import catalogue
from tianmu.operations.servicedesk.selectors.queue import Wanted, tickets
from tianmu.operations.servicedesk.selectors.tickets import whole_ticket

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
MOST_ROWS = 50_000
PARTS = {
    "cause": "一、故障原因",
    "analysis": "二、分析过程",
    "handling": "三、处理方法",
    "prevention": "四、后期预防措施",
}
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


def report_pdf(actor: Actor, ticket_id: UUID) -> tuple[str, bytes]:
    """Return file name and PDF of the newest signed report, or of the draft, marked as such.

    Raises:
        ConflictError: nothing is written yet.

    """
    whole = whole_ticket(actor, ticket_id, timezone.now())
    signed = [one for one in whole.reports if one.state == VersionState.SIGNED]
    if not whole.reports:
        raise ConflictError(Code.REPORT_SIGNED, "There is no report of this incident yet.", state=whole.ticket.state)
    version = (signed or list(whole.reports))[0]
    content = version.content
    record(actor=actor, action="servicedesk.report.print", kind="ticket", key=whole.ticket.pk)
    facts = [
        ["编号", content["number"]],
        ["等级", words()["grades"].get(str(content["grade"]), "未定级")],
        ["子系统", _names(content["subsystems"])],
        ["数据丢失", "是" if content.get("data_loss") else "否"],
        ["发生时间", content["occurred_at"]],
        ["恢复时间", content["restored_at"] or "尚未恢复"],
        ["影响机构", "、".join(content["institutions"]) or "未登记"],
        ["版本", str(version.number)],
    ]
    parts: list[Part] = [_text(title, content[part]) for part, title in PARTS.items()]
    entries = words()["entries"]
    rows = [[one["at"], entries.get(one["kind"], one["kind"]), one["by"], one["note"]] for one in content["timeline"]]
    parts.append(_table("五、处置时间线", ["时间", "事项", "人员", "说明"], rows, [3, 2, 2, 5]))
    signatures = [[_side(one.role), one.name, _minute(one.signed_at)] for one in version.signatures.all()]
    pdf = compile_pdf(
        _layout(),
        data={
            "title": "信息系统安全事件报告",
            "subtitle": content["title"],
            "footer": f"{content['number']}  SHA-256 {version.sha256[:32] or '未签署'}",
            "watermark": "" if signed else "草稿",
            "facts": facts,
            "parts": parts,
            "signatures": signatures,
        },
        created_at=version.signed_at,
    )
    return f"{content['number']}-report-v{version.number}.pdf", pdf


def _side(role: str) -> str:
    return "乙方签署" if role == "party_b" else "甲方阅签"


def monthly_pdf(actor: Actor, period: Period, now: datetime) -> tuple[str, bytes]:
    """Return file name and PDF of the service report of a month, with two signature blocks."""
    found = _for_export(actor, period, now, "pdf")
    month = f"{timezone.localtime(period.since):%Y-%m}"
    quality, survey = found["quality"], found["survey"]
    facts = [
        ["工单总数", str(found["raised"])],
        ["已解决", str(quality["solved"])],
        ["一次解决率", _percent(quality["first_percent"])],
        ["重开率", _percent(quality["reopened_percent"])],
        ["满意度均分", _plain(survey["mean"])],
        ["评价回收率", _percent(survey["answer_percent"])],
    ]
    pdf = compile_pdf(
        _layout(),
        data={
            "title": f"运维服务月报（{month}）",
            "subtitle": f"统计期间 {_minute(period.since)} 至 {_minute(period.until)}",
            "footer": f"生成时间 {_minute(now)}，数据按工单日志重算",
            "watermark": "",
            "facts": facts,
            "parts": _monthly_parts(found),
            "signatures": [["甲方（信息科）", "签字：", "日期："], ["乙方（项目负责人）", "签字：", "日期："]],
        },
        created_at=period.until,
    )
    return f"service-report-{month}.pdf", pdf


def _monthly_parts(found: Mapping[str, Any]) -> list[Part]:
    kinds = words()["kinds"]
    head = ["时限", "条款", "完成", "按时", "超时", "按时率", "平均（分）", "90 分位（分）"]
    systems = ["子系统", "I-III 级故障", "平均受理（分）", "平均恢复（分）", "可用率"]
    places = [[one["name"], str(one["tickets"]), str(one["incidents"])] for one in found["institutions"]]
    composed = [[kinds.get(key, key), str(count)] for key, count in found["by_kind"].items()]
    ages = [[age, str(count)] for age, count in found["backlog"].items()]
    return [
        _table("一、时限达成", head, list(map(_clock_line, found["on_time"])), [3, 2, 1.5, 1.5, 1.5, 2, 2, 2.4]),
        _table("二、工单构成", ["类别", "数量"], composed, [3, 1]),
        _table("三、子系统运行", systems, list(map(_subsystem_line, found["subsystems"])), [4, 2, 2, 2, 2]),
        _table("四、机构报障（前十）", ["机构", "工单", "其中故障"], places, [4, 1, 1]),
        _table("五、未结工单", ["账龄（天）", "数量"], ages, [3, 1]),
    ]


def _clock_line(one: Mapping[str, Any]) -> list[str]:
    counted = [str(one["ended"]), str(one["in_time"]), str(one["late"]), _percent(one["percent"])]
    name = words()["clocks"].get(one["clock"], one["clock"])
    return [name, one["obligation"], *counted, _minutes(one["mean_seconds"]), _minutes(one["p90_seconds"])]


def _subsystem_line(one: Mapping[str, Any]) -> list[str]:
    times = [_minutes(one["mtta_seconds"]), _minutes(one["mttr_seconds"])]
    return [_names([one["subsystem"]]), str(one["incidents"]), *times, _percent(one["availability"])]


def monthly_xlsx(actor: Actor, period: Period, now: datetime) -> tuple[str, bytes]:
    """Return file name and XLSX of the service report of a month: figures, and the tickets behind them."""
    found = _for_export(actor, period, now, "xlsx")
    sheets: list[tuple[str, Sequence[str], Sequence[Sequence[Any]]]] = [
        (part["title"].split("、")[1][:28], part["head"], part["rows"]) for part in _monthly_parts(found)
    ]
    sheets.append(("工单明细", words()["columns"], ticket_rows(actor, period)))
    month = f"{timezone.localtime(period.since):%Y-%m}"
    return f"service-report-{month}.xlsx", _workbook(sheets, now)


def tickets_csv(actor: Actor, period: Period) -> bytes:
    """Return the tickets of a period as CSV for spreadsheets (UTF-8 with mark); cells that could act are defused."""
    actor.demand(Right.EXPORT)
    rows = ticket_rows(actor, period)
    _note_export(actor, period, "csv", len(rows))
    return _csv(rows)


def tickets_xlsx(actor: Actor, period: Period, now: datetime) -> bytes:
    """Return the tickets of a period as XLSX."""
    actor.demand(Right.EXPORT)
    rows = ticket_rows(actor, period)
    _note_export(actor, period, "xlsx", len(rows))
    return _workbook([("工单明细", words()["columns"], rows)], now)


def queue_file(actor: Actor, wanted: Wanted, form: str, now: datetime) -> bytes:
    """Return the queue as it is filtered, as CSV or XLSX.

    Raises:
        TianmuError: the form is neither.

    """
    actor.demand(Right.EXPORT)
    if form not in {"csv", "xlsx"}:
        raise TianmuError(Code.UNKNOWN_KEY, "Ask for csv or xlsx.", status=422, fields={"form": "unknown"})
    found = tickets(actor, wanted).only().select_related("institution__unit").defer("keys", "raiser_contact")
    rows = [_row(one) for one in found.order_by("rank", "due_at", "id")[:MOST_ROWS]]
    new = {"form": form, "search": wanted.search, "rows": len(rows)}
    record(actor=actor, action="servicedesk.queue.export", kind="figures", key=None, new=new)
    if form == "xlsx":
        return _workbook([("工单", words()["columns"], rows)], now)
    return _csv(rows)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(words()["columns"])
    writer.writerows([[_harmless(str(cell)) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def ticket_rows(actor: Actor, period: Period) -> list[list[str]]:
    """Return the tickets of a period as rows of text, in the order in which they were raised."""
    rows = (
        scope(actor)
        .select_related("institution__unit")
        .filter(raised_at__gte=period.since, raised_at__lt=period.until)
        .defer("keys", "raiser_contact")
        .order_by("raised_at", "id")[:MOST_ROWS]
    )
    return [_row(one) for one in rows]


def _row(one: Ticket) -> list[str]:
    return [
        one.number,
        words()["kinds"].get(one.kind, one.kind),
        words()["channels"].get(one.channel, one.channel),
        one.title,
        one.institution.name,
        _names(one.subsystems),
        words()["states"].get(one.state, one.state),
        words()["grades"].get(str(one.grade), "") if one.grade else "",
        _minute(one.raised_at),
        one.assignee_name,
        _minute(one.responded_at),
        _minute(one.restored_at),
        _minute(one.resolved_at),
        one.get_excluded_display() if one.excluded else "",
        str(one.reopened),
    ]


def _for_export(actor: Actor, period: Period, now: datetime, form: str) -> dict[str, Any]:
    actor.demand(Right.EXPORT)
    found = figures(actor, period, now)
    _note_export(actor, period, form, found["raised"])
    return found


def _note_export(actor: Actor, period: Period, form: str, rows: int) -> None:
    new = {"form": form, "since": period.since.isoformat(), "until": period.until.isoformat(), "rows": rows}
    record(actor=actor, action="servicedesk.figures.export", kind="figures", key=None, new=new)


def _workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]], now: datetime) -> bytes:
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


def _text(title: str, text: str) -> Part:
    return {"kind": "text", "title": title, "text": text or "（未填写）"}


def _table(title: str, head: list[str], rows: list[list[str]], widths: list[float]) -> Part:
    return {"kind": "table", "title": title, "head": head, "rows": rows, "widths": widths, "empty": "本期无数据"}


def _layout() -> str:
    return (LAYOUTS / "report.typ").read_text(encoding="utf-8")


def _names(keys: Sequence[str]) -> str:
    return "、".join(subsystem_names().get(key, key) for key in keys)


def _minute(instant: datetime | None) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if instant else ""


def _minutes(seconds: float | None) -> str:
    return "未知" if seconds is None else f"{seconds / 60:.1f}"


def _percent(value: float | None) -> str:
    return "未知" if value is None else f"{value:g}%"


def _plain(value: object) -> str:
    return "未知" if value is None else str(value)
