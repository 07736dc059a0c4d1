"""A short long recording for tests: eight minutes with runs of PVC, drawn once for the whole session."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.holter.files import open_source
from tianmu.clinical.ecg.engine.holter.scan import Scan, scan
from tianmu.clinical.ecg.synthesis import Scenario
from tianmu.clinical.ecg.synthesis.day import Day, write_day
from tianmu.clinical.ecg.synthesis.scenario import Ectopy

STARTED = datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001 - ISHNE names no zone


@cache
def holter_bytes(seed: int = 1) -> bytes:
    """Return the bytes of an ISHNE recording of eight minutes."""
    calm = Scenario(duration_s=120.0, fs_hz=250.0)
    runs = replace(calm, ectopy=Ectopy.RUN, ectopic_beats=3)
    path = Path(mkdtemp()) / "h.ecg"
    write_day(Day({"calm": calm, "runs": runs}, ("calm", "runs", "calm", "runs"), STARTED), path, seed)
    return path.read_bytes()


@cache
def holter_scan(seed: int = 1) -> Scan:
    """Return what the engine finds in it."""
    path = Path(mkdtemp()) / "h.ecg"
    path.write_bytes(holter_bytes(seed))
    return scan(open_source(path, load))
