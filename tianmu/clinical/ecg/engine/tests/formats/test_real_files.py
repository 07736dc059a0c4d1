"""Real files of every format against the values that independent readers found in them."""

import json
from typing import Any

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.formats import describe, detect, read
from tianmu.clinical.ecg.engine.recording import STANDARD_12, Kind
from tianmu.clinical.ecg.engine.tests.formats.real_files import (
    ROOT,
    needs_real_files,
    sample,
    wfdb_names,
    wfdb_record,
)  # fmt: skip

pytestmark = needs_real_files
TRUTH: dict[str, Any] = json.loads((ROOT / "formats" / "TRUTH.json").read_text()) if ROOT.is_dir() else {}
FORMATS = {
    "contec_b.ecg": "contec", "dicom_12lead_a.dcm": "dicom", "dicom_12lead_b.dcm": "dicom",
    "ge_cardiosoft_a.xml": "cardiosoft", "ge_muse_a.xml": "muse", "ge_muse_b.xml": "muse", "hl7_aecg_a.xml": "aecg",
    "hl7_aecg_minimum.xml": "aecg", "ishne_made_from_100.ecg": "ishne", "philips_sierra_1_03_a.xml": "sierra",
    "philips_sierra_1_04_b.xml": "sierra", "philips_sierra_1_04_b_uncompressed.xml": "aecg", "scp_a.scp": "scp",
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_the_format_is_told_from_the_content(name: str) -> None:
    assert detect(sample(name)) == FORMATS[name]


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "leads" in truth])
def test_the_summary_has_the_true_values(name: str) -> None:
    found, truth = describe(read(sample(name))), TRUTH[name]
    for key in ("leads", "fs", "samples", "units", "peak_abs_mV", "device_statements"):
        assert found[key] == truth[key], key
    assert {lead: found["first5_mV"][lead] for lead in truth["first5_mV"]} == truth["first5_mV"]
    measured = found["device_measurements"]
    assert {key: measured[key] for key in truth["device_measurements"]} == truth["device_measurements"]


def test_scp_and_aecg_of_one_recording_agree() -> None:
    scp, aecg = read(sample("scp_a.scp")), read(sample("hl7_aecg_a.xml"))
    assert [lead.name for lead in scp.leads] == [lead.name for lead in aecg.leads]
    assert all(np.array_equal(a.uv, b.uv) for a, b in zip(scp.leads, aecg.leads, strict=True))
    assert all(np.array_equal(a.uv, b.uv[: a.uv.size]) for a, b in zip(scp.median, aecg.median, strict=True))
    assert scp.started_at == aecg.started_at
    assert {**aecg.measurements, "qrs_count": 0} == dict(scp.measurements)


def test_compressed_philips_file_agrees_with_its_twin() -> None:
    packed, plain = read(sample("philips_sierra_1_04_b.xml")), read(sample("philips_sierra_1_04_b_uncompressed.xml"))
    gaps = [float(np.abs(a.uv - b.uv).max()) for a, b in zip(packed.leads, plain.leads, strict=True)]
    assert max(gaps) <= 20.0


def test_ishne_file_equals_the_record_it_was_made_from() -> None:
    made = read(sample("ishne_made_from_100.ecg"))
    source = read(*wfdb_record("mitdb", "100"))
    for ours, theirs in zip(made.leads, source.leads, strict=True):
        assert np.array_equal(ours.uv, theirs.uv[: ours.samples.size])


def test_cardiosoft_file_has_its_own_measurements() -> None:
    found = describe(read(sample("ge_cardiosoft_a.xml")))
    assert found["leads"] == list(STANDARD_12)
    assert (found["fs"], found["samples"]) == (500, 5000)
    assert found["device_measurements"]["pr_interval"] == 174
    assert found["device_statements"][:2] == ["Sinus bradycardia", "Otherwise normal ECG"]
    assert found["first5_mV"]["II"] == [0.11, 0.115, 0.115, 0.1, 0.09]


def test_contec_leads_obey_einthoven() -> None:
    found = read(sample("contec_b.ecg"))
    leads = {lead.name: lead.uv for lead in found.leads}
    assert list(leads) == list(STANDARD_12)
    assert found.fs_hz == 800.0
    assert np.array_equal(leads["I"] + leads["III"], leads["II"])
    assert np.array_equal(leads["aVR"] + leads["aVL"] + leads["aVF"], np.zeros(leads["I"].size))
    assert found.started_at is not None
    assert found.started_at.isoformat() == "2020-11-24T07:19:13"


@pytest.mark.parametrize("folder", ["ludb", "mitdb", "qtdb", "cpsc2021", "cinc2021"])
def test_every_wfdb_record_is_read_with_right_checksums(folder: str) -> None:
    counts = {"ludb": 12, "cinc2021": 12}
    names = wfdb_names(folder)
    assert names
    for name in names if folder != "mitdb" else names[:2]:
        found = read(*wfdb_record(folder, name))
        assert len(found.leads) == counts.get(folder, 2)
        assert len({lead.samples.size for lead in found.leads}) == 1


def test_annotations_of_mitdb_and_ludb_are_read() -> None:
    beats = read(*wfdb_record("mitdb", "100"))
    assert beats.kind is Kind.HOLTER
    assert sum(mark.symbol in {"N", "A", "V"} for mark in beats.annotations) == 2273
    assert beats.annotations[0].text == "(N"
    waves = read(*wfdb_record("ludb", "1"))
    assert {mark.lead for mark in waves.annotations} == set(STANDARD_12)
    assert {mark.symbol for mark in waves.annotations} == {"(", "p", "N", "t", ")"}
    assert (waves.patient.age_years, waves.patient.sex) == (51.0, "F")


def test_codes_of_the_challenge_header_are_statements() -> None:
    assert read(*wfdb_record("cinc2021", "E07500")).statements == ("67741000119109", "426177001")
