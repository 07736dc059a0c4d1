"""Codes of the duty room."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    CALENDAR_UNKNOWN = "duty.calendar_unknown"
    ROSTER_FAULTY = "duty.roster_faulty"
    ROSTER_STATE = "duty.roster_state"
    SHIFT_INVALID = "duty.shift_invalid"
    SWAP_INVALID = "duty.swap_invalid"
    SWAP_STATE = "duty.swap_state"
    NOT_A_MEMBER = "duty.not_a_member"
    SIGN_INVALID = "duty.sign_invalid"
    LEAVE_INVALID = "duty.leave_invalid"
    FINDING_STATE = "duty.finding_state"
    AMOUNT_INVALID = "duty.amount_invalid"
    CALL_INVALID = "duty.call_invalid"
    REASON_MISSING = "duty.reason_missing"
