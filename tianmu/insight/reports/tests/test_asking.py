"""Who gets which answer: rows by reach, fields by right, figures without persons and small numbers; audit; files."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from unittest.mock import ANY
from uuid import uuid4

import pytest

from tianmu.clinical.ecg.datasets import CRITICAL_VALUES, EXAMINATIONS, READINGS
from tianmu.foundation.access.errors import PurposeNeededError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.insight.reports.actions import running, saving, templates
from tianmu.insight.reports.actions.extracting import refresh_all
from tianmu.insight.reports.extract.refreshing import refresh
from tianmu.insight.reports.models import Report, Run
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.selectors.asking import Answer
from tianmu.insight.reports.selectors.catalogue import open_sets, values_of
from tianmu.insight.reports.tests.county import NOW, Office

BY_ORIGIN = {
    "dataset": "ecg.examinations",
    "rows": [{"field": "origin"}],
    "measures": [
        {"key": "n", "name": "检查量", "function": "count"},
        {"key": "positive", "name": "阳性率", "function": "ratio", "where": "positive", "among": "published"},
    ],
}
LIST = {"dataset": "ecg.examinations", "rows": [{"field": "number"}, {"field": "origin"}]}


@pytest.fixture
def asked(office: Office) -> Office:
    """Fill the county: seven of the north, three of which abnormal, two of the south."""
    for number in range(7):
        finding = "abnormal" if number < 3 else "normal"
        office.order(office.north, number, NOW - timedelta(days=1), published_after=30, conclusion_class=finding)
    for number in (7, 8):
        office.order(office.south, number, NOW - timedelta(days=1), published_after=90)
    refresh(EXAMINATIONS, NOW)
    return office


def figures(found: Answer) -> dict[str, list[float | None]]:
    assert found.grid is not None
    origin, first = found.checked.fields["origin"], found.definition.rows[0]
    names = [found.labels.of(key[0], origin, first) for key in found.grid.row_keys]
    return dict(zip(names, ([one.value for one in row[0]] for row in found.grid.figures), strict=True))


def ask(actor: Any, content: dict[str, Any], **given: Any) -> Answer:
    return running.preview(actor=actor, definition=Definition.model_validate(content), given=given, now=NOW)


def test_everybody_counts_within_her_reach(asked: Office) -> None:
    rate = pytest.approx(300 / 7)
    assert figures(ask(asked.head, BY_ORIGIN)) == {"北镇卫生院": [7, rate], "南镇卫生院": [2, 0]}
    assert figures(ask(asked.doctor, BY_ORIGIN)) == {"北镇卫生院": [7, rate]}
    with pytest.raises(RefusedError):
        ask(asked.nobody, BY_ORIGIN)


def test_figures_only_shows_no_person_and_no_small_figure(asked: Office) -> None:
    found = ask(asked.officer, BY_ORIGIN)
    assert found.figures_only
    assert figures(found) == {"北镇卫生院": [None, None], "南镇卫生院": [None, None]}
    with pytest.raises(PurposeNeededError):
        ask(asked.officer, LIST)
    by_number = {**BY_ORIGIN, "rows": [{"field": "number"}]}
    with pytest.raises(TianmuError) as caught:
        ask(asked.officer, by_number)
    assert caught.value.fields == {"rows.0.field": "person_field"}


def test_a_field_with_its_own_right_needs_it_even_inside_an_expression(asked: Office) -> None:
    hidden = {
        **BY_ORIGIN,
        "calculated": [{"key": "who", "name": "谁", "expression": "concat(reader, '')"}],
        "rows": [{"field": "who"}],
    }
    assert ask(asked.head, hidden).grid is not None
    with pytest.raises(TianmuError) as caught:
        ask(asked.doctor, hidden)
    missing = "right:ecg.workload.view"
    assert caught.value.fields == {"calculated.0.expression": missing, "rows.0.field": missing}


def test_a_list_writes_down_whose_records_were_seen(asked: Office) -> None:
    found = ask(asked.doctor, LIST)
    assert len(found.records) == 7
    lines = AuditLine.objects.filter(action="reports.rows.seen")
    assert {one.person_id for one in lines} == {one.pk for one in asked.people}
    assert AuditLine.objects.filter(action="reports.report.previewed", new__rows=7).count() == 1


def test_the_rows_behind_a_figure_are_those_it_counts(asked: Office) -> None:
    definition = Definition.model_validate(BY_ORIGIN)
    for cell, rows in (
        ({"rows": [str(asked.north.pk)], "measure": "positive"}, 3),
        ({"rows": [str(asked.south.pk)], "measure": "n"}, 2),
        ({"measure": "n"}, 9),
    ):
        found = running.rows_behind(actor=asked.head, definition=definition, given={}, cell=cell, now=NOW)
        assert (len(found.records), {one["subject"] is None for one in found.records}) == (rows, {False})
    with pytest.raises(PurposeNeededError):
        running.rows_behind(actor=asked.officer, definition=definition, given={}, cell={"measure": "n"}, now=NOW)


def test_every_built_in_report_answers_and_leaves_as_each_file(asked: Office) -> None:
    refresh_all(now=NOW)
    documents = templates.template_documents()
    assert Report.objects.filter(owner=None).count() == len(documents) >= 12
    head = replace(asked.head, rights=MappingProxyType({**asked.head.rights, "servicedesk.figures.view": ("/",)}))
    given = {"period": ["last_365_days"]}
    for report in Report.objects.filter(owner=None):
        found = running.run_report(actor=head, report_id=report.pk, run_id=uuid4(), given=given, now=NOW)
        assert found.grid is not None
    report = Report.objects.get(template="volume_by_institution")
    made = {
        form: running.export_report(actor=head, report_id=report.pk, given=given, form=form, now=NOW)
        for form in ("csv", "xlsx", "pdf")
    }
    assert made["csv"].data.decode("utf-8-sig").splitlines()[:2] == [
        "申请机构,检查量,已发布报告,阳性率（%）,报告及时率（%）",
        "北镇卫生院,7,7,42.9,100.0",
    ]
    assert "北镇卫生院" in zipfile.ZipFile(io.BytesIO(made["xlsx"].data)).read("xl/sharedStrings.xml").decode()
    assert made["pdf"].data.startswith(b"%PDF")
    assert AuditLine.objects.filter(action="reports.report.exported").count() == 3
    bare = replace(head, rights=MappingProxyType({**head.rights, "reports.report.export": ()}))
    with pytest.raises(RefusedError):
        running.export_report(actor=bare, report_id=report.pk, given=given, form="csv", now=NOW)


def test_versions_stay_and_a_copy_is_ones_own(asked: Office) -> None:
    source = Report.objects.get(template="turnaround")
    copy = saving.copy_report(actor=asked.head, report_id=source.pk, name="我的", now=NOW)
    changed = Definition.model_validate(BY_ORIGIN)
    more: dict[str, Any] = {"definition": changed, "expected": 1, "note": "", "now": NOW}
    saved = saving.save_report(actor=asked.head, report_id=copy.pk, names=saving.Names("二版"), **more)
    assert (saved.number, saved.dataset, saved.version) == (2, "ecg.examinations", 2)
    with pytest.raises(TianmuError) as caught:
        saving.save_report(actor=asked.head, report_id=copy.pk, names=saving.Names("x"), **more)
    assert (caught.value.status, copy.versions.count()) == (412, 2)
    restored = saving.restore_version(actor=asked.head, report_id=copy.pk, number=1, now=NOW)
    contents = list(restored.versions.order_by("number").values_list("content", flat=True))
    assert (restored.number, contents[0] == contents[2]) == (3, True)
    assert contents[1]["rows"] == [{"field": "origin", "grain": ""}]
    with pytest.raises(TianmuError, match="built-in"):
        saving.remove_report(actor=asked.head, report_id=source.pk, now=NOW)


def test_a_shared_report_is_a_question_whose_answer_is_the_askers(asked: Office) -> None:
    definition = Definition.model_validate(BY_ORIGIN)
    mine = saving.create_report(actor=asked.head, names=saving.Names("共享"), definition=definition, now=NOW)
    with pytest.raises(TianmuError, match="no report"):
        running.run_report(actor=asked.doctor, report_id=mine.pk, run_id=uuid4(), given={}, now=NOW)
    saving.share_report(actor=asked.head, report_id=mine.pk, shared=True)
    found = running.run_report(actor=asked.doctor, report_id=mine.pk, run_id=uuid4(), given={}, now=NOW)
    assert list(figures(found)) == ["北镇卫生院"]
    with pytest.raises(TianmuError, match="no report"):
        saving.share_report(actor=asked.doctor, report_id=mine.pk, shared=False)


def test_an_exported_definition_comes_in_again_and_a_foreign_file_does_not(asked: Office) -> None:
    definition = Definition.model_validate(BY_ORIGIN)
    mine = saving.create_report(actor=asked.head, names=saving.Names("出"), definition=definition, now=NOW)
    document = json.loads(json.dumps(saving.export_definition(mine, mine.versions.get())))
    again = saving.import_definition(actor=asked.head, document=document, now=NOW)
    assert again.versions.get().content == mine.versions.get().content
    for foreign in ({}, {**document, "definition": {"rows": []}}, {**document, "format": 9}):
        with pytest.raises(TianmuError) as caught:
            saving.import_definition(actor=asked.head, document=foreign, now=NOW)
        assert caught.value.code == "reports.file_unreadable"


def test_faults_are_told_with_their_places(asked: Office) -> None:
    wrong = {"key": "x", "name": "x", "expression": "minutes_between(acquired_at)"}
    faulty = {**BY_ORIGIN, "calculated": [wrong], "rows": [{"field": "acquired_at"}]}
    with pytest.raises(TianmuError) as caught:
        ask(asked.head, faulty)
    assert caught.value.fields == {"calculated.0.expression": "arguments", "rows.0.grain": "grain"}
    assert caught.value.extra["faults"] == [{
        "place": "calculated.0.expression", "reason": "arguments", "found": "1", "at": 0, "expected": "2",
    }, ANY]  # fmt: skip


def test_parameters_are_checked_and_used(asked: Office) -> None:
    content = {
        **BY_ORIGIN,
        "filters": [{"field": "acquired_at", "operator": "period", "parameter": "when"}],
        "parameters": [{"key": "when", "name": "期间", "required": True}],
    }
    assert figures(ask(asked.doctor, content, when=["yesterday"])) == {"北镇卫生院": [7, pytest.approx(300 / 7)]}
    assert figures(ask(asked.doctor, content, when=["2026-01-01", "2026-01-31"])) == {}
    for given in ({}, {"when": ["never"]}, {"when": ["today"], "other": [1]}):
        with pytest.raises(TianmuError) as caught:
            ask(asked.doctor, content, **given)
        assert caught.value.code == "reports.parameter_invalid"


def test_what_is_offered_is_what_may_be_asked(asked: Office) -> None:
    offered = [(one.key, hold.why_not(one)) for hold in open_sets(asked.officer) for one in hold.dataset.offered()]
    assert {key: why for key, why in offered if why} == {"number": "person_field", "reader": "right:ecg.workload.view"}
    assert open_sets(asked.nobody) == []
    units = values_of(asked.doctor, "ecg.examinations", "origin", "", NOW)
    assert [one["name"] for one in units] == ["北镇卫生院"]
    classes = values_of(asked.doctor, "ecg.examinations", "conclusion_class", "", NOW)
    assert [one["value"] for one in classes] == ["normal", "abnormal"]


def test_only_the_asker_calls_a_run_off(asked: Office) -> None:
    report = Report.objects.get(template="turnaround")
    run = Run.objects.create(report=report, number=1, account_id=asked.head.demand_account(), asked_at=NOW)
    with pytest.raises(TianmuError, match="no run"):
        running.cancel_run(actor=asked.doctor, run_id=run.pk, now=NOW)
    assert running.cancel_run(actor=asked.head, run_id=run.pk, now=NOW).cancel_asked_at == NOW


def test_readings_and_critical_values_answer_for_their_own_scope(asked: Office) -> None:
    office = asked
    order = office.order(office.south, 20, NOW, published_after=5)
    office.alert(order, state="confirmed", decided_at=NOW, notified_at=NOW)
    refresh(CRITICAL_VALUES, NOW)
    refresh(READINGS, NOW)
    confirmed = {"key": "n", "name": "n", "function": "count", "where": "confirmed"}
    content = {"dataset": "ecg.critical_values", "rows": [{"field": "origin"}], "measures": [confirmed]}
    assert figures(ask(office.head, content)) == {"南镇卫生院": [1]}
    assert figures(ask(office.doctor, content)) == {}
    with pytest.raises(RefusedError):
        ask(office.doctor, {"dataset": "ecg.readings", "measures": [{"key": "n", "name": "n", "function": "count"}]})
