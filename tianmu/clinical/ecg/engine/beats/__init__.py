"""Beats: detection, classes, templates, pacing, artefacts, atrial fibrillation, live detector (ecg.md 3, 7, 8).

Names are loaded on first use, so that importing the engine does not pay for the compiler.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tianmu.clinical.ecg.engine.beats.artefacts import artefact_mask
    from tianmu.clinical.ecg.engine.beats.classification import classify
    from tianmu.clinical.ecg.engine.beats.detection import detect
    from tianmu.clinical.ecg.engine.beats.fibrillation import FibrillationEvidence, atrial_fibrillation
    from tianmu.clinical.ecg.engine.beats.pacing import pacing_spikes
    from tianmu.clinical.ecg.engine.beats.stream import Detector

__all__ = [
    "Detector",
    "FibrillationEvidence",
    "artefact_mask",
    "atrial_fibrillation",
    "classify",
    "detect",
    "pacing_spikes",
]

_HOMES = {
    "Detector": "stream",
    "FibrillationEvidence": "fibrillation",
    "artefact_mask": "artefacts",
    "atrial_fibrillation": "fibrillation",
    "classify": "classification",
    "detect": "detection",
    "pacing_spikes": "pacing",
}


def __getattr__(name: str) -> object:
    """Load the module that holds `name`."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
