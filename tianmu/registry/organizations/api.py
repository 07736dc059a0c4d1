"""The directory of institutions."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.foundation.db.masks import masked_phone
from tianmu.registry.organizations import actions, selectors
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.ports import Counted, count
from tianmu.registry.organizations.schemas import (
    OrganizationAsked,
    OrganizationChanges,
    OrganizationOut,
    OrganizationPage,
    TownOut,
    TreeNode,
)

router = Router(tags=["organizations"])


@router.get("/tree", response={200: list[TreeNode], **PROBLEMS})
def tree(request: HttpRequest) -> list[TreeNode]:
    """Show the whole tree of institutions."""
    roots: list[TreeNode] = []
    nodes: dict[UUID, TreeNode] = {}
    for row in selectors.organizations(actor_of(request)):
        nodes[row.pk] = TreeNode(**_organization(row).dict(), children=[])
        above = nodes.get(row.unit.parent_id) if row.unit.parent_id else None
        (above.children if above else roots).append(nodes[row.pk])
    return roots


@router.get("/{organization_id}", response={200: OrganizationPage, **PROBLEMS})
def organization(request: HttpRequest, organization_id: UUID) -> OrganizationPage:
    """Show one institution."""
    return _page(selectors.organization(actor_of(request), organization_id))


@router.post("", response={201: OrganizationPage, **PROBLEMS})
def add(request: HttpRequest, body: OrganizationAsked) -> Status[OrganizationPage]:
    """Add an institution or department."""
    draft = actions.OrganizationDraft(**body.dict())
    return Status(201, _page(actions.add_organization(actor=actor_of(request), draft=draft)))


@router.patch("/{organization_id}", response={200: OrganizationPage, **PROBLEMS})
def change(request: HttpRequest, organization_id: UUID, body: OrganizationChanges) -> OrganizationPage:
    """Change an institution."""
    row = actions.change_organization(
        actor=actor_of(request),
        organization_id=organization_id,
        expected_version=expected_version(request),
        **body.dict(),
    )
    return _page(row)


def _organization(row: Organization) -> OrganizationOut:
    return OrganizationOut(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        level=row.level,
        town=TownOut(code=row.town.code, name=row.town.name) if row.town else None,
        path=row.path,
        active=row.active,
    )


def _page(row: Organization) -> OrganizationPage:
    return OrganizationPage(
        **_organization(row).dict(),
        address=row.address,
        phone_masked=masked_phone(row.phone),
        staff_count=count(Counted.STAFF, row.path),
        devices_count=count(Counted.DEVICES, row.path),
        version=row.version,
    )
