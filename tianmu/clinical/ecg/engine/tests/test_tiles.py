"""Signal tiles: lossless for any samples, gaps kept, one fixture shared with the browser's decoder."""

import base64
import gzip
import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tianmu.clinical.ecg.engine.recording import Kind, Lead, Recording
from tianmu.clinical.ecg.engine.tiles import (
    MISSING,
    PlanarSignal,
    TileError,
    cut,
    decode,
    encode,
    planar,
    pyramid_level,
    tile_range,
)

FIXTURE = Path(__file__).parents[5] / "web/packages/widgets/ecg/fixtures/tiles.json"
any_samples = arrays.arrays(np.int16, st.tuples(st.integers(1, 6), st.integers(0, 40)))


def signal_of(samples: np.ndarray, names: tuple[str, ...] = ("I", "II", "III", "aVR", "aVL", "aVF")) -> PlanarSignal:
    leads = samples.shape[0]
    return PlanarSignal(names[:leads], 500.0, (2.5,) * leads, samples)


def limb_leads(n: int = 5000) -> np.ndarray:
    rng = np.random.default_rng(7)
    one = (200 * np.sin(np.arange(n) / 40) + rng.normal(0, 1.2, n)).round().astype(np.int32)
    two = (300 * np.sin(np.arange(n) / 40 + 0.3) + rng.normal(0, 1.2, n)).round().astype(np.int32)
    rows = (one, two, two - one, -((one + two) >> 1), (2 * one - two) >> 1, (2 * two - one) >> 1)
    return np.array(rows, dtype=np.int16)


@given(any_samples, st.booleans(), st.integers(0, 2**32 - 1))
def test_level_0_round_trip_is_bit_exact(samples: np.ndarray, packed: bool, first: int) -> None:
    tile = decode(encode(signal_of(samples), packed=packed, first_sample=first))
    assert tile.values.tolist() == samples.tolist()
    assert (tile.level, tile.first_sample, tile.fs_hz) == (0, first, 500.0)
    assert tile.names == ("I", "II", "III", "aVR", "aVL", "aVF")[: samples.shape[0]]
    assert tile.uv_per_lsb == (2.5,) * samples.shape[0]


@given(any_samples, st.integers(1, 3), st.booleans())
def test_pyramid_round_trip_and_meaning(samples: np.ndarray, level: int, packed: bool) -> None:
    tile = decode(encode(signal_of(samples), level=level, packed=packed))
    size = 8**level
    for lead, row in enumerate(samples.astype(int)):
        for index in range(tile.values.shape[2]):
            here = [x for x in row[index * size : (index + 1) * size] if x != MISSING]
            expected = [min(here), max(here)] if here else [MISSING, MISSING]
            assert tile.values[lead, :, index].tolist() == expected


def test_limb_leads_that_follow_from_others_cost_almost_nothing() -> None:
    samples = limb_leads()
    two_leads = len(gzip.compress(encode(signal_of(samples[:2]))))
    six_leads = len(gzip.compress(encode(signal_of(samples))))
    assert six_leads - two_leads < 600
    assert decode(encode(signal_of(samples))).values.tolist() == samples.tolist()


def test_twelve_leads_of_ten_seconds_fit_the_budget() -> None:
    rng = np.random.default_rng(3)
    chest = (250 * np.sin(np.arange(5000) / 35) + rng.normal(0, 1.2, (6, 5000))).round().astype(np.int16)
    names = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
    signal = PlanarSignal(names, 500.0, (2.5,) * 12, np.vstack((limb_leads(), chest)))
    assert len(gzip.compress(encode(signal))) <= 25_000


def test_shared_fixture_is_what_the_encoder_writes() -> None:
    if not FIXTURE.exists():
        pytest.skip("the web sources are not beside this installation")
    cases = json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 4
    for case in cases:
        samples = np.array(case["samples"], dtype=np.int16)
        signal = PlanarSignal(tuple(case["names"]), case["fs_hz"], tuple(case["uv_per_lsb"]), samples)
        tile = encode(signal, level=case["level"], first_sample=case["first_sample"], packed=case["packed"])
        assert base64.b64encode(tile).decode() == case["base64"]
        assert decode(tile).values.reshape(samples.shape[0], -1).tolist() == case["values"]


@pytest.mark.parametrize("level", [0, 1, 2])
def test_tiles_of_a_long_recording_join_without_gap(level: int) -> None:
    signal = signal_of(limb_leads(2_000), ("I",))
    signal = PlanarSignal(("I",), 3.0, (1.0,), signal.samples[:1])
    joined, index = [], 0
    while (span := tile_range(signal.fs_hz, level, index))[0] < 2_000:
        tile = decode(encode(cut(signal, *span), level=level, first_sample=span[0]))
        assert tile.first_sample == span[0]
        joined.append(tile.values.reshape(1, -1) if level == 0 else tile.values)
        index += 1
    whole = signal.samples if level == 0 else pyramid_level(signal.samples, level)
    assert np.concatenate(joined, axis=-1).tolist() == whole.tolist()
    assert index == -(-2_000 // (30 * 8**level))


@pytest.mark.parametrize("cut_at", [0, 3, 19, 30, -1])
def test_damaged_bytes_are_refused(cut_at: int) -> None:
    with pytest.raises(TileError):
        decode(encode(signal_of(limb_leads(40)))[:cut_at])


@given(st.integers(0, 300), st.integers(0, 255))
def test_one_changed_byte_never_crashes(at: int, value: int) -> None:
    data = bytearray(encode(signal_of(limb_leads(20))))
    data[at % len(data)] = value
    with suppress(TileError):
        assert decode(bytes(data)).values.ndim in {2, 3}


def test_too_many_leads_are_refused() -> None:
    with pytest.raises(TileError):
        encode(PlanarSignal((), 500.0, (), np.zeros((0, 4), np.int16)))
    with pytest.raises(TileError):
        pyramid_level(np.zeros((1, 4), np.int16), 0)


def test_planar_brings_leads_to_one_clock_and_sixteen_bits() -> None:
    fast = Lead("I", 500.0, np.array([0, 10, MISSING, 30], np.int32), 1.0, offset_lsb=2.0)
    slow = Lead("II", 250.0, np.array([0, 100], np.int32), 5.0)
    loud = Lead("V1", 500.0, np.array([0, 100_000, -100_000], np.int32), 1.0)
    signal = planar(Recording(Kind.RESTING, "test", (fast, slow, loud)))
    assert signal.fs_hz == 500.0
    assert signal.samples.tolist() == [
        [2, 12, MISSING, 32],
        [0, 50, 100, 100],
        [0, 25_000, -25_000, MISSING],
    ]
    assert signal.uv_per_lsb == (1.0, 5.0, 4.0)
