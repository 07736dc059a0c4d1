"""When atria and ventricles are activated: one plan per scenario (ecg.md section 5, rhythm and conduction)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tianmu.clinical.ecg.engine.analysis import BeatClass
from tianmu.clinical.ecg.synthesis.scenario import AvBlock, Conduction, Ectopy, Rhythm, Scenario

LEAD_IN_S = 2.0


@dataclass(frozen=True, slots=True)
class Activation:
    """One ventricular activation: origin of QRS in s, class, shape name, preceding RR in s, amplitude factor."""

    at_s: float
    beat_class: BeatClass
    shape: str
    rr_s: float
    pr_ms: float | None = None
    scale: float = 1.0


@dataclass(slots=True)
class Plan:
    """Everything that happens: activations, P waves (origin in s, shape), pacing spikes (s, amplitude µV)."""

    activations: list[Activation] = field(default_factory=list)
    p_waves: list[tuple[float, str]] = field(default_factory=list)
    spikes: list[tuple[float, float]] = field(default_factory=list)
    flutter_period_s: float | None = None

    def conduct(self, at_s: float, rr_s: float, shape: str, pr_ms: float, p_shape: str = "sinus") -> None:
        """Add a P wave and the QRS that follows it by `pr_ms`."""
        self.p_waves.append((at_s - pr_ms / 1000.0, p_shape))
        self.activations.append(Activation(at_s, BeatClass.NORMAL, shape, rr_s, pr_ms))


Planner = Callable[[Scenario, np.random.Generator, str, str], Plan]


def sinus_intervals(scenario: Scenario, rng: np.random.Generator, rate: float, depth: float = 0.018) -> list[float]:
    """Return instants (s) of a sinus clock from before the start until after the end, with respiratory variation."""
    period = 60.0 / rate
    phase = rng.uniform(0.0, 2.0 * np.pi)
    breath_hz = rng.uniform(0.16, 0.28)
    instants = [-LEAD_IN_S + rng.uniform(0.0, period)]
    while instants[-1] < scenario.duration_s + 1.5:
        swing = depth * np.sin(2.0 * np.pi * breath_hz * instants[-1] + phase)
        instants.append(instants[-1] + period * (1.0 + swing + 0.005 * rng.standard_normal()))
    return instants


def _ectopic_places(scenario: Scenario, count: int, rng: np.random.Generator) -> set[int]:
    lead_in = int(LEAD_IN_S * scenario.rate / 60.0) + 2
    last = max(lead_in + 1, count - 5)
    if scenario.ectopy in {Ectopy.BIGEMINY, Ectopy.TRIGEMINY}:
        return set(range(0, count, 1 if scenario.ectopy is Ectopy.BIGEMINY else 2))
    wanted = max(scenario.ectopic_beats, 2 if scenario.ectopy is Ectopy.MULTIFORM else 1)
    slots = np.arange(lead_in, last, 3)
    chosen = rng.choice(slots, size=min(wanted, slots.size), replace=False)
    return {int(place) for place in chosen}


def _sinus(scenario: Scenario, rng: np.random.Generator, shape: str, p_shape: str) -> Plan:
    depth = 0.13 if scenario.rhythm is Rhythm.SINUS_ARRHYTHMIA else 0.018
    clock = np.array(sinus_intervals(scenario, rng, scenario.rate, depth))
    intervals = np.diff(clock)
    if scenario.rhythm is Rhythm.SINUS_PAUSE:
        place = int(np.searchsorted(clock, scenario.duration_s * rng.uniform(0.3, 0.6)))
        intervals[place] = 2.6 + 0.4 * rng.random() + (0.35 if 60.0 / scenario.rate > 0.9 else 0.0)
    places = set() if scenario.ectopy is Ectopy.NONE else _ectopic_places(scenario, intervals.size, rng)
    plan = Plan()
    pr_ms = max(scenario.pr_ms, 225.0) if scenario.av_block is AvBlock.FIRST else scenario.pr_ms
    at, previous, shapes, inserted = float(clock[0]), 60.0 / scenario.rate, ("pvc_a", "pvc_b"), 0
    for index, rr in enumerate(intervals):
        plan.conduct(at, previous, shape, pr_ms, p_shape)
        previous = float(rr)
        if index in places:
            inserted += 1
            at, previous = _insert(plan, scenario, at, float(rr), shape, shapes[inserted % 2], rng)
        else:
            at += float(rr)
    return plan


def _insert(
    plan: Plan, scenario: Scenario, at: float, rr: float, shape: str, alternate: str, rng: np.random.Generator
) -> tuple[float, float]:
    """Add the premature beats after the sinus beat at `at`; return the next sinus instant and the RR before it."""
    if scenario.ectopy is Ectopy.PAC:
        early = at + max(0.40, rr * rng.uniform(0.60, 0.72))
        plan.p_waves.append((early - 0.135, "ectopic"))
        plan.activations.append(Activation(early, BeatClass.SUPRAVENTRICULAR, shape, early - at, 135.0))
        return early + rr * 1.12, rr * 1.12
    length = {Ectopy.COUPLET: 2, Ectopy.RUN: 5}.get(scenario.ectopy, 1)
    first_shape = alternate if scenario.ectopy is Ectopy.MULTIFORM else "pvc_a"
    early, previous = at + max(0.42, rr * rng.uniform(0.52, 0.60)), at
    for _ in range(length):
        plan.activations.append(Activation(early, BeatClass.VENTRICULAR, first_shape, early - previous))
        previous, early = early, early + 0.40 + 0.02 * rng.random()
    after = max(at + 2.0 * rr, previous + rr * 1.05)
    return after, after - previous


def _second_degree(scenario: Scenario, rng: np.random.Generator, shape: str, p_shape: str) -> Plan:
    clock = sinus_intervals(scenario, rng, scenario.rate, 0.01)
    cycle = {AvBlock.WENCKEBACH: 4, AvBlock.MOBITZ_2: 3, AvBlock.TWO_TO_ONE: 2, AvBlock.HIGH_GRADE: 3}[
        scenario.av_block
    ]
    growth = (0.0, 90.0, 140.0) if scenario.av_block is AvBlock.WENCKEBACH else (0.0,) * 3
    conducted = 1 if scenario.av_block is AvBlock.HIGH_GRADE else cycle - 1
    plan, place, last = Plan(), int(rng.integers(0, cycle)), clock[0] - 60.0 / scenario.rate
    for p_at in clock:
        plan.p_waves.append((p_at, p_shape))
        if place < conducted:
            pr_ms = scenario.pr_ms + growth[place]
            at = p_at + pr_ms / 1000.0
            plan.activations.append(Activation(at, BeatClass.NORMAL, shape, at - last, pr_ms))
            last = at
        place = (place + 1) % cycle
    return plan


def _third_degree(scenario: Scenario, rng: np.random.Generator, shape: str, p_shape: str) -> Plan:
    atrial_rate = max(78.0, scenario.rate * 1.7) * rng.uniform(0.98, 1.1)
    escape = shape if scenario.rate >= 42.0 else "escape"
    plan = Plan(p_waves=[(at, p_shape) for at in sinus_intervals(scenario, rng, atrial_rate, 0.01)])
    beats = sinus_intervals(scenario, rng, scenario.rate, 0.0)
    cls = BeatClass.VENTRICULAR if escape == "escape" else BeatClass.NORMAL
    plan.activations = [Activation(at, cls, escape, 60.0 / scenario.rate) for at in beats]
    return plan


def _fibrillation(scenario: Scenario, rng: np.random.Generator, shape: str, _: str) -> Plan:
    plan, at = Plan(), -LEAD_IN_S + rng.random()
    mean = 60.0 / scenario.rate
    places = (
        set() if scenario.ectopy is Ectopy.NONE else _ectopic_places(scenario, int(scenario.duration_s / mean) + 4, rng)
    )
    index, rr = 0, mean
    while at < scenario.duration_s + 1.5:
        plan.activations.append(Activation(at, BeatClass.NORMAL, shape, rr))
        rr = float(max(0.27, mean * np.exp(0.21 * rng.standard_normal() - 0.02)))
        if index in places:
            early = at + max(0.40, 0.55 * mean)
            plan.activations.append(Activation(early, BeatClass.VENTRICULAR, "pvc_a", early - at))
            rr = max(rr, early - at + 0.8 * mean)
        at += rr
        index += 1
    return plan


def _flutter(scenario: Scenario, rng: np.random.Generator, shape: str, _: str) -> Plan:
    ratio = max(1, min(6, round(300.0 / scenario.rate)))
    period = 60.0 / (ratio * scenario.rate) if 240.0 <= ratio * scenario.rate <= 350.0 else 0.2
    varying = ratio > 2 and rng.random() < 0.4
    plan, at = Plan(flutter_period_s=period), -LEAD_IN_S + rng.random()
    while at < scenario.duration_s + 1.5:
        step = (ratio + int(rng.integers(-1, 2)) if varying else ratio) * period
        plan.activations.append(Activation(at, BeatClass.NORMAL, shape, step))
        at += step
    return plan


def _regular(scenario: Scenario, rng: np.random.Generator, shape: str, _: str) -> Plan:
    """Plan rhythms that keep one clock: atrial tachycardia, SVT, junctional, VT, idioventricular."""
    rhythm, rr = scenario.rhythm, 60.0 / scenario.rate
    clock = sinus_intervals(scenario, rng, scenario.rate, 0.002)
    plan = Plan()
    if rhythm is Rhythm.ATRIAL_TACHYCARDIA:
        for at in clock:
            plan.conduct(at, rr, shape, 125.0, "ectopic")
        return plan
    own = {Rhythm.VENTRICULAR_TACHYCARDIA: "vt", Rhythm.IDIOVENTRICULAR: "escape"}.get(rhythm, shape)
    cls = BeatClass.VENTRICULAR if own != shape else BeatClass.NORMAL
    plan.activations = [Activation(at, cls, own, rr) for at in clock]
    if rhythm is Rhythm.VENTRICULAR_TACHYCARDIA:
        plan.p_waves = [(at, "sinus") for at in sinus_intervals(scenario, rng, 78.0)]
    if rhythm is Rhythm.JUNCTIONAL and rng.random() < 0.5:
        plan.p_waves = [(at + 0.11, "retrograde") for at in clock]
    return plan


def _torsades(scenario: Scenario, rng: np.random.Generator, shape: str, p_shape: str) -> Plan:
    plan, at = Plan(), -1.1
    while at < min(2.2, scenario.duration_s / 4.0):
        plan.conduct(at, 1.0, shape, scenario.pr_ms, p_shape)
        at += 1.0
    at -= 0.48
    phase = rng.uniform(0.0, np.pi)
    while at < scenario.duration_s + 0.6:
        rr = 60.0 / scenario.rate * (1.0 + 0.05 * rng.standard_normal())
        scale = float(0.9 * np.sin(2.0 * np.pi * at / 2.8 + phase) + 0.12)
        plan.activations.append(Activation(at, BeatClass.VENTRICULAR, "vt", rr, scale=scale))
        at += rr
    return plan


def _paced(scenario: Scenario, rng: np.random.Generator, shape: str, _: str) -> Plan:
    plan, rr = Plan(), 60.0 / scenario.rate
    for at in sinus_intervals(scenario, rng, scenario.rate, 0.0):
        atrial = scenario.rhythm in {Rhythm.PACED_ATRIAL, Rhythm.PACED_SEQUENTIAL}
        ventricular = scenario.rhythm in {Rhythm.PACED_VENTRICULAR, Rhythm.PACED_SEQUENTIAL}
        pr_ms = 180.0
        if atrial:
            plan.spikes.append((at - pr_ms / 1000.0 - 0.012, 700.0))
            plan.p_waves.append((at - pr_ms / 1000.0, "paced"))
        if ventricular:
            plan.spikes.append((at - 0.006, 1900.0))
        cls = BeatClass.PACED if ventricular else BeatClass.NORMAL
        plan.activations.append(Activation(at, cls, "paced" if ventricular else shape, rr, pr_ms if atrial else None))
    return plan


def qrs_shape(scenario: Scenario) -> str:
    """Name the shape of a conducted beat."""
    if scenario.conduction is not Conduction.NORMAL:
        return scenario.conduction.value
    if scenario.repolarisation.value == "hyperkalaemia":
        return "hyperkalaemia"
    return {"lvh": "lvh", "lvh_strain": "lvh_strain", "rvh": "rvh"}.get(scenario.chamber.value, "normal")


# Fibrillation of the ventricles and asystole have no activations and therefore no planner.
PLANNERS: dict[Rhythm, Planner] = {
    Rhythm.SINUS: _sinus,
    Rhythm.SINUS_ARRHYTHMIA: _sinus,
    Rhythm.SINUS_PAUSE: _sinus,
    Rhythm.ATRIAL_FIBRILLATION: _fibrillation,
    Rhythm.ATRIAL_FLUTTER: _flutter,
    Rhythm.ATRIAL_TACHYCARDIA: _regular,
    Rhythm.SUPRAVENTRICULAR_TACHYCARDIA: _regular,
    Rhythm.JUNCTIONAL: _regular,
    Rhythm.VENTRICULAR_TACHYCARDIA: _regular,
    Rhythm.IDIOVENTRICULAR: _regular,
    Rhythm.TORSADES: _torsades,
    Rhythm.PACED_ATRIAL: _paced,
    Rhythm.PACED_VENTRICULAR: _paced,
    Rhythm.PACED_SEQUENTIAL: _paced,
}


def plan_rhythm(scenario: Scenario, rng: np.random.Generator) -> Plan:
    """Lay out all activations of the scenario in time order."""
    p_shape = {"lae": "lae", "rae": "rae"}.get(scenario.chamber.value, "sinus")
    planner = PLANNERS.get(scenario.rhythm)
    if planner is None:
        return Plan()
    if planner is _sinus and scenario.av_block is AvBlock.THIRD:
        planner = _third_degree
    elif planner is _sinus and scenario.av_block not in {AvBlock.NONE, AvBlock.FIRST}:
        planner = _second_degree
    plan = planner(scenario, rng, qrs_shape(scenario), p_shape)
    plan.activations.sort(key=lambda activation: activation.at_s)
    return plan
