"""Codes of the residents room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    ID_NUMBER_INVALID = "residents.id_number_invalid"
    ID_NUMBER_TAKEN = "residents.id_number_taken"
    ID_NUMBER_CONTRADICTS = "residents.id_number_contradicts"
    BIRTH_DATE_INVALID = "residents.birth_date_invalid"
    PHONE_INVALID = "residents.phone_invalid"
    ID_NUMBER_MISSING = "residents.id_number_missing"
    NAME_EMPTY = "residents.name_empty"
    UNIT_UNKNOWN = "residents.unit_unknown"
