"""Loading versions of rule sets; a loaded version is never changed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.rulesets.errors import Code
from tianmu.foundation.rulesets.models import RuleSet, RuleSetVersion


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
