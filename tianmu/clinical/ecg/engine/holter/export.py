"""The report as JSON values, as `tianmu ecg holter --json` writes it."""

from dataclasses import fields
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.holter.result import HolterReport
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.hrv.segments import COLUMNS
from tianmu.clinical.ecg.engine.serialize import as_plain

LEVELS = ("level_uv", "usual_uv")
TRENDS = ("rate_mean", "rate_min", "rate_max", "fibrillation_density")


def report_as_json(report: HolterReport, scan: Scan | None = None) -> dict[str, Any]:
    """Return the report as nested dicts and lists; trends to 0.1, unknown as None; with `scan`, its beats too."""
    plain = _fields(report, ("st", "trends", "hrv"))
    plain["st"] = _fields(report.st, LEVELS) | {name: _rounded(getattr(report.st, name)) for name in LEVELS}
    plain["trends"] = _fields(report.trends, TRENDS) | {name: _rounded(getattr(report.trends, name)) for name in TRENDS}
    segments = report.hrv.segments
    plain["hrv"] = _fields(report.hrv, ("segments",))
    plain["hrv"]["segments"] = {name: _rounded(segments.column(name), 3) for name in COLUMNS}
    if scan is not None:
        plain["recording"] = {
            "started_at": scan.started_at.isoformat() if scan.started_at else None,
            "fs_hz": scan.fs_hz,
            "samples": scan.length,
            "duration_s": round(scan.duration_s, 3),
            "readable_pct": {
                name: round(100.0 * float(row.mean()), 2) for name, row in zip(scan.names, scan.readable, strict=True)
            },
        }
        plain["beats"] = {
            "samples": scan.samples.tolist(),
            "classes": "".join(scan.classes.tolist()),
            "templates": scan.templates.tolist(),
        }
    return plain


def _rounded(values: np.ndarray, decimals: int = 1) -> Any:  # noqa: ANN401 - nested lists of any depth
    if values.ndim == 2:
        return [_rounded(row, decimals) for row in values]
    rounded = np.round(values, decimals).tolist()
    for place in np.flatnonzero(~np.isfinite(values)):
        rounded[place] = None
    return rounded


def _fields(value: Any, left_out: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401 - any dataclass of a report
    return {one.name: as_plain(getattr(value, one.name)) for one in fields(value) if one.name not in left_out}
