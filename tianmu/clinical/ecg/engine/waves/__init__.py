"""Waves: the median beat and the onsets and ends of P, QRS and T, per lead and over all leads (ecg.md 3.4, 3.5).

Names are loaded on first use, so that importing the engine does not pay for the compiler.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tianmu.clinical.ecg.engine.waves.delineation import delineate
    from tianmu.clinical.ecg.engine.waves.median import median_beat

__all__ = ["delineate", "median_beat"]

_HOMES = {"delineate": "delineation", "median_beat": "median"}


def __getattr__(name: str) -> object:
    """Load the module that holds `name`."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
