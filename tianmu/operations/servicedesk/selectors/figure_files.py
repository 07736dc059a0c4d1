"""Figures on paper and in sheets: the monthly service report, and the figures of any period; each export is audited."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.printing.typst_compiler import compile_pdf
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import MonthlyReport
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.selectors.figures import Period, figures
from tianmu.operations.servicedesk.selectors.monthly import figures_of, kept_report, period_of
from tianmu.operations.servicedesk.selectors.printing import ticket_rows
from tianmu.operations.servicedesk.selectors.sheets import (
    Part,
    csv_of,
    layout,
    minute_of,
    minutes_of,
    names_of,
    note_export,
    percent_of,
    plain_of,
    table,
    words,
    workbook,
)

TIMES_HEAD = ["名称", "工单", "已解决", "平均响应（分）", "90 分位（分）", "平均解决（分）", "90 分位（分）", "重开"]
GROUPS = {"institutions": "机构", "kinds": "类别", "engineers": "工程师"}


def monthly_pdf(actor: Actor, month: date, now: datetime) -> tuple[str, bytes]:
    """Return file name and PDF of the service report of a month, with the signatures it bears.

    A report that was made is printed with the figures of that time, every time the same bytes; else they are counted.
    """
    found, kept, made_at, sha256 = _month(actor, month, now, "pdf")
    period, name = period_of(month), f"{month:%Y-%m}"
    quality, survey = found["quality"], found["survey"]
    facts = [
        ["工单总数", str(found["raised"])],
        ["已解决", str(quality["solved"])],
        ["一次解决率", percent_of(quality["first_percent"])],
        ["重开率", percent_of(quality["reopened_percent"])],
        ["满意度均分", plain_of(survey["mean"])],
        ["评价回收率", percent_of(survey["answer_percent"])],
    ]
    pdf = compile_pdf(
        layout(),
        data={
            "title": f"运维服务月报（{name}）",
            "subtitle": f"统计期间 {minute_of(period.since)} 至 {minute_of(period.until)}",
            "footer": f"生成时间 {minute_of(made_at)}，数据按工单日志计算  {sha256[:32]}",
            "watermark": "",
            "facts": facts,
            "parts": _parts(found),
            "signatures": _signatures(kept),
        },
        created_at=period.until,
    )
    return f"service-report-{name}.pdf", pdf


def _signatures(kept: MonthlyReport | None) -> list[list[str]]:
    if kept is None:
        return [["甲方（信息科）", "签字：", "日期："], ["乙方（项目负责人）", "签字：", "日期："]]
    return [
        ["甲方（信息科）", kept.signed_a_by or "签字：", minute_of(kept.signed_a_at) or "日期："],
        ["乙方（项目负责人）", kept.signed_b_by or "签字：", minute_of(kept.signed_b_at) or "日期："],
    ]


def monthly_xlsx(actor: Actor, month: date, now: datetime) -> tuple[str, bytes]:
    """Return file name and XLSX of the service report of a month: figures, and the tickets behind them as of now."""
    found, _, _, _ = _month(actor, month, now, "xlsx")
    sheets = [*_sheets(found), ("工单明细", words()["columns"], ticket_rows(actor, period_of(month)))]
    return f"service-report-{month:%Y-%m}.xlsx", workbook(sheets, now)


def figure_file(actor: Actor, period: Period, form: str, now: datetime) -> bytes:
    """Return the figures of a period: as CSV who took how long, as XLSX everything.

    Raises:
        TianmuError: the form is neither.

    """
    actor.demand(Right.EXPORT)
    if form not in {"csv", "xlsx"}:
        raise TianmuError(Code.UNKNOWN_KEY, "Ask for csv or xlsx.", status=422, fields={"form": "unknown"})
    found = figures(actor, period, now)
    note_export(actor, period, form, found["raised"])
    if form == "xlsx":
        return workbook(_sheets(found), now)
    rows = [[GROUPS[group], *line] for group in GROUPS for line in _times_lines(found, group)]
    return csv_of(["分组", *TIMES_HEAD], rows)


def _month(
    actor: Actor, month: date, now: datetime, form: str
) -> tuple[Mapping[str, Any], MonthlyReport | None, datetime, str]:
    actor.demand(Right.EXPORT)
    kept = kept_report(actor, month)
    found = figures_of(kept[1]) if kept else figures(actor, period_of(month), now)
    note_export(actor, period_of(month), form, found["raised"])
    return (found, kept[0], kept[0].made_at, kept[1].sha256) if kept else (found, None, now, "")


def _sheets(found: Mapping[str, Any]) -> list[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]:
    return [(part["title"].split("、")[1][:28], part["head"], part["rows"]) for part in _parts(found)]


def _parts(found: Mapping[str, Any]) -> list[Part]:
    kinds = words()["kinds"]
    head = ["时限", "条款", "完成", "按时", "超时", "按时率", "平均（分）", "90 分位（分）"]
    systems = ["子系统", "I-III 级故障", "平均受理（分）", "平均恢复（分）", "可用率"]
    composed = [[kinds.get(key, key), str(count)] for key, count in found["by_kind"].items()]
    ages = [[age, str(count)] for age, count in found["backlog"].items()]
    widths = [4, 1.2, 1.4, 2, 2, 2, 2, 1.2]
    return [
        table("一、时限达成", head, list(map(_clock_line, found["on_time"])), [3, 2, 1.5, 1.5, 1.5, 2, 2, 2.4]),
        table("二、工单构成", ["类别", "数量"], composed, [3, 1]),
        table("三、子系统运行", systems, list(map(_subsystem_line, found["subsystems"])), [4, 2, 2, 2, 2]),
        table("四、各机构用时", TIMES_HEAD, _times_lines(found, "institutions"), widths),
        table("五、各类别用时", TIMES_HEAD, _times_lines(found, "kinds"), widths),
        table("六、各工程师用时", TIMES_HEAD, _times_lines(found, "engineers"), widths),
        table("七、未结工单", ["账龄（天）", "数量"], ages, [3, 1]),
    ]


def _times_lines(found: Mapping[str, Any], group: str) -> list[list[str]]:
    kinds = words()["kinds"] if group == "kinds" else {}
    return [
        [
            kinds.get(one["name"], one["name"]),
            str(one["tickets"]),
            str(one["solved"]),
            minutes_of(one["answer_seconds"]),
            minutes_of(one["answer_p90_seconds"]),
            minutes_of(one["solve_seconds"]),
            minutes_of(one["solve_p90_seconds"]),
            str(one["reopened"]),
        ]
        for one in found["times"][group]
    ]


def _clock_line(one: Mapping[str, Any]) -> list[str]:
    counted = [str(one["ended"]), str(one["in_time"]), str(one["late"]), percent_of(one["percent"])]
    name = words()["clocks"].get(one["clock"], one["clock"])
    return [name, one["obligation"], *counted, minutes_of(one["mean_seconds"]), minutes_of(one["p90_seconds"])]


def _subsystem_line(one: Mapping[str, Any]) -> list[str]:
    times = [minutes_of(one["mtta_seconds"]), minutes_of(one["mttr_seconds"])]
    return [names_of([one["subsystem"]]), str(one["incidents"]), *times, percent_of(one["availability"])]
