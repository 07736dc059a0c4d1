"""Reports that make themselves: planned by their owner, made for each recipient with her own rights, told by message.

A mail says that a report was made, never what is in it. An occasion is done once: a repeated job finds its run. What
fails for one recipient, for whatever reason, is told to her and keeps no other report from being made.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.access.selectors import accounts_with, actor_later
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.messages.actions import send
from tianmu.foundation.messages.choices import Channel
from tianmu.foundation.messages.sending import Note, dispatch
from tianmu.foundation.storage.here import store
from tianmu.insight.reports.actions.running import make_file
from tianmu.insight.reports.catalogue import data_set
from tianmu.insight.reports.choices import Form, RunState
from tianmu.insight.reports.errors import Code
from tianmu.insight.reports.models import Report, Run, Schedule
from tianmu.insight.reports.permissions import Right
from tianmu.insight.reports.rules.schedule import NeverDueError, Plan, due_after
from tianmu.insight.reports.selectors.asking import check_given, checked_for
from tianmu.insight.reports.selectors.reach import grasp
from tianmu.insight.reports.selectors.reports import definition_of, report_of
from tianmu.insight.reports.selectors.words import words

MOST_RECIPIENTS = 50
MOST_SCHEDULES = 20
MADE = "reports.report_made"
NOT_MADE = "reports.report_not_made"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """When a report is to be made, as what, for whom. Recipients are accounts; the owner is one of them by herself."""

    plan: Plan
    form: str
    parameters: Mapping[str, Sequence[Any]]
    recipients: Sequence[UUID]
    mail_to: str = ""
    active: bool = True


@transaction.atomic
def make_schedule(*, actor: Actor, report_id: UUID, wanted: Wanted, now: datetime) -> Schedule:
    """Plan a report.

    Raises:
        TianmuError: a parameter, recipient or address does not fit (422).

    """
    actor.demand(Right.SCHEDULE)
    report = report_of(actor, report_id)
    if report.schedules.filter(account_id=actor.demand_account()).count() >= MOST_SCHEDULES:
        detail = f"A report has at most {MOST_SCHEDULES} schedules of yours. Remove one first."
        raise TianmuError(Code.SCHEDULE, detail, status=422)
    row = Schedule(report=report, account_id=actor.demand_account())
    _set(actor, row, wanted, now)
    row.save(force_insert=True)
    record(actor=actor, action="reports.schedule.made", kind="report", key=report.pk, new=_facts(row))
    return row


@transaction.atomic
def change_schedule(
    *, actor: Actor, schedule_id: UUID, wanted: Wanted, expected: int | None, now: datetime
) -> Schedule:
    """Change a schedule of the actor's."""
    row = _locked(actor, schedule_id, expected)
    old = _facts(row)
    _set(actor, row, wanted, now)
    row.version += 1
    row.save()
    record(actor=actor, action="reports.schedule.changed", kind="report", key=row.report_id, old=old, new=_facts(row))
    return row


@transaction.atomic
def remove_schedule(*, actor: Actor, schedule_id: UUID) -> None:
    """Remove a schedule of the actor's; what it made stays."""
    row = _locked(actor, schedule_id, None)
    record(actor=actor, action="reports.schedule.removed", kind="report", key=row.report_id, old=_facts(row))
    row.delete()


def send_due(*, now: datetime) -> int:
    """Make every report whose time has come, and plan its next time; return how many were made."""
    made = 0
    while True:
        with transaction.atomic():
            due = Schedule.objects.select_for_update(skip_locked=True).filter(active=True, next_at__lte=now)
            row = due.order_by("next_at", "id").first()
            if row is None:
                return made
            occasion = f"{row.pk}:{row.next_at:%Y%m%dT%H%M}" if row.next_at else str(row.pk)
            for account in _for_whom(row, now):
                made += _make_for(row, account, occasion, now)
            row.last_at, row.next_at = now, next_time(_plan(row), now)
            row.active = row.next_at is not None
            row.save(update_fields=["last_at", "next_at", "active", "changed_at"])


def next_time(plan: Plan, now: datetime) -> datetime | None:
    """Return when a plan is due next by the calendar in force; None when never."""
    local = timezone.localtime(now)
    calendar = calendar_in_force(local.date())
    try:
        return due_after(plan, local, calendar.is_workday)
    except NeverDueError:
        return None


def _for_whom(row: Schedule, now: datetime) -> list[UUID]:
    may = set(accounts_with(Right.VIEW, None, now))
    return [one for one in dict.fromkeys([row.account_id, *row.recipients]) if one in may]


