"""What goes through a writer and its reader comes back: samples to the bit, times, person, measurements, statements."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import WRITABLE, read, wfdb_files, write
from tianmu.clinical.ecg.engine.recording import Lead, Recording
from tianmu.clinical.ecg.engine.tests.formats.recordings import leads_of, recordings, small, wave

EXACT = ("aecg", "csv", "dicom", "fhir", "wfdb")
WITH_ZONE = ("aecg", "csv", "dicom", "fhir", "scp")


def assert_same_leads(found: Recording, wanted: Recording) -> None:
    assert [lead.name for lead in found.leads] == [lead.name for lead in wanted.leads]
    for after, before in zip(found.leads, wanted.leads, strict=True):
        assert after.fs_hz == before.fs_hz
        assert np.array_equal(after.samples, before.samples)
        assert after.uv_per_lsb == pytest.approx(before.uv_per_lsb, rel=1e-12)
        assert after.offset_lsb == before.offset_lsb


def assert_same_words(found: Recording, wanted: Recording, to: str) -> None:
    zone = wanted.started_at if to in WITH_ZONE or wanted.started_at is None else wanted.started_at.replace(tzinfo=None)
    assert found.started_at == zone
    assert found.patient == wanted.patient
    counted = {"qrs_count": 0} if to == "scp" and wanted.measurements else {}
    assert dict(found.measurements) == {**counted, **wanted.measurements}
    assert found.statements == wanted.statements
    assert found.kind is wanted.kind


@pytest.mark.parametrize("to", EXACT)
@settings(max_examples=25, deadline=None)
@given(wanted=recordings())
def test_formats_with_any_scale_keep_every_bit(to: str, wanted: Recording) -> None:
    found = read(write(wanted, to))
    assert_same_leads(found, wanted)
    assert_same_words(found, wanted, to)


@settings(max_examples=25, deadline=None)
@given(wanted=recordings())
def test_edf_keeps_every_bit_and_the_scale_to_a_millionth(wanted: Recording) -> None:
    found = read(write(wanted, "edf"))
    for after, before in zip(found.leads, wanted.leads, strict=True):
        assert np.array_equal(after.samples, before.samples)
        assert after.uv_per_lsb == pytest.approx(before.uv_per_lsb, rel=1e-6)
        assert after.fs_hz == before.fs_hz
        assert np.abs(after.uv - before.uv).max() < 0.05
    assert_same_words(found, wanted, "edf")


@pytest.mark.parametrize("to", ["scp", "ishne"])
@settings(max_examples=25, deadline=None)
@given(wanted=recordings(offsets=False, one_scale=True))
def test_formats_with_whole_nanovolts_keep_every_bit(to: str, wanted: Recording) -> None:
    found = read(write(wanted, to))
    assert_same_leads(found, wanted)
    assert_same_words(found, wanted, to)


@pytest.mark.parametrize("to", ["scp", "ishne"])
@settings(max_examples=15, deadline=None)
@given(wanted=recordings(peak=900))
def test_odd_scales_are_within_one_step(to: str, wanted: Recording) -> None:
    found = read(write(wanted, to))
    for after, before in zip(found.leads, wanted.leads, strict=True):
        assert np.abs(after.uv - before.uv).max() <= after.uv_per_lsb


@pytest.mark.parametrize("to", WRITABLE)
def test_writing_twice_gives_the_same_bytes(to: str) -> None:
    assert write(small(), to) == write(small(), to)


@pytest.mark.parametrize("to", WRITABLE)
def test_a_recording_that_knows_nothing_is_written(to: str) -> None:
    bare = Recording(kind=small().kind, format="made", leads=leads_of(("II",), 500.0, 40, 1.0, 3))
    found = read(write(bare, to))
    assert np.array_equal(found.leads[0].uv, bare.leads[0].uv)
    assert found.started_at is None
    assert (found.patient.birth_date, found.patient.sex, found.statements) == (None, None, ())


@pytest.mark.parametrize("to", ["aecg", "csv", "dicom", "wfdb"])
def test_marks_come_back(to: str) -> None:
    assert read(write(small(), to)).annotations == small().annotations


def test_marks_of_edf_keep_sample_and_symbol() -> None:
    found = read(write(small(), "edf")).annotations
    assert [(mark.sample, mark.symbol) for mark in found] == [(40, "N"), (210, "V")]


@pytest.mark.parametrize("to", ["aecg", "csv", "dicom", "scp"])
def test_the_median_beat_comes_back(to: str) -> None:
    wanted = replace(small(), median=leads_of(("I", "II", "V1"), 250.0, 150, 1.25, 7))
    found = read(write(wanted, to))
    assert_same_leads(replace(found, leads=found.median), replace(wanted, leads=wanted.median))
    assert_same_leads(found, wanted)


@pytest.mark.parametrize("to", ["dicom", "wfdb", "csv", "aecg", "fhir"])
def test_samples_beyond_16_bits_are_kept_where_the_format_can(to: str) -> None:
    wide = replace(small(), leads=(Lead("I", 250.0, wave(1, 50, 8_000_000), 0.01),), annotations=())
    assert np.array_equal(read(write(wide, to)).leads[0].samples, wide.leads[0].samples)


@pytest.mark.parametrize("to", ["edf", "ishne"])
def test_samples_beyond_16_bits_are_refused_elsewhere(to: str) -> None:
    wide = replace(small(), leads=(Lead("I", 250.0, np.array([-70000, 70000], np.int32), 1000.0),), annotations=())
    with pytest.raises(UnreadableRecordingError) as caught:
        write(wide, to)
    assert caught.value.fault is Fault.UNSUPPORTED


@pytest.mark.parametrize("to", ["dicom", "aecg", "csv", "fhir", "wfdb", "edf"])
def test_leads_of_two_rates_come_back(to: str) -> None:
    mixed = replace(
        small(), leads=(*leads_of(("I",), 500.0, 1000, 2.5, 1), *leads_of(("V1",), 250.0, 500, 5.0, 2)), annotations=()
    )
    assert_same_leads(read(write(mixed, to)), mixed)


def test_unknown_target_is_refused() -> None:
    with pytest.raises(UnreadableRecordingError) as caught:
        write(small(), "docx")
    assert caught.value.fault is Fault.UNSUPPORTED


@pytest.mark.parametrize("storage", [16, 24, 32, 212])
def test_every_storage_format_of_wfdb_comes_back(storage: int) -> None:
    wanted = replace(small(count=301), annotations=())
    files = wfdb_files(wanted, "r1", storage)
    assert_same_leads(read(files["r1.hea"], "r1.hea", files), wanted)


@pytest.mark.parametrize("to", ["aecg", "csv", "dicom", "fhir", "ishne", "scp", "wfdb"])
def test_chinese_names_and_statements_come_back(to: str) -> None:
    person = replace(small().patient, family_name="欧阳", given_name="晓燕")
    wanted = replace(small(), patient=person, statements=("窦性心律", "大致正常心电图"))
    found = read(write(wanted, to))
    assert (found.patient.family_name, found.patient.given_name) == ("欧阳", "晓燕")
    assert found.statements == ("窦性心律", "大致正常心电图")


@pytest.mark.parametrize("to", ["aecg", "csv", "dicom", "fhir", "wfdb", "edf"])
def test_markup_in_names_is_text(to: str) -> None:
    name = "<script>\"&';--"
    found = read(write(replace(small(), patient=replace(small().patient, family_name=name)), to))
    assert found.patient.family_name == (name if to != "edf" else name.replace(" ", "_"))
