"""Reads one event of a case; each kind has its members, further ones are refused lest a slip of the pen cost money."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tianmu.operations.contracts.rules.errors import CaseError, Code
from tianmu.operations.contracts.rules.events import (
    Attendance,
    Demand,
    Event,
    Excuse,
    ExtraWork,
    Incident,
    Node,
    Paid,
    Payment,
    ServiceDelay,
    Settle,
)
from tianmu.operations.contracts.rules.reading_values import (
    choice,
    day,
    instant,
    items,
    members,
    money,
    text,
    truth,
    whole,
)
from tianmu.operations.contracts.rules.readings import Readings
from tianmu.operations.contracts.rules.terms import Terms

DESCRIPTIVE = ("id", "type", "title", "note", "reason", "comment", "description", "by", "evidence")
DOCTOR_APP = "doctor_app"
PAYMENT_CAUSES = ("party_b", "force_majeure", "fiscal")
DELAY_CAUSES = ("party_a", "third_party", "force_majeure")
_OF_NODE = frozenset(("agreed_at", "due", "impact", "complaint", "changed_at", "note", "reason", "evidence"))
_REASONS = ("party_a", "third_party", "force_majeure")


def event_of(row: object, field: str, terms: Terms, readings: Readings) -> Event:
    """Return the event.

    Raises:
        CaseError: a member is missing, unknown or wrong, or the event precedes the contract.

    """
    if not isinstance(row, Mapping):
        raise CaseError(Code.FIELD, field, "An event is an object with id and type.")
    kind = row.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        detail = "Use one of: " + ", ".join(_READERS) + "."
        raise CaseError(Code.TYPE, f"{field}.type", detail)
    name = text(row.get("id"), f"{field}.id", 60)
    return reader(name, row, field, terms, readings)


def _own(row: Mapping[str, Any], field: str, known: tuple[str, ...], needed: tuple[str, ...]) -> Mapping[str, Any]:
    return members(row, field, _with_descriptive(known), needed)


@lru_cache(maxsize=16)
def _with_descriptive(known: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*DESCRIPTIVE, *known))


def _payment(name: str, row: Mapping[str, Any], field: str, terms: Terms, _readings: Readings) -> Payment:
    given = _own(row, field, ("instalment", "paid", "excused", "year"), ("instalment", "paid"))
    paid = []
    for number, one in enumerate(items(given["paid"], f"{field}.paid")):
        at = f"{field}.paid.{number}"
        part = members(one, at, ("date", "amount", "voucher"), ("date", "amount"))
        paid.append(Paid(day(part["date"], f"{at}.date"), money(part["amount"], f"{at}.amount")))
    return Payment(
        name,
        _instalment(given["instalment"], field, terms),
        tuple(sorted(paid, key=lambda one: (one.day, one.amount))),
        _excuses(given.get("excused"), f"{field}.excused", PAYMENT_CAUSES, cause_needed=False),
        whole(given.get("year", 1), f"{field}.year", 1, 100),
    )


def _service_delay(name: str, row: Mapping[str, Any], field: str, terms: Terms, _readings: Readings) -> ServiceDelay:
    given = _own(row, field, ("from", "to", "excused", "duty"), ("from", "to"))
    first, last = day(given["from"], f"{field}.from"), day(given["to"], f"{field}.to")
    _demand_order(first, last, f"{field}.to")
    _demand_signed(first, terms, f"{field}.from")
    duty = given.get("duty")
    return ServiceDelay(
        name,
        first,
        last,
        _excuses(given.get("excused"), f"{field}.excused", DELAY_CAUSES, cause_needed=True),
        "" if duty is None else text(duty, f"{field}.duty", 20),
    )


def _incident(name: str, row: Mapping[str, Any], field: str, terms: Terms, readings: Readings) -> Incident:
    given = _own(
        row,
        field,
        ("subsystems", "grade", "kind", "occurred", "resolved", "restored", "excluded", "grades"),
        ("subsystems", "grade", "kind", "occurred"),
    )
    occurred = instant(given["occurred"], f"{field}.occurred")
    _demand_signed(occurred.date(), terms, f"{field}.occurred")
    resolved = _later(given.get("resolved"), occurred, f"{field}.resolved")
    excluded = given.get("excluded")
    return Incident(
        id=name,
        subsystems=_subsystems(given["subsystems"], f"{field}.subsystems", terms, readings),
        grade=_grade(given["grade"], f"{field}.grade"),
        kind=text(given["kind"], f"{field}.kind", 80),
        occurred=occurred,
        resolved=resolved,
        restored=_later(given.get("restored"), occurred, f"{field}.restored"),
        excluded=None if excluded is None else choice(excluded, f"{field}.excluded", _REASONS),
        grades=_grades(given.get("grades"), f"{field}.grades"),
    )


def _demand(name: str, row: Mapping[str, Any], field: str, terms: Terms, _readings: Readings) -> Demand:
    given = _own(
        row,
        field,
        ("complexity", "received", "feedback_at", "plan", "done_at", "compensation", "changes", "changed_at"),
        ("complexity", "received"),
    )
    received = instant(given["received"], f"{field}.received")
    _demand_signed(received.date(), terms, f"{field}.received")
    changes = [instant(one, f"{field}.changes.{n}") for n, one in enumerate(items(given.get("changes") or [], field))]
    if given.get("changed_at") is not None:
        changes.append(instant(given["changed_at"], f"{field}.changed_at"))
    nodes = []
    for number, one in enumerate(items(given.get("plan") or [], f"{field}.plan")):
        node, changed = _node(one, f"{field}.plan.{number}")
        nodes.append(node)
        changes.extend(changed)
    compensation = given.get("compensation")
    return Demand(
        id=name,
        complexity=choice(given["complexity"], f"{field}.complexity", terms.demands.feedback_hours),
        received=received,
        feedback_at=_later(given.get("feedback_at"), received, f"{field}.feedback_at"),
        plan=tuple(sorted(nodes, key=lambda one: one.agreed_at)),
        done_at=_later(given.get("done_at"), received, f"{field}.done_at"),
        compensation=None if compensation is None else money(compensation, f"{field}.compensation"),
        changes=tuple(sorted(changes)),
    )


def _node(value: object, field: str) -> tuple[Node, list[datetime]]:
    row = members(value, field, _OF_NODE, ("agreed_at", "due"))
    agreed = instant(row["agreed_at"], f"{field}.agreed_at")
    complaint = row.get("complaint")
    listed = complaint if isinstance(complaint, list) else ["none" if complaint is None else complaint]
    complaints = tuple(choice(one, f"{field}.complaint", ("none", "bureau", "city")) for one in listed)
    changed = [] if row.get("changed_at") is None else [instant(row["changed_at"], f"{field}.changed_at")]
    impact = truth(row.get("impact", False), f"{field}.impact")
    return Node(
        agreed, _needed(_later(row["due"], agreed, f"{field}.due"), f"{field}.due"), impact, complaints
    ), changed


def _attendance(name: str, row: Mapping[str, Any], field: str, terms: Terms, _readings: Readings) -> Attendance:
    given = _own(row, field, ("kind", "at", "decided"), ("kind", "at"))
    kind = choice(given["kind"], f"{field}.kind", ("left_unrecorded", "late", "holiday_no_reply"))
    at = instant(given["at"], f"{field}.at")
    _demand_signed(at.date(), terms, f"{field}.at")
    decided = given.get("decided")
    if kind != "holiday_no_reply":
        if decided is not None:
            raise CaseError(Code.DECIDED, f"{field}.decided", "Only an unanswered holiday call has a decided amount.")
        return Attendance(name, kind, at, None)
    rule = terms.attendance
    bounds = f"{rule.holiday_least} to {rule.holiday_most}"
    if decided is None:
        detail = f"Party A decides the amount of an unanswered holiday call: {bounds}. Add it."
        raise CaseError(Code.DECIDED, f"{field}.decided", detail)
    amount = money(decided, f"{field}.decided")
    if not rule.holiday_least <= amount <= rule.holiday_most:
        raise CaseError(Code.DECIDED, f"{field}.decided", f"The amount decided lies within {bounds}. Correct it.")
    return Attendance(name, kind, at, amount)


def _extra_work(name: str, row: Mapping[str, Any], field: str, _terms: Terms, _readings: Readings) -> ExtraWork:
    given = _own(row, field, ("amount", "approved", "year"), ("amount", "approved"))
    return ExtraWork(
        name,
        money(given["amount"], f"{field}.amount"),
        truth(given["approved"], f"{field}.approved"),
        whole(given.get("year", 1), f"{field}.year", 1, 100),
    )


def _settle(name: str, row: Mapping[str, Any], field: str, terms: Terms, _readings: Readings) -> Settle:
    given = _own(row, field, ("instalment",), ("instalment",))
    return Settle(name, _instalment(given["instalment"], field, terms))


_READERS: dict[str, Callable[[str, Mapping[str, Any], str, Terms, Readings], Event]] = {
    "payment": _payment,
    "service_delay": _service_delay,
    "incident": _incident,
    "demand": _demand,
    "attendance": _attendance,
    "extra_work": _extra_work,
    "settle": _settle,
}


def _excuses(value: object, field: str, causes: tuple[str, ...], *, cause_needed: bool) -> tuple[Excuse, ...]:
    found = []
    for number, one in enumerate(items(value or [], field)):
        at = f"{field}.{number}"
        needed = ("from", "to", "cause") if cause_needed else ("from", "to")
        row = members(one, at, ("from", "to", "cause", "notified", "proved", "note", "evidence"), needed)
        first, last = day(row["from"], f"{at}.from"), day(row["to"], f"{at}.to")
        _demand_order(first, last, f"{at}.to")
        cause = row.get("cause")
        notified, proved = row.get("notified"), row.get("proved")
        found.append(
            Excuse(
                first,
                last,
                "accepted" if cause is None else choice(cause, f"{at}.cause", causes),
                None if notified is None else day(notified, f"{at}.notified"),
                None if proved is None else day(proved, f"{at}.proved"),
                "notified" in row or "proved" in row,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.first, one.last, one.cause)))


def _subsystems(value: object, field: str, terms: Terms, readings: Readings) -> tuple[str, ...]:
    listed = items(value, field, 50)
    known = {one.key for one in terms.prices}
    if not listed:
        raise CaseError(Code.SUBSYSTEM, field, "Name at least one sub-system.")
    found = set()
    for number, one in enumerate(listed):
        key = readings.doctor_app_owner if one == DOCTOR_APP else one
        if not isinstance(key, str) or key not in known:
            detail = "Use keys of the price list: " + ", ".join(sorted(known)) + "."
            raise CaseError(Code.SUBSYSTEM, f"{field}.{number}", detail)
        found.add(key)
    return tuple(sorted(found))


def _grade(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 4:
        raise CaseError(Code.FIELD, field, "A grade is 1, 2, 3 or 4.")
    return value


def _grades(value: object, field: str) -> tuple[tuple[datetime, int], ...]:
    found = []
    for number, one in enumerate(items(value or [], field)):
        row = members(one, f"{field}.{number}", ("at", "grade", "reason", "by"), ("at", "grade"))
        found.append((instant(row["at"], f"{field}.{number}.at"), _grade(row["grade"], f"{field}.{number}.grade")))
    return tuple(sorted(found))


def _instalment(value: object, field: str, terms: Terms) -> int:
    numbers = [one.number for one in terms.instalments]
    if isinstance(value, bool) or not isinstance(value, int) or value not in numbers:
        detail = "Use one of the instalments " + ", ".join(map(str, numbers)) + "."
        raise CaseError(Code.INSTALMENT, f"{field}.instalment", detail)
    return value


def _later(value: object, start: datetime, field: str) -> datetime | None:
    if value is None:
        return None
    found = instant(value, field)
    if found < start:
        raise CaseError(Code.ORDER, field, f"This precedes {start.isoformat()}, with which it began. Correct one.")
    return found


def _needed(value: datetime | None, field: str) -> datetime:
    if value is None:
        raise CaseError(Code.INSTANT, field, "A node needs the instant that was agreed.")
    return value


def _demand_order(first: date, last: date, field: str) -> None:
    if last < first:
        raise CaseError(Code.ORDER, field, f"This precedes {first}, with which it began. Correct one.")


def _demand_signed(first: date, terms: Terms, field: str) -> None:
    if first < terms.signed:
        detail = f"The contract was signed on {terms.signed}; what came before is not judged by it. Leave it out."
        raise CaseError(Code.BEFORE_SIGNING, field, detail)
