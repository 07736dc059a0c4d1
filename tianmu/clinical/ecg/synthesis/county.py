"""The mix of one county's month: mostly normal or near normal, about 2 % critical (ecg.md section 12)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.synthesis.scenario import (
    AvBlock,
    Chamber,
    Conduction,
    Ectopy,
    Noise,
    Repolarisation,
    Reversal,
    Rhythm,
    Scenario,
    Territory,
)

_CRITICAL: tuple[tuple[float, dict[str, object]], ...] = (
    (5.0, {"acute": Territory.INFERIOR, "rate": 68.0}),
    (5.0, {"acute": Territory.ANTERIOR, "rate": 88.0}),
    (2.0, {"acute": Territory.EXTENSIVE_ANTERIOR, "rate": 102.0}),
    (1.5, {"acute": Territory.LATERAL, "rate": 80.0}),
    (1.0, {"acute": Territory.POSTERIOR, "rate": 78.0}),
    (2.0, {"av_block": AvBlock.THIRD, "rate": 34.0}),
    (1.5, {"rhythm": Rhythm.VENTRICULAR_TACHYCARDIA, "rate": 172.0}),
    (0.4, {"rhythm": Rhythm.VENTRICULAR_FIBRILLATION}),
    (0.4, {"rhythm": Rhythm.TORSADES, "rate": 220.0, "qtc_ms": 560.0}),
    (2.0, {"rhythm": Rhythm.ATRIAL_FIBRILLATION, "rate": 188.0}),
    (1.5, {"rhythm": Rhythm.SUPRAVENTRICULAR_TACHYCARDIA, "rate": 206.0}),
    (1.0, {"repolarisation": Repolarisation.HYPERKALAEMIA, "p_gain": 0.25, "rate": 62.0}),
    (1.0, {"qtc_ms": 565.0, "rate": 58.0}),
    (1.0, {"rhythm": Rhythm.SINUS_PAUSE, "rate": 48.0}),
)


def population(seed: int, n: int) -> Iterator[Scenario]:
    """Yield `n` scenarios of a county's ECG month, deterministic in `seed`."""
    rng = np.random.default_rng((seed, 20))
    for _ in range(n):
        yield _one(rng)


def _age(rng: np.random.Generator) -> float:
    """Draw an age in years: ECGs are made of the old, of work examinations and of few children."""
    kind = rng.random()
    if kind < 0.03:
        return float(rng.integers(1, 16))
    if kind < 0.33:
        return float(rng.integers(18, 50))
    return float(np.clip(rng.normal(66.0, 11.0), 35.0, 97.0).round())


def _child(age: float, rng: np.random.Generator) -> Scenario:
    rate = float(np.interp(age, [1, 5, 10, 16], [122, 102, 88, 78])) + rng.normal(0.0, 7.0)
    return Scenario(
        rate=rate, age_years=age, sex="M" if rng.random() < 0.5 else "F",
        rotation_deg=float(np.interp(age, [1, 16], [22, 6])),
        pr_ms=float(np.interp(age, [1, 16], [118, 142])), qtc_ms=float(rng.normal(400, 10)), noise=_noise(rng),
        rhythm=Rhythm.SINUS_ARRHYTHMIA if rng.random() < 0.3 else Rhythm.SINUS,
    )  # fmt: skip


def _noise(rng: np.random.Generator) -> Noise:
    kind = rng.random()
    base = Noise(white_uv=float(rng.uniform(2.0, 5.0)), wander_uv=float(rng.gamma(1.5, 25.0)))
    if kind < 0.10:
        return replace(base, mains_uv=float(rng.uniform(20.0, 90.0)))
    if kind < 0.22:
        return replace(base, muscle_uv=float(rng.uniform(10.0, 45.0)))
    if kind < 0.27:
        return replace(base, wander_uv=float(rng.uniform(300.0, 800.0)))
    if kind < 0.29:
        return replace(base, lead_off=(str(rng.choice(["V1", "V2", "V3", "V4", "V5", "V6"])),))
    return base


def _one(rng: np.random.Generator) -> Scenario:
    age = _age(rng)
    if age < 16:
        return _child(age, rng)
    sex = "M" if rng.random() < 0.49 else "F"
    old = (age - 40.0) / 50.0
    scenario = Scenario(
        rate=float(np.clip(rng.normal(74.0, 11.0), 44.0, 118.0)),
        age_years=age,
        sex=sex,
        pr_ms=float(np.clip(rng.normal(154.0 + 10.0 * max(0.0, old), 14.0), 124.0, 188.0)),
        qtc_ms=float(np.clip(rng.normal(397.0 if sex == "M" else 405.0, 12.0), 362.0, 426.0)),
        noise=_noise(rng),
    )
    if rng.random() < 0.02:
        return _critical(scenario, rng)
    scenario = _with_rhythm(scenario, max(0.0, old), rng)
    scenario = _with_shape(scenario, max(0.0, old), rng)
    if rng.random() < 0.012:
        choices = [Reversal.RA_LA, Reversal.RA_LA, Reversal.RA_LL, Reversal.V1_V2, Reversal.V2_V3, Reversal.RA_RL]
        scenario = replace(scenario, reversal=choices[int(rng.integers(0, len(choices)))])
    return scenario


