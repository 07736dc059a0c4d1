"""Reading rule sets."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.selectors import rule_sets, version_of

router = Router(tags=["rulesets"])


class RuleSetVersionOut(Schema):
    """A version without its content."""

    version: str
    unit: str | None
    effective_from: date
    effective_to: date | None
    source: str
    sha256: str


class RuleSetOut(Schema):
    """A rule set."""

    key: str
    name: str
    versions: list[RuleSetVersionOut]


class VersionContentOut(RuleSetVersionOut):
    """A version with its content."""

    key: str
    content: Any


@router.get("/rulesets", response={200: list[RuleSetOut], **PROBLEMS})
def rulesets(request: HttpRequest) -> list[RuleSetOut]:
    """List the rule sets of the house."""
    actor_of(request)
    return [
        RuleSetOut(
            key=one.key,
            name=one.name,
            versions=[RuleSetVersionOut(**_version(version)) for version in one.versions.all()],
        )
        for one in rule_sets()
    ]


@router.get("/rulesets/{key}/{version}", response={200: VersionContentOut, **PROBLEMS})
def content(request: HttpRequest, key: str, version: str) -> VersionContentOut:
    """Show one version with its content."""
    actor_of(request)
    found = version_of(key, version)
    return VersionContentOut(**_version(found), key=key, content=found.content)


def _version(version: RuleSetVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "unit": version.unit.name if version.unit else None,
        "effective_from": version.effective_from,
        "effective_to": version.effective_to,
        "source": version.source,
        "sha256": version.sha256,
    }
