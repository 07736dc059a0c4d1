"""`tianmu ecg convert --to pdf`: the sheet of a recording file, and the exit codes."""

import argparse
import json
from pathlib import Path

import pytest

from tianmu.clinical.ecg.engine.formats import read, write
from tianmu.clinical.ecg.printing.convert_command import run
from tianmu.clinical.ecg.printing.file_report import recording_pdf
from tianmu.clinical.ecg.printing.tests.test_resting_report import text_of
from tianmu.clinical.ecg.synthesis import Scenario, generate


@pytest.fixture
def scp(tmp_path: Path) -> Path:
    path = tmp_path / "one.scp"
    path.write_bytes(write(generate(Scenario(rate=72.0), 1).recording, "scp"))
    return path


def words(scp: Path, to: str, out: Path) -> argparse.Namespace:
    return argparse.Namespace(file=scp, to=to, out=out)


def test_the_sheet_says_what_the_machine_says_and_bears_no_signature(scp: Path, tmp_path: Path) -> None:
    made = recording_pdf(read(scp.read_bytes()), printed_at="2026-11-23 08:00")
    assert made == recording_pdf(read(scp.read_bytes()), printed_at="2026-11-23 08:00")
    text = text_of(made, tmp_path)
    assert "窦性心律" in text
    assert "2026-11-2308:00" in text


def test_convert_writes_pdf_and_every_other_format(
    scp: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "one.pdf"
    assert run(words(scp, "pdf", out)) == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert json.loads(capsys.readouterr().out) == {"written": ["one.pdf"], "format": "pdf"}
    assert run(words(scp, "edf", tmp_path / "one.edf")) == 0
    assert read((tmp_path / "one.edf").read_bytes()).format == "edf"


def test_refusals_are_a_sentence_and_exit_code_two(scp: Path, tmp_path: Path) -> None:
    assert run(words(scp, "mp3", tmp_path / "x")) == 2
    assert run(words(tmp_path / "absent.scp", "pdf", tmp_path / "x.pdf")) == 2
