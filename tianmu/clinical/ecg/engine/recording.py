"""What a file holds, before anybody interprets it: leads as integers with their scale, and the file's own words.

The reader contract of every format (EN 1064, DICOM PS3.3 A.34, HL7 aECG, WFDB …) ends here.
Integer samples and scale are kept, so that writing back is bit-exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.gaps import Gaps, mask_of

Int32 = NDArray[np.int32]
Float64 = NDArray[np.float64]

LIMB_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF")
CHEST_LEADS = ("V1", "V2", "V3", "V4", "V5", "V6")
STANDARD_12 = LIMB_LEADS + CHEST_LEADS


class Kind(StrEnum):
    """How the recording was made (静息, 长程, 动态, 实时, 运动, 单导)."""

    RESTING = "resting"
    STRIP = "strip"
    HOLTER = "holter"
    LIVE = "live"
    EXERCISE = "exercise"
    WEARABLE = "wearable"


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters that were on when the samples were stored, in Hz; None where the file does not say."""

    high_pass_hz: float | None = None
    low_pass_hz: float | None = None
    notch_hz: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """One lead: `samples` (n,) int32 as stored; microvolts = (samples + offset_lsb) * uv_per_lsb.

    In the ranges `gaps` (first sample, sample after the last) nothing was recorded; the samples there stand at 0 µV.
    """

    name: str
    fs_hz: float
    samples: Int32
    uv_per_lsb: float
    offset_lsb: float = 0.0
    filters: Filters = Filters()
    gaps: Gaps = ()

    @property
    def uv(self) -> Float64:
        """Return the lead in microvolts, shape (n,)."""
        return (self.samples.astype(np.float64) + self.offset_lsb) * self.uv_per_lsb

    @property
    def recorded_uv(self) -> Float64:
        """Return the lead in microvolts, shape (n,), not a number where samples are missing."""
        uv = self.uv
        if self.gaps:
            uv[mask_of(self.gaps, uv.size)] = np.nan
        return uv


@dataclass(frozen=True, slots=True)
class PatientFields:
    """What the file says of the person; every field may be absent. `sex` is "M", "F" or None."""

    identifier: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None
    age_years: float | None = None
    sex: str | None = None
    height_cm: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceFields:
    """What the file says of the machine that recorded it."""

    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    software: str | None = None
    institution: str | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark in the file: sample on the first lead's clock, the format's own symbol or code, lead and text if any."""

    sample: int
    symbol: str
    lead: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording as its file tells it.

    `leads` is the rhythm, `median` the representative beat where the file has one. `started_at` is naive
    when the file names no zone. `measurements` uses the keys heart_rate, rr_interval, p_duration, pr_interval,
    qrs_duration, qt_interval, qtc_bazett, qtc_fridericia, p_axis, qrs_axis, t_axis, qrs_count (ms, degrees, 1/min).
    """

    kind: Kind
    format: str
    leads: tuple[Lead, ...]
    started_at: datetime | None = None
    median: tuple[Lead, ...] = ()
    patient: PatientFields = PatientFields()
    device: DeviceFields = DeviceFields()
    measurements: Mapping[str, float] = field(default_factory=dict)
    statements: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def fs_hz(self) -> float:
        """Return the sampling rate of the first lead."""
        return self.leads[0].fs_hz

    @property
    def duration_s(self) -> float:
        """Return the length of the longest lead in seconds."""
        return max(lead.samples.size / lead.fs_hz for lead in self.leads)
