"""The history of a large demo county: as whole and as provable as what the ordinary actions write."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.demo.history import fill_history
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.models import Order, OrderStep, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.selectors.worklist import Wanted, orders
from tianmu.foundation.access.actor import system
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.seals import check_month, months_with_lines, seal_everything
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.verifying import flaws
from tianmu.foundation.storage.here import store
from tianmu.site.demo import ecg_part, filling

pytestmark = pytest.mark.django_db
ANCHOR = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
COUNT = 60


def test_a_history_is_whole_found_and_provable(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ("organizations", "staff", "residents", "ecg")
    monkeypatch.setattr(filling, "PARTS", {name: filling.PARTS[name] for name in parts})
    monkeypatch.setattr(ecg_part, "fill_month", lambda _demo, _anchor: None)
    filling.run(residents=150, seed=7)
    fill_history(seed=7, count=COUNT, waveforms=6, anchor=ANCHOR, progress=lambda _done, _total: None)
    rows_are_there()
    bytes_name_their_order_and_instant()
    lines_are_sealed_in_the_month_they_tell_of()


def rows_are_there() -> None:
    assert Order.objects.filter(state=OrderState.SIGNED).count() == COUNT
    assert OrderStep.objects.count() == 4 * COUNT
    assert StoredAnalysis.objects.count() == COUNT
    assert StoredRecording.objects.values("sha256").distinct().count() == COUNT
    assert DocumentVersion.objects.filter(state="signed").count() == COUNT
    assert flaws() == []
    assert orders(system("test"), Wanted(states=("signed",))).count() == COUNT


def bytes_name_their_order_and_instant() -> None:
    for row in StoredRecording.objects.select_related("order")[:5]:
        found = read(store().get(row.sha256), row.filename)
        assert found.patient.identifier == row.order.number
        assert found.started_at is not None
        assert found.started_at.replace(tzinfo=None) == timezone.localtime(row.started_at).replace(tzinfo=None)
        assert found.warnings == ()


def lines_are_sealed_in_the_month_they_tell_of() -> None:
    lines = AuditLine.objects.filter(at__lt=ANCHOR, action="documents.signed")
    assert lines.count() == 2 * COUNT
    seal_everything(timezone.now())
    checked = [check_month(month) for month in months_with_lines()]
    assert [one.faults for one in checked if one.faults] == []
    assert sum(one.lines for one in checked) == AuditLine.objects.count()
    assert sum(1 for one in checked if one.lines) >= 11


def test_a_small_county_has_its_month_alone() -> None:
    assert ecg_part.in_month(50_000) == ecg_part.recordings(50_000) == 15_000
    assert (ecg_part.in_month(800_000), ecg_part.recordings(800_000)) == (400, 200_000)
