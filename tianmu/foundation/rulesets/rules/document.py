"""A version of a rule set as a file: what it must hold, before anybody looks at the content."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_BYTES = 2_000_000
LONGEST = {"key": 80, "name": 120, "version": 40, "source": 400}


class DocumentError(ValueError):
    """The document cannot be loaded; the sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """A version: `content` holds from `effective_from` on, to the end of `effective_to` where that is given."""

    key: str
    name: str
    version: str
    source: str
    effective_from: date
    effective_to: date | None
    content: Any

    def as_mapping(self) -> dict[str, Any]:
        """Return the document as it stands in a file."""
        return {
            "key": self.key,
            "name": self.name,
            "version": self.version,
            "source": self.source,
            "effective_from": self.effective_from.isoformat(),
            "effective_to": self.effective_to.isoformat() if self.effective_to else None,
            "content": self.content,
        }


def parsed(text: str) -> RuleDocument:
    """Read the JSON text of a document.

    Raises:
        DocumentError: it is no such document.

    """
    if len(text.encode()) > MOST_BYTES:
        message = "The document is larger than 2 MB."
        raise DocumentError(message)
    try:
        found = json.loads(text)
    except ValueError as error:
        message = f"The document is no JSON: {error}."
        raise DocumentError(message) from error
    return document_of(found)


def document_of(found: object) -> RuleDocument:
    """Return the document that a mapping holds.

    Raises:
        DocumentError: a field is missing or wrong.

    """
    if not isinstance(found, Mapping):
        message = "The document must be an object with key, name, version, effective_from, source and content."
        raise DocumentError(message)
    words = {name: _word(found, name, longest) for name, longest in LONGEST.items()}
    if not isinstance(found.get("content"), Mapping | list):
        message = "The content must be an object or a list."
        raise DocumentError(message)
    start = _day(found, "effective_from")
    stop = _day(found, "effective_to") if found.get("effective_to") else None
    if start is None or (stop is not None and stop < start):
        message = "effective_from must be a day (2026-12-01), and effective_to none before it."
        raise DocumentError(message)
    return RuleDocument(**words, effective_from=start, effective_to=stop, content=found["content"])


def _word(found: Mapping[str, Any], name: str, longest: int) -> str:
    text = found.get(name)
    if not isinstance(text, str) or not 0 < len(text.strip()) <= longest:
        message = f"The document needs {name}: a text of at most {longest} characters."
        raise DocumentError(message)
    return text.strip()


def _day(found: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(str(found.get(name, "")))
    except ValueError as error:
        message = f"{name} must be a day such as 2026-12-01."
        raise DocumentError(message) from error
