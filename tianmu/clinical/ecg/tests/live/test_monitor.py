"""Detection on drawn rhythms: what is told, how soon, and what is not told."""

import numpy as np
import pytest

from tianmu.clinical.ecg.rules.live.alarms import AlarmBook, AlarmKind
from tianmu.clinical.ecg.rules.live.frames import MISSING, Int16
from tianmu.clinical.ecg.rules.live.limits import LiveLimits
from tianmu.clinical.ecg.rules.live.monitor import Monitor
from tianmu.clinical.ecg.synthesis import generate
from tianmu.clinical.ecg.synthesis.scenario import Conduction, Ectopy, Noise, Rhythm, Scenario

SINUS = Scenario(duration_s=25.0, fs_hz=250.0)


def drawn(*scenarios: Scenario) -> tuple[tuple[str, ...], list[float], Int16]:
    recordings = [generate(one, seed).recording for seed, one in enumerate(scenarios, 1)]
    rows = [np.stack([lead.samples for lead in one.leads]).astype(np.int16) for one in recordings]
    leads = recordings[0].leads
    return tuple(lead.name for lead in leads), [lead.uv_per_lsb for lead in leads], np.concatenate(rows, axis=1)


def changes(*scenarios: Scenario, limits: LiveLimits | None = None) -> list[tuple[str, bool, float]]:
    names, scale, rows = drawn(*scenarios)
    monitor = Monitor(names, 250.0, scale, limits or LiveLimits())
    return [
        (one.kind.value, one.raised, one.at_s)
        for start in range(0, rows.shape[1], 250)
        for one in monitor.push(rows[:, start : start + 250]).changes
    ]


@pytest.mark.parametrize(
    "scenario",
    [
        SINUS,
        Scenario(duration_s=90.0, fs_hz=250.0, noise=Noise(muscle_uv=60.0, wander_uv=300.0, mains_uv=50.0)),
        Scenario(duration_s=60.0, fs_hz=250.0, ectopy=Ectopy.PVC, ectopic_beats=12),
        Scenario(duration_s=60.0, fs_hz=250.0, rate=105.0, conduction=Conduction.LBBB),
        Scenario(duration_s=60.0, fs_hz=250.0, rhythm=Rhythm.SINUS_ARRHYTHMIA),
        Scenario(duration_s=60.0, fs_hz=250.0, rhythm=Rhythm.PACED_VENTRICULAR),
    ],
)
def test_nothing_is_told_of_what_needs_no_alarm(scenario: Scenario) -> None:
    assert changes(scenario) == []


@pytest.mark.parametrize(
    ("rhythm", "rate", "kind", "within_s"),
    [
        (Rhythm.ASYSTOLE, 72.0, "asystole", 5.5),
        (Rhythm.VENTRICULAR_FIBRILLATION, 72.0, "vf", 8.0),
        (Rhythm.VENTRICULAR_TACHYCARDIA, 170.0, "vt", 10.0),
    ],
)
def test_what_cannot_wait_is_told_soon_and_ends_with_its_cause(
    rhythm: Rhythm, rate: float, kind: str, within_s: float
) -> None:
    told = changes(SINUS, Scenario(rhythm=rhythm, rate=rate, duration_s=15.0, fs_hz=250.0), SINUS)
    mine = [(raised, at) for name, raised, at in told if name == kind]

    assert [raised for raised, _ in mine] == [True, False]
    assert 25.0 < mine[0][1] <= 25.0 + within_s
    assert 40.0 <= mine[1][1] <= 57.0
    assert {name for name, _, _ in told} <= {kind, "tachycardia"}


def test_torsades_whose_small_beats_the_detector_misses_is_told() -> None:
    noise = Noise(mains_uv=60.0, wander_uv=100.0, muscle_uv=25.0)
    twisting = Scenario(rhythm=Rhythm.TORSADES, rate=196.0, duration_s=12.0, fs_hz=250.0, noise=noise)
    told = changes(SINUS, twisting)
    assert [name for name, raised, _ in told if raised and name in {"vt", "vf"}] == ["vt"]


def test_limits_of_the_rate_and_fibrillation() -> None:
    slow = Scenario(rate=38.0, duration_s=25.0, fs_hz=250.0)
    fast = Scenario(rate=150.0, duration_s=25.0, fs_hz=250.0)
    irregular = Scenario(rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=90.0, duration_s=60.0, fs_hz=250.0)

    assert [name for name, _, _ in changes(slow)] == ["bradycardia"]
    assert [name for name, _, _ in changes(fast)] == ["tachycardia"]
    assert [name for name, _, _ in changes(irregular)] == ["fibrillation"]
    assert changes(slow, limits=LiveLimits(low_rate=35.0)) == []
    assert changes(irregular, limits=LiveLimits(fibrillation=False)) == []


def test_a_lost_lead_is_named_and_the_rhythm_is_judged_by_others() -> None:
    names, scale, rows = drawn(SINUS, Scenario(duration_s=12.0, fs_hz=250.0), SINUS)
    rows = rows.copy()
    off = [names.index("II"), names.index("V5")]
    rows[off, 25 * 250 : 37 * 250] = MISSING
    monitor = Monitor(names, 250.0, scale, LiveLimits())
    told = [one for at in range(0, rows.shape[1], 250) for one in monitor.push(rows[:, at : at + 250]).changes]

    assert [(one.kind, one.raised) for one in told] == [(AlarmKind.LEAD_OFF, True), (AlarmKind.LEAD_OFF, False)]
    assert told[0].value == "II, V5"
    assert monitor.rate() == pytest.approx(72, abs=3)


def test_a_hole_is_neither_asystole_nor_a_rate() -> None:
    names, scale, rows = drawn(SINUS, SINUS)
    rows = rows.copy()
    rows[:, 20 * 250 : 32 * 250] = MISSING
    monitor, rates = Monitor(names, 250.0, scale, LiveLimits()), {}
    for at in range(0, rows.shape[1], 250):
        reading = monitor.push(rows[:, at : at + 250])
        rates[reading.at_s] = reading.rate
        assert reading.changes == ()

    assert rates[31.0] is None
    assert rates[50.0] == pytest.approx(72, abs=3)


def test_the_heart_rate_follows_the_true_one() -> None:
    names, scale, rows = drawn(
        Scenario(rate=60.0, duration_s=30.0, fs_hz=250.0), Scenario(rate=96.0, duration_s=40.0, fs_hz=250.0)
    )
    monitor = Monitor(names, 250.0, scale, LiveLimits())

    assert monitor.push(rows[:, :7_500]).rate == pytest.approx(60, abs=2)
    assert monitor.push(rows[:, 7_500:]).rate == pytest.approx(96, abs=2)


def test_alarms_neither_flicker_nor_stay() -> None:
    book = AlarmBook()
    found = {AlarmKind.TACHYCARDIA: "140"}

    assert book.update(found, 0.0) == ()
    assert [one.raised for one in book.update(found, 3.0)] == [True]
    assert book.update({}, 4.0) == ()
    assert book.update(found, 5.0) == ()
    assert book.update({}, 6.0) == ()
    assert [one.raised for one in book.update({}, 11.0)] == [False]
    assert book.update({AlarmKind.VF: ""}, 12.0)[0].raised
    assert [one.kind for one in book.end_all(13.0)] == [AlarmKind.VF]
