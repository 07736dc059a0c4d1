"""Printed and exported: the report of a major incident, and lists of tickets; all audited."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.selectors.figures import Period, scope
from tianmu.operations.servicedesk.selectors.queue import Wanted, tickets
from tianmu.operations.servicedesk.selectors.sheets import (
    Part,
    csv_of,
    layout,
    minute_of,
    names_of,
    note_export,
    paragraph,
    table,
    words,
    workbook,
)
from tianmu.operations.servicedesk.selectors.tickets import whole_ticket

MOST_ROWS = 50_000
PARTS = {
    "cause": "一、故障原因",
    "analysis": "二、分析过程",
    "handling": "三、处理方法",
    "prevention": "四、后期预防措施",
}


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
        ["子系统", names_of(content["subsystems"])],
        ["数据丢失", "是" if content.get("data_loss") else "否"],
        ["发生时间", content["occurred_at"]],
        ["恢复时间", content["restored_at"] or "尚未恢复"],
        ["影响机构", "、".join(content["institutions"]) or "未登记"],
        ["版本", str(version.number)],
    ]
    parts: list[Part] = [paragraph(title, content[part]) for part, title in PARTS.items()]
    entries = words()["entries"]
    rows = [[one["at"], entries.get(one["kind"], one["kind"]), one["by"], one["note"]] for one in content["timeline"]]
    parts.append(table("五、处置时间线", ["时间", "事项", "人员", "说明"], rows, [3, 2, 2, 5]))
    signatures = [[_side(one.role), one.name, minute_of(one.signed_at)] for one in version.signatures.all()]
    pdf = compile_pdf(
        layout(),
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


def tickets_csv(actor: Actor, period: Period) -> bytes:
    """Return the tickets of a period as CSV for spreadsheets (UTF-8 with mark); cells that could act are defused."""
    actor.demand(Right.EXPORT)
    rows = ticket_rows(actor, period)
    note_export(actor, period, "csv", len(rows))
    return csv_of(words()["columns"], rows)


def tickets_xlsx(actor: Actor, period: Period, now: datetime) -> bytes:
    """Return the tickets of a period as XLSX."""
    actor.demand(Right.EXPORT)
    rows = ticket_rows(actor, period)
    note_export(actor, period, "xlsx", len(rows))
    return workbook([("工单明细", words()["columns"], rows)], now)


def queue_file(actor: Actor, wanted: Wanted, form: str, now: datetime) -> bytes:
    """Return the queue as it is filtered, as CSV or XLSX.

    Raises:
        TianmuError: the form is neither.

    """
    actor.demand(Right.EXPORT)
    if form not in {"csv", "xlsx"}:
        raise TianmuError(Code.UNKNOWN_KEY, "Ask for csv or xlsx.", status=422, fields={"form": "unknown"})
    found = tickets(actor, wanted).select_related("institution__unit").defer("keys", "raiser_contact")
    rows = [_row(one) for one in found.order_by("rank", "due_at", "id")[:MOST_ROWS]]
    new = {"form": form, "search": wanted.search, "rows": len(rows)}
    record(actor=actor, action="servicedesk.queue.export", kind="figures", key=None, new=new)
    if form == "xlsx":
        return workbook([("工单", words()["columns"], rows)], now)
    return csv_of(words()["columns"], rows)


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
        names_of(one.subsystems),
        words()["states"].get(one.state, one.state),
        words()["grades"].get(str(one.grade), "") if one.grade else "",
        minute_of(one.raised_at),
        one.assignee_name,
        minute_of(one.responded_at),
        minute_of(one.restored_at),
        minute_of(one.resolved_at),
        one.get_excluded_display() if one.excluded else "",
        str(one.reopened),
    ]
