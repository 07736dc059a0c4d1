"""Bring leads to the integers a format can hold: exactly where it can, else within half a step, never clipped."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.recording import Int32, Lead

_MOST_NV = 65535


def whole_offset(lead: Lead) -> Lead:
    """Return the lead with an integer offset: exactly by a finer step where a small factor allows, else rounded."""
    for factor in (1, 2, 4, 5, 8, 10):
        offset = lead.offset_lsb * factor
        if abs(offset - round(offset)) < 1e-9 * max(1.0, abs(offset)):
            if factor == 1:
                return lead if offset == round(offset) else replace(lead, offset_lsb=float(round(offset)))
            return replace(
                lead,
                samples=(lead.samples.astype(np.int64) * factor).astype(np.int32),
                uv_per_lsb=lead.uv_per_lsb / factor,
                offset_lsb=float(round(offset)),
            )
    return replace(lead, offset_lsb=float(round(lead.offset_lsb)))


def common_step_nv(leads: Sequence[Lead], most: int = 32767) -> int:
    """Return one step in whole nV (1 to 65535) that carries all leads without offset within ±`most` steps.

    Exact where all scales are whole nV with a common divisor that fits; else the finest step that fits the range.
    """
    scales = [lead.uv_per_lsb * 1000.0 for lead in leads]
    peak_nv = max((float(np.abs(lead.uv).max(initial=0.0)) * 1000.0 for lead in leads), default=0.0)
    finest = max(1, math.ceil(peak_nv / most))
    whole = [round(scale) for scale in scales]
    if all(n > 0 and abs(scale - n) < 1e-6 * n for scale, n in zip(scales, whole, strict=True)):
        steps = [math.gcd(n, round(n * abs(lead.offset_lsb))) for n, lead in zip(whole, leads, strict=True)]
        step = math.gcd(*steps)
        if finest <= step <= _MOST_NV:
            return step
        if step > _MOST_NV:
            return next(n for n in range(_MOST_NV, 0, -1) if step % n == 0)
    if finest > _MOST_NV:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED, "The amplitudes of this recording are too large for the format; choose DICOM or WFDB."
        )
    return max(finest, min(_MOST_NV, max(1, math.floor(min(scales) / 4))))


def to_steps(lead: Lead, step_uv: float) -> Int32:
    """Return the lead as integers of `step_uv` without offset, shape (n,); exact where the scales divide."""
    ratio = lead.uv_per_lsb / step_uv
    factor, offset = round(ratio), round(ratio * lead.offset_lsb)
    if factor and abs(ratio - factor) < 1e-9 * factor and abs(ratio * lead.offset_lsb - offset) < 1e-6:
        return (lead.samples.astype(np.int64) * factor + offset).astype(np.int32)
    return np.rint(lead.uv / step_uv).astype(np.int32)


def fits_int16(lead: Lead) -> bool:
    """Tell whether every sample fits in a signed 16-bit integer."""
    least = -32767 if lead.gaps else -32768  # the least value stands for missing samples
    return int(lead.samples.min(initial=0)) >= least and int(lead.samples.max(initial=0)) <= 32767
