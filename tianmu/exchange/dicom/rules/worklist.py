"""The modality worklist (PS3.4 annex K): what an order looks like to a cart, and whether a query asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatchcase
from uuid import UUID

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence as Items
from pydicom.tag import BaseTag

from tianmu.exchange.dicom.rules.names import ISSUER, patient_id, person_name, uid_of

MODALITY = "ECG"
STEP = "静息心电图"


@dataclass(frozen=True, slots=True)
class Planned:
    """An examination that waits for a cart; `at` is an instant in the county's zone."""

    key: UUID
    number: str
    at: datetime
    person: UUID
    name: str
    sex: str
    birth_date: date | None
    department: str = ""
    requested_by: str = ""
    clinical_note: str = ""
    urgent: bool = False


def item_of(planned: Planned, *, station: str, charset: str, ideographs_first: bool) -> Dataset:
    """Return the worklist item of an examination for the cart whose application entity is `station`."""
    item = Dataset()
    item.SpecificCharacterSet = charset
    item.AccessionNumber = planned.number
    item.ReferringPhysicianName = person_name(planned.requested_by, ideographs_first=ideographs_first)
    item.PatientName = person_name(planned.name, ideographs_first=ideographs_first)
    item.PatientID = patient_id(planned.person)
    item.IssuerOfPatientID = ISSUER
    item.PatientBirthDate = f"{planned.birth_date:%Y%m%d}" if planned.birth_date else ""
    item.PatientSex = planned.sex if planned.sex in {"M", "F"} else ""
    item.StudyInstanceUID = uid_of(planned.key)
    item.RequestedProcedureID = planned.number
    item.RequestedProcedureDescription = planned.clinical_note[:64] or STEP
    item.RequestedProcedurePriority = "STAT" if planned.urgent else "ROUTINE"
    item.RequestingPhysician = person_name(planned.requested_by, ideographs_first=ideographs_first)
    item.RequestingService = planned.department
    step = Dataset()
    step.Modality = MODALITY
    step.ScheduledStationAETitle = station
    step.ScheduledProcedureStepStartDate = f"{planned.at:%Y%m%d}"
    step.ScheduledProcedureStepStartTime = f"{planned.at:%H%M%S}"
    step.ScheduledProcedureStepDescription = STEP
    step.ScheduledProcedureStepID = planned.number
    step.ScheduledPerformingPhysicianName = ""
    item.ScheduledProcedureStepSequence = Items([step])
    return item


def matches(query: Dataset, item: Dataset) -> bool:
    """Tell whether an item answers a query: every key that has a value must match (PS3.4 C.2.2.2)."""
    return all(_element_matches(query, item, str(element.keyword)) for element in query)


def answer(query: Dataset, item: Dataset) -> Dataset:
    """Return the part of an item that was asked for; an empty sequence asks for all of it."""
    if _is_empty(query):
        return item
    asked = Dataset()
    asked.SpecificCharacterSet = item.SpecificCharacterSet
    for element in query:
        if element.keyword == "SpecificCharacterSet" or element.tag.element == 0:
            continue
        if element.VR == "SQ":
            inner = element.value[0] if element.value else Dataset()
            parts = item.get(element.keyword) or []
            asked.add_new(element.tag, "SQ", Items([_inner(inner, one) for one in parts]))
        else:
            asked.add_new(element.tag, element.VR, _value_of(item, element.tag))
    return asked


def _inner(query: Dataset, item: Dataset) -> Dataset:
    if _is_empty(query):
        return item
    part = Dataset()
    for element in query:
        if element.VR != "SQ":
            part.add_new(element.tag, element.VR, _value_of(item, element.tag))
    return part


def _element_matches(query: Dataset, item: Dataset, keyword: str) -> bool:
    if keyword in {"SpecificCharacterSet", "QueryRetrieveLevel"}:
        return True
    wanted = query.get(keyword)
    if wanted is None or wanted in ("", []):
        return True
    element = query[keyword]
    if element.VR == "SQ":
        return any(matches(element.value[0], part) for part in item.get(keyword) or [])
    if keyword not in item:
        return True
    actual = str(item.get(keyword) or "")
    return any(_value_matches(element.VR, str(one), actual) for one in _values(wanted))


def _value_of(item: Dataset, tag: BaseTag) -> object:
    return item[tag].value if tag in item else None


def _is_empty(query: Dataset) -> bool:
    return next(iter(query), None) is None


def _values(wanted: object) -> Iterator[object]:
    if isinstance(wanted, MultiValue | list):
        yield from wanted
    else:
        yield wanted


def _value_matches(representation: str, wanted: str, actual: str) -> bool:
    if representation in {"DA", "TM", "DT"} and "-" in wanted:
        first, _, last = wanted.partition("-")
        return (not first or actual >= first) and (not last or actual[: len(last)] <= last)
    if representation == "PN":
        groups = [group.replace("^", " ").strip().casefold() for group in actual.split("=")]
        pattern = wanted.partition("=")[0].replace("^", " ").strip().casefold()
        return any(fnmatchcase(group, _pattern(pattern)) for group in groups)
    if representation in {"UI", "DA", "TM"}:
        return actual == wanted
    return fnmatchcase(actual, _pattern(wanted.strip()))


def _pattern(text: str) -> str:
    """Return the text with the wildcards of DICOM (`*`, `?`) kept and brackets taken literally."""
    return text.replace("[", "[[]")
