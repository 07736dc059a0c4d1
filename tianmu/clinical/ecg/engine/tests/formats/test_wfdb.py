"""WFDB: every storage format, multi-segment records, annotations, archives, and what is refused."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import read, wfdb_files, write
from tianmu.clinical.ecg.engine.formats.container import zip_files
from tianmu.clinical.ecg.engine.recording import Annotation, Int32
from tianmu.clinical.ecg.engine.tests.formats.recordings import small, wave

HEADER = "r 2 250 {count}\nr.dat {storage} 200 12 0 0 {first} 0 II\nr.dat {storage} 200 12 0 0 {second} 0 V1\n"
BITS = {8: 7, 16: 16, 24: 24, 32: 31, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}


def packed(values: Sequence[int], storage: int) -> bytes:
    """Return samples packed one by one, by the words of the manual, slow and plain."""
    if storage in {8, 16, 24, 32, 61}:
        size = {8: 1, 16: 2, 24: 3, 32: 4, 61: 2}[storage]
        order: Literal["big", "little"] = "big" if storage == 61 else "little"
        return b"".join(int(value).to_bytes(size, order, signed=True) for value in values)
    if storage in {80, 160}:
        size = storage // 80
        return b"".join((int(value) + (1 << (8 * size - 1))).to_bytes(size, "little") for value in values)
    if storage == 212:
        return b"".join(_pack_212(a & 0xFFF, b & 0xFFF) for a, b in _groups(values, 2))
    pack = _pack_310 if storage == 310 else _pack_311
    return b"".join(pack(*(value & 0x3FF for value in group)) for group in _groups(values, 3))


def _groups(values: Sequence[int], size: int) -> list[list[int]]:
    padded = [int(value) for value in values] + [0] * (-len(values) % size)
    return [padded[at : at + size] for at in range(0, len(padded), size)]


def _pack_212(first: int, second: int) -> bytes:
    return bytes([first & 0xFF, first >> 8 | second >> 8 << 4, second & 0xFF])


def _pack_310(first: int, second: int, third: int) -> bytes:
    low, high = first << 1 | (third & 0x1F) << 11, second << 1 | third >> 5 << 11
    return low.to_bytes(2, "little") + high.to_bytes(2, "little")


def _pack_311(first: int, second: int, third: int) -> bytes:
    return (first | second << 10 | third << 20).to_bytes(4, "little")


def two_leads(storage: int, count: int) -> Int32:
    peak = min((1 << (BITS[storage] - 1)) - 1, 1_000_000)
    return np.stack([wave(1, count, peak), wave(2, count, peak)], axis=1)


@pytest.mark.parametrize("storage", BITS)
@pytest.mark.parametrize("count", [30, 31])
def test_every_storage_format_is_read(storage: int, count: int) -> None:
    table = two_leads(storage, count)
    stored = np.diff(table, axis=0, prepend=0) if storage == 8 else table
    header = HEADER.format(count=count, storage=storage, first=0, second=0)
    found = read(header.encode(), "r.hea", {"r.dat": packed(stored.reshape(-1).tolist(), storage)})
    assert np.array_equal(found.leads[0].samples, table[:, 0])
    assert np.array_equal(found.leads[1].samples, table[:, 1])
    assert found.leads[0].uv_per_lsb == 5.0


@pytest.mark.parametrize("storage", [16, 24, 32, 61, 80, 160, 212, 310, 311])
def test_every_storage_format_agrees_with_the_wfdb_package(storage: int, tmp_path: Path) -> None:
    wfdb = pytest.importorskip("wfdb")
    table = two_leads(storage, 30)
    (tmp_path / "r.hea").write_text(HEADER.format(count=30, storage=storage, first=0, second=0))
    (tmp_path / "r.dat").write_bytes(packed(table.reshape(-1).tolist(), storage))
    theirs = wfdb.rdrecord(str(tmp_path / "r"), physical=False, ignore_skew=True).d_signal
    ours = read((tmp_path / "r.hea").read_bytes(), "r.hea", {"r.dat": (tmp_path / "r.dat").read_bytes()})
    assert np.array_equal(theirs, np.stack([lead.samples for lead in ours.leads], axis=1))


def test_offsets_skew_units_and_several_samples_per_frame() -> None:
    header = (
        "r 2 100 4 08:15:30.5 09/03/2025\nr.dat 16x2+3 2(10)/uV 16 0 0 0 0 I\n"
        "r.dat 16:1+3 200/mV 16 5 0 0 0 II\n# 69 M 1 x\n"
    )
    body = b"\x00\x00\x00" + np.array([1, 2, 9, 3, 4, 8, 5, 6, 7, 7, 8, 6], "<i2").tobytes()
    found = read(header.encode(), "r.hea", {"R.DAT": body})
    fast, slow = found.leads
    assert (fast.fs_hz, fast.samples.tolist(), fast.uv.tolist()[:2]) == (200.0, [1, 2, 3, 4, 5, 6, 7, 8], [-4.5, -4.0])
    assert (slow.fs_hz, slow.samples.tolist(), slow.offset_lsb) == (100.0, [8, 7, 6, 5], -5.0)
    assert found.started_at is not None
    assert found.started_at.isoformat() == "2025-03-09T08:15:30.500000"
    assert (found.patient.age_years, found.patient.sex) == (69.0, "M")


def test_missing_samples_stand_at_zero_and_are_told() -> None:
    header = "r 1 100 4\nr.dat 16 200(5)/mV 16 5 0 0 0 II\n"
    found = read(header.encode(), "r.hea", {"r.dat": np.array([7, -32768, -32768, 9], "<i2").tobytes()})
    assert found.leads[0].uv.tolist() == [10.0, 0.0, 0.0, 20.0]
    assert found.leads[0].gaps == ((1, 3),)
    assert any("2 samples are marked as missing" in warning for warning in found.warnings)


def test_segments_are_joined_and_gaps_marked() -> None:
    parts = {}
    for name, values in (("a", [1, 2, 3]), ("b", [4, 5])):
        parts[f"{name}.hea"] = f"{name} 1 250 {len(values)}\n{name}.dat 16 200 16 0 0 0 0 II\n".encode()
        parts[f"{name}.dat"] = np.array(values, "<i2").tobytes()
    found = read(b"m/3 1 250 9\na 3\n~ 4\nb 2\n", "m.hea", parts)
    assert found.leads[0].samples.tolist() == [1, 2, 3, 0, 0, 0, 0, 4, 5]
    assert found.leads[0].gaps == ((3, 7),)
    assert found.annotations == (Annotation(3, "gap", text="4 samples are missing"),)
    archive = zip_files({"m.hea": b"m/3 1 250 9\na 3\n~ 4\nb 2\n", **parts})
    assert read(archive).leads[0].samples.tolist() == found.leads[0].samples.tolist()


def test_annotations_with_long_gaps_texts_and_leads_come_back() -> None:
    marks = (
        Annotation(5, "N"), Annotation(900_000, "+", text="(AFIB"), Annotation(900_010, "V", lead="V1"),
        Annotation(900_020, "N", lead="I", text="odd"), Annotation(900_021, '"', text="note"),
    )  # fmt: skip
    files = wfdb_files(replace(small(), annotations=marks))
    found = read(files["record.hea"], "record.hea", files).annotations
    assert [(mark.sample, mark.symbol, mark.text) for mark in found] == [(m.sample, m.symbol, m.text) for m in marks]
    assert [mark.lead for mark in found][2:4] == ["V1", "I"]


def refusal(data: bytes, name: str | None = None, companions: dict[str, bytes] | None = None) -> Fault:
    with pytest.raises(UnreadableRecordingError) as caught:
        read(data, name, companions)
    return caught.value.fault


def test_a_header_alone_asks_for_its_signal_file() -> None:
    assert refusal(wfdb_files(small())["record.hea"]) is Fault.COMPANION_MISSING


def test_a_signal_file_finds_its_header_among_the_companions() -> None:
    header = b"q 1 250 3\nq.mat 16+24 200 16 0 0 0 0 II\n"
    matrix = b"\x1e\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00val\x00"
    body = matrix + np.array([4, 5, 6], "<i2").tobytes()
    assert read(body, "q.mat", {"q.hea": header}).leads[0].samples.tolist() == [4, 5, 6]
    assert refusal(body, "q.mat") is Fault.COMPANION_MISSING
    files = wfdb_files(small())
    assert np.array_equal(read(files["record.dat"], "record.dat", files).leads[2].samples, small().leads[2].samples)
    assert refusal(files["record.dat"], "record.dat") is Fault.UNKNOWN_FORMAT


def test_damage_is_named() -> None:
    files = wfdb_files(small())
    cut = {**files, "record.dat": files["record.dat"][:-1]}
    assert refusal(files["record.hea"], "record.hea", cut) is Fault.TRUNCATED
    changed = bytearray(files["record.dat"])
    changed[10] ^= 4
    assert refusal(files["record.hea"], "record.hea", {"record.dat": bytes(changed)}) is Fault.CHECKSUM
    huge = files["record.hea"].replace(b" 300 ", b" 4000000000 ")
    assert refusal(huge, "record.hea", files) is Fault.TOO_LARGE
    assert refusal(b"r 9999 250 10\n", "r.hea") is Fault.TOO_LARGE
    assert refusal(b"r 2 250 10\nr.dat 16 200\n", "r.hea") is Fault.TRUNCATED
    assert refusal(b"r 1 250 10\nr.dat 516 200\n", "r.hea", {"r.dat": b"x" * 99}) is Fault.UNSUPPORTED


def test_a_few_bytes_do_not_fill_the_memory() -> None:
    part = {"a.hea": b"a 1 250 3\na.dat 16 200 16 0 0 0 0 II\n", "a.dat": bytes(6)}
    assert refusal(b"m/2 1 250 900000003\na 3\n~ 900000000\n", "m.hea", part) is Fault.TOO_LARGE
    assert refusal(b"m/2 1 250 6\na 3\na 3\n", "m.hea", part) is Fault.MALFORMED
    assert refusal(b"r 1 250 900000000\n~ 0 200\n", "r.hea") is Fault.TOO_LARGE
    lines = b"".join(b"a.dat 16 200\nb.dat 16 200\n" for _ in range(100))
    twice = {"a.dat": bytes(2_000_000), "b.dat": bytes(2_000_000)}
    assert refusal(b"r 200 250 1000000\n" + lines, "r.hea", twice) is Fault.TOO_LARGE


def test_archives_that_are_no_record_are_refused() -> None:
    whole = write(small(), "wfdb")
    assert refusal(whole[: len(whole) // 2]) is Fault.TRUNCATED
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.dat", b"\x00" * (40 << 20))
    assert len(stream.getvalue()) < 400_000
    assert refusal(stream.getvalue()) is Fault.TOO_LARGE
    files = wfdb_files(small())
    assert refusal(zip_files({**files, "other.hea": files["record.hea"]})) is Fault.MALFORMED
    assert refusal(zip_files({"a.txt": b"hello", "b.txt": b"world"})) is Fault.COMPANION_MISSING
    assert refusal(zip_files({"inner.zip": whole})) is Fault.MALFORMED


def test_any_single_file_may_come_in_a_zip() -> None:
    found = read(zip_files({"x.scp": write(small(), "scp")}))
    assert found.format == "scp"
