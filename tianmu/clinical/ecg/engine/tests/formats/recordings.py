"""Recordings drawn at random for the tests of the formats."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.formats.leads import kind_by_length
from tianmu.clinical.ecg.engine.recording import (
    STANDARD_12,
    Annotation,
    DeviceFields,
    Filters,
    Int32,
    Lead,
    PatientFields,
    Recording,
)  # fmt: skip

RATES_HZ = (100.0, 125.0, 200.0, 250.0, 360.0, 400.0, 500.0, 1000.0)
SCALES_UV = (0.5, 1.0, 2.44, 2.5, 4.88, 5.0, 10.0, 0.305)
TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
ASCII = st.text(st.characters(min_codepoint=65, max_codepoint=90), min_size=2, max_size=6)


def wave(seed: int, count: int, peak: int) -> Int32:
    """Return a random walk with some jumps, within ±peak."""
    random = np.random.default_rng(seed)
    steps = random.integers(-4, 5, count) + random.integers(-peak, peak + 1, count) * (random.random(count) < 0.05)
    walk = np.cumsum(steps)
    return (((walk + peak) % (2 * peak + 1)) - peak).astype(np.int32)


def leads_of(
    names: Sequence[str], rate: float, count: int, scale: float, seed: int, peak: int = 2000
) -> tuple[Lead, ...]:
    """Return leads of one rate, length and scale."""
    return tuple(Lead(name, rate, wave(seed + at, count, peak), scale) for at, name in enumerate(names))


def small(count: int = 300, names: Sequence[str] = ("I", "II", "V1"), rate: float = 250.0) -> Recording:
    """Return one fixed small recording with every field set."""
    leads = leads_of(names, rate, count, 2.5, 1)
    return Recording(
        kind=kind_by_length(leads),
        format="made",
        leads=leads,
        started_at=datetime(2025, 3, 9, 8, 15, 42, tzinfo=timezone(timedelta(hours=8))),
        patient=PatientFields("P-1", "WANG", "FANG", date(1961, 2, 3), 64.0, "F", 160.0, 55.0),
        device=DeviceFields("Maker", "EX-1", "S9", "1.2", "Clinic"),
        measurements={
            "heart_rate": 72.0,
            "pr_interval": 160.0,
            "qrs_duration": 92.0,
            "qt_interval": 400.0,
            "qrs_axis": -30.0,
        },
        statements=("Sinus rhythm", "Normal ECG"),
        annotations=(Annotation(40, "N"), Annotation(210, "V")),
    )


@st.composite
def recordings(draw: st.DrawFn, *, peak: int = 32000, offsets: bool = True, one_scale: bool = False) -> Recording:
    """Draw a recording: 1 to 12 leads, whole offsets, odd lengths, dates with and without zone."""
    names = draw(st.lists(st.sampled_from(STANDARD_12), min_size=1, max_size=12, unique=True))
    rate, count = draw(st.sampled_from(RATES_HZ)), draw(st.integers(2, 700))
    common = draw(st.sampled_from(SCALES_UV))
    filters = Filters(draw(st.sampled_from((None, 0.05, 0.5))), draw(st.sampled_from((None, 40.0, 150.0))))
    leads = []
    for at, name in enumerate(names):
        scale = common if one_scale else draw(st.sampled_from(SCALES_UV))
        offset = float(draw(st.integers(-300, 300))) if offsets else 0.0
        samples = wave(draw(st.integers(0, 9999)) + at, count, draw(st.sampled_from((3, 50, 900, peak))))
        leads.append(Lead(name, rate, samples, scale, offset, filters))
    zone = draw(st.sampled_from((None, UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30)))))
    moment = draw(st.datetimes(datetime(1986, 1, 1), datetime(2080, 1, 1))).replace(microsecond=0, tzinfo=zone)  # noqa: DTZ001
    keys = draw(st.sets(st.sampled_from(("heart_rate", "pr_interval", "qrs_duration", "qrs_axis", "qtc_bazett"))))
    person = PatientFields(
        identifier=draw(ASCII), family_name=draw(ASCII), given_name=draw(ASCII),
        birth_date=draw(st.dates(date(1901, 1, 1), date(2020, 1, 1))), sex=draw(st.sampled_from(("M", "F"))),
    )  # fmt: skip
    return Recording(
        kind=kind_by_length(leads),
        format="made",
        leads=tuple(leads),
        started_at=moment,
        patient=person,
        device=DeviceFields(model=draw(ASCII)),
        measurements={key: float(draw(st.integers(30, 170))) for key in keys},
        statements=tuple(draw(st.lists(TEXT, max_size=3))),
    )
