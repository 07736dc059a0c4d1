"""The demo county's own reports: one that a supervision officer shares and has sent, one of the centre's head."""

from collections.abc import Mapping
from datetime import time

from django.utils import timezone

from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.demo import Demo
from tianmu.insight.reports.actions.extracting import refresh_all
from tianmu.insight.reports.actions.saving import Names, create_report, share_report
from tianmu.insight.reports.actions.scheduling import Wanted, make_schedule
from tianmu.insight.reports.models import Report
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.schedule import Plan

PERIOD = {"key": "period", "name": "统计期间", "name_en": "Period", "values": ["last_30_days"], "required": True}
ELDERLY = {
    "dataset": "ecg.examinations",
    "rows": [{"field": "town"}],
    "measures": [
        {"key": "n", "name": "检查量", "name_en": "Examinations", "function": "count"},
        {
            "key": "elderly", "name": "65 岁及以上占比", "name_en": "65 and older",
            "function": "ratio", "where": "年龄 >= 65", "among": "is_known(age)",
        },
        {
            "key": "positive", "name": "阳性率", "name_en": "Positive",
            "function": "ratio", "where": "positive", "among": "published",
        },
    ],
    "filters": [{"field": "acquired_at", "operator": "period", "parameter": "period"}],
    "parameters": [PERIOD],
    "sort": [{"by": "n"}],
}  # fmt: skip
SLOW = {
    "dataset": "ecg.examinations",
    "calculated": [
        {
            "key": "speed", "name": "出报告用时", "name_en": "Turnaround band",
            "expression": "分段(出报告时长, 15, 30, 60, 120)",
        }
    ],
    "rows": [{"field": "speed"}],
    "columns": [{"field": "urgency"}],
    "measures": [{"key": "n", "name": "报告数", "name_en": "Reports", "function": "count", "where": "published"}],
    "filters": [{"field": "acquired_at", "operator": "period", "parameter": "period"}],
    "parameters": [PERIOD],
    "chart": {"kind": "column", "measures": []},
}  # fmt: skip


def fill(demo: Demo) -> None:
    """Make both reports, share the first, have it sent on the first of each month; copy what there is to count."""
    demo.progress("reports", 0, 0)
    now = timezone.now()
    shared = _report(
        "supervisor1",
        Names("各乡镇老年人心电", "ECGs of the elderly by town", "各乡镇检查量、老年人占比与阳性率", ""),
        ELDERLY,
    )
    if shared is not None:
        actor = actor_for(Account.objects.select_related("home").get(login="supervisor1"), now)
        share_report(actor=actor, report_id=shared.pk, shared=True)
        wanted = Wanted(
            Plan("monthly", time(7), day=1, days_off="next_workday"), "xlsx", {"period": ["last_month"]}, []
        )
        make_schedule(actor=actor, report_id=shared.pk, wanted=wanted, now=now)
    refresh_all(now=now)
    _report("head1", Names("出报告用时分布", "Turnaround by band", "各紧急程度的出报告用时分段", ""), SLOW)


def _report(login: str, names: Names, content: Mapping[str, object]) -> Report | None:
    """Make a report of a demo account; nothing where the county has no such account."""
    account = Account.objects.select_related("home").filter(login=login).first()
    if account is None:
        return None
    now = timezone.now()
    definition = Definition.model_validate(content)
    return create_report(actor=actor_for(account, now), names=names, definition=definition, now=now)
