"""Whether consent is in force, from the decisions there are. Pure.

Nothing said is no consent. Of an entry's decisions the newest counts, if its text is not older than the purpose asks.
Where entries were merged, all of them that said anything must agree, until the person decides anew: a withdrawal is
never lost by a merge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: by which entry (`key`), when, in which version of the text."""

    key: object
    given: bool
    at: datetime
    version: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What consent is asked for; texts by locale. Decisions on versions before `counts_from` no longer count."""

    code: str
    counts_from: str
    name: Mapping[str, str]
    text: Mapping[str, str]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Purpose":
        """Build a purpose from the rule set."""
        return cls(document["code"], document["counts_from"], document["name"], document["text"])


def consent_in_force(decisions: Iterable[Decision], counts_from: str, merged_at: datetime | None) -> bool:
    """Tell whether the decisions amount to consent; `merged_at` is the newest merge in force of the person."""
    newest: dict[object, Decision] = {}
    for one in sorted(decisions, key=lambda decision: decision.at):
        newest[one.key] = one
    if not newest:
        return False
    last = max(newest.values(), key=lambda decision: decision.at)
    counted = [last] if merged_at is None or last.at > merged_at else list(newest.values())
    return all(one.given and _version(one.version) >= _version(counts_from) for one in counted)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in text.split("."))
