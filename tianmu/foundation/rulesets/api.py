"""Reading rule sets, telling versions apart, loading a version."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.rulesets.actions import content_hash, load_by_hand, read_document
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.rules.changes import changes
from tianmu.foundation.rulesets.selectors import (
    in_force_ids,
    loading_unit,
    loading_units,
    nearest,
    rule_sets,
    version_at,
    version_of,
)

router = Router(tags=["rulesets"])


class RuleSetVersionOut(Schema):
    """A version without its content; `in_force` tells whether it holds today where it was loaded for."""

    version: str
    unit: str | None
    unit_id: UUID | None = None
    effective_from: date
    effective_to: date | None
    source: str
    sha256: str
    in_force: bool = False


class RuleSetOut(Schema):
    """A rule set."""

    key: str
    name: str
    versions: list[RuleSetVersionOut]


class VersionContentOut(RuleSetVersionOut):
    """A version with its content."""

    key: str
    content: Any


class LoadingUnitOut(Schema):
    """An institution for which the caller may load rules; `depth` is its place in the tree."""

    id: UUID
    name: str
    depth: int


class RuleChangeOut(Schema):
    """One place in which two contents differ; null where it was not there."""

    path: str
    before: Any = None
    after: Any = None


class VersionAsked(Schema):
    """A document as it stands in a file, and for which institution (none: the whole county)."""

    document: dict[str, Any]
    unit_id: UUID | None = None
    reason: str = Field("", max_length=400)


class VersionChecked(Schema):
    """What loading a document would do: against which version it was compared, and what differs."""

    key: str
    name: str
    version: str
    effective_from: date
    effective_to: date | None
    source: str
    sha256: str
    loaded_before: bool
    compared_with: str | None
    changes: list[RuleChangeOut]


@router.get("/rulesets", response={200: list[RuleSetOut], **PROBLEMS})
def rulesets(request: HttpRequest) -> list[RuleSetOut]:
    """List the rule sets of the house, versions newest first."""
    actor_of(request)
    held = in_force_ids(timezone.localdate())
    return [
        RuleSetOut(
            key=one.key,
            name=one.name,
            versions=[
                RuleSetVersionOut(**_version(version), in_force=version.pk in held) for version in one.versions.all()
            ],
        )
        for one in rule_sets()
    ]


@router.get("/units", response={200: list[LoadingUnitOut], **PROBLEMS})
def units(request: HttpRequest) -> list[LoadingUnitOut]:
    """List the institutions for which the caller may load rules."""
    found = list(loading_units(actor_of(request)))
    least = min((unit.path.count("/") for unit in found), default=0)
    return [LoadingUnitOut(id=unit.pk, name=unit.name, depth=unit.path.count("/") - least) for unit in found]


@router.get("/changes", response={200: list[RuleChangeOut], **PROBLEMS})
def compared(
    request: HttpRequest,
    key: str,
    old: str,
    new: str,
    old_unit: UUID | None = None,
    new_unit: UUID | None = None,
) -> list[RuleChangeOut]:
    """Tell place by place what differs between two versions of a rule set."""
    actor_of(request)
    return _changes(version_at(key, old, old_unit).content, version_at(key, new, new_unit).content)


@router.post("/versions/check", response={200: VersionChecked, **PROBLEMS})
def check(request: HttpRequest, asked: VersionAsked) -> VersionChecked:
    """Tell what loading a document would change; nothing is loaded."""
    unit = loading_unit(actor_of(request), asked.unit_id)
    return _checked(asked, unit)


@router.post("/versions", response={201: RuleSetVersionOut, **PROBLEMS})
def load(request: HttpRequest, asked: VersionAsked) -> Status[RuleSetVersionOut]:
    """Load a version; it never changes again."""
    actor = actor_of(request)
    unit = loading_unit(actor, asked.unit_id)
    loaded = load_by_hand(actor=actor, found=asked.document, unit=unit, reason=asked.reason)
    held = in_force_ids(timezone.localdate())
    return Status(201, RuleSetVersionOut(**_version(loaded), in_force=loaded.pk in held))


@router.get("/rulesets/{key}/{version}", response={200: VersionContentOut, **PROBLEMS})
def content(request: HttpRequest, key: str, version: str, unit: UUID | None = None) -> VersionContentOut:
    """Show one version with its content, of an institution where one is named."""
    actor_of(request)
    found = version_at(key, version, unit) if unit else version_of(key, version)
    return VersionContentOut(**_version(found), key=key, content=found.content)


def _checked(asked: VersionAsked, unit: ScopeUnit | None) -> VersionChecked:
    document = read_document(asked.document)
    before = nearest(document.key, timezone.localdate(), unit.path if unit else "/")
    same = RuleSetVersion.objects.filter(rule_set__key=document.key, version=document.version, unit=unit)
    return VersionChecked(
        key=document.key,
        name=document.name,
        version=document.version,
        effective_from=document.effective_from,
        effective_to=document.effective_to,
        source=document.source,
        sha256=content_hash(document.content),
        loaded_before=same.exists(),
        compared_with=before.version if before else None,
        changes=_changes(before.content if before else {}, document.content),
    )


def _changes(old: object, new: object) -> list[RuleChangeOut]:
    return [RuleChangeOut(path=one.path, before=one.before, after=one.after) for one in changes(old, new)]


def _version(version: RuleSetVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "unit": version.unit.name if version.unit else None,
        "unit_id": version.unit_id,
        "effective_from": version.effective_from,
        "effective_to": version.effective_to,
        "source": version.source,
        "sha256": version.sha256,
    }