def _make_for(row: Schedule, account_id: UUID, occasion: str, now: datetime) -> int:
    """Make the report of one recipient with her own rights; tell her of the file, or why there is none."""
    if Run.objects.filter(account_id=account_id, occasion=occasion).exists():
        return 0
    report = row.report
    run = Run(
        report=report, number=report.number, account_id=account_id, schedule=row, occasion=occasion,
        parameters=row.parameters, asked_at=now, form=row.form,
    )  # fmt: skip
    topic = MADE
    try:
        with transaction.atomic():
            actor = actor_later(account_id, None, now)
            sent = make_file(actor, report, row.parameters, row.form, now)
            kept = store().put([sent.data])
        run.sha256, run.size_bytes, run.rows, run.filename = kept.sha256, kept.size_bytes, sent.rows, sent.name[:120]
        run.state = RunState.DONE
    except TianmuError as error:
        run.state, run.failure, topic = RunState.FAILED, error.code[:60], NOT_MADE
    except Exception:  # one report must not keep the others from being made
        log.exception("the schedule %s could not be made for %s", row.pk, account_id)
        run.state, run.failure, topic = RunState.FAILED, Code.ENGINE, NOT_MADE
    run.ended_at = timezone.now()
    run.save(force_insert=True)
    told: dict[str, object] = {"name": {"zh-CN": report.name, "en": report.name_en or report.name}}
    send(account_ids=[account_id], topic=topic, facts=told, link=("report_run", run.pk), once=f"report:{occasion}")
    if account_id == row.account_id and row.mail_to and run.state == RunState.DONE:
        _mail(row, report, run, now)
    return int(run.state == RunState.DONE)


def _mail(row: Schedule, report: Report, run: Run, now: datetime) -> None:
    text = words(english=row.account.locale == "en")
    made = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    note = Note(
        channel=Channel.MAIL,
        to=row.mail_to,
        to_name=row.account.name,
        template="reports.made",
        subject=text["subject"].format(name=report.name),
        text=text["mail"].format(name=report.name, at=made) + f"\n{settings.PUBLIC_URL}/desk/",
    )
    dispatch(note=note, once=f"report:{run.pk}", about=("report_run", run.pk), now=now)


def _set(actor: Actor, row: Schedule, wanted: Wanted, now: datetime) -> None:
    definition = definition_of(row.report)
    checked = checked_for(grasp(actor, data_set(definition.dataset)), definition)
    check_given(definition, checked, wanted.parameters)
    if wanted.form not in Form.values:
        raise TianmuError(Code.SCHEDULE, "Choose PDF, XLSX or CSV.", status=422, fields={"form": "unknown"})
    if wanted.mail_to:
        try:
            validate_email(wanted.mail_to)
        except ValidationError as error:
            detail = "This is no mail address."
            raise TianmuError(Code.RECIPIENT, detail, status=422, fields={"mail_to": "form"}) from error
    known = set(accounts_with(Right.VIEW, None, now))
    if len(wanted.recipients) > MOST_RECIPIENTS or not set(wanted.recipients) <= known:
        detail = f"Choose at most {MOST_RECIPIENTS} people who may see reports."
        raise TianmuError(Code.RECIPIENT, detail, status=422, fields={"recipients": "unknown"})
    plan = wanted.plan
    row.every, row.at, row.weekday, row.day, row.days_off = plan.every, plan.at, plan.weekday, plan.day, plan.days_off
    row.form, row.parameters, row.mail_to = (
        wanted.form,
        {key: list(one) for key, one in wanted.parameters.items()},
        wanted.mail_to,
    )
    row.recipients, row.active = list(dict.fromkeys(wanted.recipients)), wanted.active
    row.next_at = next_time(plan, now) if wanted.active else None
    if wanted.active and row.next_at is None:
        detail = "No day suits this schedule. Choose another day, or what happens on days off."
        raise TianmuError(Code.SCHEDULE, detail, status=422, fields={"days_off": "never"})


def _plan(row: Schedule) -> Plan:
    at: time = row.at
    return Plan(row.every, at, row.weekday, row.day, row.days_off)  # type: ignore[arg-type]  # choices of the same words


def _facts(row: Schedule) -> dict[str, object]:
    fields = ("every", "weekday", "day", "days_off", "form", "mail_to", "active", "parameters")
    told: dict[str, object] = {name: getattr(row, name) for name in fields}
    return {**told, "at": f"{row.at:%H:%M}", "recipients": [str(one) for one in row.recipients]}


def _locked(actor: Actor, schedule_id: UUID, expected: int | None) -> Schedule:
    actor.demand(Right.SCHEDULE)
    found = (
        Schedule.objects.select_for_update(of=("self",))
        .select_related("report")
        .filter(pk=schedule_id, account_id=actor.demand_account())
        .first()
    )
    if found is None:
        raise MissingError("schedule")
    if expected is not None and expected != found.version:
        raise TianmuError(
            "api.version_conflict",
            "Somebody else changed this in the meantime. Compare both and save again.",
            status=412,
            current={"version": found.version},
        )
    return found
