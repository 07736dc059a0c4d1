"""Loading a version of a code system."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.codes.models import Code, CodeSystem
from tianmu.foundation.rulesets.actions import content_hash


@transaction.atomic
def load_system(*, document: Mapping[str, Any]) -> CodeSystem:
    """Load {key, version, name, source, codes: [{code, display, display_en?, ...}]}; a loaded version never changes.

    Raises:
        TianmuError: this version is loaded already with other codes.

    """
    digest = content_hash(document["codes"])
    system, fresh = CodeSystem.objects.get_or_create(
        key=document["key"],
        version=document["version"],
        defaults={"name": document["name"], "source": document["source"], "sha256": digest},
    )
    if fresh:
        known = {"code", "display", "display_en"}
        Code.objects.bulk_create(
            Code(
                system=system,
                code=one["code"],
                display=one["display"],
                display_en=one.get("display_en", ""),
                extra={key: value for key, value in one.items() if key not in known},
                order=order,
            )
            for order, one in enumerate(document["codes"])
        )
    elif system.sha256 != digest:
        detail = (
            f"Version {system.version} of {system.key} is in use and cannot change. Give the new codes a new version."
        )
        raise TianmuError("codes.version_changed", detail, status=409)
    return system
