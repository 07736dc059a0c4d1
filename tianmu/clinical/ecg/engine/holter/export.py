"""The report as JSON values, as `tianmu ecg holter --json` writes it."""

from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.holter.result import HolterReport
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.engine.hrv.segments import COLUMNS
from tianmu.clinical.ecg.engine.serialize import as_plain


def report_as_json(report: HolterReport, scan: Scan | None = None) -> dict[str, Any]:
    """Return the report as nested dicts and lists; trends to 0.1, unknown as None; with `scan`, its beats too."""
    plain: dict[str, Any] = as_plain(report)
    plain["st"]["level_uv"] = _rounded(report.st.level_uv)
    plain["st"]["usual_uv"] = _rounded(report.st.usual_uv)
    for name in ("rate_mean", "rate_min", "rate_max", "fibrillation_density"):
        plain["trends"][name] = _rounded(getattr(report.trends, name))
    segments = report.hrv.segments
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
    return [
        None if not np.isfinite(value) else number
        for value, number in zip(values, np.round(values, decimals).tolist(), strict=True)
    ]
