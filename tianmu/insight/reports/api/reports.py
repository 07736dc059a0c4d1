"""Shelves of reports, versions, sharing, copies, definitions as files."""

import json
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.insight.reports.actions import saving
from tianmu.insight.reports.actions.saving import Names
from tianmu.insight.reports.api.files import sent
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.schemas.reports import (
    CopyIn,
    DefinitionFileIn,
    DesignIn,
    DesignOut,
    DesignPageOut,
    DesignVersionOut,
    NamesIn,
    ShareIn,
    report_out,
    report_page,
    version_out,
)
from tianmu.insight.reports.selectors import reports as reading

router = Router()
NEWEST = (SortKey("id", descending=True),)
SHELVED = (SortKey("id"),)


class ShelfQuery(PageQuery):
    """Which shelf, and words of the name."""

    which: Literal["mine", "shared", "templates"] = "mine"
    search: str = Field("", max_length=60)


@router.get("/reports", response={200: Page[DesignOut], **PROBLEMS})
def list_reports(request: HttpRequest, query: Query[ShelfQuery]) -> Page[DesignOut]:
    """List the reports of a shelf."""
    actor = actor_of(request)
    rows = reading.reports(actor, query.which, query.search)
    return page(rows, SHELVED if query.which == "templates" else NEWEST, query, lambda row: report_out(row, actor))


@router.post("/reports", response={201: DesignPageOut, **PROBLEMS})
def create_report(request: HttpRequest, body: DesignIn) -> Status[DesignPageOut]:
    """Save a new report."""
    actor = actor_of(request)
    row = saving.create_report(
        actor=actor, names=_names(body), definition=body.definition, note=body.note, now=timezone.now()
    )
    return Status(201, report_page(row, body.definition, actor))


@router.post("/import", response={201: DesignPageOut, **PROBLEMS})
def import_report(request: HttpRequest, body: DefinitionFileIn) -> Status[DesignPageOut]:
    """Make a report of an exported definition."""
    actor = actor_of(request)
    row = saving.import_definition(actor=actor, document=body.document, now=timezone.now())
    return Status(201, report_page(row, reading.definition_of(row), actor))


@router.get("/schema", response={200: dict[str, Any], **PROBLEMS})
def show_schema(request: HttpRequest) -> dict[str, Any]:
    """Show the JSON Schema of a definition."""
    actor_of(request)
    return Definition.model_json_schema()


@router.get("/reports/{report_id}", response={200: DesignPageOut, **PROBLEMS})
def show_report(request: HttpRequest, report_id: UUID) -> DesignPageOut:
    """Show one report with what it asks."""
    actor = actor_of(request)
    row = reading.report_of(actor, report_id)
    return report_page(row, reading.definition_of(row), actor)


@router.put("/reports/{report_id}", response={200: DesignPageOut, **PROBLEMS})
def save_report(request: HttpRequest, report_id: UUID, body: DesignIn) -> DesignPageOut:
    """Save a report as a new version."""
    actor = actor_of(request)
    row = saving.save_report(
        actor=actor,
        report_id=report_id,
        names=_names(body),
        definition=body.definition,
        expected=expected_version(request),
        note=body.note,
        now=timezone.now(),
    )
    return report_page(row, body.definition, actor)


@router.delete("/reports/{report_id}", response={204: None, **PROBLEMS})
def remove_report(request: HttpRequest, report_id: UUID) -> Status[None]:
    """Take a report off the shelf."""
    saving.remove_report(actor=actor_of(request), report_id=report_id, now=timezone.now())
    return Status(204, None)


@router.post("/reports/{report_id}/bring-back", response={200: DesignOut, **PROBLEMS})
def bring_back(request: HttpRequest, report_id: UUID) -> DesignOut:
    """Put a removed report back."""
    actor = actor_of(request)
    return report_out(saving.bring_back(actor=actor, report_id=report_id), actor)


@router.post("/reports/{report_id}/share", response={200: DesignOut, **PROBLEMS})
def share_report(request: HttpRequest, report_id: UUID, body: ShareIn) -> DesignOut:
    """Share a report, or take it back."""
    actor = actor_of(request)
    return report_out(saving.share_report(actor=actor, report_id=report_id, shared=body.shared), actor)


@router.post("/reports/{report_id}/copy", response={201: DesignPageOut, **PROBLEMS})
def copy_report(request: HttpRequest, report_id: UUID, body: CopyIn) -> Status[DesignPageOut]:
    """Copy a report as one of one's own."""
    actor = actor_of(request)
    row = saving.copy_report(actor=actor, report_id=report_id, name=body.name, now=timezone.now())
    return Status(201, report_page(row, reading.definition_of(row), actor))


@router.get("/reports/{report_id}/versions", response={200: list[DesignVersionOut], **PROBLEMS})
def list_versions(request: HttpRequest, report_id: UUID) -> list[DesignVersionOut]:
    """List the versions of a report, the newest first."""
    return [version_out(row) for row in reading.versions(actor_of(request), report_id)]


@router.post("/reports/{report_id}/versions/{number}/restore", response={200: DesignPageOut, **PROBLEMS})
def restore_version(request: HttpRequest, report_id: UUID, number: int) -> DesignPageOut:
    """Make an earlier version the newest again."""
    actor = actor_of(request)
    row = saving.restore_version(actor=actor, report_id=report_id, number=number, now=timezone.now())
    return report_page(row, reading.definition_of(row), actor)


@router.get("/reports/{report_id}/definition.json", response={200: bytes, **PROBLEMS})
def export_definition(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Send a report's definition as a file that another Tianmu can import."""
    row = reading.report_of(actor_of(request), report_id)
    document = saving.export_definition(row, reading.version_of(row))
    data = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return sent(f"{row.name}.json", "application/json", data)


def _names(body: NamesIn) -> Names:
    return Names(body.name, body.name_en, body.description, body.description_en)
