"""The conditions that the catalogue's numerators and denominators name, on the rows of each source.

Of critical values they are the ECG room's own (`selectors/alert_figures.py`), of readers' work the same as its rules.
"""

from collections.abc import Mapping

from django.db.models import F, Q

from tianmu.clinical.ecg.rules.critical_figures import Index
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.alert_figures import CONFIRMED, DECIDED, SHARES
from tianmu.clinical.ecg.selectors.workload import SECOND
from tianmu.insight.supervision.rules.indicators import Indicator

ALL = Q()
_PUBLISHED = Q(published_version__gt=0)
_GRADED = Q(quality_grade__in=["A", "B", "C", "D"])
_RESTING = Q(kind="resting")
_REVERSALS = ["limb_reversal", "chest_reversal"]
_REVERSED = Q(statement_codes__overlap=_REVERSALS) | Q(conclusion_codes__overlap=_REVERSALS)
_FIRST = Q(role="reader", document_version__number=1)

CONDITIONS: Mapping[str, Mapping[str, Q]] = {
    "orders": {
        "published": _PUBLISHED,
        "positive": _PUBLISHED & Q(conclusion_class="abnormal"),
        "in_time": _PUBLISHED & Q(published_at__lte=F("due_at")),
        "amended": Q(published_version__gt=1),
        "returned": Q(was_returned=True),
        "recorded_again": Q(was_recorded_again=True),
        "referred_up": Q(was_referred_up=True),
        "graded": _GRADED,
        "graded_resting": _GRADED & _RESTING,
        "reversed": _GRADED & _RESTING & _REVERSED,
        "good_image": Q(quality_grade__in=["A", "B", "C"]),
        "seen": _PUBLISHED & Q(seen_at__isnull=False),
        "holter": _PUBLISHED & Q(kind="holter"),
    },
    "alerts": {
        "decided": DECIDED,
        "confirmed": CONFIRMED,
        "timely": SHARES[Index.TIMELY].counted,
        "notified": SHARES[Index.NOTIFIED].counted,
        "disposed": SHARES[Index.DISPOSED].counted,
        "rejected": SHARES[Index.FALSE].counted,
    },
    "consultations": {
        "answered": Q(answered_at__isnull=False),
        "answered_in_time": Q(answered_at__isnull=False, answered_at__lte=F("due_at")),
    },
    "reviews": {"agreed": Q(agreement__in=["full", "minor"])},
    "signatures": {
        "first_reads": _FIRST,
        "second_reads": Q(role__in=SECOND),
        "emergency_reads": _FIRST & Q(of_urgency="emergency"),
        "late_reads": _FIRST & Q(signed_at__gt=F("of_due_at")),
        "amendments": Q(role="reader", document_version__number__gt=1),
    },
    "steps": {"returns": Q(move=Move.RETURN)},
}


def numerator_of(one: Indicator) -> Q:
    """Return what an indicator counts; of a duration, the rows that have both instants."""
    return denominator_of(one) if one.measure == "duration" else _named(one, one.numerator)


def denominator_of(one: Indicator) -> Q:
    """Return among what it counts."""
    if one.measure == "duration":
        return Q(**{f"{one.start}__isnull": False, f"{one.end}__isnull": False})
    return _named(one, one.numerator if one.measure in {"count", "sum"} else one.denominator)


def _named(one: Indicator, name: str) -> Q:
    return ALL if name == "all" else CONDITIONS[one.source][name]
