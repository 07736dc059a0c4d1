"""Codes of the service desk."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    STATE_CONFLICT = "servicedesk.state_conflict"
    TAKEN = "servicedesk.taken"
    REASON_MISSING = "servicedesk.reason_missing"
    LATE_REASON = "servicedesk.late_reason_missing"
    IN_THE_FUTURE = "servicedesk.in_the_future"
    TOO_LATE_TO_REOPEN = "servicedesk.too_late_to_reopen"
    PARTS_MISSING = "servicedesk.report_parts_missing"
    REPORT_SIGNED = "servicedesk.report_signed"
    SAME_PERSON = "servicedesk.same_person"
    IMAGES_MISSING = "servicedesk.images_missing"
    STATEMENT = "servicedesk.statement_refused"
    ROWS_DIFFER = "servicedesk.rows_differ"
    TARGET = "servicedesk.target_unknown"
    PLAN_NOT_AGREED = "servicedesk.plan_not_agreed"
    NODE = "servicedesk.node_invalid"
    CHAT = "servicedesk.chat_unreadable"
    LETTER = "servicedesk.letter_unreadable"
    FILE_TOO_LARGE = "servicedesk.file_too_large"
    FILE_KIND = "servicedesk.file_kind_refused"
    ANSWERED = "servicedesk.survey_answered"
    GRADE_MISSING = "servicedesk.grade_missing"
    UNKNOWN_KEY = "servicedesk.unknown_key"
    MERGE = "servicedesk.merge_refused"
    MONTH_OPEN = "servicedesk.month_open"
