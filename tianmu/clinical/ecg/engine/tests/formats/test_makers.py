"""Formats that are only read, on files built by their layout: MUSE, CardioSoft, Sierra, Contec, MFER, BDF."""

import binascii
import struct

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import read, write
from tianmu.clinical.ecg.engine.formats.xli import unpack_lzw
from tianmu.clinical.ecg.engine.recording import Annotation, Recording
from tianmu.clinical.ecg.engine.tests.formats.maker_files import (
    STORED_8,
    bdf_file,
    cardiosoft_file,
    contec_file,
    lzw_10,
    mfer_file,
    muse_file,
    rows,
    sierra_file,
    twelve,
)  # fmt: skip
from tianmu.clinical.ecg.engine.tests.formats.recordings import small, wave


def samples_of(recording: Recording) -> dict[str, list[int]]:
    return {lead.name: lead.samples.tolist() for lead in recording.leads}


def test_muse_leads_measurements_and_lines_of_the_diagnosis() -> None:
    leads = rows(STORED_8, 250)
    found = read(muse_file(leads))
    assert samples_of(found) == {name: samples.tolist() for name, samples in leads.items()}
    assert (found.fs_hz, found.leads[0].uv_per_lsb, found.leads[0].filters.high_pass_hz) == (500.0, 4.88, 0.05)
    assert dict(found.measurements) == {"heart_rate": 61.0, "p_axis": 12.0}
    assert found.statements == ("Sinus rhythm",)
    assert found.started_at is not None
    assert found.started_at.isoformat() == "2020-09-22T09:03:32"


def test_cardiosoft_leads_and_person() -> None:
    leads = twelve()
    found = read(cardiosoft_file(leads))
    assert samples_of(found) == {name: samples.tolist() for name, samples in leads.items()}
    assert (found.patient.sex, found.patient.height_cm) == ("F", 177.8)
    assert dict(found.measurements) == {"pr_interval": 174.0}


@pytest.mark.parametrize("packed", [True, False])
def test_sierra_leads_compressed_or_not(packed: bool) -> None:
    leads = twelve()
    found = read(sierra_file(leads, packed=packed))
    assert samples_of(found) == {name: samples.tolist() for name, samples in leads.items()}
    assert dict(found.measurements) == {"heart_rate": 41.0, "qtc_bazett": 466.0}
    assert found.statements == ("SINUS BRADYCARDIA",)


def test_lzw_gives_back_bytes_and_stops_at_its_limit() -> None:
    data = bytes(wave(3, 5000, 100).astype(np.uint8)) + b"\x00" * 3000
    assert unpack_lzw(lzw_10(data), 1 << 20) == data
    assert len(unpack_lzw(lzw_10(b"\x00" * 100_000), 5000)) == 5000


def test_contec_end_mark_is_needed() -> None:
    whole = contec_file(200)
    found = read(whole)
    assert found.leads[1].samples.size == 200
    assert (found.patient.family_name, found.patient.sex, found.patient.age_years) == ("LI", "M", 50.0)
    with pytest.raises(UnreadableRecordingError) as caught:
        read(whole[:-100])
    assert caught.value.fault is Fault.TRUNCATED


@pytest.mark.parametrize("little_endian", [True, False])
def test_mfer_sequences_channels_and_scale(little_endian: bool) -> None:
    leads = {1: wave(1, 100, 500), 61: wave(2, 100, 500), 8: wave(3, 100, 500)}
    found = read(mfer_file(leads, little_endian=little_endian))
    assert samples_of(found) == {"I": leads[1].tolist(), "III": leads[61].tolist(), "V6": leads[8].tolist()}
    assert (found.fs_hz, found.leads[0].uv_per_lsb) == (500.0, 1.25)
    assert found.patient.identifier == "P7"
    assert found.started_at is not None
    assert found.started_at.isoformat() == "2020-05-04T03:02:01"


def test_bdf_has_24_bits_and_leaves_the_status_channel_out() -> None:
    samples = wave(2, 500, 4_000_000)
    found = read(bdf_file(samples))
    assert samples_of(found) == {"V2": samples.tolist()}
    assert (found.format, found.fs_hz, found.leads[0].filters.low_pass_hz) == ("bdf", 200.0, 150.0)
    assert found.leads[0].uv_per_lsb == pytest.approx(0.03125, rel=1e-6)
    assert any("Status" in text for text in found.warnings)
    assert found.started_at is not None
    assert found.started_at.isoformat() == "2021-05-04T06:07:08"


def test_ishne_annotation_file_is_read_beside_the_signal() -> None:
    ecg = write(small(), "ishne")
    head = bytearray(ecg[:522])
    head[:8] = b"ANN  1.0"
    head[10:14] = (0).to_bytes(4, "little")
    head[18:26] = struct.pack("<ii", 522, 522)
    head[8:10] = binascii.crc_hqx(bytes(head[10:522]), 0xFFFF).to_bytes(2, "little")
    beats = struct.pack("<i", 10) + b"".join(
        struct.pack("<ccH", label, b"\x00", toc)
        for label, toc in ((b"N", 0), (b"V", 100), (b"\x00", 65535), (b"N", 50))
    )
    found = read(ecg, "a.ecg", {"a.ann": bytes(head) + beats})
    assert found.annotations == (Annotation(10, "N"), Annotation(110, "V"), Annotation(110 + 65535 + 50, "N"))


def test_edf_gaps_are_told() -> None:
    whole = write(small(count=750), "edf").replace(b"EDF+C", b"EDF+D").replace(b"+2\x14\x14", b"+9\x14\x14")
    found = read(whole)
    assert found.leads[0].samples.size == 10 * 250
    assert found.leads[0].gaps == ((500, 2250),)
    plain = read(write(small(count=750), "edf")).leads[0].samples
    assert np.array_equal(found.leads[0].samples[2250:], plain[500:])
    assert any("interrupted 1 times" in text for text in found.warnings)


def test_edf_gaps_that_would_fill_the_memory_are_joined_and_told() -> None:
    whole = write(small(count=750), "edf").replace(b"EDF+C", b"EDF+D").replace(b"+2\x14\x14\x00\x00", b"+999\x14\x14")
    found = read(whole)
    assert (found.leads[0].samples.size, found.leads[0].gaps) == (750, ())
    assert any("joined without the gaps" in text for text in found.warnings)


def test_chinese_encodings_are_understood() -> None:
    name = "<PID>9</PID><Name><FamilyName>欧阳</FamilyName></Name>"
    text = cardiosoft_file(twelve(20)).decode().replace("<PID>9</PID>", name)
    xml = ('<?xml version="1.0" encoding="GB2312"?>' + text).encode("gb2312")
    assert read(xml).patient.family_name == "欧阳"
    edf = bytearray(write(small(), "edf"))
    edf[8:88] = "P-1 F X 王芳".encode("gb2312").ljust(80)
    assert read(bytes(edf)).patient.family_name == "王芳"


def test_names_of_dicom_channels_without_known_codes() -> None:
    plain = write(small(), "dicom").replace(b"2:1", b"9:1").replace(b"2:2", b"9:2").replace(b"2:3", b"9:3")
    assert [lead.name for lead in read(plain).leads] == ["I", "II", "V1"]
