"""Reports: each half has an analyst with a report of her own, a schedule, a run that goes on, one that kept a file."""

from datetime import time
from uuid import UUID

from django.utils import timezone

from tests.api.world import World, _staff
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.storage.here import store
from tianmu.insight.reports.actions import saving, scheduling
from tianmu.insight.reports.models import Report, Run
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.schedule import Plan

PARAMETERS = {"schedule_id": "schedule.1", "run_id": "run.1", "dataset": "ecg.examinations"}
CONTENT = {
    "dataset": "ecg.examinations",
    "rows": [{"field": "origin"}],
    "measures": [{"key": "n", "name": "检查量", "function": "count"}],
}
_analysts: dict[int, Account] = {}


def furnish(world: World) -> dict[str, UUID]:
    """Make the analyst of each half and what is hers."""
    found: dict[str, UUID] = {}
    now = timezone.now()
    for number, half in enumerate((world.first, world.second), 1):
        _analysts[number] = _staff(f"analyst{number}", "ecg_head", half.hospital.unit)
        actor = actor_for(_analysts[number], now, client="desk")
        removed = _report(actor, f"已移除 {number}")
        saving.remove_report(actor=actor, report_id=removed.pk, now=now)
        report = _report(actor, f"检查量 {number}")
        wanted = scheduling.Wanted(Plan("daily", time(7)), "xlsx", {}, [])
        kept = store().put([b"a file"])
        run = Run.objects.create(report=report, number=1, account_id=actor.demand_account(), asked_at=now)
        file = Run.objects.create(
            report=report, number=1, account_id=actor.demand_account(), asked_at=now, state="done", form="csv",
            filename="x.csv", sha256=kept.sha256,
        )  # fmt: skip
        found |= {
            f"designed.{number}": report.pk,
            f"removed_report.{number}": removed.pk,
            f"schedule.{number}": scheduling.make_schedule(actor=actor, report_id=report.pk, wanted=wanted, now=now).pk,
            f"run.{number}": run.pk,
            f"kept_file.{number}": file.pk,
            f"analyst_account.{number}": actor.demand_account(),
        }
    return found


def accounts(world: World) -> dict[str, Account]:
    """Return the analysts."""
    del world
    return {f"analyst.{number}": account for number, account in _analysts.items()}


def grow(world: World) -> None:
    """Give the first analyst more reports, schedules, versions and files."""
    del world
    now = timezone.now()
    actor = actor_for(_analysts[1], now, client="desk")
    for number in range(3):
        _report(actor, f"更多 {number}")
    first = Report.objects.filter(owner=_analysts[1], removed_at=None).order_by("id")[0]
    saving.save_report(
        actor=actor, report_id=first.pk, names=saving.Names("新"), definition=Definition.model_validate(CONTENT),
        expected=None, note="", now=now,
    )  # fmt: skip
    wanted = scheduling.Wanted(Plan("weekly", time(8)), "pdf", {}, [])
    scheduling.make_schedule(actor=actor, report_id=first.pk, wanted=wanted, now=now)
    for one in Run.objects.exclude(sha256="").filter(account=_analysts[1]):
        Run.objects.create(report=first, number=1, account=_analysts[1], asked_at=now, sha256=one.sha256, form="csv")


def _report(actor: Actor, name: str) -> Report:
    return saving.create_report(
        actor=actor, names=saving.Names(name), definition=Definition.model_validate(CONTENT), now=timezone.now()
    )
