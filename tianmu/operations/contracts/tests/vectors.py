"""Vectors calculated by hand: a case, its calculation, what it comes to; and short ways to write their events."""

from typing import Any, NamedTuple

from tianmu.operations.contracts.tests.building import incident, judged, lines

Row = dict[str, Any]


class Vector(NamedTuple):
    """A case and what it comes to; `why` is the calculation, `expect` only what the vector is about."""

    why: str
    events: list[Row]
    lines: list[tuple[str, ...]]
    expect: Row
    case: Row


def vector(why: str, events: list[Row], found: list[tuple[str, ...]], case: Row | None = None, **expect: Any) -> Vector:
    return Vector(why, events, found, expect, case or {})


def check(one: Vector) -> None:
    """Judge a vector: its lines as a multiset, then every total, flag and part of the settlement that it names."""
    result = judged(*one.events, **{"as_of": "2023-12-31", **one.case})
    assert sorted(lines(result)) == sorted(one.lines)
    told = {**result["totals"], **result["due_dates"], **result.get("settlement", {}), "flags": result["flags"]}
    assert {key: told[key] for key in one.expect} == one.expect


def names(vectors: list[Vector]) -> list[str]:
    return [one.why[:60] for one in vectors]


def pay(instalment: int, *paid: tuple[str, str], **more: Any) -> Row:
    rows = [{"date": day, "amount": amount} for day, amount in paid]
    return {"id": f"p{instalment}", "type": "payment", "instalment": instalment, "paid": rows, **more}


def stop(name: str, first: str, last: str, *excused: tuple[str, str, str]) -> Row:
    free = [{"from": a, "to": b, "cause": cause} for a, b, cause in excused]
    return {"id": name, "type": "service_delay", "from": first, "to": last, **({"excused": free} if free else {})}


def away(name: str, kind: str, at: str, **more: Any) -> Row:
    return {"id": name, "type": "attendance", "kind": kind, "at": f"{at}:00+08:00", **more}


def settle(instalment: int) -> Row:
    return {"id": "s", "type": "settle", "instalment": instalment}


def extra(name: str, amount: str, *, approved: bool = True) -> Row:
    return {"id": name, "type": "extra_work", "amount": amount, "approved": approved}


def at(day: str, clock: str, **more: Any) -> Row:
    return incident(more.pop("name", "i"), f"{day}T{clock}", more.pop("until", None), more.pop("grade", 2), **more)


def read(**readings: Any) -> Row:
    return {"readings": readings}


def fined(event: str, assessed: str, payable: str | None = None, rule: str = "C-5.3") -> tuple[str, ...]:
    return event, rule, assessed, assessed if payable is None else payable
