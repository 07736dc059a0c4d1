"""The station's judgement without a network against the engine's: grades, faults, swapped cables."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.analysis import Quality
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.recording import Recording
from tianmu.clinical.ecg.engine.tests.formats.real_files import needs_real_files, wfdb_names, wfdb_record
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Noise, Reversal, Rhythm

ROOT = Path(__file__).resolve().parent.parent
JUDGE = ROOT / "web" / "apps" / "point" / "acquire" / "judge.cli.ts"
CALM = Noise()
NOISES = (
    Noise(white_uv=3.0, wander_uv=40.0),
    Noise(mains_uv=30.0, wander_uv=60.0, muscle_uv=12.0),
    Noise(mains_uv=250.0),
    Noise(wander_uv=1800.0),
    Noise(muscle_uv=220.0),
    Noise(lead_off=("V3",)),
    Noise(lead_off=("V1", "V2", "V3", "V4")),
    Noise(lead_off=("I", "II")),
    Noise(mains_uv=250.0, wander_uv=1800.0),
)
CLEAR = (Reversal.RA_LA, Reversal.RA_LL, Reversal.RA_RL, Reversal.V1_V2, Reversal.V2_V3)
SEEDS = range(2)


def node() -> Path:
    """Return the node of this environment."""
    return Path(sys.executable).parent / "node"


def judged(recordings: Sequence[Recording]) -> list[dict[str, Any]]:
    """Return the station's verdicts on recordings."""
    return told([(one.fs_hz, {lead.name: lead.recorded_uv for lead in one.leads}) for one in recordings])


def told(signals: Sequence[tuple[float, Mapping[str, NDArray[Any]]]]) -> list[dict[str, Any]]:
    """Return the station's verdicts on leads in µV."""
    lines = [
        json.dumps(
            {
                "fs_hz": fs_hz,
                "names": list(leads),
                "uv": [base64.b64encode(row.astype("<f4").tobytes()).decode() for row in leads.values()],
            }
        )
        for fs_hz, leads in signals
    ]
    run = subprocess.run(
        [node(), str(JUDGE)], input="\n".join(lines), capture_output=True, text=True, check=True, timeout=240, cwd=ROOT
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def engine(recording: Recording) -> Quality:
    """Return what the engine says of the same signal."""
    return analyse(recording, age_years=45.0, sex="M").quality


def faults(quality: Quality) -> Mapping[str, set[str]]:
    """Return the engine's faults of each lead."""
    return {name: set(lead.faults) for name, lead in quality.leads.items()}


def drawn(noise: Noise = CALM, seed: int = 1, **facts: Any) -> Recording:
    """Return a recording of the generator."""
    return generate(Scenario(noise=noise, individual=0.5, **facts), seed).recording


def test_grades_and_faults_are_those_of_the_engine() -> None:
    recordings = [drawn(noise, seed) for noise, seed in product(NOISES, SEEDS)]
    verdicts = judged(recordings)
    assert len(verdicts) == len(recordings)
    for recording, verdict in zip(recordings, verdicts, strict=True):
        quality = engine(recording)
        assert verdict["grade"] == quality.grade
        assert {name: set(lead["faults"]) for name, lead in verdict["leads"].items()} == faults(quality)
    assert {verdict["grade"] for verdict in verdicts} >= {"A", "C", "D"}


def test_missing_samples_are_a_fault_and_never_a_signal() -> None:
    clean = drawn()
    torn = {lead.name: lead.recorded_uv.copy() for lead in clean.leads}
    for row in torn.values():
        row[1000:2800] = np.nan
    verdict = told([(clean.fs_hz, torn)])[0]
    assert verdict["grade"] == "D"
    assert all("missing" in lead["faults"] for lead in verdict["leads"].values())


def test_swapped_cables_are_suspected_where_the_engine_suspects_them() -> None:
    recordings = [drawn(seed=seed, reversal=reversal) for reversal, seed in product(CLEAR, range(4))]
    suspected = [set(verdict["reversals"]) for verdict in judged(recordings)]
    by_engine = [set(engine(recording).reversals) for recording in recordings]
    swapped = [reversal.value for reversal, _ in product(CLEAR, range(4))]
    found = sum(name in codes for name, codes in zip(swapped, suspected, strict=True))
    agreed = sum(one == other for one, other in zip(suspected, by_engine, strict=True))
    assert found >= 0.85 * len(recordings), found
    assert agreed >= 0.85 * len(recordings), agreed


def test_straight_cables_are_not_suspected() -> None:
    recordings = [
        drawn(seed=seed, rhythm=rhythm) for rhythm in (Rhythm.SINUS, Rhythm.ATRIAL_FIBRILLATION) for seed in range(6)
    ]
    assert sum(bool(verdict["reversals"]) for verdict in judged(recordings)) <= 1


@needs_real_files
def test_real_recordings_get_the_grade_of_the_engine() -> None:
    recordings = []
    for name in wfdb_names("ludb"):
        header, filename, others = wfdb_record("ludb", name)
        recordings.append(read(header, filename, companions=others))
    same = sum(
        verdict["grade"] == engine(one).grade for one, verdict in zip(recordings, judged(recordings), strict=True)
    )
    assert same >= 0.9 * len(recordings), same
