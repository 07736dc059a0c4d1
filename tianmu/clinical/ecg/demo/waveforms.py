"""A bounded set of waveforms that the history of a large demo county repeats, each analysed once by the engine.

Every order has its own bytes all the same: number and instant of its recording are written into the file.
"""

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tianmu.clinical.ecg.actions.importing import described
from tianmu.clinical.ecg.engine.formats import read, write
from tianmu.clinical.ecg.engine.formats.scp_sections import HEADER_BYTES, checksum
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.recording import PatientFields
from tianmu.clinical.ecg.engine.serialize import analysis_as_json
from tianmu.clinical.ecg.rules.machine import MachineRules
from tianmu.clinical.ecg.rules.suggestion import suggestion
from tianmu.clinical.ecg.synthesis import Scenario, generate, population

RATE_HZ = 250.0
NUMBER = "E0000000000000"
BEGUN = datetime(2000, 1, 1)  # noqa: DTZ001 - a placeholder in a file that names the county's own time
IDENTIFIER_TAG, DATE_TAG, TIME_TAG, LAST_TAG = 2, 25, 26, 255
FIRST_POINTER, POINTER_BYTES = 22, 10
NEIGHBOURS = 8


@dataclass(frozen=True, slots=True)
class Waveform:
    """One drawn ECG: its bytes, where in them number and instant stand, what the engine and a reader say of it."""

    number: int
    scenario: Scenario
    data: bytes
    section: tuple[int, int]
    places: Mapping[int, int]
    columns: Mapping[str, object]
    result: Mapping[str, Any]
    wording: Mapping[str, Any]

    def file_of(self, number: str, at: datetime) -> bytes:
        """Return the bytes of this waveform as recorded for the order `number` (14 characters) at a local instant."""
        data = bytearray(self.data)
        for tag, value in (
            (IDENTIFIER_TAG, number.encode("ascii")),
            (DATE_TAG, at.year.to_bytes(2, "little") + bytes([at.month, at.day])),
            (TIME_TAG, bytes([at.hour, at.minute, at.second])),
        ):
            place = self.places[tag]
            data[place : place + len(value)] = value
        start, end = self.section
        data[start : start + 2] = checksum(bytes(data[start + 2 : end])).to_bytes(2, "little")
        data[:2] = checksum(bytes(data[2:])).to_bytes(2, "little")
        return bytes(data)


class Choice:
    """The waveforms by sex and age."""

    def __init__(self, waveforms: Sequence[Waveform]) -> None:
        self._by_sex = {
            sex: sorted((one for one in waveforms if one.scenario.sex == sex), key=lambda one: one.scenario.age_years)
            for sex in ("M", "F")
        }

    def near(self, sex: str, age_years: float, draw: float) -> Waveform:
        """Return a waveform of somebody of that sex and about that age; `draw` in 0..1 picks among neighbours."""
        same = self._by_sex.get(sex) or self._by_sex["M"] or self._by_sex["F"]
        here = bisect_left(same, age_years, key=lambda one: one.scenario.age_years)
        return same[min(max(here + int((draw - 0.5) * 2 * NEIGHBOURS), 0), len(same) - 1)]


def draw(*, seed: int, count: int, rules: MachineRules) -> list[Waveform]:
    """Draw and analyse `count` waveforms at 250 Hz, or fewer: one that raises an alert is left out."""
    drawn = (_drawn(index, scenario, seed, rules) for index, scenario in enumerate(population(seed + 1, count)))
    return [one for one in drawn if one is not None]


def _drawn(index: int, scenario: Scenario, seed: int, rules: MachineRules) -> Waveform | None:
    made = generate(replace(scenario, fs_hz=RATE_HZ), seed * 1_000_033 + index).recording
    patient = PatientFields(identifier=NUMBER, sex=scenario.sex)
    data = write(replace(made, started_at=BEGUN, patient=patient), "scp")
    recording = read(data, f"{NUMBER}.scp")
    found = analyse(
        recording,
        age_years=scenario.age_years,
        sex=scenario.sex,
        criteria=rules.criteria,
        critical_rules=rules.critical,
    )
    if found.alerts:
        return None
    result = json.loads(json.dumps(analysis_as_json(found)))
    section, places = _places(data)
    return Waveform(index, scenario, data, section, places, described(recording), result, suggestion(result, "zh-CN"))


def _places(data: bytes) -> tuple[tuple[int, int], dict[int, int]]:
    """Return from where to where section 1 goes, and where the value of each of its tags stands."""
    pointer = FIRST_POINTER + POINTER_BYTES + 2
    length = int.from_bytes(data[pointer : pointer + 4], "little")
    start = int.from_bytes(data[pointer + 4 : pointer + 8], "little") - 1
    places = {}
    place = start + HEADER_BYTES
    while data[place] != LAST_TAG:
        places[data[place]] = place + 3
        place += 3 + int.from_bytes(data[place + 1 : place + 3], "little")
    return (start, start + length), places
