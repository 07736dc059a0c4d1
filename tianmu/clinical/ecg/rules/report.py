"""The class of a conclusion (ecg.md section 11)."""

from collections.abc import Iterable

_CLASS_BY_SEVERITY = {"normal": "normal", "borderline": "borderline", "abnormal": "abnormal", "critical": "abnormal"}
_CLASS_ORDER = ("normal", "mostly_normal", "borderline", "abnormal")


def conclusion_class(severities: Iterable[str]) -> str:
    """Return the class a conclusion suggests: the gravest of its statements; normal when there is none."""
    classes = [_CLASS_BY_SEVERITY.get(severity, "abnormal") for severity in severities]
    return max(classes, key=_CLASS_ORDER.index, default="normal")
