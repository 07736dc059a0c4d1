"""Frames in time, and the course of a session as a machine that hypothesis drives."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tianmu.clinical.ecg.rules.live.hello import HelloError, read_hello
from tianmu.clinical.ecg.rules.live.limits import LimitError, LiveLimits
from tianmu.clinical.ecg.rules.live.states import (
    LONGEST,
    REJOIN,
    Course,
    EndReason,
    LiveState,
    SessionOverError,
    begun,
)
from tianmu.clinical.ecg.rules.live.timeline import AheadError, Place, Timeline

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HELLO = {"protocol": 1, "leads": ["I", "II"], "fs_hz": 250, "samples_per_frame": 50, "uv_per_lsb": 2.5}


def test_a_lost_frame_leaves_a_hole_of_its_length_and_a_doubled_one_nothing() -> None:
    line = Timeline(200.0, 0.0)

    assert line.place(0, 5_000, 200) == Place(0, 0)
    assert line.place(3, 5_600, 800) == Place(3, 2)
    assert line.place(3, 5_600, 900) is None
    assert line.place(1, 5_200, 950) is None
    assert (line.missing, line.doubled, line.next_seq) == (2, 2, 4)


def test_a_pause_that_the_device_did_not_count_is_a_hole_too() -> None:
    line = Timeline(200.0, 0.0)
    line.place(0, 5_000, 210)

    assert line.place(1, 15_000, 10_215) == Place(50, 49)
    assert line.place(2, 15_200, 10_415) == Place(51, 0)
    assert line.next_seq == 3


def test_frames_that_come_late_but_were_taken_in_time_are_no_pause() -> None:
    line = Timeline(200.0, 0.0)
    line.place(0, 5_000, 210)

    assert [line.place(seq, 5_000 + 200 * seq, 30_000) for seq in range(1, 4)] == [Place(n, 0) for n in (1, 2, 3)]


def test_a_clock_that_was_set_forward_alone_makes_no_hole() -> None:
    line = Timeline(200.0, 0.0)
    line.place(0, 5_000, 210)

    assert line.place(1, 3_605_000, 410) == Place(1, 0)


def test_nobody_sends_the_future() -> None:
    line = Timeline(200.0, 0.0)
    with pytest.raises(AheadError):
        line.place(60, 5_000, 200)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4_000)), max_size=60), st.integers(0, 3_000))
def test_no_sample_is_ever_moved_by_more_than_the_line_took(steps: list[tuple[bool, int]], late_ms: int) -> None:
    """Whatever is lost or held back, a frame stands where its own instant is, to one frame and the first delay."""
    line, arrival = Timeline(200.0, 0.0), 0.0
    shown = []
    for seq, (lost, held) in enumerate(steps):
        taken = 200.0 * (seq + 1)
        arrival = max(arrival, taken + (held if held < late_ms else 0))
        if not lost:
            place = line.place(seq, 7_000 + round(taken), arrival)
            assert place is not None
            shown.append((place.index, seq))
    if shown:
        offset = shown[0][0] - shown[0][1]
        assert all(index - seq == offset for index, seq in shown)


class SessionMachine(RuleBasedStateMachine):
    """Devices that come, go and come again; staff that ends; time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.course: Course = begun(NOW)
        self.ended_at: datetime | None = None

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        reason = self.course.overdue(self.now)
        if reason is not None:
            self.course = self.course.ended(reason, self.now)

    @rule()
    def frame(self) -> None:
        if self.course.state is LiveState.ENDED:
            with pytest.raises(SessionOverError):
                self.course.heard(self.now)
        else:
            self.course = self.course.heard(self.now)
            assert self.course.state is LiveState.LIVE

    @rule()
    def line_breaks(self) -> None:
        before = self.course
        self.course = self.course.lost(self.now)
        if before.state is LiveState.INTERRUPTED:
            assert self.course.since == before.since, "a second break must not give the device more time"

    @rule()
    def join(self) -> None:
        late = self.course.state in {LiveState.INTERRUPTED, LiveState.OPEN} and self.now - self.course.since > REJOIN
        if self.course.state is LiveState.ENDED or late or self.now - self.course.began_at > LONGEST:
            with pytest.raises(SessionOverError):
                self.course.joined(self.now)
        else:
            self.course = self.course.joined(self.now)

    @rule(reason=st.sampled_from(EndReason))
    def end(self, reason: EndReason) -> None:
        before = self.course
        self.course = self.course.ended(reason, self.now)
        assert self.course.reason is (before.reason or reason)

    @invariant()
    def ended_stays_ended(self) -> None:
        if self.course.state is LiveState.ENDED:
            self.ended_at = self.ended_at or self.course.since
            assert self.course.since == self.ended_at
            assert self.course.reason is not None
        else:
            assert self.ended_at is None
        assert self.course.began_at == NOW


TestSessionMachine = SessionMachine.TestCase


def test_a_hello_is_read() -> None:
    said = HELLO | {"patient": {"name": "张三", "sex": "M", "birth_date": "1958-03-21"}, "place": "抢救室 1 床"}
    hello = read_hello(said)

    assert (hello.leads, hello.uv_per_lsb, hello.frame_ms) == (("I", "II"), (2.5, 2.5), 200.0)
    assert (hello.person.name, hello.place) == ("张三", "抢救室 1 床")


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": 2},
        {"leads": []},
        {"leads": ["I", "I"]},
        {"leads": ["X"]},
        {"leads": "I"},
        {"fs_hz": 1000},
        {"fs_hz": True},
        {"samples_per_frame": 5},
        {"samples_per_frame": 51.0},
        {"samples_per_frame": 100},
        {"uv_per_lsb": 0},
        {"uv_per_lsb": [1.0]},
        {"uv_per_lsb": [1.0, "2"]},
        {"device_clock": 5},
        {"place": "x" * 61},
        {"place": "a\nb"},
        {"patient": "张三"},
        {"patient": {"sex": "X"}},
        {"patient": {"birth_date": "21.3.58"}},
        {"patient": {"id": "7"}},
        {"resume": "7"},
    ],
)
def test_a_hello_that_cannot_be_used_says_why(change: dict[str, object]) -> None:
    with pytest.raises(HelloError, match=r"\."):
        read_hello(HELLO | change)


@pytest.mark.parametrize(
    "change",
    [{"low_rate": 10}, {"high_rate": "x"}, {"low_rate": 90, "high_rate": 80}, {"colour": 1}, {"fibrillation": 1}],
)
def test_limits_out_of_range_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(LimitError):
        LiveLimits().changed(change)


def test_limits_of_one_session_change_only_what_they_name() -> None:
    limits = LiveLimits().changed({"low_rate": 40, "lead_off": False})

    assert (limits.low_rate, limits.high_rate, limits.lead_off) == (40.0, 130.0, False)
