"""An analysis as JSON values: what is stored, sent and printed by `--json`."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Analysis

_DECIMALS = 4


def analysis_as_json(analysis: Analysis) -> dict[str, Any]:
    """Return the analysis as nested dicts and lists of plain values; microvolts of the median beat as whole numbers."""
    plain: dict[str, Any] = as_plain(analysis)
    if analysis.median is not None:
        plain["median"]["uv"] = np.rint(analysis.median.uv).astype(int).tolist()
    return plain


def as_plain(value: Any) -> Any:  # noqa: ANN401 - any value of the engine's result types
    """Turn dataclasses, enums, mappings and arrays into plain values; floats keep four decimals, NaN becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return as_plain(value.tolist())
    if isinstance(value, list | tuple):
        return [as_plain(one) for one in value]
    if isinstance(value, np.generic):
        return as_plain(value.item())
    if isinstance(value, float):
        return None if value != value else round(value, _DECIMALS)  # noqa: PLR0124 - NaN is the value that differs from itself
    return value
