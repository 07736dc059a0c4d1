"""How the values of a resident's signed reports went."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from tianmu.clinical.ecg.selectors.residents import published_versions, signed_reports_of
from tianmu.community.resident.reports import measured
from tianmu.community.resident.rules.trend import Range, ranges_from, trend_of
from tianmu.community.resident.schemas import TrendLine, TrendOut, TrendPoint
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.audit.actions import record_views
from tianmu.foundation.documents.models import DocumentVersion

MOST_POINTS = 60
DATA = Path(__file__).resolve().parent / "data" / "trend_ranges.json"


@cache
def ranges() -> dict[str, Range]:
    """Return the usual range of each value."""
    return ranges_from(json.loads(DATA.read_text(encoding="utf-8"))["ranges"])


def trends(actor: Actor) -> TrendOut:
    """Return the values of the newest signed resting reports by time, and what can be said of each."""
    keys = [order.pk for order in signed_reports_of(actor).filter(kind="resting")[:MOST_POINTS]]
    versions = published_versions(keys)
    found_versions = [(key, versions[key]) for key in keys if key in versions]
    subjects = [(key, actor.person_id) for key, _ in found_versions]
    record_views(actor=actor, action="ecg.report.trend", kind="ecg_order", subjects=subjects)
    points = sorted((_point(key, version) for key, version in found_versions), key=lambda point: point.at)
    lines = []
    for name, usual in ranges().items():
        found = trend_of([(point.at, getattr(point.values, name)) for point in points], usual)
        lines.append(
            TrendLine(
                name=name,
                low=usual.low,
                high=usual.high,
                course=found.course.value,
                latest=found.latest,
                usual=found.usual,
                place=found.place,
            )
        )
    return TrendOut(points=points, lines=lines)


def _point(order_id: UUID, version: DocumentVersion) -> TrendPoint:
    at = version.content["order"]["acquired_at"] or version.content["signed_at"]
    return TrendPoint(id=order_id, at=datetime.fromisoformat(at), values=measured(version))
