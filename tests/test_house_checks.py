"""The house's own checks refuse what they should and nothing else."""

import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

CHECKS = Path(__file__).resolve().parent.parent / "setup" / "checks"
ALLOWED = {"quality": ["inpatient"], "resident": ["ecg"]}


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(CHECKS))
    return import_module


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "uv.lock").write_text('source = { registry = "https://pypi.org/simple" }\n')
    return tmp_path


@pytest.mark.parametrize(
    ("module", "other", "allowed"),
    [
        ("tianmu.clinical.quality.tasks", "tianmu.clinical.inpatient.selectors.episodes", True),
        ("tianmu.clinical.quality.tasks", "tianmu.clinical.inpatient.models.Episode", False),
        ("tianmu.clinical.inpatient.tasks", "tianmu.clinical.quality.actions", False),
        ("tianmu.clinical.inpatient.listeners", "tianmu.clinical.quality.events.Scored", True),
        ("tianmu.community.resident.selectors", "tianmu.clinical.ecg.selectors.reports", True),
        ("tianmu.clinical.ecg.api", "tianmu.clinical.ecg.actions.sign", True),
        ("tianmu.clinical.ecg.events", "tianmu.foundation.events.fact.Fact", True),
        ("tianmu.clinical.ecg.events", "tianmu.registry.residents.models.Resident", False),
        ("tianmu.clinical.ecg.events", "tianmu.clinical.ecg.models.Study", False),
        ("tianmu.site.urls", "tianmu.clinical.ecg.listeners.heard", False),
        ("tianmu.insight.reports.api", "tianmu.exchange.fhir.api", False),
        ("tianmu.insight.reports.api", "tianmu.clinical.ecg.datasets.studies", True),
    ],
)
def test_edges_between_rooms(checks: Any, module: str, other: str, allowed: bool) -> None:
    reason = checks("edges").reason(module.split("."), other.split("."), ALLOWED)
    assert (reason == "") is allowed


def test_imports_inside_functions_are_seen(checks: Any, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("import json\ndef f():\n    from tianmu.a.b import c\n    import tianmu.d\n")
    assert sorted(checks("edges").imports(file)) == ["tianmu.a.b.c", "tianmu.d"]


def test_chinese_in_a_component_is_a_fault_and_in_a_comment_is_not(checks: Any, repository: Path) -> None:
    good = (
        "<script setup>\n// 表格\nconst a = 1 /* 行 */\n</script>\n<template><!-- 页 --><p>{{ t.x }}</p></template>\n"
    )
    (repository / "Good.vue").write_text(good, encoding="utf-8")
    (repository / "Bad.vue").write_text("<template>\n<p>心电</p>\n</template>\n", encoding="utf-8")
    assert checks("catalogues").in_components(repository) == [
        "Bad.vue:2 carries Chinese text; move it to the catalogue"
    ]


def test_a_manual_page_needs_its_twin_with_the_same_headings(checks: Any, repository: Path) -> None:
    manual = repository / "docs" / "manual"
    (manual / "zh-CN").mkdir(parents=True)
    for name, headings in (("a.md", 1), ("b.md", 2), ("c.md", 1)):
        (manual / name).write_text("# x\n" * headings)
    (manual / "zh-CN" / "a.md").write_text("# 甲\n")
    (manual / "zh-CN" / "b.md").write_text("# 乙\n")
    assert checks("catalogues").manual_pages(repository) == [
        "docs/manual/zh-CN/b.md has other headings in number than docs/manual/b.md",
        "docs/manual/zh-CN/c.md is missing",
    ]


def test_private_paths_and_leftovers_are_found(checks: Any, repository: Path) -> None:
    (repository / "a.md").write_text("see " + "/ho" + "me/wang/notes\n")
    (repository / "b.py").write_text("<" * 7 + " HEAD\n# TO" + "DO\n")
    (repository / "c.py").write_text("HOME = '/home'\nURL = '/api/v1/work/x'\n")
    (repository / "d.pem").write_text("-----BEGIN EC PRI" + "VATE KEY-----\n")
    assert sorted(checks("hygiene").faults(repository)) == [
        "a.md holds the path of somebody's own machine",
        "b.py holds a leftover of a merge",
        "b.py holds a note to do later",
        "d.pem holds a private key",
    ]


def test_a_lock_with_a_private_host_is_found(checks: Any, repository: Path) -> None:
    (repository / "uv.lock").write_text('source = { registry = "https://mirror.example/simple" }\n')
    assert checks("hygiene").lock_hosts(repository) == ["uv.lock names https://mirror.example"]


def test_links_that_lead_nowhere_are_found(checks: Any, repository: Path) -> None:
    (repository / "a.md").write_text("[b](b.md) [c](c.md#part) [d](https://x.example) ![e](pictures/e.png)\n")
    (repository / "b.md").write_text("b\n")
    assert checks("documents").broken_links(repository) == [
        "a.md: the link c.md leads nowhere",
        "a.md: the link pictures/e.png leads nowhere",
    ]


def test_long_files_are_faults_and_generated_ones_are_not(
    checks: Any, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "long.py").write_text("x = 1\n" * 501)
    (repository / "fine.py").write_text("x = 1\n" * 499)
    (repository / "test_long.py").write_text("x = 1\n" * 700)
    (repository / "schema.d.ts").write_text("x\n" * 9000)
    assert checks("lengths").faults(repository) == ["long.py has 501 lines; split it (habit 400)"]
    assert "  700 test_long.py" in capsys.readouterr().out
