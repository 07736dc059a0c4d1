"""Draw a synthetic 12-lead ECG; same scenario and seed, same samples (docs/algorithms/ecg-synthesis.md)."""

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Beats, Boundaries
from tianmu.clinical.ecg.engine.recording import STANDARD_12, Filters, Float64, Kind, Lead, Recording
from tianmu.clinical.ecg.synthesis.labels import true_statements
from tianmu.clinical.ecg.synthesis.noise import (
    add_noise,
    fibrillatory_waves,
    flutter_waves,
    silence,
    ventricular_fibrillation,
)
from tianmu.clinical.ecg.synthesis.person import change_of, person_of
from tianmu.clinical.ecg.synthesis.reversal import swap_cables
from tianmu.clinical.ecg.synthesis.rhythms import Activation, Plan, plan_rhythm, qrs_shape
from tianmu.clinical.ecg.synthesis.scenario import Repolarisation, Rhythm, Scenario
from tianmu.clinical.ecg.synthesis.shapes import (
    Person,
    Template,
    draw,
    load_shapes,
    no_change,
    p_template,
    qrs_template,
)
from tianmu.clinical.ecg.synthesis.truth import Synthetic, Truth

MAXIMUM_SAMPLES = 60_000_000


def generate(scenario: Scenario, seed: int) -> Synthetic:
    """Draw the scenario: a Recording of 12 leads (int16 range) and the truth beside it.

    Raises ValueError when length times rate is beyond MAXIMUM_SAMPLES per lead or the rate is below 100 Hz.
    """
    samples = round(scenario.duration_s * scenario.fs_hz)
    if not 1 <= samples <= MAXIMUM_SAMPLES or scenario.fs_hz < 100.0:
        raise ValueError("Ask for 100 Hz or more and at most 60 million samples per lead.")
    rng = np.random.default_rng(seed)
    person = person_of(scenario, rng)
    plan = plan_rhythm(scenario, rng)
    templates = _templates(scenario, person, plan)
    canvas = np.zeros((8, samples))
    _draw_background(canvas, scenario, person, plan, rng)
    p_templates = {name: p_template(name, person) for name in {shape for _, shape in plan.p_waves}}
    for at, name in plan.p_waves:
        draw(canvas, scenario.fs_hz, p_templates[name], at, 0.0)
    breath, phase = rng.uniform(0.2, 0.3), rng.uniform(0.0, 2.0 * np.pi)
    for beat in plan.activations:
        scale = beat.scale * (1.0 + 0.025 * np.sin(2.0 * np.pi * breath * beat.at_s + phase))
        draw(
            canvas,
            scenario.fs_hz,
            templates[beat.shape],
            beat.at_s,
            _qt_ms(scenario, templates[beat.shape], beat),
            scale,
        )
    _draw_spikes(canvas, scenario.fs_hz, plan)
    add_noise(canvas, scenario.fs_hz, scenario.noise, rng)
    silence(canvas, scenario.noise)
    return Synthetic(
        recording=_recording(swap_cables(canvas, scenario.reversal, rng), scenario),
        truth=_truth(scenario, plan, templates, p_templates, samples),
    )


def _templates(scenario: Scenario, person: Person, plan: Plan) -> dict[str, Template]:
    own = qrs_shape(scenario)
    change = change_of(scenario)
    names = {beat.shape for beat in plan.activations} | {own}
    return {name: qrs_template(name, person, change if name == own else no_change()) for name in names}


def _qt_ms(scenario: Scenario, template: Template, beat: Activation) -> float:
    """Return QT at this cycle length; a wide QRS adds half of its excess, as JT stays."""
    rr = min(max(beat.rr_s, 0.3), 1.4)
    qt = scenario.qtc_ms * rr ** (1.0 / 3.0) + 0.5 * max(0.0, template.duration_ms - 100.0)
    return float(min(qt, max(0.93 * 1000.0 * beat.rr_s, template.duration_ms + 130.0)))


def _draw_background(canvas: Float64, scenario: Scenario, person: Person, plan: Plan, rng: np.random.Generator) -> None:
    n, fs_hz = canvas.shape[1], scenario.fs_hz
    table = load_shapes()["background"]
    if scenario.rhythm is Rhythm.ATRIAL_FIBRILLATION:
        rate = rng.uniform(*table["fibrillation"]["rate_per_minute"])
        strength = np.array(table["fibrillation"]["xyz_uv"])[:, None] * rng.uniform(0.5, 1.25)
        canvas += person.project((fibrillatory_waves(n, fs_hz, rate, rng) * strength).T, turned=False).T
    elif scenario.rhythm is Rhythm.ATRIAL_FLUTTER and plan.flutter_period_s is not None:
        saw = flutter_waves(n, fs_hz, plan.flutter_period_s, plan.activations[0].at_s)
        xyz = np.array([table["flutter"]["xyz_uv"]]) * rng.uniform(0.8, 1.25)
        canvas += person.project(xyz, turned=False).T * saw[None, :]
    elif scenario.rhythm is Rhythm.VENTRICULAR_FIBRILLATION:
        strength = np.array([190.0, 260.0, 190.0])[:, None] * rng.uniform(0.7, 1.4)
        canvas += person.project((ventricular_fibrillation(n, fs_hz, rng) * strength).T, turned=False).T


