"""The engine made ready: its compiled parts are loaded before the first real ECG comes."""

from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.synthesis import Scenario, generate


def warm_engine() -> None:
    """Interpret one synthetic ECG and forget it."""
    analyse(generate(Scenario(), 1).recording, age_years=50.0, sex="F")
