"""A long synthetic recording on disk: pieces of hearts drawn once and laid one after another, in bounded memory."""

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.engine.recording import Kind, PatientFields, Recording
from tianmu.clinical.ecg.synthesis.generator import generate
from tianmu.clinical.ecg.synthesis.scenario import Scenario

HOLTER_LEADS = ("II", "V1", "V5")
_SAMPLES_AT = 14
_CRC_FROM, _VARIABLE_AT, _FIXED = 10, 10, 522


@dataclass(frozen=True, slots=True)
class Day:
    """A long recording: `plan` names the piece of each stretch in order; every piece is drawn once by its scenario."""

    pieces: Mapping[str, Scenario]
    plan: Sequence[str]
    started_at: datetime
    patient: PatientFields = field(default_factory=PatientFields)
    leads: tuple[str, ...] = HOLTER_LEADS


def write_day(day: Day, path: Path, seed: int) -> None:
    """Write the day as ISHNE; same day and seed, same bytes."""
    drawn: dict[str, NDArray[np.int16]] = {}
    template: Recording | None = None
    for number, (name, scenario) in enumerate(day.pieces.items()):
        recording = generate(scenario, seed * 1009 + number).recording
        leads = {lead.name: lead for lead in recording.leads}
        drawn[name] = np.stack([leads[lead].samples for lead in day.leads], axis=1).astype("<i2")
        template = template or replace(
            recording,
            kind=Kind.HOLTER,
            leads=tuple(replace(leads[lead], samples=leads[lead].samples[:2500]) for lead in day.leads),
            started_at=day.started_at,
            patient=day.patient,
        )
    if template is None:
        message = "A day needs at least one piece."
        raise ValueError(message)
    header = _header(write(template, "ishne"), sum(drawn[name].shape[0] for name in day.plan))
    with path.open("wb") as file:
        file.write(header)
        for name in day.plan:
            file.write(drawn[name].tobytes())


def _header(data: bytes, samples: int) -> bytes:
    """Return the header of an ISHNE file with another number of samples."""
    variable = int.from_bytes(data[_VARIABLE_AT : _VARIABLE_AT + 4], "little")
    header = bytearray(data[: _FIXED + variable])
    header[_SAMPLES_AT : _SAMPLES_AT + 4] = samples.to_bytes(4, "little")
    header[8:10] = binascii.crc_hqx(bytes(header[_CRC_FROM:]), 0xFFFF).to_bytes(2, "little")
    return bytes(header)
