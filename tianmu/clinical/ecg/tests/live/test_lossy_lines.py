"""Detection on lines that lose frames for ever: what kills is told all the same, and never because of the holes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.measure.chaos import measure_chaos
from tianmu.clinical.ecg.rules.live.alarms import CRITICAL
from tianmu.clinical.ecg.rules.live.frames import MISSING, Int16
from tianmu.clinical.ecg.rules.live.limits import LiveLimits
from tianmu.clinical.ecg.rules.live.monitor import Monitor
from tianmu.clinical.ecg.rules.live.slots import Slots
from tianmu.clinical.ecg.synthesis import generate
from tianmu.clinical.ecg.synthesis.scenario import Conduction, Noise, Rhythm, Scenario

FRAME = 50
LOSSES, SEEDS = st.floats(0.05, 0.2), st.integers(0, 2**32 - 1)
STORMS = {
    "vf": Scenario(rhythm=Rhythm.VENTRICULAR_FIBRILLATION, duration_s=20.0, fs_hz=250.0),
    "vt": Scenario(rhythm=Rhythm.VENTRICULAR_TACHYCARDIA, rate=170.0, duration_s=20.0, fs_hz=250.0),
}
HARMLESS = (
    Scenario(duration_s=40.0, fs_hz=250.0),
    Scenario(duration_s=40.0, fs_hz=250.0, rate=105.0, conduction=Conduction.LBBB),
    Scenario(duration_s=40.0, fs_hz=250.0, noise=Noise(muscle_uv=60.0, wander_uv=300.0, mains_uv=50.0)),
    Scenario(duration_s=40.0, fs_hz=250.0, rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=110.0),
    Scenario(duration_s=40.0, fs_hz=250.0, rate=42.0),
)


def rows_of(scenario: Scenario) -> Int16:
    """Return the samples of a drawn rhythm."""
    found: Int16 = np.stack([lead.samples for lead in generate(scenario, 3).recording.leads]).astype(np.int16)
    return found


def critical(scenario: Scenario, loss: float, seed: int, signal: Int16 | None = None) -> list[tuple[str, float]]:
    """Return which critical alarms were raised, and when, where each frame is lost with the chance `loss`."""
    leads = generate(scenario, 3).recording.leads
    rows = rows_of(scenario) if signal is None else signal.copy()
    rows[:, np.repeat(np.random.default_rng(seed).random(rows.shape[1] // FRAME) < loss, FRAME)] = MISSING
    names, scale = [lead.name for lead in leads], [lead.uv_per_lsb for lead in leads]
    monitor = Monitor(names, 250.0, scale, LiveLimits())
    return [
        (one.kind.value, one.at_s)
        for at in range(0, rows.shape[1], FRAME)
        for one in monitor.push(rows[:, at : at + FRAME]).changes
        if one.raised and one.kind in CRITICAL
    ]


@pytest.mark.parametrize("kind", STORMS)
@settings(max_examples=5, deadline=None)
@given(LOSSES, SEEDS)
def test_a_storm_is_told_through_the_holes(kind: str, loss: float, seed: int) -> None:
    told = critical(STORMS[kind], loss, seed)
    assert told
    assert told[0][1] <= 16.0


@pytest.mark.parametrize("scenario", HARMLESS)
@settings(max_examples=3, deadline=None)
@given(LOSSES, SEEDS)
def test_holes_themselves_are_no_alarm(scenario: Scenario, loss: float, seed: int) -> None:
    assert critical(scenario, loss, seed) == []


def test_a_heart_that_stops_is_told_though_a_tenth_is_lost() -> None:
    still = Scenario(rhythm=Rhythm.ASYSTOLE, duration_s=30.0, fs_hz=250.0)
    assert [kind for kind, at in critical(still, 0.1, 5) if at <= 12.0] == ["asystole"]


def test_a_heart_that_stops_on_a_line_that_loses_a_fifth_is_told_in_time() -> None:
    beating, still = Scenario(fs_hz=250.0), Scenario(rhythm=Rhythm.ASYSTOLE, duration_s=20.0, fs_hz=250.0)
    stops = np.concatenate([rows_of(beating), rows_of(still)], axis=1)
    for seed in (1, 2):
        ((kind, at),) = critical(beating, 0.2, seed, stops)
        assert (kind, at <= 20.0) == ("asystole", True)


@pytest.mark.parametrize(
    ("slots", "holes", "chance"), [("q" * 21, 0, 0.0), ("qqqqhqqqqqqqqqqqqqqqq", 1, 0.0), ("qh" * 12, 12, 0.05)]
)
def test_more_beats_than_holes_are_not_hidden(slots: str, holes: int, chance: float) -> None:
    one = Slots(250.0)
    for kind in slots:
        one.skip() if kind == "h" else one.push(np.zeros((2, one.size)), wild=False)
    assert one.hidden == holes
    assert one.hides(1.2) <= chance
    assert one.hides(1e9) == 1.0


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_silence_is_never_longer_than_what_was_received(lost: list[bool]) -> None:
    slots, heard = Slots(250.0), 0
    for gone in lost:
        if gone:
            slots.skip()
        else:
            slots.push(np.zeros((2, slots.size)), wild=False)
            heard += 1
        assert slots.quiet_s <= 0.2 * heard + 1e-9


@given(SEEDS, st.floats(0.0, 0.3))
@settings(max_examples=20, deadline=None)
def test_a_repeating_signal_repeats_through_the_holes(seed: int, loss: float) -> None:
    at = np.arange(1000) / 250.0
    silent = np.repeat(np.random.default_rng(seed).random(20) < loss, 50)
    whole = np.sin(2 * np.pi * 3.0 * at) * 800.0
    found = measure_chaos(np.stack([np.where(silent, 0.0, whole)] * 3), 250.0, silent)
    assert found.period_ms == pytest.approx(1000.0 / 3.0, abs=25.0)
    assert found.repetition > 0.7


def test_without_a_hole_nothing_is_measured_otherwise() -> None:
    recording = generate(STORMS["vf"], 3).recording
    uv = np.stack([lead.uv for lead in recording.leads])[:, :1000]
    assert measure_chaos(uv, 250.0, np.zeros(1000, dtype=np.bool_)) == measure_chaos(uv, 250.0)
