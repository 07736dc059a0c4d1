"""The command line verbs of section 14 on files, their exit codes, and what they answer to bad input."""

import json
from pathlib import Path

import numpy as np
import pytest

from tianmu.clinical.ecg.engine import command, files
from tianmu.clinical.ecg.engine.command_line import main
from tianmu.clinical.ecg.engine.formats import wfdb_files, write
from tianmu.clinical.ecg.synthesis import Scenario, Synthetic, generate
from tianmu.clinical.ecg.synthesis.scenario import Ectopy, Rhythm, Territory


@pytest.fixture
def drawn() -> Synthetic:
    return generate(Scenario(individual=0.0), 1)


@pytest.fixture
def raw(tmp_path: Path, drawn: Synthetic) -> Path:
    path = tmp_path / "ii.f32"
    (next(lead.uv for lead in drawn.recording.leads if lead.name == "II") / 1000.0).astype("<f4").tofile(path)
    return path


@pytest.fixture
def record(tmp_path: Path) -> Path:
    synthetic = generate(Scenario(acute=Territory.INFERIOR, age_years=60.0), 1)
    for name, body in wfdb_files(synthetic.recording, "rec").items():
        (tmp_path / name).write_bytes(body)
    return tmp_path / "rec"


def test_qrs_writes_one_index_a_line(raw: Path, drawn: Synthetic, tmp_path: Path) -> None:
    out = tmp_path / "q.txt"
    assert main(["qrs", "--raw", str(raw), "--fs", "500", "--out", str(out)]) == 0
    found = np.array([int(line) for line in out.read_text().splitlines()])
    truth = drawn.truth.beats.samples
    assert all(np.abs(found - place).min() <= 25 for place in truth)
    assert found.size == truth.size


def test_delineate_answers_the_eight_keys(raw: Path, drawn: Synthetic) -> None:
    marks = command.delineate(raw, 500.0)
    assert list(marks) == ["Pon", "Pp", "Poff", "QRSon", "QRSoff", "Ton", "Tp", "Toff"]
    assert len(marks["QRSon"]) == drawn.truth.beats.samples.size


def test_af_answers_a_flag_and_a_score(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["af", "--raw", str(raw), "--fs", "500"]) == 0
    sinus = json.loads(capsys.readouterr().out)
    assert sinus["af"] is False
    path = tmp_path / "af.f32"
    fibrillating = generate(Scenario(rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=95.0, duration_s=30.0), 3).recording
    (fibrillating.leads[1].uv / 1000.0).astype("<f4").tofile(path)
    answer = command.atrial_fibrillation(path, 500.0)
    assert answer["af"] is True
    assert answer["score"] > sinus["score"]


def test_interpret_json_has_codes_texts_and_alerts(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interpret", str(record), "--json", "--age", "60", "--sex", "M", "--locale", "en"]) == 0
    answer = json.loads(capsys.readouterr().out)
    stemi = next(row for row in answer["statements"] if row["code"] == "stemi_inferior")
    assert stemi["severity"] == "critical"
    assert stemi["evidence"][0]["unit"] == "µV"
    assert {"aha", "scp", "snomed", "text", "confidence", "qualifiers"} <= set(stemi)
    assert "critical.acute_infarction" in {alert["code"] for alert in answer["alerts"]}
    assert answer["conclusion_class"] == "abnormal"
    assert answer["advice_only"] is True


def test_measure_gives_measurements_and_matrix(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", str(record) + ".hea", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["measurements"]["qrs_ms"] == pytest.approx(92.0, abs=10.0)
    assert len(answer["matrix"]) == 12
    assert answer["boundaries"]["fs_hz"] == 500.0


def test_read_describes(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(record), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["samples"] == 5000


def test_beats_is_a_table(tmp_path: Path) -> None:
    synthetic = generate(Scenario(ectopy=Ectopy.PVC, ectopic_beats=2), 4)
    path = tmp_path / "a.scp"
    path.write_bytes(write(synthetic.recording, "scp"))
    lines = command.beat_table(path).splitlines()
    assert lines[0] == "sample,class"
    assert len(lines) - 1 >= synthetic.truth.beats.samples.size - 2


@pytest.mark.parametrize("to", ["scp", "dicom", "aecg", "edf", "ishne"])
def test_convert_keeps_the_leads(record: Path, tmp_path: Path, to: str) -> None:
    out = tmp_path / f"out.{to}"
    assert main(["convert", str(record), "--to", to, str(out)]) == 0
    assert len(files.load(out).leads) == 12


def test_convert_to_wfdb_writes_files_beside_each_other(record: Path, tmp_path: Path) -> None:
    assert main(["convert", str(record), "--to", "wfdb", str(tmp_path / "copy")]) == 0
    one, two = files.load(record), files.load(tmp_path / "copy")
    for first, second in zip(one.leads, two.leads, strict=True):
        assert np.array_equal(first.samples, second.samples)


def test_bad_input_gives_a_sentence_and_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torn = tmp_path / "torn.f32"
    torn.write_bytes(b"\x00" * 7)
    noise = tmp_path / "noise.bin"
    noise.write_bytes(b"no ecg at all" * 9)
    for argv in (
        ["interpret", str(tmp_path / "absent.scp")],
        ["qrs", "--raw", str(torn), "--fs", "500"],
        ["read", str(noise)],
        ["convert", str(noise), "--to", "nothing", str(tmp_path / "x")],
    ):
        assert main(argv) == 2
        assert capsys.readouterr().err.strip()


def test_an_unknown_rule_set_is_refused(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["interpret", str(record), "--rules", "nowhere"]) == 2
    assert "consensus_2017" in capsys.readouterr().err


def test_files_beside_a_header_come_with_it(tmp_path: Path, drawn: Synthetic) -> None:
    for number in (1, 2):
        for name, body in wfdb_files(drawn.recording, f"part{number}").items():
            (tmp_path / name).write_bytes(body)
    size = drawn.recording.leads[0].samples.size
    (tmp_path / "whole.hea").write_text(f"whole/2 12 500 {2 * size}\npart1 {size}\npart2 {size}\n")
    joined = files.load(tmp_path / "whole.hea")
    assert joined.leads[0].samples.size == 2 * size
    assert np.array_equal(joined.leads[3].samples[size:], drawn.recording.leads[3].samples)
    assert set(files.companions(tmp_path / "whole.hea")) == {"part1.hea", "part2.hea", "part1.dat", "part2.dat"}


def test_a_signal_file_finds_its_header(record: Path) -> None:
    by_header, by_signal = files.load(record), files.load(record.with_suffix(".dat"))
    assert all(
        np.array_equal(one.samples, two.samples) for one, two in zip(by_header.leads, by_signal.leads, strict=True)
    )


def test_annotations_of_any_ending_are_read(record: Path) -> None:
    record.with_suffix(".qrs").write_bytes(bytes([10, 4, 20, 4, 0, 0]))
    assert [mark.sample for mark in files.load(record).annotations] == [10, 30]


def test_annotations_beside_an_ishne_file_are_read(tmp_path: Path, drawn: Synthetic) -> None:
    path = tmp_path / "night.ecg"
    path.write_bytes(write(drawn.recording, "ishne"))
    assert "night.ann" not in files.companions(path)
    (tmp_path / "night.ann").write_bytes(b"ANN  1.0" + bytes(16))
    assert "night.ann" in files.companions(path)
    assert files.load(path).leads


def test_the_engine_alone_writes_no_pdf(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(record), "--to", "pdf", str(tmp_path / "x.pdf")]) == 2
    assert "tianmu ecg convert" in capsys.readouterr().err
