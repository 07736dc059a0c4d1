"""The page of figures: behind a token, read by the real Prometheus's tools, without anything of a person."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.api.world import ID_NUMBERS, World
from tianmu.foundation.home import key_file
from tianmu.foundation.jobs.actions import run
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.metrics.middleware import token

ALERTS = Path(__file__).resolve().parents[2] / "deploy" / "alerts.yml"
LINE = re.compile(r'^[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? [0-9.e+-]+$')


def scrape() -> str:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token()}"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return answer.content.decode()


def value(text: str, name: str) -> float:
    found = [line for line in text.splitlines() if line.rpartition(" ")[0] == name]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


@pytest.mark.django_db
def test_without_the_token_nothing_is_shown() -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}):
        answer = Client().get("/metrics", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert b"tianmu_" not in answer.content
    assert key_file("metrics-token").stat().st_mode & 0o777 == 0o600


def test_requests_are_counted_by_route_and_name_nobody(world: World) -> None:
    route = '{route="/api/v1/residents/people/<resident_id>",method="GET",status="401"}'
    before = value(scrape(), f"tianmu_requests_total{route}")
    for _ in range(3):
        Client().get(f"/api/v1/residents/people/{world.first.patient.pk}")
    Client().get(f"/api/v1/residents/people?search={ID_NUMBERS[0]}")
    Client().get(f"/somewhere/{ID_NUMBERS[0]}")
    text = scrape()
    assert value(text, f"tianmu_requests_total{route}") == before + 3
    assert all(one not in text for one in (*ID_NUMBERS, str(world.first.patient.pk), "张三"))
    assert [line for line in text.splitlines() if not line.startswith("# TYPE ") and not LINE.fullmatch(line)] == []


@pytest.mark.django_db
def test_work_is_counted_and_what_the_database_knows_is_shown() -> None:
    name = 'tianmu_jobs_total{kind="gone.kind",outcome="failed"}'
    job = Job.objects.create(kind="gone.kind", created_at="2026-11-23T00:00:00Z")
    text = scrape()
    assert value(text, "tianmu_jobs_waiting") == 1
    assert value(text, "tianmu_job_oldest_waiting_seconds") > 0
    run(job_id=job.pk)
    text = scrape()
    assert (value(text, "tianmu_jobs_failed"), value(text, name)) == (1, 0)
    for wanted in (
        "tianmu_database_up 1",
        "tianmu_audit_unsealed_lines ",
        "tianmu_calendar_days_left ",
        "tianmu_event_oldest_undelivered_seconds ",
        "tianmu_workers_alive ",
        "tianmu_storage_bytes ",
        'tianmu_disk_free_bytes{place="data"} ',
    ):
        assert f"\n{wanted}" in text


def alerts_of_rules() -> set[str]:
    return set(re.findall(r"\btianmu_[a-z_]+", ALERTS.read_text()))


@pytest.mark.django_db
def test_every_figure_that_an_alert_looks_at_is_shown_or_known() -> None:
    text = scrape()
    only_sometimes = {
        "tianmu_backup_age_seconds",
        "tianmu_jobs_total",
        "tianmu_database_requests_waiting",
        "tianmu_request_seconds_bucket",
        "tianmu_requests_total",
        "tianmu_disk_free_bytes",
    }
    missing = {name for name in alerts_of_rules() - only_sometimes if f"\n{name} " not in text}
    assert missing == set()
    assert settings.MIDDLEWARE[0].endswith("MetricsMiddleware")


@pytest.mark.django_db
def test_prometheus_tools_take_page_and_rules(tmp_path: Path) -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("component missing: promtool (Debian: prometheus)")
    Client().get("/")
    page = subprocess.run([tool, "check", "metrics"], input=scrape(), capture_output=True, text=True, timeout=30)
    assert "error" not in page.stderr.lower(), page.stderr
    rules = subprocess.run([tool, "check", "rules", str(ALERTS)], capture_output=True, text=True, timeout=30)
    assert rules.returncode == 0, rules.stderr
