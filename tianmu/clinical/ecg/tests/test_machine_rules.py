"""Rule sets of an institution reach its analyses: thresholds, critical values, and the version that is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.analysis import analyse_recording, rules_at
from tianmu.clinical.ecg.engine.criteria import default_criteria
from tianmu.clinical.ecg.engine.critical.rules import shipped_rules
from tianmu.clinical.ecg.models import StoredAnalysis
from tianmu.clinical.ecg.rules.machine import machine_rules, shipped
from tianmu.clinical.ecg.synthesis import Scenario
from tianmu.clinical.ecg.tests.county import SETUP, County
from tianmu.clinical.ecg.tests.test_path_of_an_ecg import send
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.rulesets.actions import load_version

USUAL: dict[str, Any] = {"base": "consensus_2017", "rules": [], "without": []}
SLOW = {
    "code": "critical.bradycardia",
    "grade": "critical",
    "when": [{"of": "ventricular_rate", "op": "<", "limit": 50}],
}


def load(key: str, version: str, content: object, unit: ScopeUnit | None = None) -> None:
    document = {"key": key, "name": key, "version": version, "effective_from": "2021-01-01", "source": "test"}
    load_version(document={**document, "content": content}, unit=unit)


def test_without_a_change_the_rules_are_the_engines() -> None:
    assert machine_rules({"changes": {}}, "1", USUAL, "1") == shipped()


def test_changes_are_named_in_the_version() -> None:
    own = machine_rules({"changes": {"av.long_pr_ms": 210}}, "h1.1", USUAL, "1")
    assert own.criteria["av.long_pr_ms"] == 210.0
    assert own.criteria["av.short_pr_ms"] == default_criteria()["av.short_pr_ms"]
    assert own.criteria.version == f"{default_criteria().version}+h1.1"
    zhejiang = machine_rules({"changes": {}}, "1", {"base": "zhejiang"}, "1")
    assert zhejiang.critical == shipped_rules("zhejiang")
    assert zhejiang.criteria.version == f"{default_criteria().version} zhejiang@{shipped_rules('zhejiang').version}"
    long_name = machine_rules({"changes": {"av.long_pr_ms": 210}}, "a" * 40, USUAL, "1").criteria.version
    other = machine_rules({"changes": {"av.long_pr_ms": 210}}, "a" * 39, USUAL, "1").criteria.version
    assert len(long_name) == 40
    assert long_name != other


def test_rules_are_replaced_added_and_left_out() -> None:
    content = {"base": "consensus_2017", "rules": [SLOW], "without": ["critical.r_on_t"]}
    own = machine_rules({"changes": {}}, "1", content, "7").critical
    codes = [rule.code for rule in own.rules]
    assert "critical.r_on_t" not in codes
    assert codes.count("critical.bradycardia") == 1
    assert own.rules[-1].conditions[0].limit == 50.0
    assert own.version == f"{shipped_rules().version}+7"


@pytest.mark.parametrize(
    ("criteria", "critical", "sentence"),
    [
        ({"changes": {"av.nothing": 1}}, USUAL, "Unknown thresholds: av.nothing"),
        ({"changes": {"av.long_pr_ms": "210"}}, USUAL, "no numbers: av.long_pr_ms"),
        ({}, {"base": "mars"}, "no base 'mars'"),
        ({}, {"base": "zhejiang", "without": ["critical.r_on_t"]}, "no rule critical.r_on_t"),
        ({}, {**USUAL, "rules": [{"code": "critical.x"}]}, "'grade' is missing"),
        ({}, {**USUAL, "rules": [{**SLOW, "grade": "urgent"}]}, "Grade or comparison is unknown in"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(criteria: Any, critical: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        machine_rules(criteria, "1", critical, "1")


@pytest.mark.django_db
def test_the_analysis_uses_the_set_of_its_centre_and_keeps_its_version(county: County) -> None:
    centre = county.centre.unit
    load("ecg.critical_values", "h1.1", {**USUAL, "rules": [SLOW]}, centre)
    load("ecg.criteria", "h1.1", {"changes": {"rate.bradycardia": 40.0, "rate.bradycardia_severe": 30.0}}, centre)
    received = send(county, scenario=Scenario(rate=46.0))
    analyse_recording(actor=SETUP, recording_id=received.recording.pk, now=timezone.now())
    order = received.order.__class__.objects.get(pk=received.order.pk)
    assert "sinus_bradycardia" not in order.statement_codes
    [alert] = order.alerts.filter(code="critical.bradycardia")
    assert alert.rule_set == f"consensus_2017@{shipped_rules().version}+h1.1"
    kept = StoredAnalysis.objects.get(recording=received.recording)
    assert kept.criteria_version.startswith(f"{default_criteria().version}+h1.1 ")


@pytest.mark.django_db
def test_elsewhere_and_earlier_the_countys_set_holds(county: County) -> None:
    load("ecg.critical_values", "h1.1", {**USUAL, "rules": [SLOW]}, county.centre.unit)
    now = timezone.now()
    assert rules_at(county.township.unit.path, now) == shipped()
    assert rules_at(county.centre.unit.path, now).critical.version.endswith("+h1.1")
    assert rules_at(county.centre.unit.path, now - timedelta(days=366 * 30)) == shipped()


@pytest.mark.django_db
def test_a_set_that_cannot_be_read_does_not_stop_the_alerts(county: County, caplog: pytest.LogCaptureFixture) -> None:
    load("ecg.criteria", "h1.2", {"changes": {"av.nothing": 1}}, county.centre.unit)
    assert rules_at(county.centre.unit.path, timezone.now()) == shipped()
    assert "Unknown thresholds: av.nothing" in caplog.text
