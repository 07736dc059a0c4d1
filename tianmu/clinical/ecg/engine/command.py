"""What the command line of the ECG room does (ecg.md section 14): from files to dicts or text, no argparse."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine import beats, waves
from tianmu.clinical.ecg.engine.analysis import Analysis
from tianmu.clinical.ecg.engine.critical.rules import shipped_rule_sets, shipped_rules
from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.files import MAXIMUM_BYTES, load
from tianmu.clinical.ecg.engine.formats import WRITABLE, describe, wfdb_files, write
from tianmu.clinical.ecg.engine.holter.export import report_as_json
from tianmu.clinical.ecg.engine.holter.files import open_source
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.holter.scan import scan
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.library import compose, findings, library, plain_line, statement_text
from tianmu.clinical.ecg.engine.recording import Float64, Recording
from tianmu.clinical.ecg.engine.serialize import analysis_as_json, as_plain
from tianmu.clinical.ecg.engine.statements.conclude import conclusion_class

DELINEATION_KEYS = {
    "Pon": "p_onset",
    "Pp": "p_peak",
    "Poff": "p_end",
    "QRSon": "qrs_onset",
    "QRSoff": "qrs_end",
    "Ton": "t_onset",
    "Tp": "t_peak",
    "Toff": "t_end",
}


def load_raw_uv(path: Path) -> Float64:
    """Read one lead of little-endian float32 millivolts and return it in µV, shape (n,)."""
    if not path.is_file():
        raise UnreadableRecordingError(Fault.EMPTY, f"There is no file {path}.")
    if path.stat().st_size % 4 or path.stat().st_size > MAXIMUM_BYTES:
        raise UnreadableRecordingError(Fault.MALFORMED, f"{path.name} is no whole number of float32 values up to 2 GB.")
    uv: Float64 = np.fromfile(path, dtype="<f4").astype(np.float64) * 1000.0
    if not np.isfinite(uv).all():
        uv = np.nan_to_num(uv, nan=0.0, posinf=0.0, neginf=0.0)
    return uv


def read_summary(path: Path) -> dict[str, Any]:
    """Say what a file holds (`tianmu ecg read`)."""
    return describe(load(path))


def _analysis(recording: Recording, age_years: float | None, sex: str | None, rules: str) -> Analysis:
    if rules not in shipped_rule_sets():
        raise ValueError(f"Unknown rule set {rules}: choose one of {', '.join(shipped_rule_sets())}.")
    return analyse(
        recording,
        age_years=age_years if age_years is not None else recording.patient.age_years,
        sex=sex or recording.patient.sex,
        critical_rules=shipped_rules(rules),
    )


def measure(path: Path) -> dict[str, Any]:
    """Measure a file (`tianmu ecg measure`): global measurements, matrix by lead, marks of the median beat."""
    analysis = _analysis(load(path), None, None, "consensus_2017")
    plain = analysis_as_json(analysis)
    median = plain["median"]
    return {
        "measurements": plain["measurements"],
        "matrix": plain["matrix"],
        "boundaries": {"fs_hz": median["fs_hz"], **median["boundaries"]} if median else None,
        "beats": int(analysis.beats.samples.size),
        "quality": plain["quality"],
        "engine_version": analysis.engine_version,
    }


def interpret(
    path: Path,
    *,
    age_years: float | None = None,
    sex: str | None = None,
    rules: str = "consensus_2017",
    locale: str = "zh",
) -> dict[str, Any]:
    """Interpret a file (`tianmu ecg interpret`): statements with texts and codes, alerts, quality, drafts."""
    analysis = _analysis(load(path), age_years, sex, rules)
    known = library()
    return {
        "statements": [
            {
                **as_plain(statement),
                "text": statement_text(statement, locale),
                "aha": known.entry(statement.code).aha,
                "scp": known.entry(statement.code).scp,
                "snomed": known.entry(statement.code).snomed,
            }
            for statement in analysis.statements
        ],
        "alerts": [{**as_plain(alert), "text": known.entry(alert.code).text(locale)} for alert in analysis.alerts],
        "conclusion": analysis.conclusion.value if analysis.conclusion else None,
        "conclusion_class": conclusion_class(analysis.statements, analysis.conclusion),
        "text": compose(analysis.statements, locale),
        "findings": findings(analysis.measurements, analysis.statements, locale),
        "plain": plain_line(analysis.statements, locale),
        "measurements": as_plain(analysis.measurements),
        "quality": as_plain(analysis.quality),
        "engine_version": analysis.engine_version,
        "criteria_version": analysis.criteria_version,
        "advice_only": True,
    }


def holter(path: Path) -> dict[str, Any]:
    """Analyse an ambulatory recording (`tianmu ecg holter`): totals, hours, events, trends, HRV, beats."""
    found = scan(open_source(path, load))
    return report_as_json(build(found), found)


def qrs(raw: Path, fs_hz: float) -> list[int]:
    """Return the sample index of every QRS of a raw lead (`tianmu ecg qrs`)."""
    return [int(sample) for sample in beats.detect(load_raw_uv(raw), fs_hz)]


def delineate(raw: Path, fs_hz: float) -> dict[str, list[float]]:
    """Return the marks of every beat of a raw lead (`tianmu ecg delineate`), in samples; waves not found left out."""
    found = waves.delineate(load_raw_uv(raw), fs_hz)
    marks: dict[str, list[float]] = {}
    for key, field in DELINEATION_KEYS.items():
        places = (getattr(beat, field) for beat in found)
        marks[key] = [round(float(place), 2) for place in places if place is not None]
    return marks


def _common_leads(recording: Recording) -> tuple[Float64, float]:
    """Return the leads that share the first lead's rate and length as (leads, n) µV, and the rate."""
    first = recording.leads[0]
    size = first.samples.size
    alike = [lead.uv for lead in recording.leads if lead.fs_hz == first.fs_hz and lead.samples.size == size]
    return np.stack(alike), first.fs_hz


