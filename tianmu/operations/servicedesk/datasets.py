"""What reports may read of the service desk: its tickets; what people wrote in them never becomes a field."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet, TextChoices

from tianmu.foundation.datasets import DataSet, Field, Kind
from tianmu.operations.servicedesk.choices import Channel, Excluded, TicketKind, Urgency
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.selectors.places import catalogue

_STATES: Mapping[str, tuple[str, str]] = {
    "new": ("新建", "New"), "accepted": ("已受理", "Accepted"), "in_progress": ("处理中", "In progress"),
    "waiting": ("等待", "Waiting"), "resolved": ("已解决", "Solved"), "closed": ("已关闭", "Closed"),
    "merged": ("已合并", "Merged"), "cancelled": ("已取消", "Cancelled"),
}  # fmt: skip


def _words(choices: type[TextChoices]) -> dict[str, tuple[str, str]]:
    return {value: (str(label), value.replace("_", " ").capitalize()) for value, label in choices.choices}


def _problem_kinds() -> dict[str, tuple[str, str]]:
    return {one["key"]: (one["name"], one["name_en"]) for one in catalogue()["problem_kinds"]}


def _tickets(_now: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.all()


TICKETS = DataSet(
    key="servicedesk.tickets",
    name="服务工单",
    name_en="Service tickets",
    counts="每行一张工单",
    counts_en="one row for each ticket",
    left_out="无",
    left_out_en="nothing",
    right=Right.VIEW_FIGURES,
    paths=("path",),
    time="raised_at",
    rows=_tickets,
    link="ticket",
    subject="ticket_key",
    fields=(
        Field("institution", Kind.UNIT, "报修机构", "Institution", "institution_id", path="path"),
        Field("path", Kind.TEXT, "", "", "path", hidden=True),
        Field("ticket_key", Kind.TEXT, "", "", "id", hidden=True),
        Field("number", Kind.TEXT, "工单号", "Number", "number"),
        Field("kind", Kind.CODE, "类别", "Kind", "kind", values=_words(TicketKind)),
        Field("channel", Kind.CODE, "来源", "Channel", "channel", values=_words(Channel)),
        Field("state", Kind.CODE, "状态", "State", "state", values=_STATES),
        Field("urgency", Kind.CODE, "紧急程度", "Urgency", "urgency", values=_words(Urgency)),
        Field("grade", Kind.NUMBER, "故障等级", "Grade", "grade"),
        Field("problem_kind", Kind.CODE, "问题类型", "Kind of problem", "problem_kind", values=_problem_kinds()),
        Field("excluded", Kind.CODE, "免责原因", "Excluded because", "excluded", values=_words(Excluded)),
        Field("engineer", Kind.TEXT, "工程师", "Engineer", "assignee_name"),
        Field("raised_at", Kind.INSTANT, "提出时间", "Raised", "raised_at"),
        Field("responded_at", Kind.INSTANT, "响应时间", "Answered", "responded_at"),
        Field("resolved_at", Kind.INSTANT, "解决时间", "Solved", "resolved_at"),
        Field("closed_at", Kind.INSTANT, "关闭时间", "Closed", "closed_at"),
        Field("reopened", Kind.NUMBER, "重开次数", "Times reopened", "reopened"),
        Field("first_contact", Kind.BOOLEAN, "一次解决", "Solved at first contact", "first_contact"),
        Field("solved", Kind.BOOLEAN, "已解决", "Is solved", expression="is_known(resolved_at)"),
        Field(
            "answer_minutes",
            Kind.NUMBER,
            "响应用时",
            "Time to answer",
            expression="minutes_between(raised_at, responded_at)",
            unit="分钟",
        ),
        Field(
            "solve_hours",
            Kind.NUMBER,
            "解决用时",
            "Time to solve",
            expression="hours_between(raised_at, resolved_at)",
            unit="小时",
        ),
    ),
)

DATA_SETS = (TICKETS,)
