"""What swapped cables do to the leads (ecg.md section 10): electrodes are exchanged, the leads formed anew."""

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64
from tianmu.clinical.ecg.synthesis.scenario import Reversal


def swap_cables(canvas: Float64, reversal: Reversal, rng: np.random.Generator) -> Float64:
    """Form the 12 leads from I, II, V1–V6 (8, n), with the named cables exchanged; order STANDARD_12."""
    one, two = canvas[0], canvas[1]
    chest = canvas[2:].copy()
    # Electrode potentials against Wilson's centre, which does not change when limb cables are exchanged.
    right, left, foot = -(one + two) / 3.0, (2.0 * one - two) / 3.0, (2.0 * two - one) / 3.0
    if reversal is Reversal.RA_LA:
        right, left = left, right
    elif reversal is Reversal.RA_LL:
        right, foot = foot, right
    elif reversal is Reversal.LA_LL:
        left, foot = foot, left
    elif reversal is Reversal.RA_RL:
        shift = foot - right
        chest -= shift / 3.0
        right = foot + 2.0 * rng.standard_normal(foot.size)
    elif reversal is not Reversal.NONE:
        first, second = (int(name[1]) - 1 for name in reversal.value.split("_"))
        chest[[first, second]] = chest[[second, first]]
    lead_one, lead_two = left - right, foot - right
    limb = np.stack(
        [
            lead_one,
            lead_two,
            lead_two - lead_one,
            -(lead_one + lead_two) / 2.0,
            lead_one - lead_two / 2.0,
            lead_two - lead_one / 2.0,
        ]
    )
    return np.concatenate([limb, chest])
