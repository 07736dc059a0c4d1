"""The QRS detectors that are compared: ours and the free packages, each as a function of (µV, rate) to samples."""

import importlib
import importlib.util
import warnings
from collections.abc import Callable

import fast_qrs_detector
import neurokit2
import numpy as np
import sleepecg.heartbeats
import wfdb.processing
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine import beats

Detector = Callable[[NDArray[np.float64], float], NDArray[np.int64]]


def ours(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    return beats.detect(uv, fs_hz).astype(np.int64)


def gqrs(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    return np.asarray(wfdb.processing.gqrs_detect(sig=uv / 1000.0, fs=fs_hz), dtype=np.int64)


def xqrs(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    return np.asarray(wfdb.processing.xqrs_detect(uv / 1000.0, fs_hz, verbose=False), dtype=np.int64)


def neurokit(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    clean = neurokit2.ecg_clean(uv / 1000.0, sampling_rate=int(fs_hz))
    return np.asarray(neurokit2.ecg_peaks(clean, sampling_rate=int(fs_hz))[1]["ECG_R_Peaks"], dtype=np.int64)


def sleep(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    return np.asarray(sleepecg.heartbeats.detect_heartbeats(uv / 1000.0, fs_hz), dtype=np.int64)


def hamilton(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    ecg = importlib.import_module("biosppy.signals.ecg")
    found = ecg.hamilton_segmenter(uv / 1000.0, fs_hz)["rpeaks"]
    return np.asarray(ecg.correct_rpeaks(uv / 1000.0, found, fs_hz)["rpeaks"], dtype=np.int64)


def fast_qrs(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
    return np.asarray(fast_qrs_detector.qrs_detector(uv / 1000.0, fs_hz), dtype=np.int64)


def quiet(detector: Detector) -> Detector:
    """Return the detector with its warnings off and a failure counted as no beat at all."""

    def run(uv: NDArray[np.float64], fs_hz: float) -> NDArray[np.int64]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return detector(uv, fs_hz)
            except (ValueError, IndexError, ZeroDivisionError):
                return np.zeros(0, dtype=np.int64)

    return run


DETECTORS: dict[str, Detector] = {
    "tianmu": ours,
    "wfdb gqrs": quiet(gqrs),
    "wfdb xqrs": quiet(xqrs),
    "neurokit2": quiet(neurokit),
    "sleepecg": quiet(sleep),
    "fast-qrs-detector": quiet(fast_qrs),
}
if importlib.util.find_spec("peakutils"):  # biosppy imports it without declaring it
    DETECTORS["biosppy hamilton"] = quiet(hamilton)
