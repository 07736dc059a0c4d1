"""What is due goes, what the law keeps stays, by a clock that is set forward."""

import json
from argparse import Namespace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import Session, SignInAttempt
from tianmu.foundation.access.tests.people import make_county, make_person
from tianmu.foundation.api.models import IdempotentAnswer
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.seals import check_month, months_with_lines, seal_everything
from tianmu.foundation.db.keys import first_key_of
from tianmu.foundation.db.partitions import ensure_partitions, partitioned_tables, prepare_partitions
from tianmu.foundation.events.models import OutboxEvent
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.retention import console
from tianmu.foundation.retention.removal import KNOWN, due, remove
from tianmu.foundation.retention.rules import PeriodError, periods_of
from tianmu.foundation.rulesets.actions import load_version

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SHIPPED: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "rulesets" / "periods.json").read_text())


@pytest.fixture
def periods(db: None) -> None:
    load_version(document=SHIPPED)


def rows(removed: list[Any]) -> dict[str, int]:
    return {one.period.what: one.rows for one in removed}


def line(at: datetime) -> AuditLine:
    return AuditLine.objects.create(
        id=first_key_of(at), at=at, action="test", actor_kind="system", actor_name="", home_path="/", subject_kind="x"
    )


def changed(what: str, **values: object) -> dict[str, Any]:
    rules = [{**rule, **(values if rule["what"] == what else {})} for rule in SHIPPED["content"]["rules"]]
    return {"rules": rules}


@given(st.sampled_from(sorted(KNOWN)), st.integers(1, 400))
def test_no_period_is_shorter_than_the_law_allows(what: str, fewer: int) -> None:
    (rule,) = [rule for rule in SHIPPED["content"]["rules"] if rule["what"] == what]
    with pytest.raises(PeriodError, match="days at least"):
        periods_of(changed(what, keep_days=rule["least_days"] - fewer), KNOWN)


def test_the_audit_log_is_kept_six_years_at_least_and_nothing_is_left_out() -> None:
    shipped = {one.what: one for one in periods_of(SHIPPED["content"], KNOWN)}
    assert shipped["audit_lines"].least_days >= 6 * 365
    for bad in ({"rules": SHIPPED["content"]["rules"][1:]}, {"rules": [{"what": "x"}]}, {}):
        with pytest.raises(PeriodError):
            periods_of(bad, KNOWN)
    with pytest.raises(PeriodError, match="told twice"):
        periods_of(changed("events", keep_days=500), KNOWN)


@pytest.mark.usefixtures("periods")
def test_only_what_is_due_goes_each_with_one_audit_line() -> None:
    account = make_person("doctor", make_county().first)
    for days in (401, 399):
        at = NOW - days * DAY
        SignInAttempt.objects.create(login="x", address=None, at=at)
        Session.objects.create(account=account, opened_at=at, seen_at=at, expires_at=at, token_hash=bytes([days % 256]))
        for state in ("done", "failed", "running"):
            Job.objects.create(kind="x", state=state, created_at=at, ended_at=at if state != "running" else None)
    for days in (8, 6):
        IdempotentAnswer.objects.create(caller="a", key=f"{days}", fingerprint=b"x")
        IdempotentAnswer.objects.filter(key=f"{days}").update(at=NOW - days * DAY)
    wanted = {"sign_in_attempts": 1, "sessions": 1, "jobs_done": 2, "jobs_failed": 1, "idempotent_answers": 1}
    assert {what: count for what, count in rows(due(NOW)).items() if count} == wanted
    assert Job.objects.count() == 6
    before = AuditLine.objects.count()
    assert rows(remove(actor=system("test"), now=NOW)) == wanted
    assert sorted(Job.objects.values_list("state", flat=True)) == ["failed", "running", "running"]
    lines = AuditLine.objects.filter(action="retention.removed")
    assert AuditLine.objects.count() - before == lines.count() == len(wanted)
    assert {one.new["what"]: one.new["rows"] for one in lines if one.new} == wanted
    assert all(one.reason for one in lines)
    assert remove(actor=system("test"), now=NOW) == []


@pytest.mark.usefixtures("periods")
def test_months_of_events_are_dropped_whole() -> None:
    months = [date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)]
    ensure_partitions("events_outboxevent", months)
    for month in months:
        at = datetime(month.year, month.month, 15, tzinfo=UTC)
        OutboxEvent.objects.create(id=first_key_of(at), name="x", at=at, facts={})
    OutboxEvent.objects.create(id=first_key_of(datetime(2024, 1, 1, tzinfo=UTC)), name="rest", at=NOW, facts={})
    (removed,) = remove(actor=system("test"), now=NOW)
    assert (removed.partitions, removed.rows) == (("events_outboxevent_202508", "events_outboxevent_202509"), 3)
    left = list(OutboxEvent.objects.order_by("id").values_list("name", "at__month"))
    assert left == [("x", 10), ("x", 11)]


@pytest.mark.usefixtures("periods")
def test_old_months_of_the_audit_log_are_put_aside_unchangeable_and_still_verified() -> None:
    ensure_partitions("audit_auditline", [date(2026, 9, 1), date(2026, 10, 1)])
    kept = line(datetime(2026, 9, 15, tzinfo=UTC))
    line(datetime(2026, 10, 15, tzinfo=UTC))
    seal_everything(NOW)
    assert remove(actor=system("test"), now=datetime(2041, 9, 30, tzinfo=UTC)) == []
    later = datetime(2041, 10, 15, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    (removed,) = remove(actor=system("test"), now=later)
    assert (removed.period.what, removed.partitions, removed.rows) == ("audit_lines", ("audit_auditline_202609",), 1)
    assert not AuditLine.objects.filter(pk=kept.pk).exists()
    assert date(2026, 9, 1) in months_with_lines()
    assert check_month(date(2026, 9, 1)).faults == ()
    for statement in (
        "UPDATE archive.audit_auditline_202609 SET action = 'x'",
        "DELETE FROM archive.audit_auditline_202609",
        "TRUNCATE archive.audit_auditline_202609",
    ):
        with pytest.raises(DatabaseError, match="only appended"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE archive.audit_auditline_202609 SET action = 'x'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert [fault.kind for fault in check_month(date(2026, 9, 1)).faults] == ["altered"]


@pytest.mark.django_db
def test_partitions_are_made_ahead_for_every_partitioned_table() -> None:
    tables = partitioned_tables()
    assert {"audit_auditline", "events_outboxevent"} <= set(tables)
    prepare_partitions(date(2031, 11, 30))
    with connection.cursor() as cursor:
        for table in tables:
            for month in ("203111", "203112", "203201", "203202"):
                cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{table}_{month}"])
                assert cursor.fetchone() == (True,)


@pytest.mark.usefixtures("periods")
def test_the_dry_run_says_what_would_go_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    SignInAttempt.objects.create(login="x", address=None, at=datetime(2020, 1, 1, tzinfo=UTC))
    assert console.plan(Namespace()) == 0
    assert "sign_in_attempts: 1 rows before " in capsys.readouterr().out
    assert SignInAttempt.objects.count() == 1
    assert console.apply(Namespace()) == 0
    assert "sign_in_attempts: 1 rows" in capsys.readouterr().out
    assert SignInAttempt.objects.count() == 0
    assert console.apply(Namespace()) == 0
    assert "nothing is due" in capsys.readouterr().out
