"""Which values of an analysis count: a reader's own boundaries where there are any, else the machine's."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from tianmu.clinical.ecg.models import Remeasurement, StoredAnalysis, StoredRecording


def with_remeasurements(rows: QuerySet[StoredAnalysis]) -> QuerySet[StoredAnalysis]:
    """Return the analyses together with the boundaries of readers that were not withdrawn, the newest first."""
    living = Remeasurement.objects.filter(withdrawn_at=None).order_by("-id")
    return rows.prefetch_related(Prefetch("remeasurements", queryset=living))


def newest_analysis(recording: StoredRecording) -> StoredAnalysis | None:
    """Return the last analysis of a recording with the boundaries of readers."""
    return with_remeasurements(StoredAnalysis.objects.filter(recording=recording)).order_by("-id").first()


def confirmed(analysis: StoredAnalysis) -> Remeasurement | None:
    """Return the reader's measurement that counts; of analyses got `with_remeasurements`."""
    return next(iter(analysis.remeasurements.all()), None)


def result_that_counts(analysis: StoredAnalysis) -> Mapping[str, Any]:
    """Return the values that count; of analyses got `with_remeasurements`."""
    own = confirmed(analysis)
    result: Mapping[str, Any] = own.result if own else analysis.result
    return result
