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
    SAME_PERSON = "residents.same_person"
    MERGED_ALREADY = "residents.merged_already"
    MERGE_UNDONE = "residents.merge_undone"
    MERGE_NOT_LAST = "residents.merge_not_last"
    PAIR_DECIDED = "residents.pair_decided"
    REASON_NEEDED = "residents.reason_needed"
    CLOSED = "residents.closed"
    NOT_CLOSED = "residents.not_closed"
    CLOSING_INVALID = "residents.closing_invalid"
    SAME_UNIT = "residents.same_unit"
    LINK_INVALID = "residents.link_invalid"
    LINK_ENDED = "residents.link_ended"
    LINK_LIMIT = "residents.link_limit"
    PROOF_INVALID = "residents.proof_invalid"
    PURPOSE_UNKNOWN = "residents.purpose_unknown"
    CONSENT_INVALID = "residents.consent_invalid"
