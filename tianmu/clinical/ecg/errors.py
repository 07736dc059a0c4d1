"""Codes of the ECG room; those of unreadable files are the engine's (`engine/errors.py`)."""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes."""

    LOCKED = "ecg.locked"
    NOT_LOCKED_BY_YOU = "ecg.not_locked_by_you"
    STATE_CONFLICT = "ecg.state_conflict"
    CONTRADICTION = "ecg.contradiction"
    CONCLUSION_MISSING = "ecg.conclusion_missing"
    CLASS_MISSING = "ecg.conclusion_class_missing"
    NO_REPORT = "ecg.no_report"
    RECORDED_ELSEWHERE = "ecg.recorded_elsewhere"
    ANALYSIS_MISSING = "ecg.analysis_missing"
    REASON_MISSING = "ecg.reason_missing"
    SAME_PERSON = "ecg.same_person_reviews"
    ALERT_STATE = "ecg.alert_state"
    PATIENT_MISMATCH = "ecg.patient_mismatch"
    NO_EARLIER = "ecg.no_earlier"
    BOUNDARIES = "ecg.boundaries"
    REVIEW_TAKEN = "ecg.review_taken"
    PERIOD = "ecg.period"
    SAMPLE_EMPTY = "ecg.sample_empty"
    UPLOAD_OFFSET = "ecg.upload_offset"
    UPLOAD_DAMAGED = "ecg.upload_damaged"
    UPLOAD_CLOSED = "ecg.upload_closed"
    HOLTER_NOT_READY = "ecg.holter_not_ready"
    HOLTER_CHANGED = "ecg.holter_changed"
    HOLTER_EDIT = "ecg.holter_edit"
    HOLTER_SIGNAL = "ecg.holter_signal"
