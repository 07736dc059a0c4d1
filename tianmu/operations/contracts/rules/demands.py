"""Fines for demands, annex 2 5.4.4: late first feedback, missed nodes, compensation of patients (R-07, R-16, R-17)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import zip_longest

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import ROUND_THE_CLOCK, add
from tianmu.operations.contracts.rules.events import Demand, Node
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.money import to_fen
from tianmu.operations.contracts.rules.periods import ContractYears, is_late
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import DemandRule, Terms

FEEDBACK, NODE, COMPENSATION, IMPACT = "C-5.4.4-1", "C-5.4.4-2", "C-5.4.4-2c", "C-5.4.4-3"


def judge_demands(
    demands: Iterable[Demand],
    terms: Terms,
    readings: Readings,
    calendar: Calendar,
    years: ContractYears,
    until: datetime,
) -> tuple[list[Line], list[Line]]:
    """Return the lines of fines, and those of compensation, of all demands as they stand at `until`."""
    fines: list[Line] = []
    compensation: list[Line] = []
    for demand in demands:
        if demand.received >= until:
            continue
        rule = terms.demands
        due = feedback_due(demand.received, demand.complexity, terms, readings, calendar)
        given = _known(demand.feedback_at, until)
        if is_late(given or until, due, readings):
            year = years.of_day(due.date())
            fines.append(_line(demand, FEEDBACK, "(1)", rule.feedback_fine, due, year, "late"))
        missed = missed_nodes(demand, readings, until)
        for node in missed:
            fines.extend(_of_node(demand, node, rule, readings, years.of_day(node.due.date())))
        if missed and demand.compensation is not None:
            at = missed[0].due
            line = _line(demand, COMPENSATION, "(2)", demand.compensation, at, years.of_day(at.date()), "agreed")
            compensation.append(line)
    return fines, compensation


def feedback_due(received: datetime, complexity: str, terms: Terms, readings: Readings, calendar: Calendar) -> datetime:
    """Return by when the first feedback is due: 24 or 72 hours, natural or of working time (R-07)."""
    schedule = ROUND_THE_CLOCK if readings.demand_calendar == "natural" else readings.workdays()
    return add(received, timedelta(hours=terms.demands.feedback_hours[complexity]), schedule, calendar)


def missed_nodes(demand: Demand, readings: Readings, until: datetime) -> list[Node]:
    """Return the nodes that were not met at `until` (R-17).

    A node lapses when method or demand were changed after it was agreed and before it was due, and is replaced by one
    agreed at or before its due instant; one agreed later leaves it missed.
    """
    done = _known(demand.done_at, until)
    agreed = [node for node in demand.plan if node.agreed_at < until and (done is None or node.agreed_at <= done)]
    following = [node.agreed_at for node in agreed[1:]]
    return [
        node
        for node, after in zip_longest(agreed, following)
        if (after is None or after > node.due)
        and not _lapsed(node, demand.changes)
        and is_late(done or until, node.due, readings)
    ]


def _lapsed(node: Node, changes: Sequence[datetime]) -> bool:
    return any(node.agreed_at < change < node.due for change in changes)


def _of_node(demand: Demand, node: Node, rule: DemandRule, readings: Readings, year: int) -> list[Line]:
    worst = max(node.complaints, key=lambda one: rule.complaint_factors[one], default="none")
    factor = rule.complaint_factors[worst]
    because = "missed" if worst == "none" else f"complaint:{worst}"
    plain = _line(demand, NODE, "(2)", rule.node_fine * factor, node.due, year, because)
    plain.note = f"{rule.node_fine} × {factor}"
    if not node.impact:
        return [plain]
    impact = _line(demand, IMPACT, "(3)", rule.impact_fine, node.due, year, "impact")
    if readings.demand_stacking == "sum":
        return [plain, impact]
    return [impact if impact.assessed >= plain.assessed else plain]


def _line(demand: Demand, rule: str, part: str, amount: Decimal, at: datetime, year: int, because: str) -> Line:
    fen = to_fen(amount)
    return Line(demand.id, rule, f"附件2 5.4.4{part}", fen, fen, at, year, str(fen), [because])


def _known(instant: datetime | None, until: datetime) -> datetime | None:
    return instant if instant is not None and instant < until else None
