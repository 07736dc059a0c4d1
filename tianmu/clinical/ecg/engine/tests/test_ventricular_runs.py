"""Ventricular runs: low wide beats among tall ones, and tachycardia from the first second (ecg.md 3.3, 15)."""

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.beats import detect
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Ectopy, Repolarisation, Rhythm

FS_HZ = 250.0
WINDOW = 37


def _missed_and_false(scenario: Scenario, seeds: range, leads: tuple[str, ...]) -> tuple[int, int, int]:
    """Return the beats drawn (those at the edges left out), those not found, and those found where none is."""
    counts = np.zeros(3, dtype=np.int64)
    for seed in seeds:
        drawn = generate(scenario, seed)
        uv = np.stack([lead.uv for lead in drawn.recording.leads if lead.name in leads])
        found, truth = detect(uv, FS_HZ), drawn.truth.beats.samples
        truth = truth[(truth > 0.1 * FS_HZ) & (truth < uv.shape[1] - 0.1 * FS_HZ)]
        distance = np.abs(found[:, None] - drawn.truth.beats.samples[None, :])
        missed = np.abs(found[:, None] - truth[None, :]).min(axis=0) > WINDOW
        counts += (truth.size, int(missed.sum()), int((distance.min(axis=1) > WINDOW).sum()))
    return int(counts[0]), int(counts[1]), int(counts[2])


@pytest.mark.parametrize("leads", [("II",), ("V1",), ("V5",), ("II", "V1", "V5")])
def test_runs_of_ventricular_beats_are_found(leads: tuple[str, ...]) -> None:
    scenario = Scenario(rate=74.0, duration_s=240.0, fs_hz=FS_HZ, ectopy=Ectopy.RUN, ectopic_beats=8)
    drawn, missed, false = _missed_and_false(scenario, range(1, 4), leads)
    assert drawn > 800
    assert missed <= (4 if leads == ("V5",) else 0)
    assert false == 0


@pytest.mark.parametrize("rate", [140.0, 180.0, 230.0])
def test_no_beat_of_a_tachycardia_is_lost_at_the_start(rate: float) -> None:
    scenario = Scenario(rhythm=Rhythm.VENTRICULAR_TACHYCARDIA, rate=rate, duration_s=10.0, fs_hz=FS_HZ)
    drawn, missed, false = _missed_and_false(scenario, range(6), ("II", "V1", "V5"))
    assert drawn >= 6 * (rate / 6.0 - 2.0)
    assert missed == 0
    assert false == 0


def test_tall_t_waves_of_hyperkalaemia_are_no_beats() -> None:
    scenario = Scenario(repolarisation=Repolarisation.HYPERKALAEMIA, rate=64.0, duration_s=60.0, fs_hz=FS_HZ)
    drawn, missed, false = _missed_and_false(scenario, range(4), ("II",))
    assert drawn > 240
    assert missed <= 2
    assert false <= 4
