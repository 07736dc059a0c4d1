"""What no reader may swallow: empty and foreign files, XML bombs, cut files, false lengths; each with its code."""

import pytest

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import READABLE, detect, read, reading, write
from tianmu.clinical.ecg.engine.tests.formats.maker_files import muse_file, rows
from tianmu.clinical.ecg.engine.tests.formats.mutations import repair_ishne, seeds
from tianmu.clinical.ecg.engine.tests.formats.recordings import small

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE AnnotatedECG [<!ENTITY l0 "ha">{LAUGHS}]><AnnotatedECG>&l9;</AnnotatedECG>'
OUTSIDE = (
    '<!DOCTYPE RestingECG [<!ENTITY x SYSTEM "file:///etc/passwd">]><RestingECG><PatientID>&x;</PatientID></RestingECG>'
)


def refusal(data: bytes) -> Fault:
    with pytest.raises(UnreadableRecordingError) as caught:
        read(data)
    assert caught.value.detail == str(caught.value)
    assert caught.value.detail.endswith((".", "now."))
    return caught.value.fault


def test_an_empty_file() -> None:
    assert refusal(b"") is Fault.EMPTY


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\x89PNG\r\n\x1a\n" + bytes(60), b"GIF89a" + bytes(30), b"MZ" + bytes(200),
        b"hello world, this is a letter\n", bytes(5000), b"\xff" * 5000, b"<html><body>no</body></html>", b'{"a": 1}',
        b"a,b,c\n1,2,3\n",
    ],
)  # fmt: skip
def test_files_of_other_kinds(data: bytes) -> None:
    assert refusal(data) is Fault.UNKNOWN_FORMAT


@pytest.mark.parametrize("text", [BOMB, OUTSIDE])
def test_xml_that_declares_entities(text: str) -> None:
    assert refusal(text.encode()) is Fault.UNSAFE_XML


def test_xml_nested_without_end() -> None:
    deep = "<AnnotatedECG>" + "<component>" * 100_000 + "</component>" * 100_000 + "</AnnotatedECG>"
    assert refusal(deep.encode()) is Fault.UNSAFE_XML


def test_a_document_type_is_not_fetched_and_not_refused() -> None:
    assert b"<!DOCTYPE" in muse_file(rows(("I", "II"), 20))
    assert read(muse_file(rows(("I", "II"), 20))).format == "muse"


@pytest.mark.parametrize("to", ["aecg", "dicom", "edf", "fhir", "ishne", "scp", "wfdb"])
def test_a_file_cut_short_is_truncated(to: str) -> None:
    whole = write(small(), to)
    assert refusal(whole[: len(whole) * 6 // 10]) is Fault.TRUNCATED


@pytest.mark.parametrize("name", ["muse", "cardiosoft", "contec", "mfer", "bdf"])
def test_other_makers_files_cut_short(name: str) -> None:
    whole = seeds()[name].data
    assert refusal(whole[: len(whole) * 6 // 10]) is Fault.TRUNCATED


def test_false_lengths_are_refused_before_memory_is_taken() -> None:
    edf = bytearray(write(small(), "edf"))
    edf[236:244] = b"99999999"
    assert refusal(bytes(edf)) is Fault.TRUNCATED
    ishne = bytearray(write(small(), "ishne"))
    ishne[14:18] = (2**31 - 1).to_bytes(4, "little")
    assert refusal(repair_ishne(bytes(ishne))) is Fault.TRUNCATED
    dicom = write(small(), "dicom").replace((300).to_bytes(4, "little"), (2**31).to_bytes(4, "little"))
    assert refusal(dicom) is Fault.TRUNCATED


def test_a_changed_ishne_header_fails_its_checksum() -> None:
    ishne = bytearray(write(small(), "ishne"))
    ishne[30] ^= 1
    assert refusal(bytes(ishne)) is Fault.CHECKSUM


def test_files_above_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "RESTING_BYTES", 1000)
    monkeypatch.setattr(reading, "HOLTER_BYTES", 2000)
    assert refusal(write(small(), "scp")) is Fault.TOO_LARGE
    assert refusal(write(small(count=1000), "edf")) is Fault.TOO_LARGE
    assert (64 << 20, 2 << 30) == (67_108_864, 2_147_483_648)


def test_a_dicom_object_without_waveform_is_no_ecg() -> None:
    whole = write(small(), "dicom")
    at = whole.index(b"\x00\x54\x00\x01SQ")
    assert refusal(whole[:at]) in {Fault.TRUNCATED, Fault.NOT_AN_ECG}


def test_every_seed_is_told_from_its_content() -> None:
    names = {name.split()[0] for name in seeds()}
    assert names == set(READABLE)
    found = {detect(seed.data) for seed in seeds().values()}
    assert found == (set(READABLE) | {"zip"})
