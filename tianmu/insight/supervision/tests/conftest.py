"""Fixtures of the supervision room."""

import json
from pathlib import Path

import pytest

from tianmu.clinical.ecg.tests.county import County, build
from tianmu.foundation.rulesets.actions import load_version

RULES = Path(__file__).resolve().parent.parent / "data" / "rulesets"


@pytest.fixture
def county(db: None) -> County:
    """Make a small county with the limits of supervision."""
    made = build()
    for path in RULES.glob("*.json"):
        load_version(document=json.loads(path.read_text()))
    return made
