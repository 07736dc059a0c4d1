"""The terms of a contract as data: total, prices, instalments, fines, caps. Another contract is another document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from tianmu.operations.contracts.rules.errors import CaseError, Code
from tianmu.operations.contracts.rules.money import ZERO, to_fen
from tianmu.operations.contracts.rules.reading_values import day, items, members, money, share, text, truth, whole
from tianmu.operations.contracts.rules.readings import readings_of

SCHEMA = "tianmu.contract-terms/1"
FOLDER = Path(__file__).resolve().parent.parent / "data" / "terms"
_PARTS = (
    "ref", "signed", "term_years", "total", "tax_rate", "instalments", "prices", "incidents", "demands",
    "attendance", "annual_cap_share", "service_delay", "late_payment", "force_majeure", "renewal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Price:
    """A priced item of annex 1."""

    key: str
    section: int
    name: str
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the total and when it is due: `days` after signing or after the end of the term."""

    number: int
    share: Decimal
    after: str
    days: int


@dataclass(frozen=True, slots=True)
class GradeRule:
    """What an incident of a grade costs: a share of the fee, more when it is not ended within `limit_hours`."""

    grade: int
    share: Decimal
    limit_hours: int
    overdue_factor: Decimal
    overdue_points: Decimal | None


@dataclass(frozen=True, slots=True)
class DemandRule:
    """What a demand costs."""

    feedback_fine: Decimal
    feedback_hours: Mapping[str, int]
    node_fine: Decimal
    impact_fine: Decimal
    complaint_factors: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class AttendanceRule:
    """What attendance costs."""

    left_unrecorded: Decimal
    late: Decimal
    holiday_least: Decimal
    holiday_most: Decimal
    criticism_from: int


@dataclass(frozen=True, slots=True)
class Terms:
    """One contract."""

    ref: str
    signed: date
    term_years: int
    total: Decimal
    tax_rate: Decimal
    instalments: tuple[Instalment, ...]
    prices: tuple[Price, ...]
    repeat_step: Decimal
    grades: Mapping[int, GradeRule]
    demands: DemandRule
    attendance: AttendanceRule
    annual_cap_share: Decimal
    delay_day_share: Decimal
    delay_cap_share: Decimal
    penalty_day: Decimal
    interest_day: Decimal
    late_cap_share: Decimal
    notice_days: int
    proof_workdays: int
    renewal_notice_days: int
    renews_by_itself: bool
    readings: Mapping[str, Any]

    def instalment_amount(self, number: int) -> Decimal:
        """Return an instalment in yuan; the last one takes what rounding left over."""
        last = self.instalments[-1].number
        amounts = {one.number: to_fen(self.total * one.share) for one in self.instalments}
        if number == last:
            return self.total - sum((amount for key, amount in amounts.items() if key != last), ZERO)
        return amounts[number]

    def changed(self, *, total: Decimal | None, signed: date | None) -> "Terms":
        """Return the same terms with another total or day of signing."""
        return replace(self, total=self.total if total is None else total, signed=signed or self.signed)


def terms_of(document: object, field: str = "terms") -> Terms:
    """Read and check a document of terms.

    Raises:
        CaseError: a member is missing or wrong, or the priced items do not add up to the total.

    """
    given = members(document, field, ("schema", "version", "source", "readings", *_PARTS), _PARTS)
    if given.get("schema") != SCHEMA:
        raise CaseError(Code.TERMS, f"{field}.schema", f"Terms are written in the schema {SCHEMA}.")
    incidents = members(given["incidents"], f"{field}.incidents", ("clause", "repeat_step", "grades"), ("grades",))
    delay = members(given["service_delay"], f"{field}.service_delay", ("day_share", "cap_share"), ("day_share",))
    late = members(given["late_payment"], f"{field}.late_payment", ("penalty_day", "interest_day", "cap_share"))
    force = members(given["force_majeure"], f"{field}.force_majeure", ("notice_days", "proof_workdays"))
    renewal = members(given["renewal"], f"{field}.renewal", ("notice_days", "automatic"))
    readings = given.get("readings", {})
    readings_of(readings, field=f"{field}.readings")
    terms = Terms(
        ref=text(given["ref"], f"{field}.ref", 40),
        signed=day(given["signed"], f"{field}.signed"),
        term_years=whole(given["term_years"], f"{field}.term_years", 1, 1),
        total=money(given["total"], f"{field}.total"),
        tax_rate=share(given["tax_rate"], f"{field}.tax_rate"),
        instalments=_instalments(given["instalments"], f"{field}.instalments"),
        prices=_prices(given["prices"], f"{field}.prices"),
        repeat_step=share(incidents.get("repeat_step"), f"{field}.incidents.repeat_step"),
        grades=_grades(incidents["grades"], f"{field}.incidents.grades"),
        demands=_demands(given["demands"], f"{field}.demands"),
        attendance=_attendance(given["attendance"], f"{field}.attendance"),
        annual_cap_share=share(given["annual_cap_share"], f"{field}.annual_cap_share"),
        delay_day_share=share(delay["day_share"], f"{field}.service_delay.day_share"),
        delay_cap_share=share(delay.get("cap_share"), f"{field}.service_delay.cap_share"),
        penalty_day=share(late.get("penalty_day"), f"{field}.late_payment.penalty_day"),
        interest_day=share(late.get("interest_day"), f"{field}.late_payment.interest_day"),
        late_cap_share=share(late.get("cap_share"), f"{field}.late_payment.cap_share"),
        notice_days=whole(force.get("notice_days"), f"{field}.force_majeure.notice_days", 0, 365),
        proof_workdays=whole(force.get("proof_workdays"), f"{field}.force_majeure.proof_workdays", 0, 365),
        renewal_notice_days=whole(renewal.get("notice_days"), f"{field}.renewal.notice_days", 0, 365),
        renews_by_itself=truth(renewal.get("automatic"), f"{field}.renewal.automatic"),
        readings=readings,
    )
    demand_sum(terms, field)
    return terms


