"""Reads a case (`tianmu.contract-case/1`): terms, readings, day of evaluation and events, everything checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tianmu.operations.contracts.rules.errors import CaseError, Code
from tianmu.operations.contracts.rules.event_reader import event_of
from tianmu.operations.contracts.rules.events import Event, Payment, Settle
from tianmu.operations.contracts.rules.reading_values import day, items, members, money, text, whole
from tianmu.operations.contracts.rules.readings import Readings, readings_of
from tianmu.operations.contracts.rules.terms import Terms, shipped, terms_of

SCHEMA = "tianmu.contract-case/1"
MOST_EVENTS = 200_000
_MEMBERS = ("schema", "id", "title", "contract", "readings", "as_of", "events", "expect", "note")
FindTerms = Callable[[str], Terms | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A case ready to be evaluated: the whole contract, or one contract year of it."""

    id: str
    terms: Terms
    readings: Readings
    as_of: date
    events: tuple[Event, ...]
    year: int | None = None


def case_of(document: object, find: FindTerms | None = None) -> Case:
    """Read a case; `find` returns the terms of references that do not come with the platform.

    Raises:
        CaseError: something in it is wrong; names the member and what to do.

    """
    given = members(document, "case", _MEMBERS, ("schema", "contract", "as_of", "events"))
    if given["schema"] != SCHEMA:
        raise CaseError(Code.SCHEMA, "schema", f"A case is written in the schema {SCHEMA}.")
    terms = _terms(given["contract"], find)
    own = {} if given.get("readings") is None else given["readings"]
    if not isinstance(own, Mapping):
        raise CaseError(Code.READING, "readings", "Readings are an object of keys and values.")
    readings = readings_of(terms.readings, own)
    rows = items(given["events"], "events", MOST_EVENTS)
    events = tuple(event_of(row, f"events.{number}", terms, readings) for number, row in enumerate(rows))
    _demand_once(events)
    return Case(
        id=text(given.get("id", "case"), "id", 80),
        terms=terms,
        readings=readings,
        as_of=day(given["as_of"], "as_of"),
        events=events,
        year=_year(given["contract"]),
    )


def _terms(value: object, find: FindTerms | None) -> Terms:
    row: Mapping[str, Any] = members(value, "contract", ("ref", "total", "signed", "terms", "year"))
    if "terms" in row:
        terms = terms_of(row["terms"], "contract.terms")
    else:
        ref = text(row.get("ref"), "contract.ref", 40)
        known = shipped().get(ref) or (find(ref) if find else None)
        if known is None:
            detail = f"There is no contract {ref!r} here. Give its terms as contract.terms, or one of: "
            raise CaseError(Code.CONTRACT, "contract.ref", detail + ", ".join(shipped()) + ".")
        terms = known
    return terms.changed(
        total=money(row["total"], "contract.total") if row.get("total") is not None else None,
        signed=day(row["signed"], "contract.signed") if row.get("signed") is not None else None,
    )


def _year(value: Mapping[str, Any]) -> int | None:
    return None if value.get("year") is None else whole(value["year"], "contract.year", 1, 100)


def _demand_once(events: tuple[Event, ...]) -> None:
    seen: set[object] = set()
    for number, event in enumerate(events):
        keys: list[object] = [event.id]
        if isinstance(event, Payment):
            keys.append(("payment", event.instalment, event.year))
        if isinstance(event, Settle):
            keys.append("settle")
        for key in keys:
            if key in seen:
                what = "this id" if key == event.id else "this instalment or settlement"
                detail = f"There are two events with {what}. Put them into one event, or give each its own id."
                raise CaseError(Code.EVENT_TWICE, f"events.{number}.id", detail)
            seen.add(key)
