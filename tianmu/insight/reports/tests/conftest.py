"""A county with people who may ask, and an extract folder of its own for each test."""

from pathlib import Path

import pytest

from tianmu.insight.reports.tests.county import Office, build_office


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a storage folder."""
    monkeypatch.setenv("TIANMU_STORAGE_FOLDER", str(tmp_path / "storage"))
    return tmp_path / "storage"


@pytest.fixture
def office(db: None) -> Office:
    """Make two townships with examinations, and people who ask."""
    return build_office()
