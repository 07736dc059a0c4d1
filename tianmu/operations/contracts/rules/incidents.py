"""Fines for security incidents, annex 2 5.3: a share of the fee, growth for repeats of a kind, surcharge when late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tianmu.operations.contracts.rules.events import Incident
from tianmu.operations.contracts.rules.lines import Line
from tianmu.operations.contracts.rules.money import ZERO, to_fen
from tianmu.operations.contracts.rules.periods import ContractYears, is_late
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import GradeRule, Terms

RULE = "C-5.3"
CLAUSE = "附件2 5.3"
ORDINARY = 4
_SECTION_OF_SOFTWARE = 3
_MOST = Decimal(10) ** 18
Kind = tuple[tuple[str, ...], int, str, int]


@dataclass(frozen=True, slots=True)
class Previous:
    """The fine before, of the same kind in the same year, and how many there were."""

    count: int
    amount: Decimal


def judge_incidents(
    incidents: Iterable[Incident], terms: Terms, readings: Readings, years: ContractYears, until: datetime
) -> list[Line]:
    """Return a line for each incident that occurred before `until`, in the order of occurrence.

    A chain of repeats stops growing at 10^18 yuan (about 77 of a kind in a year), long after every cap.
    """
    fees = {
        one.key: one.yuan
        for one in terms.prices
        if readings.fine_sections == "all" or one.section == _SECTION_OF_SOFTWARE
    }
    chains: dict[Kind, Previous] = {}
    lines = []
    for incident in sorted(incidents, key=lambda one: (one.occurred, one.id)):
        if incident.occurred >= until:
            continue
        grade = grade_that_counts(incident, readings)
        year = years.of_day(incident.occurred.date())
        line = Line(incident.id, RULE, CLAUSE, ZERO, ZERO, incident.occurred, year)
        lines.append(line)
        if incident.excluded is not None:
            line.because.append(f"excluded:{incident.excluded}")
            continue
        if grade == ORDINARY:
            line.because.append("ordinary")
            continue
        fee = sum((fees.get(key, ZERO) for key in incident.subsystems), ZERO)
        kind = (incident.subsystems, grade, incident.kind, year)
        rule = terms.grades[grade]
        line.clause = f"{CLAUSE}({grade})"
        late = is_late(
            _ended(incident, readings, until), incident.occurred + timedelta(hours=rule.limit_hours), readings
        )
        chains[kind] = _price(line, fee, rule, chains.get(kind), late, terms, readings)
    return lines


def grade_that_counts(incident: Incident, readings: Readings) -> int:
    """Return the grade in force at resolution, at occurrence, or the highest (R-29); 1 is the gravest."""
    if readings.grade_at == "resolution" or not incident.grades:
        return incident.grade
    if readings.grade_at == "highest":
        return min(incident.grade, *(grade for _, grade in incident.grades))
    before = [grade for at, grade in incident.grades if at <= incident.occurred]
    return before[-1] if before else incident.grades[0][1]


def limit_of(incident: Incident, terms: Terms, readings: Readings) -> datetime | None:
    """Return by when the incident must be ended; None for an ordinary one."""
    rule = terms.grades.get(grade_that_counts(incident, readings))
    return incident.occurred + timedelta(hours=rule.limit_hours) if rule else None


def _ended(incident: Incident, readings: Readings, until: datetime) -> datetime:
    end = incident.resolved
    if readings.incident_end == "restored" and incident.restored is not None:
        end = incident.restored
    return until if end is None else min(end, until)


def _price(
    line: Line, fee: Decimal, rule: GradeRule, previous: Previous | None, late: bool, terms: Terms, readings: Readings
) -> Previous:
    base = fee * rule.share
    count = previous.count + 1 if previous else 1
    before, note = base, f"{fee} × {rule.share}"
    if previous is not None:
        line.because.append(f"repeat:{count}")
        if readings.repeat_growth == "simple":
            factor = 1 + terms.repeat_step * (count - 1)
            before, note = base * factor, f"{note} × {factor}"
        else:
            before, note = previous.amount * (1 + terms.repeat_step), f"{previous.amount} × {1 + terms.repeat_step}"
    fine = before
    if late:
        line.because.append("late")
        if readings.grade1_overdue == "+1pp" and rule.overdue_points is not None:
            fine, note = before + fee * rule.overdue_points, f"{note} + {fee} × {rule.overdue_points}"
        else:
            fine, note = before * rule.overdue_factor, f"{note} × {rule.overdue_factor}"
    line.assessed = line.payable = to_fen(fine)
    line.note = note
    return Previous(count, min(fine if readings.repeat_base == "as_fined" else before, _MOST))
