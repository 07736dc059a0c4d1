"""Writes of the organizations room."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actions import make_scope_unit
from tianmu.foundation.access.actor import EVERYWHERE, Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.api.errors import Code as ApiCode
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.events.actions import publish
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.errors import Code
from tianmu.registry.organizations.events import OrganizationAdded, OrganizationChanged
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.permissions import Right
from tianmu.registry.organizations.towns import town_of

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """What is to be said of a new institution; `parent_code` is empty for the root of the county."""

    code: str
    name: str
    kind: OrganizationKind
    parent_code: str = ""
    level: str = ""
    town_code: str = ""
    address: str = ""
    phone: str | None = None
    key: UUID = field(default_factory=uuid7)


@transaction.atomic
def add_organization(*, actor: Actor, draft: OrganizationDraft) -> Organization:
    """Add an institution or department together with its node of the scope tree.

    Raises:
        RefusedError: the actor may not manage institutions there.
        TianmuError: the code or the town is not valid.
        ConflictError: the code is taken.

    """
    _check(draft)
    parent = _parent(draft.parent_code)
    actor.demand(Right.MANAGE, parent.path if parent else EVERYWHERE)
    if ScopeUnit.objects.filter(code=draft.code).exists():
        raise ConflictError(Code.CODE_TAKEN, "Another institution has this code. Choose another one.", taken=draft.code)
    unit = make_scope_unit(code=draft.code, name=draft.name, parent=parent)
    row = Organization.objects.create(
        id=unit.pk,
        unit=unit,
        kind=draft.kind,
        level=draft.level,
        town_code=draft.town_code,
        address=draft.address,
        phone=draft.phone,
    )
    new = {"code": draft.code, "name": draft.name, "kind": str(draft.kind), "path": unit.path}
    record(actor=actor, action="organizations.added", kind="organization", key=row.pk, new=new)
    publish(OrganizationAdded(organization_id=row.pk, path=unit.path, at=timezone.now()))
    return row


@transaction.atomic
def add_organizations(*, actor: Actor, drafts: Sequence[OrganizationDraft]) -> dict[str, Organization]:
    """Add a whole tree, parents before children, in four statements and one audit line; return the rows by code.

    Raises:
        RefusedError: the actor may not manage institutions everywhere.
        TianmuError: a code or a town is not valid, or a parent comes after its child.

    """
    actor.demand(Right.MANAGE, EVERYWHERE)
    units = {unit.code: unit for unit in ScopeUnit.objects.all()}
    rows: dict[str, Organization] = {}
    fresh: list[ScopeUnit] = []
    for draft in drafts:
        _check(draft)
        if draft.parent_code and draft.parent_code not in units:
            raise TianmuError(
                Code.CODE_INVALID, f"The parent {draft.parent_code} must come before {draft.code}.", status=422
            )
        parent = units[draft.parent_code] if draft.parent_code else None
        unit = ScopeUnit(
            id=draft.key,
            code=draft.code,
            name=draft.name,
            parent=parent,
            path=f"{parent.path if parent else '/'}{draft.code}/",
        )
        units[draft.code] = unit
        fresh.append(unit)
        rows[draft.code] = Organization(
            id=unit.pk,
            unit=unit,
            kind=draft.kind,
            level=draft.level,
            town_code=draft.town_code,
            address=draft.address,
            phone=draft.phone,
        )
    ScopeUnit.objects.bulk_create(fresh)
    Organization.objects.bulk_create(rows.values())
    record(actor=actor, action="organizations.tree_added", kind="organization", key=None, new={"count": len(rows)})
    return rows


@transaction.atomic
def change_organization(
    *,
    actor: Actor,
    organization_id: UUID,
    expected_version: int | None = None,
    name: str | None = None,
    address: str | None = None,
    phone: str | None = None,
    active: bool | None = None,
) -> Organization:
    """Rename an institution, change its address or phone, close it or open it again; what is None stays.

    Raises:
        MissingError: there is no such institution.
        RefusedError: the actor may not manage this institution.
        TianmuError: somebody else changed it in the meantime.

    """
    rows = Organization.objects.select_for_update(of=("self",)).select_related("unit")
    row = rows.filter(pk=organization_id).first()
    if row is None:
        raise MissingError("organization")
    actor.demand(Right.MANAGE, row.unit.path)
    if expected_version is not None and expected_version != row.version:
        detail = "Somebody changed this institution in the meantime. Load it again."
        raise TianmuError(ApiCode.VERSION_CONFLICT, detail, status=412, current=row.version)
    old: dict[str, object] = {"name": row.unit.name, "address": row.address, "active": row.active}
    if name is not None and name != row.unit.name:
        row.unit.name = name
        row.unit.save(update_fields=["name"])
    row.address = row.address if address is None else address
    row.phone = row.phone if phone is None else phone
    row.active = row.active if active is None else active
    row.version += 1
    row.save()
    new: dict[str, object] = {"name": row.unit.name, "address": row.address, "active": row.active}
    record(actor=actor, action="organizations.changed", kind="organization", key=row.pk, old=old, new=new)
    publish(OrganizationChanged(organization_id=row.pk, path=row.unit.path, at=timezone.now()))
    return row


def _parent(code: str) -> ScopeUnit | None:
    if not code:
        return None
    found = ScopeUnit.objects.filter(code=code).first()
    if found is None:
        detail = f"There is no institution with the code {code}. Add it first."
        raise TianmuError(Code.CODE_INVALID, detail, status=422, fields={"parent_code": detail})
    return found


def _check(draft: OrganizationDraft) -> None:
    if not _CODE.fullmatch(draft.code):
        detail = "A code holds up to 40 small letters, digits and hyphens and begins with a letter or digit."
        raise TianmuError(Code.CODE_INVALID, detail, status=422, fields={"code": detail})
    if draft.town_code and town_of(draft.town_code) is None:
        detail = f"There is no town with the code {draft.town_code} in this county."
        raise TianmuError(Code.TOWN_UNKNOWN, detail, status=422, fields={"town_code": detail})
