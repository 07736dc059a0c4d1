"""Rights of the report designer, and who sees a report: its maker, and those it is shared with where they work.

A report is a question. Its answer is always that of the asker: rows and fields are limited by her own rights, so a
shared report shows everybody what she may see and nothing else.
"""

from enum import StrEnum

from django.db.models import Q

from tianmu.foundation.access.actor import Actor
from tianmu.insight.reports.models import Report


class Right(StrEnum):
    """Names of rights."""

    VIEW = "reports.report.view"
    DESIGN = "reports.report.design"
    EXPORT = "reports.report.export"
    SCHEDULE = "reports.report.schedule"
    REFRESH = "reports.extract.refresh"


def visible(actor: Actor) -> Q:
    """Return the condition under which a report is seen: built in, her own, or shared at or above her place.

    Raises:
        RefusedError: she may see none.

    """
    actor.demand(Right.VIEW)
    parts = [one for one in actor.home_path.split("/") if one]
    above = ["/" + "/".join(parts[: count + 1]) + "/" for count in range(len(parts))]
    return Q(owner=None) | Q(owner_id=actor.account_id) | Q(shared=True, path__in=above)


def is_own(actor: Actor, report: Report) -> bool:
    """Tell whether a report is the actor's to change."""
    return report.owner_id is not None and report.owner_id == actor.account_id and actor.may(Right.DESIGN)
