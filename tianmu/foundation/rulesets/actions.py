"""Loading versions of rule sets; a loaded version is never changed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.audit.actions import record
from tianmu.foundation.rulesets.errors import Code
from tianmu.foundation.rulesets.models import RuleSet, RuleSetVersion
from tianmu.foundation.rulesets.permissions import Right
from tianmu.foundation.rulesets.ports import fault_of
from tianmu.foundation.rulesets.rules.document import DocumentError, RuleDocument, document_of


def content_hash(content: object) -> str:
    """Return the SHA-256 of a content in canonical JSON."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


@transaction.atomic
def load_version(*, document: Mapping[str, Any], unit: ScopeUnit | None = None) -> RuleSetVersion:
    """Load one version from its document {key, name, version, effective_from, effective_to?, source, content}.

    Raises:
        TianmuError: this version is loaded already with another content.

    """
    rule_set, _ = RuleSet.objects.update_or_create(key=document["key"], defaults={"name": document["name"]})
    digest = content_hash(document["content"])
    version, fresh = RuleSetVersion.objects.get_or_create(
        rule_set=rule_set,
        version=document["version"],
        unit=unit,
        defaults={
            "effective_from": date.fromisoformat(document["effective_from"]),
            "effective_to": date.fromisoformat(document["effective_to"]) if document.get("effective_to") else None,
            "source": document["source"],
            "content": document["content"],
            "sha256": digest,
        },
    )
    if not fresh and version.sha256 != digest:
        name = f"{version.version} of {rule_set.key}"
        detail = f"Version {name} is in use and cannot change. Give the new rules a new version."
        raise TianmuError(Code.CHANGED, detail, status=409)
    return version


def read_document(found: object) -> RuleDocument:
    """Return a document that can be loaded: whole, of a rule set of the house, readable by the room that uses it.

    Raises:
        TianmuError: it cannot.

    """
    try:
        document = document_of(found)
    except DocumentError as error:
        raise TianmuError(Code.DOCUMENT_INVALID, str(error), status=422) from error
    if not RuleSet.objects.filter(key=document.key).exists():
        known = ", ".join(RuleSet.objects.order_by("key").values_list("key", flat=True))
        detail = f"The house has no rule set {document.key}. It has {known}."
        raise TianmuError(Code.UNKNOWN_SET, detail, status=422)
    fault = fault_of(document.key, document.content)
    if fault is not None:
        raise TianmuError(Code.DOCUMENT_INVALID, fault, status=422)
    return document


@transaction.atomic
def load_by_hand(*, actor: Actor, found: object, unit: ScopeUnit | None, reason: str = "") -> RuleSetVersion:
    """Load a version that somebody brings, for the county (no unit) or for one institution and below.

    Raises:
        RefusedError: the actor may not load rules there.
        TianmuError: the document cannot be loaded, or this version exists with another content.

    """
    actor.demand(Right.LOAD, unit.path if unit else "/")
    document = read_document(found)
    name = RuleSet.objects.get(key=document.key).name
    loaded = load_version(document={**document.as_mapping(), "name": name}, unit=unit)
    record(
        actor=actor,
        action="rulesets.loaded",
        kind="ruleset_version",
        key=loaded.pk,
        new={
            "key": document.key,
            "version": document.version,
            "unit": unit.code if unit else "",
            "effective_from": document.effective_from.isoformat(),
            "sha256": loaded.sha256,
        },
        reason=reason,
    )
    return loaded
