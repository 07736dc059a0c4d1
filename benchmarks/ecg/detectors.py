"""The QRS detectors that are compared: ours and the free packages, each as a function of (µV, rate) to samples.

A package that is not installed is named in MISSING and left out.
"""

import importlib
import importlib.util
import warnings
from collections.abc import Callable
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine import beats

Detector = Callable[[NDArray[np.float64], float], NDArray[np.int64]]
MODULES = {
    "wfdb gqrs": ("wfdb.processing",),
    "wfdb xqrs": ("wfdb.processing",),
    "neurokit2": ("neurokit2",),
    "sleepecg": ("sleepecg.heartbeats",),
    "biosppy hamilton": ("biosppy.signals.ecg", "peakutils"),  # biosppy imports peakutils without declaring it
    "fast-qrs-detector": ("fast_qrs_detector",),
    "ecgdatakit": ("ecgdatakit.processing",),
}


def ours(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    return beats.detect(uv, fs_hz).astype(np.int64)


def gqrs(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    return package.gqrs_detect(sig=uv / 1000.0, fs=fs_hz)


def xqrs(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    return package.xqrs_detect(uv / 1000.0, fs_hz, verbose=False)


def neurokit(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    clean = package.ecg_clean(uv / 1000.0, sampling_rate=int(fs_hz))
    return package.ecg_peaks(clean, sampling_rate=int(fs_hz))[1]["ECG_R_Peaks"]


def sleep(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    return package.detect_heartbeats(uv / 1000.0, fs_hz)


def hamilton(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    found = package.hamilton_segmenter(uv / 1000.0, fs_hz)["rpeaks"]
    return package.correct_rpeaks(uv / 1000.0, found, fs_hz)["rpeaks"]


def fast_qrs(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    return package.qrs_detector(uv / 1000.0, fs_hz)


def datakit(package: ModuleType, uv: NDArray[np.float64], fs_hz: float) -> object:
    return package.detect_r_peaks(uv / 1000.0, fs=int(fs_hz))


CALLS = {
    "wfdb gqrs": gqrs, "wfdb xqrs": xqrs, "neurokit2": neurokit, "sleepecg": sleep, "biosppy hamilton": hamilton,
    "fast-qrs-detector": fast_qrs, "ecgdatakit": datakit,
}  # fmt: skip


def installed(name: str) -> bool:
    """Return whether all modules of a package can be found."""
    return all(importlib.util.find_spec(module.partition(".")[0]) is not None for module in MODULES[name])


def quiet(name: str) -> Detector:
    """Return the detector of a package with its warnings off and a failure counted as no beat at all."""
    package = importlib.import_module(MODULES[name][0])
    call = CALLS[name]

    def run(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return np.asarray(call(package, uv, fs_hz), dtype=np.int64)
            except (ValueError, IndexError, ZeroDivisionError):
                return np.zeros(0, dtype=np.int64)

    return run


MISSING = tuple(name for name in MODULES if not installed(name))
DETECTORS: dict[str, Detector] = {"tianmu": ours, **{name: quiet(name) for name in MODULES if installed(name)}}
