"""A stored analysis as the engine's own types, as far as comparing needs them: measurements, matrix, statements."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Analysis, Beats, LeadMeasurements, Quality, Severity
from tianmu.clinical.ecg.rules.suggestion import measurements_of, statements_of

_LEAD_FIELDS = frozenset(field.name for field in fields(LeadMeasurements))


def analysis_of(result: Mapping[str, Any]) -> Analysis:
    """Rebuild an analysis without its samples; fields that this release does not know are ignored."""
    conclusion = result.get("conclusion")
    return Analysis(
        engine_version="",
        criteria_version="",
        beats=Beats(np.zeros(0, np.int32), np.zeros(0, "<U1"), np.zeros(0, np.int32)),
        median=None,
        measurements=measurements_of(result),
        matrix={
            lead: LeadMeasurements(**{key: value for key, value in row.items() if key in _LEAD_FIELDS})
            for lead, row in result.get("matrix", {}).items()
        },
        statements=statements_of(result),
        alerts=(),
        quality=Quality(result.get("quality", {}).get("grade", "")),
        conclusion=Severity(conclusion) if conclusion else None,
    )
