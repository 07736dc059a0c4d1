"""`tianmu rulesets`: versions are checked, loaded, listed, compared and shown from the command line."""

import json
from pathlib import Path

import pytest

from tianmu.foundation.access.tests.people import County
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.tests.test_loading import county, document
from tianmu.site.command_line import dispatch

pytestmark = pytest.mark.django_db
__all__ = ["county"]


def test_the_command_line_checks_loads_lists_and_compares(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tianmu.site.command_line.with_database", lambda run, _words: run())
    path = tmp_path / "limits.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    assert dispatch(["rulesets", "load", str(path), "--check"]) == 0
    assert "minutes: 20 -> 30" in capsys.readouterr().out
    assert RuleSetVersion.objects.count() == 1
    assert dispatch(["rulesets", "load", str(path)]) == 0
    assert "loaded test.limits 2 for the whole county" in capsys.readouterr().out
    assert dispatch(["rulesets", "list", "test.limits", "--json"]) == 0
    assert [row["version"] for row in json.loads(capsys.readouterr().out)] == ["2", "1"]
    assert dispatch(["rulesets", "diff", "test.limits", "1", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"path": "minutes", "before": 20, "after": 30}]
    assert dispatch(["rulesets", "diff", "test.limits", "1", str(path)]) == 0
    capsys.readouterr()
    assert dispatch(["rulesets", "show", "test.limits", "2"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["content"], shown["version"]) == (document()["content"], "2")
