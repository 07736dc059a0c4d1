"""What a signature freezes of a Holter."""

from typing import Any

from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.rules.holter_report import report_facts
from tianmu.clinical.ecg.selectors.holter.station import review_of


def holter_facts(order: Order) -> dict[str, Any]:
    """Return what a signature freezes of a Holter: the report as it stands, and the versions behind it."""
    review = review_of(order)
    result = review.result
    versions = {
        "result": str(result.pk),
        "engine": result.engine_version,
        "criteria": result.criteria_version,
        "edits": review.edits,
    }
    return {**report_facts(unpack_view(bytes(review.view))), "versions": versions}
