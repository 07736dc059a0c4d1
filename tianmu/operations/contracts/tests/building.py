"""Short ways to write cases and read results in tests."""

from collections.abc import Mapping
from typing import Any

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.evaluation import evaluate


def case(*events: Mapping[str, Any], as_of: str = "2023-07-20", **changes: Any) -> dict[str, Any]:
    """Return a case of LY-2022 with these events; `changes` replace members such as readings or contract."""
    whole = {
        "schema": "tianmu.contract-case/1",
        "id": "T",
        "contract": {"ref": "LY-2022"},
        "readings": {},
        "as_of": as_of,
        "events": list(events),
    }
    return {**whole, **changes}


def judged(*events: Mapping[str, Any], as_of: str = "2023-07-20", **changes: Any) -> dict[str, Any]:
    """Return the result of such a case."""
    return evaluate(case_of(case(*events, as_of=as_of, **changes)), shipped()).as_json()


def lines(result: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return (event, rule, assessed, payable) of each line, payable left out where there is none."""
    return [
        tuple(one[key] for key in ("event", "rule", "assessed", "payable") if key in one) for one in result["lines"]
    ]


def incident(name: str, occurred: str, resolved: str | None, grade: int = 2, **changes: Any) -> dict[str, Any]:
    """Return an incident on the app; instants without zone are +08:00."""
    return {
        "id": name,
        "type": "incident",
        "subsystems": ["app"],
        "grade": grade,
        "kind": "down",
        "occurred": zoned(occurred),
        "resolved": zoned(resolved),
        **changes,
    }


def demand(name: str, received: str, feedback: str | None, *plan: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an ordinary demand."""
    return {
        "id": name,
        "type": "demand",
        "complexity": "ordinary",
        "received": zoned(received),
        "feedback_at": zoned(feedback),
        "plan": list(plan),
        "done_at": None,
        **changes,
    }


def node(agreed: str, due: str, **changes: Any) -> dict[str, Any]:
    """Return an agreed node."""
    return {"agreed_at": zoned(agreed), "due": zoned(due), "impact": False, "complaint": "none", **changes}


def zoned(text: str | None) -> str | None:
    """Return an instant such as 2022-10-20T09:00 with seconds and zone."""
    return None if text is None else f"{text}:00+08:00"
