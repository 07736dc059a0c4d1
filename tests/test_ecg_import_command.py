"""`tianmu ecg import` from the command line into the ordinary import."""

import json
from pathlib import Path

import pytest

from tianmu.clinical.ecg.tests.county import County, build, ecg_file
from tianmu.site.command_line import dispatch


@pytest.fixture
def county(db: None) -> County:
    """Make a small county."""
    return build()


def test_the_command_line_sends_files_and_names_what_it_refuses(
    county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "a.scp", tmp_path / "b.scp"
    good.write_bytes(ecg_file()[1])
    bad.write_bytes(b"no ECG" * 50)
    assert dispatch(["ecg", "import", "--at", "t01", "--json", str(good), str(bad)]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["state"] == "waiting"
    assert json.loads(printed.err)["error"] == "ecg.format_unknown"
