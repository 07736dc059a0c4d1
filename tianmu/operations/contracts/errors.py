"""Codes of the contracts room; those of malformed cases are the engine's (`rules/errors.py`)."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    REF_TAKEN = "contracts.ref_taken"
    FACT_TYPE = "contracts.fact_type"
    FACT_MISSING = "contracts.fact_missing"
    FACT_SETTLED = "contracts.fact_settled"
    REASON_MISSING = "contracts.reason_missing"
    FINE_STATE = "contracts.fine_state"
    FINES_OPEN = "contracts.fines_open"
    DUTY_MISSING = "contracts.duty_missing"
    DUTY_DONE = "contracts.duty_done"
    EVIDENCE_MISSING = "contracts.evidence_missing"
    FILE_INVALID = "contracts.file_invalid"
    EXTRA_STATE = "contracts.extra_state"
    RENEWAL_UNSIGNED = "contracts.renewal_unsigned"
    STATEMENT_STATE = "contracts.statement_state"
    STATEMENT_OPEN = "contracts.statement_open"
    SAME_SIGNER = "contracts.same_signer"
    PARTIES_MISSING = "contracts.parties_missing"
    END_INVALID = "contracts.end_invalid"
    ENDED = "contracts.contract_ended"
    NOTICE_DELIVERED = "contracts.notice_delivered"
    NOTICE = "contracts.notice_invalid"
    RENEWAL_KNOWN = "contracts.renewal_known"
    RENEWAL_INVALID = "contracts.renewal_invalid"
