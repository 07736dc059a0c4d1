"""The same figure is the same number in the built-in reports and in supervision, counted by two engines from one month.

A measure of a built-in report that bears the key of an indicator is that indicator.
"""

from typing import Any

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.insight.reports.actions.extracting import refresh_all
from tianmu.insight.reports.actions.running import preview
from tianmu.insight.reports.actions.templates import template_documents
from tianmu.insight.reports.permissions import Right
from tianmu.insight.reports.rules.definition import read_definition
from tianmu.insight.supervision.rules.indicators import catalogue, value_of
from tianmu.insight.supervision.selectors.figures import figures
from tianmu.insight.supervision.tests.conftest import county
from tianmu.insight.supervision.tests.test_figures import MONTH, month, watcher

__all__ = ["county", "month"]
DAYS = ["2026-11-02", "2026-11-22"]
NAMED_ALIKE = {
    "examinations", "published", "positive_rate", "report_in_time", "image_quality", "returned_rate", "arrivals",
    "critical_values", "critical_in_time", "critical_notified", "critical_disposed", "critical_false", "first_reads",
    "second_reads", "emergency_reads", "amendments", "late_reads", "agreement", "resident_read",
}  # fmt: skip


@pytest.mark.usefixtures("month")
def test_what_bears_the_same_name_is_the_same_number() -> None:
    now = timezone.now()
    refresh_all(now=now)
    actor = watcher(Right.VIEW, EcgRight.VIEW, EcgRight.VIEW_WORKLOAD)
    indicators = catalogue().indicators
    counted = figures(actor, MONTH, now)
    compared: dict[str, set[Any]] = {}
    for document in template_documents():
        if not document["definition"]["dataset"].startswith("ecg."):
            continue
        definition = read_definition(document["definition"])
        found = preview(actor=actor, definition=definition, given={"period": DAYS}, now=now)
        assert found.grid is not None
        for measure, cell in zip(definition.measures, found.grid.total, strict=True):
            if measure.key in indicators:
                expected = value_of(indicators[measure.key].measure, counted[measure.key])
                assert cell.value == pytest.approx(expected), (document["key"], measure.key)
                compared.setdefault(measure.key, set()).add(cell.value)
        if document["key"] == "turnaround":
            whole = counted["acquire_to_publish"]
            assert [one.value for one in found.grid.total][1:] == pytest.approx(
                [value_of("duration", whole), whole.median, whole.p90]
            )
    assert set(compared) == NAMED_ALIKE
    assert {len(values) for values in compared.values()} == {1}