def _critical(scenario: Scenario, rng: np.random.Generator) -> Scenario:
    weights = np.array([weight for weight, _ in _CRITICAL])
    _, fields = _CRITICAL[int(rng.choice(weights.size, p=weights / weights.sum()))]
    st_uv = float(rng.uniform(260.0, 520.0))
    return replace(scenario, age_years=max(scenario.age_years, 41.0), st_uv=st_uv, **fields)  # type: ignore[arg-type]  # table of fields


def _with_rhythm(scenario: Scenario, old: float, rng: np.random.Generator) -> Scenario:
    """Give a share of the people another rhythm or premature beats; shares rise with age."""
    kind = rng.random()
    edges = np.cumsum(
        [0.05 * old**1.3 + 0.002, 0.004 * old, 0.035, 0.035 * old + 0.012, 0.035 * old + 0.015, 0.004, 0.006 * old]
    )
    place = int(np.searchsorted(edges, kind))
    if place == 0:
        return replace(scenario, rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=float(np.clip(rng.normal(88, 18), 52, 150)))
    if place == 1:
        return replace(scenario, rhythm=Rhythm.ATRIAL_FLUTTER, rate=float(rng.choice([75.0, 100.0, 150.0])))
    if place == 2:
        return replace(scenario, rhythm=Rhythm.SINUS_ARRHYTHMIA)
    if place == 3:
        return replace(scenario, ectopy=Ectopy.PAC, ectopic_beats=int(rng.integers(1, 4)))
    if place == 4:
        kinds = [
            Ectopy.PVC,
            Ectopy.PVC,
            Ectopy.PVC,
            Ectopy.PVC,
            Ectopy.COUPLET,
            Ectopy.BIGEMINY,
            Ectopy.TRIGEMINY,
            Ectopy.MULTIFORM,
        ]
        return replace(scenario, ectopy=kinds[int(rng.integers(0, len(kinds)))], ectopic_beats=int(rng.integers(1, 4)))
    if place == 5:
        kinds_av = [AvBlock.WENCKEBACH, AvBlock.WENCKEBACH, AvBlock.MOBITZ_2, AvBlock.TWO_TO_ONE]
        return replace(scenario, av_block=kinds_av[int(rng.integers(0, len(kinds_av)))])
    if place == 6:
        paced = [Rhythm.PACED_VENTRICULAR, Rhythm.PACED_SEQUENTIAL, Rhythm.PACED_ATRIAL]
        return replace(scenario, rhythm=paced[int(rng.integers(0, 3))], rate=65.0)
    if rng.random() < 0.03 + 0.04 * old:
        return replace(scenario, av_block=AvBlock.FIRST, pr_ms=float(rng.uniform(225.0, 290.0)))
    return scenario


def _with_shape(scenario: Scenario, old: float, rng: np.random.Generator) -> Scenario:
    """Give a share of the people another QRS or repolarisation; shares rise with age."""
    kind = rng.random()
    conduction = (
        (0.030 * old + 0.008, Conduction.RBBB),
        (0.022, Conduction.IRBBB),
        (0.014 * old, Conduction.LBBB),
        (0.020 * old + 0.004, Conduction.LAFB),
        (0.002, Conduction.LPFB),
        (0.004 * old, Conduction.RBBB_LAFB),
        (0.006, Conduction.IVCD),
        (0.003, Conduction.WPW_A if rng.random() < 0.5 else Conduction.WPW_B),
    )
    for share, value in conduction:
        if kind < share:
            pr_ms = 105.0 if value.value.startswith("wpw") else scenario.pr_ms
            return replace(scenario, conduction=value, pr_ms=pr_ms)
        kind -= share
    chamber = (
        (0.05 * old + 0.02, Chamber.LVH),
        (0.03 * old, Chamber.LVH_STRAIN),
        (0.006, Chamber.RVH),
        (0.012, Chamber.LAE),
        (0.008, Chamber.RAE),
    )
    for share_chamber, enlarged in chamber:
        if kind < share_chamber:
            return replace(scenario, chamber=enlarged)
        kind -= share_chamber
    return _with_repolarisation(scenario, kind, old, rng)


def _with_repolarisation(scenario: Scenario, kind: float, old: float, rng: np.random.Generator) -> Scenario:
    if kind < 0.022 * old:
        places = [Territory.INFERIOR, Territory.ANTEROSEPTAL, Territory.ANTERIOR, Territory.LATERAL]
        return replace(scenario, old=places[int(rng.integers(0, len(places)))])
    kind -= 0.022 * old
    options = (
        (0.04 * old + 0.005, Repolarisation.T_INVERSION_LATERAL),
        (0.012, Repolarisation.T_INVERSION_ANTERIOR),
        (0.012, Repolarisation.T_INVERSION_INFERIOR),
        (0.05 * old + 0.02, Repolarisation.FLAT_T),
        (0.05 * old + 0.004, Repolarisation.ST_DEPRESSION),
        (0.006, Repolarisation.HYPOKALAEMIA),
        (0.015 if scenario.age_years < 50 and scenario.sex == "M" else 0.0, Repolarisation.EARLY_REPOLARISATION),
        (0.0007, Repolarisation.BRUGADA),
    )
    for share, value in options:
        if kind < share:
            return replace(scenario, repolarisation=value)
        kind -= share
    if kind < 0.012:
        return replace(scenario, qrs_gain=0.34)
    if kind < 0.022:
        return replace(scenario, qtc_ms=float(rng.uniform(482.0, 515.0)))
    return scenario
