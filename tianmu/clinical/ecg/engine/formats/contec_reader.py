"""Read Contec ECG90A .ECG files: 8 stored series (II, III, V1 to V6) at 800 Hz.

There is no published standard: the layout is the one that users of the device found.
"""

import re

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import parse_stamp, plain_text
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length
from tianmu.clinical.ecg.engine.formats.source import Source
from tianmu.clinical.ecg.engine.gaps import Mask, gaps_of
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS, DeviceFields, Int32, Lead, PatientFields, Recording

_HEADER_BYTES = 43
_SERIES = 8
_RATE_HZ = 800.0
_UV_PER_LSB = 5.0
_ZERO = 2048
_NO_CONTACT = 0x6800
_LARGEST = 4095
_STAMP = re.compile(rb"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\x00")
_END_ROWS = 2


def looks_like_contec(data: bytes) -> bool:
    """Tell whether the bytes begin like a Contec file: a case number, then the time of acquisition at byte 10."""
    return len(data) > _HEADER_BYTES and data[:7].isdigit() and _STAMP.match(data, 10) is not None


def read_contec(source: Source) -> Recording:
    """Read a Contec file; I, aVR, aVL and aVF are computed exactly. Raises UnreadableRecordingError."""
    data = source.data
    table = np.frombuffer(data, "<u2", (len(data) - _HEADER_BYTES) // 2, _HEADER_BYTES)
    rows = table[: table.size // _SERIES * _SERIES].reshape(-1, _SERIES).astype(np.int32)
    used = np.flatnonzero(rows.any(axis=1))
    count = int(used[-1]) + 1 if used.size else 0
    if count == 0:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The Contec file holds no samples.")
    if rows.shape[0] - count < _END_ROWS:
        raise UnreadableRecordingError(
            Fault.TRUNCATED, "The Contec file has no end mark: it was cut short. Send the whole file again."
        )
    rows = rows[:count]
    missing = rows == _NO_CONTACT
    notes = _clean(rows, missing)
    person = data[32:40].split(b"\x00")[0].decode("gb18030", "replace")
    age, weight = data[41], data[42]
    leads = _leads(rows - _ZERO, missing)
    return Recording(
        kind=kind_by_length(leads),
        format="contec",
        leads=leads,
        started_at=parse_stamp(data[10:29].decode("ascii", "replace")),
        patient=PatientFields(
            identifier=plain_text(data[:8].split(b"\x00")[0].decode("ascii", "replace")),
            family_name=plain_text(person),
            age_years=float(age) if 0 < age <= 200 else None,
            sex={0: "F", 1: "M"}.get(data[40]),
            weight_kg=float(weight) if weight else None,
        ),
        device=DeviceFields(manufacturer="Contec", model="ECG90A"),
        warnings=notes,
    )


def _clean(rows: Int32, missing: Mask) -> tuple[str, ...]:
    """Set series without contact to zero volts in place; refuse values that 12 bits cannot hold."""
    rows[missing] = _ZERO
    if int(rows.max()) > _LARGEST:
        raise UnreadableRecordingError(Fault.MALFORMED, "The Contec file holds values beyond 12 bits: it is damaged.")
    names = ("II", "III", *CHEST_LEADS)
    return tuple(f"Lead {name} had no contact in part." for at, name in enumerate(names) if missing[:, at].any())


def _leads(rows: Int32, missing: Mask) -> tuple[Lead, ...]:
    """Return the twelve leads; augmented leads are kept in half steps, so that they are exact."""
    two, three = rows[:, 0], rows[:, 1]
    whole = {"I": two - three, "II": two, "III": three}
    halves = {"aVR": three - 2 * two, "aVL": two - 2 * three, "aVF": two + three}
    chest = {name: rows[:, at + 2] for at, name in enumerate(CHEST_LEADS)}
    limb = gaps_of(missing[:, 0] | missing[:, 1])
    holes = {"II": gaps_of(missing[:, 0].copy()), "III": gaps_of(missing[:, 1].copy())}
    holes |= {name: gaps_of(missing[:, at + 2].copy()) for at, name in enumerate(CHEST_LEADS)}
    return tuple(
        Lead(name, _RATE_HZ, np.ascontiguousarray(samples), step, gaps=holes.get(name, limb))
        for group, step in ((whole, _UV_PER_LSB), (halves, _UV_PER_LSB / 2), (chest, _UV_PER_LSB))
        for name, samples in group.items()
    )
