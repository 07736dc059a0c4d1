"""What a device says first: which leads, how fast, at which scale, of whom (the JSON before the frames)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tianmu.clinical.ecg.rules.live.frames import MOST_LEADS

PROTOCOL = 1
RATES = (250, 500)
SHORTEST_FRAME_S, LONGEST_FRAME_S = 0.1, 0.2
LEAD_NAMES = frozenset(
    ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V3R", "V4R", "V5R")
)
MOST_UV = 100.0


class HelloError(ValueError):
    """Raised for a hello that cannot be used; the sentence says which part."""


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """Whom the device names: by a key of ours, or by what it was told."""

    patient_id: UUID | None = None
    identifier: str = ""
    name: str = ""
    sex: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    """A device's first words. `resume` names the session that it joins again."""

    leads: tuple[str, ...]
    fs_hz: int
    samples_per_frame: int
    uv_per_lsb: tuple[float, ...]
    device_clock: str
    place: str
    person: PersonNamed
    resume: UUID | None = None

    @property
    def frame_ms(self) -> float:
        """Return how long one frame lasts."""
        return 1000.0 * self.samples_per_frame / self.fs_hz


def read_hello(said: Mapping[str, Any]) -> Hello:
    """Read the hello of a device.

    Raises:
        HelloError: a part is missing, of the wrong kind or out of range.

    """
    if said.get("protocol") != PROTOCOL:
        raise HelloError("The hello must name protocol 1.")
    leads = _leads(said.get("leads"))
    fs_hz, count = said.get("fs_hz"), said.get("samples_per_frame")
    if fs_hz not in RATES or isinstance(fs_hz, bool):
        raise HelloError("A live ECG has 250 or 500 samples a second.")
    if not isinstance(count, int) or isinstance(count, bool):
        raise HelloError("samples_per_frame is a whole number.")
    if not SHORTEST_FRAME_S <= count / fs_hz <= LONGEST_FRAME_S:
        raise HelloError("A frame lasts 100 to 200 ms.")
    return Hello(
        leads=leads,
        fs_hz=int(fs_hz),
        samples_per_frame=count,
        uv_per_lsb=_scales(said.get("uv_per_lsb"), len(leads)),
        device_clock=_text(said, "device_clock", 40),
        place=_text(said, "place", 60),
        person=_person(said.get("patient")),
        resume=_uuid(said.get("resume"), "resume"),
    )


def _leads(named: object) -> tuple[str, ...]:
    if not isinstance(named, list) or not 1 <= len(named) <= MOST_LEADS:
        raise HelloError(f"leads is a list of 1 to {MOST_LEADS} names.")
    names = tuple(str(name) for name in named)
    unknown = [name for name in names if name not in LEAD_NAMES]
    if unknown or len(set(names)) != len(names):
        raise HelloError("A lead is named twice or is not known: I, II, III, aVR, aVL, aVF, V1 to V9, V3R to V5R.")
    return names


def _scales(given: object, leads: int) -> tuple[float, ...]:
    values = given if isinstance(given, list) else [given] * leads
    if len(values) != leads:
        raise HelloError("uv_per_lsb is one number, or one for each lead.")
    numbers = [float(one) for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) != leads or not all(0.0 < one <= MOST_UV for one in numbers):
        raise HelloError("uv_per_lsb is above 0 and at most 100 microvolts.")
    return tuple(numbers)


def _text(said: Mapping[str, Any], key: str, most: int) -> str:
    text = said.get(key, "")
    if not isinstance(text, str) or len(text) > most or not (text.isprintable() or not text):
        raise HelloError(f"{key} is a text of at most {most} characters.")
    return text


def _uuid(text: object, key: str) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(str(text))
    except ValueError as error:
        raise HelloError(f"{key} is no key.") from error


def _person(said: object) -> PersonNamed:
    if said is None:
        return PersonNamed()
    if not isinstance(said, Mapping):
        raise HelloError("patient is an object.")
    sex = _text(said, "sex", 1)
    born = _text(said, "birth_date", 10)
    if sex not in {"", "M", "F"}:
        raise HelloError("sex is M, F or left out.")
    try:
        birth_date = date.fromisoformat(born) if born else None
    except ValueError as error:
        raise HelloError("birth_date is written like 1958-03-21.") from error
    return PersonNamed(
        patient_id=_uuid(said.get("id"), "patient.id"),
        identifier=_text(said, "identifier", 40),
        name=_text(said, "name", 60),
        sex=sex,
        birth_date=birth_date,
    )
