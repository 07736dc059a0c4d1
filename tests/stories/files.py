"""Files for the stories: real ones of four formats where they are at hand, synthetic ones always."""

import os
from pathlib import Path

from tianmu.clinical.ecg.engine.formats import wfdb_files, write
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.clinical.ecg.synthesis.scenario import Territory

REAL = {
    "scp": ("formats/scp_a.scp",),
    "dicom": ("formats/dicom_12lead_a.dcm",),
    "aecg": ("formats/hl7_aecg_a.xml",),
    "wfdb": ("ludb/1.hea", "ludb/1.dat"),
}
INFARCTION = Scenario(acute=Territory.INFERIOR, rate=72.0, age_years=60.0)


def real_data() -> Path | None:
    """Return the folder of real recordings: by setting, or beside the project; None where there is none."""
    named = os.environ.get("TIANMU_ECG_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "data" / "ecg"
    return folder if folder.is_dir() else None


def real_files(form: str) -> list[Path]:
    """Return the files of one real record, empty where they are absent."""
    folder = real_data()
    return [folder / name for name in REAL[form]] if folder else []


def synthetic_files(form: str, folder: Path, seed: int, scenario: Scenario | None = None) -> list[Path]:
    """Write a synthetic ECG of a format into `folder` and return its files."""
    recording = generate(scenario or Scenario(), seed).recording
    single = {} if form == "wfdb" else {f"e{seed}.{form}": write(recording, form)}
    bodies = single or dict(wfdb_files(recording, f"r{seed}"))
    paths = []
    for name, body in bodies.items():
        path = folder / name
        path.write_bytes(body)
        paths.append(path)
    return paths
