"""Schedules are sent when they are due: once, to each with her own rows, whatever fails for another."""

import csv
import io
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tianmu.clinical.ecg.datasets import EXAMINATIONS
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.models import Account, Grant
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.messages.models import Delivery, Message
from tianmu.foundation.storage.here import store
from tianmu.insight.reports.actions import running, saving, scheduling
from tianmu.insight.reports.extract.refreshing import refresh
from tianmu.insight.reports.models import Report, ReportVersion, Run, Schedule
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.rules.schedule import Plan
from tianmu.insight.reports.tests.county import Office

BEFORE = datetime(2026, 9, 30, 12, 0, tzinfo=ZONE)
DUE = datetime(2026, 10, 8, 7, 0, tzinfo=ZONE)
CONTENT = {
    "dataset": "ecg.examinations",
    "rows": [{"field": "origin"}],
    "measures": [{"key": "n", "name": "检查量", "function": "count"}],
}


@pytest.fixture
def report(office: Office) -> Report:
    """Make a shared report of the head's over three examinations of the north and two of the south."""
    Grant.objects.update(starts_on=BEFORE.date())
    for number in range(5):
        office.order(office.north if number < 3 else office.south, number, BEFORE - timedelta(days=1))
    refresh(EXAMINATIONS, BEFORE)
    definition = Definition.model_validate(CONTENT)
    mine = saving.create_report(actor=office.head, names=saving.Names("月报"), definition=definition, now=BEFORE)
    return saving.share_report(actor=office.head, report_id=mine.pk, shared=True)


def plan(office: Office, report: Report, *recipients: Actor, **more: Any) -> Schedule:
    """Plan the report for the first of each month, or the next working day."""
    monthly = Plan("monthly", time(7), day=1, days_off="next_workday")
    keys = [one.demand_account() for one in recipients]
    wanted = scheduling.Wanted(monthly, "csv", {}, keys, **more)
    return scheduling.make_schedule(actor=office.head, report_id=report.pk, wanted=wanted, now=BEFORE)


def sent_to(actor: Actor) -> list[list[str]]:
    """Return the lines below the headers of the file that somebody was sent."""
    run = Run.objects.get(account_id=actor.demand_account(), state="done")
    text = store().get(run.sha256).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def told(actor: Actor) -> list[str]:
    mine = Message.objects.filter(account_id=actor.demand_account())
    return list(mine.order_by("id").values_list("topic", flat=True))


def test_each_recipient_gets_her_own_rows_once_and_the_next_time_is_planned(office: Office, report: Report) -> None:
    row = plan(office, report, office.doctor, mail_to="head@example.org")
    assert row.next_at == DUE
    assert scheduling.send_due(now=DUE - timedelta(minutes=1)) == 0
    assert scheduling.send_due(now=DUE) == 2
    assert sent_to(office.head)[:2] == [["北镇卫生院", "3"], ["南镇卫生院", "2"]]
    assert sent_to(office.doctor)[0] == ["北镇卫生院", "3"]
    assert "南镇卫生院" not in str(sent_to(office.doctor))
    row.refresh_from_db()
    assert (row.last_at, row.next_at) == (DUE, datetime(2026, 11, 2, 7, 0, tzinfo=ZONE))
    mail = Delivery.objects.get()
    assert (mail.to, "月报" in str(mail.subject)) == ("head@example.org", True)
    assert "北镇" not in str(mail.text)
    assert scheduling.send_due(now=DUE) == 0


def test_an_occasion_that_is_asked_for_again_is_done_once(office: Office, report: Report) -> None:
    row = plan(office, report, office.doctor, mail_to="head@example.org")
    for _ in range(2):
        Schedule.objects.filter(pk=row.pk).update(next_at=DUE)
        scheduling.send_due(now=DUE)
    assert (Run.objects.count(), Delivery.objects.count()) == (2, 1)
    assert (told(office.head), told(office.doctor)) == ([scheduling.MADE], [scheduling.MADE])


def test_what_fails_is_told_and_keeps_no_other_from_being_made(
    office: Office, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = plan(office, report, mail_to="head@example.org")
    Schedule.objects.filter(pk=broken.pk).update(form="doc", next_at=DUE - timedelta(minutes=5))
    fine = plan(office, report, office.doctor)
    made = running.make_file

    def make(actor: Actor, *rest: Any) -> Any:
        if rest[2] == "doc":
            message = "the disk is full"
            raise OSError(message)
        return made(actor, *rest)

    monkeypatch.setattr(scheduling, "make_file", make)
    assert scheduling.send_due(now=DUE) == 2
    failed = Run.objects.get(schedule=broken)
    assert (failed.state, failed.failure, failed.sha256) == ("failed", "reports.engine_failed", "")
    assert set(told(office.head)) == {scheduling.NOT_MADE, scheduling.MADE}
    assert Delivery.objects.count() == 0
    assert {one.next_at for one in (Schedule.objects.get(pk=broken.pk), Schedule.objects.get(pk=fine.pk))} == {
        datetime(2026, 11, 2, 7, 0, tzinfo=ZONE)
    }


def test_a_report_that_can_no_longer_be_asked_says_so(office: Office, report: Report) -> None:
    plan(office, report)
    gone = {**CONTENT, "rows": [{"field": "gone"}]}
    ReportVersion.objects.create(report=report, number=2, at=BEFORE, by="t", content=gone)
    Report.objects.filter(pk=report.pk).update(number=2)
    assert scheduling.send_due(now=DUE) == 0
    assert Run.objects.get().failure == "reports.definition_invalid"
    assert told(office.head) == [scheduling.NOT_MADE]


def test_who_lost_the_right_or_left_gets_nothing(office: Office, report: Report) -> None:
    plan(office, report, office.doctor, office.officer)
    Grant.objects.filter(account_id=office.doctor.demand_account()).delete()
    Account.objects.filter(pk=office.officer.demand_account()).update(active=False)
    assert scheduling.send_due(now=DUE) == 1
    assert set(Run.objects.values_list("account_id", flat=True)) == {office.head.account_id}
    assert (told(office.doctor), told(office.officer)) == ([], [])


def test_a_schedule_that_was_stopped_or_whose_report_was_removed_sends_nothing(office: Office, report: Report) -> None:
    assert plan(office, report, active=False).next_at is None
    plan(office, report)
    saving.remove_report(actor=office.head, report_id=report.pk, now=BEFORE)
    assert scheduling.send_due(now=DUE + timedelta(days=90)) == 0


def test_a_schedule_that_no_day_suits_is_refused(office: Office, report: Report) -> None:
    never = scheduling.Wanted(Plan("weekly", time(7), weekday=6, days_off="skip"), "csv", {}, [])
    now = datetime(2032, 6, 1, tzinfo=ZONE)
    with pytest.raises(TianmuError) as caught:
        scheduling.make_schedule(actor=office.head, report_id=report.pk, wanted=never, now=now)
    assert (caught.value.fields, Schedule.objects.count()) == ({"days_off": "never"}, 0)