def beat_table(path: Path) -> str:
    """Return the beats of a recording as CSV text with the columns sample and class (`tianmu ecg beats`)."""
    matrix, fs_hz = _common_leads(load(path))
    found = beats.classify(matrix, fs_hz, beats.detect(matrix, fs_hz))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["sample", "class"])
    writer.writerows([int(sample), str(kind)] for sample, kind in zip(found.samples, found.classes, strict=True))
    return out.getvalue()


def atrial_fibrillation(raw: Path, fs_hz: float) -> dict[str, Any]:
    """Tell whether a raw lead is in atrial fibrillation (`tianmu ecg af`): {"af": bool, "score": 0–1}."""
    uv = load_raw_uv(raw)
    verdict = beats.atrial_fibrillation(uv, fs_hz, beats.detect(uv, fs_hz))
    return {"af": bool(verdict.fibrillation), "score": round(float(verdict.score), 4)}


def convert(path: Path, to: str, out: Path) -> dict[str, Any]:
    """Write a recording in another format (`tianmu ecg convert`); WFDB gives .hea and .dat beside each other."""
    if to == "pdf":
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "A PDF is drawn by the platform: use `tianmu ecg convert`.")
    if to not in WRITABLE:
        raise UnreadableRecordingError(Fault.UNSUPPORTED, f"{to} is not written: choose one of {', '.join(WRITABLE)}.")
    recording = load(path)
    if to == "wfdb" and out.suffix.lower() != ".zip":
        name = out.stem if out.suffix in {".hea", ".dat"} else out.name
        files = wfdb_files(recording, name)
        for file_name, body in files.items():
            out.with_name(file_name).write_bytes(body)
        return {"written": sorted(files), "format": to}
    out.write_bytes(write(recording, to))
    return {"written": [out.name], "format": to}
