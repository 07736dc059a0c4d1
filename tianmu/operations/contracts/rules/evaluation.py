"""Evaluates a case: every line, the caps, totals, flags and the settlement (contract.md section 4)."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from tianmu.foundation.calendars.calendar import Calendar
from tianmu.foundation.calendars.worktime import end_of_day
from tianmu.operations.contracts.rules.attendance import judge_attendance
from tianmu.operations.contracts.rules.case_reader import Case
from tianmu.operations.contracts.rules.demands import judge_demands
from tianmu.operations.contracts.rules.events import (
    Attendance,
    Demand,
    Event,
    ExtraWork,
    Incident,
    Payment,
    ServiceDelay,
    Settle,
)
from tianmu.operations.contracts.rules.incidents import judge_incidents
from tianmu.operations.contracts.rules.late_payment import judge_payments
from tianmu.operations.contracts.rules.lines import WAIVED, Line, fill_cap
from tianmu.operations.contracts.rules.money import ZERO, to_fen
from tianmu.operations.contracts.rules.periods import ContractYears, instalment_due
from tianmu.operations.contracts.rules.service_delay import RULE as DELAY
from tianmu.operations.contracts.rules.service_delay import judge_delays

SCHEMA = "tianmu.contract-result/1"
ENGINE_VERSION = "2026.1"
EXTRA = "C-3.3"
FLAGS = ("a_may_terminate", "b_may_terminate", "criticism_and_interview", "annex_cap_reached")
E = TypeVar("E")
Y = TypeVar("Y", Payment, ExtraWork)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a case comes to."""

    case: Case
    due_dates: dict[str, date]
    lines: tuple[Line, ...]
    totals: dict[str, Decimal]
    flags: tuple[str, ...]
    settlement: dict[str, Any] | None
    warnings: tuple[str, ...]
    calendar_version: str

    def as_json(self) -> dict[str, Any]:
        """Return the result, its last member the hash over everything it depends on."""
        row: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.case.id,
            "contract": self.case.terms.ref,
            "year": self.case.year,
            "as_of": self.case.as_of.isoformat(),
            "due_dates": {key: day.isoformat() for key, day in self.due_dates.items()},
            "lines": [line.as_json() for line in self.lines],
            "totals": {key: str(amount) for key, amount in self.totals.items()},
            "flags": list(self.flags),
        }
        if self.settlement is not None:
            row["settlement"] = {key: _plain(value) for key, value in self.settlement.items()}
        row["warnings"] = list(self.warnings)
        row["readings"] = self.case.readings.as_json()
        row["engine_version"] = ENGINE_VERSION
        row["calendar_version"] = self.calendar_version
        row["sha256"] = digest_of(row)
        return row


def evaluate(
    case: Case,
    calendar: Calendar,
    waived: Collection[tuple[str, str, str]] = (),
    now: datetime | None = None,
) -> Evaluation:
    """Judge every event of a case as it stands at the end of its day `as_of`, or at `now` while that day still runs.

    A case of one contract year holds the lines of that year alone. `waived` names lines (event, rule, instant of the
    breach) that A does not claim: they are assessed, and nothing of them is payable.
    """
    terms, readings = case.terms, case.readings
    years = ContractYears.of(terms)
    fines, compensation, criticism = _fines(
        case, calendar, years, min(end_of_day(case.as_of), now or end_of_day(case.as_of))
    )
    for line in fines:
        if line.key() in waived:
            line.because.append(WAIVED)
    cap = annual_cap(case)
    paid = fill_cap(fines, cap)
    delays, a_may = judge_delays(
        _all(case.events, ServiceDelay),
        terms,
        readings,
        calendar,
        years,
        case.as_of,
        only_year=case.year,
        waived={event for event, rule, _ in waived if rule == DELAY},
    )
    late = judge_payments(_of_year(case, _all(case.events, Payment)), terms, readings, calendar, case.as_of)
    extras = [_extra(one) for one in _of_year(case, _all(case.events, ExtraWork))]
    totals = {
        "annex_assessed": _sum(line.assessed for line in fines),
        "annex_payable": _sum(paid.values()),
        "annex_cap": cap,
        "delay_7_2_payable": _sum(line.payable or ZERO for line in delays),
        "late_7_3_penalty": late.penalty,
        "late_7_3_interest": late.interest,
        "late_7_3_payable": late.payable,
        "compensation": _sum(line.assessed for line in compensation),
        "extras": _sum(line.assessed for line in extras),
    }
    raised = (a_may, late.b_may_terminate, criticism, any(amount >= cap for amount in paid.values()))
    dues = {
        f"instalment_{one.number}": instalment_due(one, terms, readings, calendar, case.year or 1)
        for one in terms.instalments
    }
    return Evaluation(
        case=case,
        due_dates=dues,
        lines=tuple(sorted([*fines, *delays, *late.lines, *compensation, *extras], key=Line.sort_key)),
        totals=totals,
        flags=tuple(name for name, up in zip(FLAGS, raised, strict=True) if up),
        settlement=_settlement(case, totals),
        warnings=tuple(f"calendar_unknown:{key}" for key, day in dues.items() if not calendar.is_known(day)),
        calendar_version=calendar.version,
    )


