"""Limb leads that a file leaves out, computed exactly in integers (Einthoven, Goldberger): for files of eight leads."""

from dataclasses import replace

import numpy as np

from tianmu.clinical.ecg.engine.gaps import united
from tianmu.clinical.ecg.engine.recording import STANDARD_12, Lead, Recording

_FORMULAS = {"III": (-1, 1, 1.0), "aVR": (-1, -1, 0.5), "aVL": (2, -1, 0.5), "aVF": (-1, 2, 0.5)}


def with_derived_leads(recording: Recording) -> Recording:
    """Return the recording with III, aVR, aVL and aVF added where only I and II are stored, in the standard order.

    A derived lead is a*I + b*II in stored units at the scale of I, halved where the formula asks for it; nothing is
    added when I and II differ in rate, scale, offset or length.
    """
    found = {lead.name: lead for lead in recording.leads}
    first, second = found.get("I"), found.get("II")
    missing = [name for name in _FORMULAS if name not in found]
    if first is None or second is None or not missing or not _alike(first, second):
        return recording
    for name in missing:
        found[name] = _derived(name, first, second)
    order = [name for name in STANDARD_12 if name in found]
    order += [name for name in found if name not in order]
    return replace(recording, leads=tuple(found[name] for name in order))


def _alike(first: Lead, second: Lead) -> bool:
    same = (first.fs_hz, first.uv_per_lsb, first.offset_lsb, first.samples.size)
    return same == (second.fs_hz, second.uv_per_lsb, second.offset_lsb, second.samples.size)


def _derived(name: str, first: Lead, second: Lead) -> Lead:
    of_first, of_second, scale = _FORMULAS[name]
    samples = of_first * first.samples.astype(np.int64) + of_second * second.samples.astype(np.int64)
    limits = np.iinfo(np.int32)
    return replace(
        first,
        name=name,
        samples=np.clip(samples, limits.min, limits.max).astype(np.int32),
        uv_per_lsb=first.uv_per_lsb * scale,
        offset_lsb=first.offset_lsb * (of_first + of_second),
        gaps=united((first.gaps, second.gaps)),
    )
