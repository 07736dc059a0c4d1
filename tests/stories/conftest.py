"""Fixtures of the stories: one platform and one Chromium for all of them."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.stories.people import PATIENCE_MS
from tests.stories.platform import Platform, running_platform

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """Run the platform with a small demo county."""
    with running_platform() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; skip where there is none, unless components are required.

    It ends with its module: as long as it lives, the event loop of its driver keeps Django from the database.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        message = "Chromium was not found: apt-get install chromium"
        if os.environ.get("TIANMU_REQUIRE"):
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()
