"""SCP-ECG: every encoding of the samples, odd layouts of the file, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import read, write
from tianmu.clinical.ecg.engine.formats.scp_huffman import DEFAULT_TABLE, Code, decode, encode_default
from tianmu.clinical.ecg.engine.formats.scp_samples import differences, encode_lead, undo_differences
from tianmu.clinical.ecg.engine.recording import Int32
from tianmu.clinical.ecg.engine.tests.formats.recordings import leads_of, small, wave
from tianmu.clinical.ecg.engine.tests.formats.scp_files import (
    Zone,
    bimodal_values,
    huffman,
    lead_section,
    location_section,
    plain,
    sample_section,
    scp_file,
    table_section,
)  # fmt: skip

DEFAULT = (19999).to_bytes(2, "little")
FIRST = (Code(1, 1, 0, 0), Code(3, 3, 1, 0b100), Code(3, 3, -1, 0b101), Code(3, 3, 0, 0b110, 2), Code(3, 19, 0, 0b111))
SECOND = (Code(2, 2, 7, 0b00), Code(2, 2, -7, 0b01), Code(2, 10, 0, 0b10), Code(2, 2, 0, 0b11, 1))


def default_part(samples: Int32, order: int) -> bytes:
    part = encode_lead(samples, order)
    assert part is not None
    return part


def one_lead(samples: Int32, part: bytes, order: int, tables: bytes | None = None, count: int | None = None) -> bytes:
    bodies = {
        1: b"\xff\x00\x00",
        3: lead_section([count or samples.size], [2]),
        6: sample_section([part], 2500, 2000, order),
    }
    return scp_file(bodies if tables is None else {**bodies, 2: tables})


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(-32768, 32767), max_size=300))
def test_the_default_table_gives_back_any_16_bit_numbers(values: list[int]) -> None:
    numbers = np.array(values, np.int32)
    coded = encode_default(numbers)
    assert coded is not None
    assert np.array_equal(decode(coded, numbers.size, (DEFAULT_TABLE,)), numbers)


def test_the_default_table_is_that_of_the_standard() -> None:
    coded = encode_default(np.array([0, 1, -1, 2, 8, -8, 9, 200], np.int32))
    assert coded is not None
    bits = "010010111001111111100111111110111111111100000100111111111110000000011001000"
    assert f"{int.from_bytes(coded, 'big'):0{len(coded) * 8}b}".startswith(bits)


@given(st.integers(0, 2), st.lists(st.integers(-30000, 30000), max_size=50))
def test_differences_are_undone(order: int, values: list[int]) -> None:
    samples = np.array(values, np.int32)
    assert np.array_equal(undo_differences(differences(samples, order), order), samples)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("coded", [True, False])
def test_plain_and_huffman_samples_of_every_order(order: int, coded: bool) -> None:
    samples = wave(4, 1200, 900)
    part = default_part(samples, order) if coded else plain(samples, order)
    found = read(one_lead(samples, part, order, DEFAULT if coded else None))
    assert np.array_equal(found.leads[0].samples, samples)
    assert (found.fs_hz, found.leads[0].uv_per_lsb, found.leads[0].name) == (500.0, 2.5, "II")


@pytest.mark.parametrize("tables", [(FIRST, SECOND), ((*FIRST[:3], FIRST[4]),)])
def test_custom_tables_with_and_without_switching(tables: tuple[tuple[Code, ...], ...]) -> None:
    values = [0, 1, -1, 300, 7, -7, 100, 1, 0, 0, -32768, 7, 7, 7]
    samples = np.array(values, np.int32)
    found = read(one_lead(samples, huffman(values, tables), 0, table_section(tables)))
    assert np.array_equal(found.leads[0].samples, samples)


@pytest.mark.parametrize("step_nv", [2500, 1250])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_reference_beats_are_added_back(order: int, step_nv: int) -> None:
    beat = (200 * np.hanning(100)).astype(np.int32)
    zones = [Zone(101 + 400 * k, 150 + 400 * k, 200 + 400 * k, 131 + 400 * k, 170 + 400 * k) for k in range(3)]
    whole = wave(5, 1200, 300)
    rest = whole.astype(np.int64) * (2500 // step_nv)
    for zone in zones:
        rest[zone.start - 1 : zone.end] -= beat * (2500 // step_nv)
    bodies = {
        1: b"\xff\x00\x00", 2: DEFAULT, 3: lead_section([1200], [1], subtracted=True),
        4: location_section(zones, 200, 50),
        5: sample_section([default_part(beat, order)], 2500, 2000, order),
        6: sample_section([default_part(rest.astype(np.int32), order)], step_nv, 2000, order),
    }  # fmt: skip
    found = read(scp_file(bodies))
    assert np.array_equal(found.leads[0].uv, whole * 2.5)
    assert np.array_equal(found.median[0].uv, beat * 2.5)


@pytest.mark.parametrize("interval_us", [8000, 2000])
def test_bimodal_data_are_whole_in_protected_zones_and_smooth_outside(interval_us: int) -> None:
    zones = [Zone(1 + 400 * k, 150 + 400 * k, 400 + 400 * k, 101 + 400 * k, 200 + 400 * k) for k in range(3)]
    time = np.arange(1200) / 500.0
    beat = np.rint(300 * np.exp(-(((np.arange(400) - 149) / 12.0) ** 2))).astype(np.int32)
    drift = np.rint(80 * np.sin(2 * np.pi * 0.7 * time)).astype(np.int32)
    stored = bimodal_values(drift, zones, 4)
    bodies = {
        1: b"\xff\x00\x00", 2: DEFAULT, 3: lead_section([1200], [1], subtracted=True),
        4: location_section(zones, 800, 150),
        5: sample_section([default_part(beat, 2)], 5000, 2000, 2),
        6: sample_section([default_part(stored, 2)], 5000, interval_us, 2, bimodal=True),
    }  # fmt: skip
    found = read(scp_file(bodies)).leads[0]
    whole = np.tile(beat, 3) + drift
    kept = np.concatenate([np.arange(zone.low - 1, zone.high) for zone in zones])
    assert found.fs_hz == 500.0
    assert np.array_equal(found.samples[kept], whole[kept])
    assert int(np.abs(found.samples - whole).max()) <= 3


def test_leads_longer_than_32767_samples() -> None:
    samples = wave(6, 40000, 200)
    assert np.array_equal(read(one_lead(samples, default_part(samples, 2), 2, DEFAULT)).leads[0].samples, samples)
    assert np.array_equal(read(one_lead(samples, plain(samples, 0), 0)).leads[0].samples, samples)
    long = small(count=40000, names=("II",))
    assert np.array_equal(read(write(long, "scp")).leads[0].samples, long.leads[0].samples)


def test_sections_out_of_order_and_padding() -> None:
    leads = leads_of(("I", "II", "V1", "V2", "V3", "V4", "V5", "V6"), 500.0, 600, 2.5, 8)
    parts = [default_part(lead.samples, 1) + b"\x00" * 3 for lead in leads]
    bodies = {
        1: b"\xff\x00\x00",
        2: DEFAULT,
        3: lead_section([600] * 8, range(1, 9)),
        6: sample_section(parts, 2500, 2000, 1),
    }
    found = read(scp_file(bodies, order=(6, 3, 2, 1), padding=5) + b"trailing")
    assert [lead.name for lead in found.leads] == ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(found.leads, leads, strict=True))
    assert any("8 bytes follow" in text for text in found.warnings)


def test_odd_optional_sections_are_warnings() -> None:
    samples = wave(4, 300, 900)
    bodies = {
        1: b"\x00\xff\xffabc", 3: lead_section([300], [2]), 4: b"\x01", 7: b"\x01", 8: bytes(8) + b"\x05\x01",
        6: sample_section([plain(samples, 0)], 2500, 2000, 0),
    }  # fmt: skip
    found = read(scp_file(bodies))
    assert np.array_equal(found.leads[0].samples, samples)
    assert {text.split()[0] + text.split()[1] for text in found.warnings} >= {"Section4", "Section7"}


def refusal(data: bytes) -> Fault:
    with pytest.raises(UnreadableRecordingError) as caught:
        read(data)
    return caught.value.fault


def test_damage_is_named() -> None:
    whole = write(small(), "scp")
    assert refusal(whole[:-40]) is Fault.TRUNCATED
    assert refusal(whole[:-1] + bytes([whole[-1] ^ 1])) is Fault.CHECKSUM
    samples = wave(4, 500, 900)
    assert refusal(one_lead(samples, default_part(samples, 2)[:200], 2, DEFAULT)) is Fault.TRUNCATED
    assert refusal(one_lead(samples, plain(samples, 0), 0, count=2**31)) is Fault.MALFORMED
    assert refusal(scp_file({1: b"\xff\x00\x00"})) is Fault.NOT_AN_ECG


def test_a_lead_too_long_for_the_format_is_refused() -> None:
    long = small(count=300_000, names=("II",))
    with pytest.raises(UnreadableRecordingError) as caught:
        write(long, "scp")
    assert caught.value.fault is Fault.UNSUPPORTED
