"""What is wrong with a case, terms or readings: a code, where it stands, and what to do."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes of malformed input."""

    SCHEMA = "contracts.case_schema"
    FIELD = "contracts.case_field"
    UNKNOWN_FIELD = "contracts.case_unknown_field"
    MONEY = "contracts.case_money"
    DAY = "contracts.case_day"
    INSTANT = "contracts.case_instant"
    ORDER = "contracts.case_order"
    TYPE = "contracts.case_event_type"
    EVENT_TWICE = "contracts.case_event_twice"
    SUBSYSTEM = "contracts.case_subsystem"
    DECIDED = "contracts.case_decided"
    INSTALMENT = "contracts.case_instalment"
    BEFORE_SIGNING = "contracts.case_before_signing"
    READING = "contracts.case_reading"
    CONTRACT = "contracts.case_contract"
    TERMS = "contracts.terms_invalid"
    TERMS_SUM = "contracts.terms_sum"
    TOO_MANY = "contracts.case_too_many"


class CaseError(ValueError):
    """Input that cannot be judged; `field` is the path of the member that is wrong, such as `events.3.amount`."""

    def __init__(self, code: Code, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.code = code
        self.field = field
        self.detail = detail

    def as_json(self) -> dict[str, str]:
        """Return the error as members of an answer."""
        return {"code": str(self.code), "field": self.field, "detail": self.detail}
