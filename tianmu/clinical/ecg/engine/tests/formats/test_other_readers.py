"""Files that we write, read by other people's readers (wfdb, pydicom, ecgdatakit); skipped where one is not there."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from tianmu.clinical.ecg.engine.formats import read, wfdb_files, write
from tianmu.clinical.ecg.engine.recording import STANDARD_12
from tianmu.clinical.ecg.engine.tests.formats.real_files import ROOT, needs_real_files, wfdb_record
from tianmu.clinical.ecg.engine.tests.formats.recordings import leads_of, small

ENDINGS = {"dicom": "dcm", "scp": "scp", "aecg": "xml", "edf": "edf", "ishne": "ecg"}


@pytest.mark.parametrize("storage", [16, 212, 24, 32])
def test_the_wfdb_package_reads_our_record(storage: int, tmp_path: Path) -> None:
    wfdb = pytest.importorskip("wfdb")
    wanted = small()
    for name, body in wfdb_files(wanted, "r", storage).items():
        (tmp_path / name).write_bytes(body)
    theirs = wfdb.rdrecord(str(tmp_path / "r"), physical=False)
    assert theirs.sig_name == [lead.name for lead in wanted.leads]
    assert np.array_equal(theirs.d_signal, np.stack([lead.samples for lead in wanted.leads], axis=1))
    physical = wfdb.rdrecord(str(tmp_path / "r")).p_signal
    assert np.allclose(physical * 1000.0, np.stack([lead.uv for lead in wanted.leads], axis=1), atol=1e-6)
    marks = wfdb.rdann(str(tmp_path / "r"), "atr")
    assert (marks.sample.tolist(), marks.symbol) == ([40, 210], ["N", "V"])


@needs_real_files
@pytest.mark.parametrize("record", ["mitdb/100", "ludb/1", "qtdb/sel100", "cpsc2021/data_8_4", "cinc2021/E07500"])
def test_real_records_agree_with_the_wfdb_package(record: str) -> None:
    wfdb = pytest.importorskip("wfdb")
    ours = read(*wfdb_record(*record.split("/")))
    theirs = wfdb.rdrecord(str(ROOT / record), physical=False)
    assert np.array_equal(theirs.d_signal, np.stack([lead.samples for lead in ours.leads], axis=1))
    assert [-lead.offset_lsb for lead in ours.leads] == theirs.baseline
    assert np.allclose([1000.0 / lead.uv_per_lsb for lead in ours.leads], theirs.adc_gain)
    if record == "mitdb/100":
        marks = wfdb.rdann(str(ROOT / record), "atr")
        assert [(mark.sample, mark.symbol) for mark in ours.annotations] == list(
            zip(marks.sample.tolist(), marks.symbol, strict=True)
        )


def test_pydicom_reads_our_waveform_as_microvolts() -> None:
    wanted = replace(small(), leads=leads_of(STANDARD_12, 500.0, 5000, 2.5, 4))
    dataset = dcmread(io.BytesIO(write(wanted, "dicom")))
    assert dataset.SOPClassUID.name == "12-lead ECG Waveform Storage"
    assert np.allclose(dataset.waveform_array(0), np.stack([lead.uv for lead in wanted.leads], axis=1))
    assert str(dataset.PatientName) == "WANG^FANG"
    assert dataset.AcquisitionDateTime == "20250309081542.000000+0800"


@pytest.mark.parametrize(
    ("names", "rate", "count", "wanted"),
    [
        (("I", "II", "V1"), 500.0, 5000, "12-lead ECG Waveform Storage"),
        (("I", "V7"), 500.0, 5000, "General ECG Waveform Storage"),
        (("I", "II"), 250.0, 20000, "Ambulatory ECG Waveform Storage"),
        (("I",), 125.0, 1250, "Ambulatory ECG Waveform Storage"),
        (("I",), 2000.0, 1250, "General ECG Waveform Storage"),
    ],
)
def test_the_dicom_class_follows_rate_length_and_leads(
    names: tuple[str, ...], rate: float, count: int, wanted: str
) -> None:
    recording = replace(small(), leads=leads_of(names, rate, count, 2.5, 4), annotations=())
    assert dcmread(io.BytesIO(write(recording, "dicom"))).SOPClassUID.name == wanted


@pytest.mark.parametrize("to", ENDINGS)
def test_ecgdatakit_reads_our_file(to: str, tmp_path: Path) -> None:
    kit = pytest.importorskip("ecgdatakit")
    wanted = replace(small(), leads=leads_of(STANDARD_12, 500.0, 5000, 2.5, 4))
    path = tmp_path / f"x.{ENDINGS[to]}"
    path.write_bytes(write(wanted, to))
    theirs = kit.FileParser().parse(str(path))
    by_name = {lead.label: lead for lead in theirs.leads}
    for lead in wanted.leads:
        found = by_name[lead.name]
        assert found.sampling_rate == 500
        assert np.allclose(np.asarray(found.samples), lead.uv / 1000.0, atol=1e-6) or np.allclose(
            np.asarray(found.samples), lead.uv, atol=1e-3
        )


def test_pyedflib_reads_our_edf(tmp_path: Path) -> None:
    edf = pytest.importorskip("pyedflib")
    wanted = replace(small(), leads=leads_of(STANDARD_12, 500.0, 5000, 2.5, 4))
    path = tmp_path / "x.edf"
    path.write_bytes(write(wanted, "edf"))
    with edf.EdfReader(str(path)) as theirs:
        assert theirs.getSignalLabels() == [f"ECG {name}" for name in STANDARD_12]
        assert theirs.getStartdatetime().isoformat() == "2025-03-09T08:15:42"
        assert (theirs.getPatientCode(), theirs.getSex(), theirs.getBirthdate()) == ("P-1", "Female", "03 feb 1961")
        for at, lead in enumerate(wanted.leads):
            assert (theirs.getSampleFrequency(at), theirs.getPhysicalDimension(at)) == (500.0, "uV")
            assert np.array_equal(theirs.readSignal(at, digital=True)[: lead.samples.size], lead.samples)
            assert np.allclose(theirs.readSignal(at)[: lead.samples.size], lead.uv, atol=1e-6)
        onsets, _, texts = theirs.readAnnotations()
    marks = {(round(onset * 500.0), text) for onset, text in zip(onsets, texts, strict=True)}
    assert {(40, "N"), (210, "V")} <= marks


@pytest.mark.parametrize(("rate", "count"), [(100.0, 3001), (977.0, 4000), (1000.0, 300), (250.0, 250 * 75)])
def test_pyedflib_reads_every_rate_and_length(rate: float, count: int, tmp_path: Path) -> None:
    edf = pytest.importorskip("pyedflib")
    wanted = replace(small(), leads=leads_of(("I", "V5"), rate, count, 4.88, 7), annotations=())
    path = tmp_path / "x.edf"
    path.write_bytes(write(wanted, "edf"))
    with edf.EdfReader(str(path)) as theirs:
        for at, lead in enumerate(wanted.leads):
            assert theirs.getSampleFrequency(at) == pytest.approx(rate)
            assert np.array_equal(theirs.readSignal(at, digital=True)[:count], lead.samples)
