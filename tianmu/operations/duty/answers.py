"""What the duty room answers to contracts: the breach that a fact came from, and the year's rosters and signs."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts import ports
from tianmu.operations.contracts.ports import Link
from tianmu.operations.duty.choices import FindingKind, FindingState, RosterState
from tianmu.operations.duty.models import Finding, Leave, Roster, Sign
from tianmu.operations.duty.rules.sheets import sheet
from tianmu.operations.duty.rules.shifts import ShiftKind

KINDS = {ShiftKind.RESIDENT: "驻场", ShiftKind.ON_CALL: "夜间值班", ShiftKind.DUTY: "休息日值班"}
SIGNS = {"in": "签到", "out": "签退"}


def link(source_kind: str, source_id: UUID) -> Link | None:
    """Return the breach that a fact came from."""
    if source_kind != "duty_finding":
        return None
    row = Finding.objects.filter(pk=source_id).select_related("member").first()
    if row is None:
        return None
    return Link("duty_finding", row.pk, f"{row.member.name} {FindingKind(row.kind).label} {_minute(row.starts_at)}")


def year_files(_contract_id: UUID, _ref: str, first: date, last: date) -> Iterator[tuple[str, bytes]]:
    """Yield the published rosters of the year by month, every sign and leave, and every breach with its decision."""
    begin = datetime.combine(first, time(), ZONE)
    end = datetime.combine(last + timedelta(days=1), time(), ZONE)
    months = Roster.objects.filter(state=RosterState.PUBLISHED).order_by("year", "month", "unit_path")
    for number, roster in enumerate(months):
        if (first.year, first.month) <= (roster.year, roster.month) <= (last.year, last.month):
            name = f"duty/rosters/{roster.year}-{roster.month:02}-{number + 1:02}.csv"
            yield name, sheet(["班次", "开始", "结束", "值班人", "原定", "备注"], _shifts(roster))
    signs = Sign.objects.filter(at__gte=begin, at__lt=end).select_related("member").order_by("at", "pk")
    yield (
        "duty/signs.csv",
        sheet(
            ["姓名", "时间", "签到/签退", "地点", "补录人", "补录原因"],
            (
                [one.member.name, _minute(one.at), SIGNS[one.sign], one.place, one.entered_by, one.reason]
                for one in signs
            ),
        ),
    )
    leaves = Leave.objects.filter(starts_at__gte=begin, starts_at__lt=end).select_related("member")
    yield (
        "duty/leaves.csv",
        sheet(
            ["姓名", "开始", "结束", "原因", "报备时间", "甲方收悉"],
            (
                [one.member.name, _minute(one.starts_at), _minute(one.ends_at), one.reason, _minute(one.recorded_at),
                 f"{one.received_by} {_minute(one.received_at)}".strip()]
                for one in leaves.order_by("starts_at", "pk")
            ),
        ),
    )  # fmt: skip
    findings = Finding.objects.filter(starts_at__gte=begin, starts_at__lt=end).select_related("member")
    yield (
        "duty/breaches.csv",
        sheet(
            ["姓名", "事项", "开始", "结束", "状态", "乙方陈述", "甲方认定", "金额（元）"],
            (
                [one.member.name, FindingKind(one.kind).label, _minute(one.starts_at), _minute(one.ends_at),
                 FindingState(one.state).label, one.hearing, one.decision,
                 "" if one.amount_yuan is None else f"{one.amount_yuan:.2f}"]
                for one in findings.order_by("starts_at", "pk")
            ),
        ),
    )  # fmt: skip


def _shifts(roster: Roster) -> Iterable[list[str]]:
    rows = roster.shifts.select_related("member", "planned").order_by("starts_at", "kind", "pk")
    for one in rows:
        planned = one.planned.name if one.planned else ""
        yield [
            KINDS[ShiftKind(one.kind)], _minute(one.starts_at), _minute(one.ends_at), one.member.name, planned, one.note
        ]  # fmt: skip


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


ports.links.answer(link)
ports.year_files.answer(year_files)
