"""The counts that hang on the wall."""

from datetime import datetime

from django.db.models import Count

from tianmu.foundation.access.actor import Actor
from tianmu.operations.servicedesk.models.tickets import OPEN_STATES
from tianmu.operations.servicedesk.selectors.figures import scope

UNDECIDED = "undecided"


def wall_counts(actor: Actor, now: datetime) -> tuple[dict[str, object], dict[str, int]]:
    """Return the open tickets by state with what is overdue, major and nobody's, and open incidents by grade."""
    rows = scope(actor).filter(state__in=OPEN_STATES).order_by()
    found = list(rows.values_list("state", "kind", "grade", "rank", "assignee_id", "due_at"))
    by_state = dict.fromkeys(OPEN_STATES, 0)
    for state, *_ in found:
        by_state[state] += 1
    counts: dict[str, object] = {
        "by_state": by_state,
        "overdue": sum(due < now for *_, due in found),
        "major": sum(kind == "incident" and rank < 3 for _, kind, _, rank, _, _ in found),
        "mine": sum(assignee == actor.account_id for *_, assignee, _ in found),
        "unassigned": sum(assignee is None for *_, assignee, _ in found),
    }
    graded = rows.filter(kind="incident").values_list("grade").annotate(count=Count("id"))
    by_grade = {str(grade or UNDECIDED): count for grade, count in graded}
    return counts, {key: by_grade.get(key, 0) for key in ("1", "2", "3", "4", UNDECIDED)}