def _draw_spikes(canvas: Float64, fs_hz: float, plan: Plan) -> None:
    direction = np.array([0.35, 0.9, -0.5, -0.6, 0.25, 0.4, 0.45, 0.4])
    width = max(1, round(0.002 * fs_hz))
    for at, amplitude in plan.spikes:
        first = round(at * fs_hz)
        if 0 <= first < canvas.shape[1]:
            canvas[:, first : first + width] += (direction * amplitude)[:, None]


def _recording(leads: Float64, scenario: Scenario) -> Recording:
    limit = 32767
    counts = np.clip(np.round(leads / scenario.uv_per_lsb), -limit, limit).astype(np.int32)
    return Recording(
        kind=Kind.RESTING
        if scenario.duration_s <= 30.0
        else Kind.STRIP
        if scenario.duration_s <= 600.0
        else Kind.HOLTER,
        format="synthetic",
        leads=tuple(
            Lead(
                name,
                scenario.fs_hz,
                counts[index],
                scenario.uv_per_lsb,
                filters=Filters(0.05, min(150.0, scenario.fs_hz * 0.4)),
            )
            for index, name in enumerate(STANDARD_12)
        ),
    )


def _truth(
    scenario: Scenario, plan: Plan, templates: dict[str, Template], p_templates: dict[str, Template], samples: int
) -> Truth:
    fs, inside, boundaries = scenario.fs_hz, [], []
    for beat in plan.activations:
        template = templates[beat.shape]
        peak = (beat.at_s + template.peak_ms / 1000.0) * fs
        if 0 <= peak < samples:
            inside.append((beat, peak))
            boundaries.append(_boundaries(scenario, beat, template, p_templates, samples))
    shapes = {name: index for index, name in enumerate(dict.fromkeys(beat.shape for beat, _ in inside))}
    own = next((beat for beat, _ in inside if beat.shape == qrs_shape(scenario)), inside[0][0] if inside else None)
    dominant = templates[own.shape] if own is not None else None
    p_onset = next(iter(p_templates.values())).onset_ms if p_templates else 0.0
    rr = np.diff([peak for _, peak in inside]) / fs
    return Truth(
        scenario=scenario,
        beats=Beats(
            samples=np.array([round(peak) for _, peak in inside], dtype=np.int32),
            classes=np.array([beat.beat_class.value for beat, _ in inside], dtype=np.str_),
            templates=np.array([shapes[beat.shape] for beat, _ in inside], dtype=np.int32),
        ),
        boundaries=tuple(boundaries),
        p_peaks=tuple(
            (at + p_templates[name].peak_ms / 1000.0) * fs
            for at, name in plan.p_waves
            if 0.0 <= at < scenario.duration_s
        ),
        statements=true_statements(scenario, float(rr.max()) if rr.size else None),
        ventricular_rate=float(60.0 / rr.mean()) if rr.size else 0.0,
        pr_ms=own.pr_ms + dominant.onset_ms - p_onset
        if own and dominant is not None and own.pr_ms is not None
        else None,
        qrs_ms=dominant.duration_ms if dominant is not None else None,
        qt_ms=_qt_ms(scenario, dominant, own) if own and dominant is not None and dominant.has_t else None,
    )


def _boundaries(
    scenario: Scenario, beat: Activation, template: Template, p_templates: dict[str, Template], samples: int
) -> Boundaries:
    def place(milliseconds: float) -> float | None:
        sample = (beat.at_s + milliseconds / 1000.0) * scenario.fs_hz
        return sample if 0 <= sample < samples else None

    p_name = "ectopic" if beat.beat_class.value == "S" and "ectopic" in p_templates else next(iter(p_templates), None)
    p = p_templates[p_name] if p_name and beat.pr_ms is not None else None
    pr = beat.pr_ms or 0.0
    t_end = template.onset_ms + _qt_ms(scenario, template, beat)
    has_t = template.has_t and scenario.repolarisation is not Repolarisation.FLAT_T
    return Boundaries(
        p_onset=place(p.onset_ms - pr) if p else None,
        p_peak=place(p.peak_ms - pr) if p else None,
        p_end=place(p.end_ms - pr) if p else None,
        qrs_onset=place(template.onset_ms),
        r_peak=place(template.peak_ms),
        qrs_end=place(template.end_ms),
        t_peak=place(t_end - 2.0 * template.t_fall_ms) if has_t else None,
        t_end=place(t_end) if has_t else None,
    )
