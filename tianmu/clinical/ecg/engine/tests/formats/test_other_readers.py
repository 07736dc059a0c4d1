"""Files that we write, read by other people's readers (wfdb, pydicom, ecgdatakit); skipped where one is not there."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from tianmu.clinical.ecg.engine.formats import wfdb_files, write
from tianmu.clinical.ecg.engine.recording import STANDARD_12
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


def test_pydicom_reads_our_waveform_as_microvolts() -> None:
    wanted = replace(small(), leads=leads_of(STANDARD_12, 500.0, 5000, 2.5, 4))
    dataset = dcmread(io.BytesIO(write(wanted, "dicom")))
    assert dataset.SOPClassUID.name == "12-lead ECG Waveform Storage"
    assert np.allclose(dataset.waveform_array(0), np.stack([lead.uv for lead in wanted.leads], axis=1))
    assert str(dataset.PatientName) == "WANG^FANG"
    assert dataset.AcquisitionDateTime == "20250309081542.000000+0800"


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
