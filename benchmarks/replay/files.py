"""The files of a replay: synthetic 12-lead ECGs at 500 Hz, no two with the same bytes, in the formats of carts."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.engine.recording import PatientFields
from tianmu.clinical.ecg.synthesis import Scenario, generate, population

FORMATS = ("scp", "dicom", "scp", "aecg", "scp", "dicom")
PART = 250


def draw(folder: Path, count: int, seed: int, people: Sequence[Mapping[str, str]]) -> list[tuple[Path, str]]:
    """Write `count` files into the folder and return each with its SHA-256; half name a registered person by her id."""
    hearts = list(enumerate(population(seed, count)))
    if count <= PART:
        return _draw_part(folder, seed, people, hearts)
    with ProcessPoolExecutor() as pool:
        parts = pool.map(partial(_draw_part, folder, seed, people), _in_parts(hearts))
        return [one for part in parts for one in part]


def _in_parts(hearts: list[tuple[int, Scenario]]) -> list[list[tuple[int, Scenario]]]:
    return [hearts[at : at + PART] for at in range(0, len(hearts), PART)]


def _draw_part(
    folder: Path, seed: int, people: Sequence[Mapping[str, str]], hearts: Sequence[tuple[int, Scenario]]
) -> list[tuple[Path, str]]:
    return [_draw_one(folder, seed, people, number, heart) for number, heart in hearts]


def _draw_one(
    folder: Path, seed: int, people: Sequence[Mapping[str, str]], number: int, heart: Scenario
) -> tuple[Path, str]:
    drawn = generate(heart, seed * 1_000_003 + number).recording
    who = PatientFields(family_name=f"重放{number:05}", sex=heart.sex)
    if number % 2 and people:
        one = people[number * 7919 % len(people)]
        born = date.fromisoformat(one["birth_date"])
        who = PatientFields(family_name=one["name"], identifier=one["id_number"], sex=one["sex"], birth_date=born)
    kind = FORMATS[number % len(FORMATS)]
    data = write(replace(drawn, patient=who, started_at=None), kind)
    file = folder / f"{number:05}.{kind}"
    file.write_bytes(data)
    return file, hashlib.sha256(data).hexdigest()