def _fines(
    case: Case, calendar: Calendar, years: ContractYears, until: datetime
) -> tuple[list[Line], list[Line], bool]:
    terms, readings = case.terms, case.readings
    incidents = judge_incidents(_all(case.events, Incident), terms, readings, years, until)
    demands, compensation = judge_demands(_all(case.events, Demand), terms, readings, calendar, years, until)
    attendance, criticism = judge_attendance(_all(case.events, Attendance), terms, years, until)
    fines = [*incidents, *demands, *attendance]
    if case.year is None:
        return fines, compensation, bool(criticism)
    own = [line for line in fines if line.year == case.year]
    return own, [line for line in compensation if line.year == case.year], case.year in criticism


def annual_cap(case: Case) -> Decimal:
    """Return what the fines of one contract year come to at most (5.6, R-12)."""
    terms = case.terms
    base = terms.total
    if case.readings.annual_cap_base == "section3":
        base = _sum(one.yuan for one in terms.prices if one.section == 3)
    return to_fen(base * terms.annual_cap_share)


def digest_of(row: dict[str, Any]) -> str:
    """Return the SHA-256 over a JSON value in canonical form."""
    return hashlib.sha256(canonical(row)).hexdigest()


def canonical(value: object) -> bytes:
    """Return the one byte string that stands for a JSON value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _settlement(case: Case, totals: dict[str, Decimal]) -> dict[str, Any] | None:
    wish = next(iter(_all(case.events, Settle)), None)
    if wish is None:
        return None
    gross = case.terms.instalment_amount(wish.instalment)
    deductions = totals["annex_payable"] + totals["delay_7_2_payable"] + totals["compensation"]
    additions = totals["extras"] + totals["late_7_3_payable"]
    separate = case.readings.set_off == "separate"
    net = gross + additions - (ZERO if separate else deductions)
    without_tax = to_fen(net / (1 + case.terms.tax_rate))
    row: dict[str, Any] = {
        "instalment": wish.instalment,
        "gross": gross,
        "deductions": deductions,
        "additions": additions,
        "net_to_b": net,
        "net_excl_vat": without_tax,
        "vat": net - without_tax,
    }
    return {**row, "separate_to_a": deductions} if separate else row


def _extra(event: ExtraWork) -> Line:
    amount = event.amount if event.approved else ZERO
    fen = to_fen(amount)
    return Line(
        event.id, EXTRA, "3.3", fen, fen, None, 0, str(event.amount), ["approved" if event.approved else "refused"]
    )


def _all(events: Sequence[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def _of_year(case: Case, events: list[Y]) -> list[Y]:
    return events if case.year is None else [event for event in events if event.year == case.year]


def _sum(amounts: Any) -> Decimal:  # noqa: ANN401 - any iterable of amounts
    return sum(amounts, ZERO)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
