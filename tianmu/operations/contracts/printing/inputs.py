"""The inputs of a statement, checked: content, parties, signatures. The same inputs give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tianmu.foundation.calendars.calendar import CalendarError, from_content
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.evaluation import digest_of, evaluate

SCHEMA = "tianmu.contract-statement/1"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is printed."""

    side: str
    name: str
    title: str
    at: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a statement is printed from."""

    content: Mapping[str, Any]
    parties: Mapping[str, Mapping[str, str]]
    signatures: Sequence[Signed]

    def as_json(self) -> dict[str, Any]:
        """Return the inputs as a file keeps them."""
        signatures = [{"side": one.side, "name": one.name, "title": one.title, "at": one.at} for one in self.signatures]
        return {"content": dict(self.content), "parties": dict(self.parties), "signatures": signatures}


def inputs_of(document: Mapping[str, Any]) -> Inputs:
    """Read the inputs of a statement.

    Raises:
        ValueError: they are not those of a statement.

    """
    content = document.get("content")
    if not isinstance(content, Mapping) or content.get("schema") != SCHEMA:
        message = f"This is no statement of the schema {SCHEMA}. Take inputs.json of a statement."
        raise ValueError(message)
    signatures = [Signed(**one) for one in document.get("signatures", [])]
    return Inputs(content, document.get("parties", {}), signatures)


def recomputed(content: Mapping[str, Any]) -> str:
    """Judge the case of a statement anew, by its own calendar, and return the hash of the result.

    Raises:
        ValueError: case or calendar cannot be read.

    """
    try:
        calendar = from_content(content["calendar"]["version"], content["calendar"])
    except (KeyError, CalendarError) as error:
        message = "The calendar of this statement cannot be read."
        raise ValueError(message) from error
    waived = frozenset((event, rule, at) for event, rule, at in content["waived"])
    return str(evaluate(case_of(content["case"]), calendar, waived).as_json()["sha256"])


def content_digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 over case, readings, calendar and engine version that the statement carries."""
    result = content["result"]
    return digest_of(
        {
            "case": content["case"],
            "readings": result["readings"],
            "calendar": content["calendar"],
            "engine": result["engine_version"],
            "result": result["sha256"],
        }
    )
