"""The audit log as a table: what the actor may see of it, within bounds, harmless to table programs, and recorded."""

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from tests.api.calls import call
from tests.api.world import SETUP, World
from tianmu.foundation.audit import exports
from tianmu.foundation.audit.actions import record
from tianmu.foundation.audit.checks import keep_check
from tianmu.foundation.audit.exports import HEAD, cell
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.seals import month_of, seal_everything
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.jobs.models import Job

EXPORT = "GET /audit/lines.csv"
SEALS = "GET /audit/seals"


def rows_of(answer: Any) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_holds_what_the_list_shows_and_the_export_is_recorded(world: World) -> None:
    asked = {"query": {"action": "tests.seen", "reason": "季度检查"}}
    answer = call(world, "officer.1", EXPORT, asked)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-20')
    rows = rows_of(answer)
    assert list(rows[0]) == list(HEAD)
    assert [(row["action"], row["actor_name"]) for row in rows] == [("tests.seen", "doctor1")]
    line = AuditLine.objects.get(action="audit.exported")
    assert (line.reason, line.actor_name) == ("季度检查", "officer1")
    assert line.new is not None
    assert (line.new["filter"], line.new["lines"]) == ({"action": "tests.seen"}, 1)


def test_without_a_reason_nothing_is_exported(world: World) -> None:
    assert call(world, "officer.1", EXPORT, {"query": {"action": "tests.seen"}}).status_code == 422
    assert not AuditLine.objects.filter(action="audit.exported").exists()


def test_too_many_lines_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_LINES", 1)
    answer = call(world, "auditor", EXPORT, {"query": {"action": "tests.seen", "reason": "检查"}})
    assert answer.status_code == 422
    assert not AuditLine.objects.filter(action="audit.exported").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_looks_like_a_formula_is_text(world: World, text: str) -> None:
    record(actor=SETUP, action="tests.formula", kind="x", key=None, reason=text)
    rows = rows_of(call(world, "auditor", EXPORT, {"query": {"action": "tests.formula", "reason": "检查"}}))
    assert rows[0]["reason"] == f"'{text}"
    assert cell({"a": "="}) == '{"a": "="}'
    assert cell(None) == ""


def test_the_seals_are_shown_with_their_last_check(world: World) -> None:
    seal_everything(timezone.now())
    month = month_of(uuid7())
    shown = call(world, "officer.1", SEALS, {}).json()  # type: ignore[attr-defined]  # Django's test client adds it
    assert shown["waiting"] == 0
    assert [one["check"] for one in shown["months"] if one["month"] == str(month)] == [None]
    asked = call(world, "officer.1", "POST /audit/seals/check", {"body": {"month": str(timezone.localdate())}})
    assert asked.status_code == 202
    job = Job.objects.filter(kind="audit.verify").get()
    assert job.arguments == {"month": str(timezone.localdate().replace(day=1)), "asked_by": "officer1"}
    keep_check(month=month, asked_by="officer1", now=timezone.now())
    shown = call(world, "officer.1", SEALS, {}).json()  # type: ignore[attr-defined]  # Django's test client adds it
    check = next(one["check"] for one in shown["months"] if one["month"] == str(month))
    assert (check["faults"], check["asked_by"]) == ([], "officer1")
    assert check["lines"] >= 10
