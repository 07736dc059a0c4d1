"""Floors on real recordings (ecg.md section 15); skipped where the data is not at hand."""

from functools import cache

import numpy as np
import pytest

from tianmu.clinical.ecg.engine import formats
from tianmu.clinical.ecg.engine.beats import atrial_fibrillation, classify, detect
from tianmu.clinical.ecg.engine.recording import Float64, Recording
from tianmu.clinical.ecg.engine.tests.formats.real_files import ROOT
from tianmu.clinical.ecg.engine.waves import delineate

pytestmark = pytest.mark.skipif(not (ROOT / "mitdb").is_dir(), reason="the ECG recordings are not at hand")
BEATS = set("NLRBAaJSVrFejnE/fQ")


@cache
def _record(folder: str, name: str) -> Recording:
    directory = ROOT / folder
    companions = {path.name: path.read_bytes() for path in directory.glob(f"{name}.*") if path.suffix != ".hea"}
    return formats.read((directory / f"{name}.hea").read_bytes(), f"{name}.hea", companions)


def _truth(record: Recording) -> np.ndarray:
    return np.array(sorted(note.sample for note in record.annotations if note.symbol in BEATS and note.lead is None))


def _matrix(record: Recording) -> Float64:
    return np.stack([lead.uv for lead in record.leads])


def _f1(truth: np.ndarray, found: np.ndarray, window: float) -> float:
    nearest = found[np.clip(np.searchsorted(found, truth), 1, found.size - 1)]
    before = found[np.clip(np.searchsorted(found, truth) - 1, 0, found.size - 1)]
    hits = int((np.minimum(np.abs(nearest - truth), np.abs(before - truth)) <= window).sum())
    return 200.0 * hits / (truth.size + found.size)


@pytest.mark.parametrize(("name", "floor"), [("100", 99.9), ("108", 99.0), ("203", 99.0), ("217", 99.8), ("233", 99.8)])
def test_mit_bih_records_keep_their_floor(name: str, floor: float) -> None:
    record = _record("mitdb", name)
    start = round(300 * record.fs_hz)
    truth, found = _truth(record), detect(record.leads[0].uv, record.fs_hz)

    assert _f1(truth[truth >= start], found[found >= start], 0.15 * record.fs_hz) >= floor


def test_ventricular_beats_of_record_119_are_all_found() -> None:
    record = _record("mitdb", "119")
    truth = np.array([note.sample for note in record.annotations if note.symbol == "V"])
    beats = classify(_matrix(record), record.fs_hz, detect(record.leads[0].uv, record.fs_hz))
    ventricular = beats.samples[beats.classes == "V"]

    assert ventricular.size == truth.size
    assert np.abs(ventricular - truth).max() <= 0.15 * record.fs_hz


@pytest.mark.parametrize(
    ("name", "start_s", "fibrillation"), [("201", 0, True), ("203", 600, True), ("100", 0, False), ("119", 600, False)]
)
def test_fibrillation_of_half_minutes(name: str, start_s: int, *, fibrillation: bool) -> None:
    record = _record("mitdb", name)
    piece = record.leads[0].uv[round(start_s * record.fs_hz) : round((start_s + 30) * record.fs_hz)]

    assert atrial_fibrillation(piece, record.fs_hz).fibrillation is fibrillation


@pytest.mark.parametrize(
    ("name", "has_p"), [("1", True), ("13", True), ("77", True), ("35", False), ("44", False), ("112", False)]
)
def test_p_waves_of_ludb_are_reported_where_they_are_and_nowhere_else(name: str, *, has_p: bool) -> None:
    record = _record("ludb", name)
    lead = next(lead for lead in record.leads if lead.name.upper() == "II")
    shares = [bounds.p_onset is not None for bounds in delineate(lead.uv, record.fs_hz)][1:-1]

    assert np.mean(shares) == (1.0 if has_p else 0.0)
