"""Fixtures of the whole house: a test worker's database; with TIANMU_REQUIRE=1 a missing component fails a test."""

import os
import re
from collections.abc import Generator, Iterator

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests.installations import forget, make_beside
from tianmu.foundation.db.flushing import let_tests_empty_every_table
from tianmu.foundation.db.pytest_server import worker_database

COMPONENTS = re.compile(
    r"chromium|chromedriver|pdftotext|pdffonts|pdftoppm|poppler|noto|\bfonts?\b|\bnode\b|\bnpm\b|web build|not built|"
    r"component",
    re.IGNORECASE,
)
settings.register_profile("busy", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # how fast examples are drawn tells of the machine's other work, not of the code


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this worker a migrated database of its own; replaces pytest-django's way of making one.

    Privileged rights ask for a second factor in every test, whether or not another one has made a demo county.
    """
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    let_tests_empty_every_table()
    os.environ.setdefault("TIANMU_SECOND_FACTOR", "required")
    with django_db_blocker.unblock(), worker_database(worker):
        yield


def pytest_configure() -> None:
    """Look for a static file when it is asked for: each test client has a middleware, which would read all of them."""
    django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the installations at once where all tests run in several processes: the last ones find them ready."""
    config = session.config
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS and config.getoption("numprocesses", None):
        make_beside()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the installations that the tests of this run shared; its workers leave that to the first process."""
    if not hasattr(config, "workerinput"):
        forget()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip for a missing component into a failure where everything must be there (TIANMU_REQUIRE=1)."""
    report = yield
    if os.environ.get("TIANMU_REQUIRE") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if COMPONENTS.search(reason):
            report.outcome = "failed"
            report.longrepr = f"TIANMU_REQUIRE=1 and a component is missing. {reason}"
    return report
