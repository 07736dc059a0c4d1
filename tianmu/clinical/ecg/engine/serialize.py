"""An analysis as JSON values: what is stored, sent and printed by `--json`."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.analysis import Analysis

_DECIMALS = 4
_PLAIN = frozenset({int, str, bool, type(None)})
_WHOLE_KINDS = frozenset("iubU")


def analysis_as_json(analysis: Analysis) -> dict[str, Any]:
    """Return the analysis as nested dicts and lists of plain values; microvolts of the median beat as whole numbers."""
    if analysis.median is None:
        return dict(as_plain(analysis))
    whole = np.rint(analysis.median.uv).astype(int)
    return dict(as_plain(replace(analysis, median=replace(analysis.median, uv=whole))))


def as_plain(value: Any) -> Any:  # noqa: ANN401 - any value of the engine's result types
    """Turn dataclasses, enums, mappings and arrays into plain values; floats keep four decimals, NaN becomes None."""
    kind: object = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return None if value != value else round(value, _DECIMALS)  # noqa: PLR0124 - NaN is the value that differs from itself
    names = _names(kind)
    if names is not None:
        return {name: as_plain(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [as_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype.kind in _WHOLE_KINDS else as_plain(value.tolist())
    if isinstance(value, np.generic):
        return as_plain(value.item())
    return value.value if isinstance(value, Enum) else value


@lru_cache(maxsize=200)
def _names(kind: type) -> tuple[str, ...] | None:
    """Return the fields of a dataclass, None of any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None
