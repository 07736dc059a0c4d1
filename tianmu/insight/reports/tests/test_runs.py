"""Every run ends: done, called off over HTTP while the engine works, or found lost after a crash."""

from collections.abc import Mapping
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tianmu.foundation.access.actions import open_session
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.models import Account
from tianmu.foundation.audit.models import AuditLine
from tianmu.insight.reports.actions import running
from tianmu.insight.reports.choices import RunState
from tianmu.insight.reports.engine import duck
from tianmu.insight.reports.models import Report, Run
from tianmu.insight.reports.tests.county import NOW, Office

FOREVER = "SELECT count(*) FROM range(100000000) a, range(100000000) b"


def at_desk(account_id: Any) -> Browser:
    account = Account.objects.get(pk=account_id)
    now = timezone.now()
    cookie, _ = open_session(account=account, client=Client.DESK, address=None, agent="t", now=now, second_factor=True)
    browser = Browser(headers={"X-Tianmu-Client": "desk"})
    browser.cookies["tianmu_desk"] = cookie
    return browser


def test_a_run_is_called_off_while_the_engine_works(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    report, run_id, asked = Report.objects.get(template="turnaround"), uuid4(), Event()
    mine, cancel = at_desk(office.head.account_id), f"/api/v1/reports/runs/{run_id}/cancel"
    answers: list[Mapping[str, Any]] = []

    def work(*_question: Any) -> str:
        assert at_desk(office.doctor.account_id).post(cancel).status_code == 404
        answers.append(mine.post(cancel).json())
        asked.set()
        return FOREVER

    monkeypatch.setattr(running, "_is_called_off", lambda _run: asked.is_set())
    monkeypatch.setattr(duck, "sql_for", work)
    answer = mine.get(f"/api/v1/reports/reports/{report.pk}/answer", {"run": str(run_id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "reports.cancelled")
    assert answers[0]["state"] == "running"
    run = Run.objects.get()
    assert (run.pk, run.state, run.ended_at is None) == (run_id, RunState.CANCELLED, False)
    assert mine.post(cancel).json()["state"] == "cancelled"
    assert AuditLine.objects.filter(action="reports.run.cancelled").count() == 1


def test_runs_whose_process_went_away_are_ended(office: Office) -> None:
    report = Report.objects.get(template="turnaround")
    begun = {"report": report, "number": 1, "account_id": office.head.account_id}
    lost = Run.objects.create(asked_at=NOW - timedelta(minutes=11), **begun)
    left = Run.objects.create(asked_at=NOW - timedelta(minutes=11), cancel_asked_at=NOW, **begun)
    at_work = Run.objects.create(asked_at=NOW - timedelta(seconds=50), **begun)
    assert (running.end_lost_runs(now=NOW), running.end_lost_runs(now=NOW)) == (2, 0)
    found = {one.pk: (one.state, one.failure, one.ended_at) for one in Run.objects.all()}
    assert found == {
        lost.pk: (RunState.FAILED, "reports.interrupted", NOW),
        left.pk: (RunState.CANCELLED, "", NOW),
        at_work.pk: (RunState.RUNNING, "", None),
    }
