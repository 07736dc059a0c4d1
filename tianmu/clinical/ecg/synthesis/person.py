"""The person behind a synthetic ECG: how this heart lies and conducts, and what damage adds to the shape."""

import math

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.synthesis.rhythms import qrs_shape
from tianmu.clinical.ecg.synthesis.scenario import Scenario
from tianmu.clinical.ecg.synthesis.shapes import Change, Person, load_shapes, local


def _turn(angle_deg: float, first: int, second: int) -> Float64:
    matrix = np.eye(3)
    cosine, sine = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    matrix[first, first] = matrix[second, second] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def person_of(scenario: Scenario, rng: np.random.Generator) -> Person:
    """Draw one heart; `individual` 0 gives the text-book heart, 1 the usual spread; special shapes spread less."""
    spread = scenario.individual * (1.0 if qrs_shape(scenario) == "normal" and scenario.old is None else 0.4)
    draws = rng.standard_normal(6)
    gains = rng.standard_normal(8)
    frontal = (
        scenario.rotation_deg
        + 13.0 * spread * float(np.clip(draws[0], -2, 2))
        - 8.0 * (scenario.age_years > 60) * spread
    )
    horizontal = 7.0 * spread * float(np.clip(draws[1], -2, 2))
    woman = 0.88 if scenario.sex == "F" else 1.0
    return Person(
        rotation=_turn(frontal, 0, 1) @ _turn(horizontal, 0, 2),
        gain=scenario.qrs_gain * woman * math.exp(0.13 * spread * float(draws[2])),
        t_gain=woman * math.exp(0.16 * spread * float(draws[3])) * min(1.0, scenario.qrs_gain * 1.3),
        p_gain=scenario.p_gain * math.exp(0.12 * scenario.individual * float(np.clip(draws[4], -1.5, 2))),
        width=math.exp(0.03 * spread * float(np.clip(draws[5], -2, 2))) * (0.97 if scenario.sex == "F" else 1.0),
        lead_gain=1.0 + 0.06 * scenario.individual * np.clip(gains, -2, 2) * np.array([0, 0, 1, 1, 1, 1, 1, 1]),
    )


def change_of(scenario: Scenario) -> Change:
    """Collect what infarction and repolarisation add; acute tables are multiples of `st_uv`, the others millivolts."""
    table = load_shapes()
    changes = table["repolarisation"][scenario.repolarisation.value]
    st, t = local(changes.get("st", {})) * 1000.0, local(changes.get("t", {})) * 1000.0
    quick = np.zeros(8)
    first = None
    if scenario.acute is not None:
        acute = table["acute"][scenario.acute.value]
        st = st + local(acute["st"]) * scenario.st_uv
        t = t + local(acute["t"]) * scenario.st_uv
    if scenario.old is not None:
        old = table["old"][scenario.old.value]
        quick = local(old["local"]) * 1000.0
        t = t + local(old["t"]) * 1000.0
        first = np.array(old["replace_first"], dtype=np.float64)
    return Change(
        st=st,
        t=t,
        q=quick,
        j_wave=local(changes.get("j_wave", {})) * 1000.0,
        u_xyz=np.array(changes.get("u_uv", [0.0, 0.0, 0.0]), dtype=np.float64),
        t_scale=float(changes.get("t_scale", 1.0)),
        first_xyz=first,
    )
