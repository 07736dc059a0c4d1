"""The frames as bytes: back and forth, torn, altered, hostile."""

import contextlib
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.rules.live import frames
from tianmu.clinical.ecg.rules.live.frames import MOST_LEADS, MOST_SAMPLES, Frame, FrameError

SAMPLES = st.builds(
    lambda leads, count, seed: np.random.default_rng(seed).integers(-32768, 32768, (leads, count), dtype=np.int16),
    st.integers(1, MOST_LEADS),
    st.integers(1, MOST_SAMPLES),
    st.integers(0, 2**32),
)
FRAMES = st.builds(Frame, st.uuids(), st.integers(0, 2**32 - 1), st.integers(-(2**63), 2**63 - 1), SAMPLES)


@given(FRAMES)
def test_a_frame_comes_back_as_it_was(frame: Frame) -> None:
    back = frames.decode(frames.encode(frame))

    assert (back.session, back.seq, back.clock_ms) == (frame.session, frame.seq, frame.clock_ms)
    assert np.array_equal(back.samples, frame.samples)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    try:
        frame = frames.decode(data)
    except FrameError:
        return
    assert frames.encode(frame) == data


@given(FRAMES, st.data())
def test_altered_frames_never_do_more_than_be_refused(frame: Frame, data: st.DataObject) -> None:
    raw = bytearray(frames.encode(frame))
    for _ in range(3):
        raw[data.draw(st.integers(0, min(len(raw) - 1, 60)))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for read in (frames.decode, lambda one: list(frames.split(one)), lambda one: list(frames.records(one))):
        with contextlib.suppress(FrameError):
            read(cut)


@given(FRAMES, st.integers(0, 2**32 - 1), st.integers(0, 2**48))
def test_another_place_in_time_leaves_the_samples(frame: Frame, seq: int, clock_ms: int) -> None:
    moved = frames.decode(frames.restamp(frames.encode(frame), seq, clock_ms))

    assert (moved.seq, moved.clock_ms, moved.session) == (seq, clock_ms, frame.session)
    assert np.array_equal(moved.samples, frame.samples)


@given(FRAMES, st.data())
def test_some_leads_are_those_leads(frame: Frame, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.integers(0, frame.samples.shape[0] - 1), min_size=1, max_size=4, unique=True))

    few = frames.decode(frames.only_leads(frames.encode(frame), wanted))

    assert np.array_equal(few.samples, frame.samples[wanted])


@given(st.lists(FRAMES, max_size=5), st.data())
def test_a_torn_journal_gives_every_whole_record_before_the_tear(kept: list[Frame], data: st.DataObject) -> None:
    raw = [frames.encode(frame) for frame in kept]
    journal = b"".join(map(frames.as_record, raw))
    at = data.draw(st.integers(0, len(journal)))
    whole, size = [], 0
    for one in raw:
        size += len(one) + 4
        if size <= at:
            whole.append(one)

    assert list(frames.records(journal[:at])) == whole
    assert list(frames.split(b"".join(raw))) == raw


def test_the_worked_example_of_the_manual() -> None:
    frame = Frame(UUID(int=1), 7, 1_700_000_000_000, np.array([[1, -2], [3, 4]], dtype=np.int16))

    assert frames.encode(frame).hex() == (
        "544c0102" + "0" * 31 + "1" + "07000000" + "0068e5cf8b010000" + "02000000" + "0100feff03000400"
    )


@pytest.mark.parametrize(
    "frame",
    [
        Frame(UUID(int=1), -1, 0, np.zeros((1, 1), np.int16)),
        Frame(UUID(int=1), 0, 2**63, np.zeros((1, 1), np.int16)),
        Frame(UUID(int=1), 0, 0, np.zeros((0, 1), np.int16)),
        Frame(UUID(int=1), 0, 0, np.zeros((1, MOST_SAMPLES + 1), np.int16)),
        Frame(UUID(int=1), 0, 0, np.zeros((1, 4), np.int32)),
    ],
)
def test_what_does_not_fit_is_not_sent(frame: Frame) -> None:
    with pytest.raises(FrameError):
        frames.encode(frame)
