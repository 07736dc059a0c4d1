"""What a cart sees of an order, and which queries it answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tianmu.exchange.dicom.rules.names import patient_id, person_name, person_of, uid_of
from tianmu.exchange.dicom.rules.worklist import Planned, answer, item_of, matches

PERSON = UUID(int=7)
PLANNED = Planned(
    key=UUID(int=99),
    number="E2611230000001",
    at=datetime(2026, 11, 23, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai")),
    person=PERSON,
    name="张三",
    sex="M",
    birth_date=date(1958, 4, 2),
    department="内科",
    requested_by="王 五",
    clinical_note="胸痛",
    urgent=True,
)


def item(**changes: Any) -> Dataset:
    return item_of(PLANNED, station="CART1", charset="ISO_IR 192", ideographs_first=changes.get("first", False))


def query(step: dict[str, str] | None = None, **keys: Any) -> Dataset:
    asked = Dataset()
    for keyword, value in keys.items():
        setattr(asked, keyword, value)
    if step is not None:
        inner = Dataset()
        for keyword, value in step.items():
            setattr(inner, keyword, value)
        asked.ScheduledProcedureStepSequence = [inner]
    return asked


def test_an_item_names_the_person_in_letters_and_ideographs_and_hides_the_id_number() -> None:
    made = item()
    assert str(made.PatientName) == "Zhang San=张三"
    assert made.PatientID == PERSON.hex.upper()
    assert made.AccessionNumber == made.RequestedProcedureID == "E2611230000001"
    assert made.StudyInstanceUID == "2.25.99"
    assert made.RequestedProcedurePriority == "STAT"
    step = made.ScheduledProcedureStepSequence[0]
    assert (step.Modality, step.ScheduledStationAETitle) == ("ECG", "CART1")
    assert (step.ScheduledProcedureStepStartDate, step.ScheduledProcedureStepStartTime) == ("20261123", "090500")
    assert str(item(first=True).PatientName) == "张三"


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        (query(), True),
        (query(PatientName="Zhang*"), True),
        (query(PatientName="ZHANG^S?N"), True),
        (query(PatientName="张*"), True),
        (query(PatientName="Li*"), False),
        (query(AccessionNumber="E2611230000001"), True),
        (query(AccessionNumber="E26112300000"), False),
        (query(PatientID=PERSON.hex.upper()), True),
        (query({"Modality": "ECG"}), True),
        (query({"Modality": "CT"}), False),
        (query({"ScheduledProcedureStepStartDate": "20261123"}), True),
        (query({"ScheduledProcedureStepStartDate": "20261120-20261123"}), True),
        (query({"ScheduledProcedureStepStartDate": "20261124-"}), False),
        (query({"ScheduledProcedureStepStartDate": "-20261122"}), False),
        (query({"ScheduledStationAETitle": "CART1", "Modality": "ECG"}), True),
        (query({"ScheduledStationAETitle": "OTHER"}), False),
        (query(PatientName="[Z]hang*"), False),
    ],
)
def test_a_query_is_answered_when_every_key_matches(asked: Dataset, answers: bool) -> None:
    assert matches(asked, item()) is answers


def test_an_answer_holds_what_was_asked_for_and_nothing_else() -> None:
    asked = query({"Modality": "", "ScheduledStationAETitle": ""}, PatientName="", PatientSize="")
    given_back = answer(asked, item())
    keywords = {element.keyword for element in given_back}
    assert keywords == {"SpecificCharacterSet", "PatientName", "PatientSize", "ScheduledProcedureStepSequence"}
    assert given_back.PatientSize is None
    assert {element.keyword for element in given_back.ScheduledProcedureStepSequence[0]} == {
        "Modality",
        "ScheduledStationAETitle",
    }


@given(st.uuids())
def test_an_identity_we_gave_is_known_again_and_a_uid_is_short_enough(key: UUID) -> None:
    assert person_of(patient_id(key)) == key
    assert len(uid_of(key)) <= 64


@given(st.text(max_size=70))
def test_no_identity_of_somebody_else_breaks_the_reading_and_no_name_adds_a_component(text: str) -> None:
    known = person_of(text)
    assert known is None or known.hex == text.strip().lower()
    assert person_name(text).count("=") <= 1
    assert "^" not in person_name(text)
    assert "\\" not in person_name(text)