def demand_sum(terms: Terms, field: str = "terms") -> None:
    """Refuse a price list that does not add up to the total, or instalments that are not the whole of it.

    Raises:
        CaseError: the sums differ; the text names both.

    """
    priced = sum((one.yuan for one in terms.prices), ZERO)
    if priced != terms.total:
        detail = f"The items add up to {priced}, the total is {terms.total}. Correct an item or the total."
        raise CaseError(Code.TERMS_SUM, f"{field}.prices", detail)
    if sum(one.share for one in terms.instalments) != 1:
        raise CaseError(Code.TERMS_SUM, f"{field}.instalments", "The shares of the instalments must add up to 1.")


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Terms]:
    """Return the contracts that come with the platform, by reference."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return {one["ref"]: terms_of(one, one["ref"]) for one in documents}


def _prices(value: object, field: str) -> tuple[Price, ...]:
    found: list[Price] = []
    for number, one in enumerate(items(value, field, 100)):
        at = f"{field}.{number}"
        row = members(one, at, ("key", "section", "name", "yuan"), ("key", "section", "name", "yuan"))
        price = Price(
            text(row["key"], f"{at}.key", 40),
            whole(row["section"], f"{at}.section", 1, 99),
            text(row["name"], f"{at}.name"),
            money(row["yuan"], f"{at}.yuan"),
        )
        if any(other.key == price.key for other in found):
            raise CaseError(Code.TERMS, f"{at}.key", "This key stands twice in the price list.")
        found.append(price)
    return tuple(found)


def _instalments(value: object, field: str) -> tuple[Instalment, ...]:
    found = []
    for number, one in enumerate(items(value, field, 12)):
        at = f"{field}.{number}"
        row = members(one, at, ("number", "share", "after", "days", "clause"), ("number", "share", "after", "days"))
        if row["after"] not in {"signing", "term_end"}:
            raise CaseError(Code.TERMS, f"{at}.after", "An instalment is due after signing or term_end.")
        if row["number"] != number + 1:
            raise CaseError(Code.TERMS, f"{at}.number", "Instalments are numbered 1, 2, 3 and so on.")
        days = whole(row["days"], f"{at}.days", 0, 366)
        found.append(Instalment(number + 1, share(row["share"], f"{at}.share"), row["after"], days))
    if not found:
        raise CaseError(Code.TERMS, field, "A contract has at least one instalment.")
    return tuple(found)


def _grades(value: object, field: str) -> Mapping[int, GradeRule]:
    known = ("grade", "clause", "share", "limit_hours", "overdue_factor", "overdue_points")
    found = {}
    for number, one in enumerate(items(value, field, 3)):
        at = f"{field}.{number}"
        row = members(one, at, known, ("grade", "share", "limit_hours", "overdue_factor"))
        grade = whole(row["grade"], f"{at}.grade", 1, 3)
        points = row.get("overdue_points")
        found[grade] = GradeRule(
            grade,
            share(row["share"], f"{at}.share"),
            whole(row["limit_hours"], f"{at}.limit_hours", 1, 8760),
            share(row["overdue_factor"], f"{at}.overdue_factor"),
            None if points is None else share(points, f"{at}.overdue_points"),
        )
    if set(found) != {1, 2, 3}:
        raise CaseError(Code.TERMS, field, "Write each of the grades 1, 2 and 3 once.")
    return found


def _demands(value: object, field: str) -> DemandRule:
    known = ("feedback_fine", "feedback_hours", "node_fine", "impact_fine", "complaint_factors")
    row = members(value, field, known, known)
    hours = members(row["feedback_hours"], f"{field}.feedback_hours", ("ordinary", "complex"), ("ordinary", "complex"))
    causes = ("none", "bureau", "city")
    factors = members(row["complaint_factors"], f"{field}.complaint_factors", causes, causes)
    return DemandRule(
        money(row["feedback_fine"], f"{field}.feedback_fine"),
        {key: whole(one, f"{field}.feedback_hours.{key}", 1, 8760) for key, one in hours.items()},
        money(row["node_fine"], f"{field}.node_fine"),
        money(row["impact_fine"], f"{field}.impact_fine"),
        {key: share(one, f"{field}.complaint_factors.{key}") for key, one in factors.items()},
    )


def _attendance(value: object, field: str) -> AttendanceRule:
    known = ("left_unrecorded", "late", "holiday_no_reply", "criticism_from")
    row = members(value, field, known, known)
    holiday = members(row["holiday_no_reply"], f"{field}.holiday_no_reply", ("least", "most"), ("least", "most"))
    return AttendanceRule(
        money(row["left_unrecorded"], f"{field}.left_unrecorded"),
        money(row["late"], f"{field}.late"),
        money(holiday["least"], f"{field}.holiday_no_reply.least"),
        money(holiday["most"], f"{field}.holiday_no_reply.most"),
        whole(row["criticism_from"], f"{field}.criticism_from", 1, 1000),
    )
