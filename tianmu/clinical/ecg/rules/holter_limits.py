"""Limits of ambulatory ECGs, from the rule set `ecg.holter`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

KEY = "ecg.holter"


@dataclass(frozen=True, slots=True)
class HolterLimits:
    """How soon a report is due after the upload, and how large files may be; `whole_bytes` of those read in one go."""

    report_minutes: int
    longest_minutes: int
    most_bytes: int
    chunk_bytes: int
    whole_bytes: int

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Read the limits from the content of a rule set version."""
        return cls(**{name: int(content[name]) for name in cls.__slots__})

    def due(self, since: datetime) -> datetime:
        """Return when the report of a recording that was uploaded at `since` is due."""
        return since + timedelta(minutes=self.report_minutes)
