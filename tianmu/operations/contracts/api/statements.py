"""Statements: drafted, signed by both parties, printed; the archive of a contract year."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.operations.contracts.actions import statements as actions
from tianmu.operations.contracts.models import Statement
from tianmu.operations.contracts.schemas.contracts import (
    ContractArchiveIn,
    ContractSignatureOut,
    ContractSignIn,
    SettlementDetail,
    SettlementIn,
    SettlementOut,
)
from tianmu.operations.contracts.schemas.ledger import ContractReasonIn
from tianmu.operations.contracts.selectors import statements as selectors
from tianmu.operations.contracts.selectors.statements import SIDES

router = Router()
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "zip": "application/zip",
}
FORM = Literal["pdf", "xlsx", "json"]


@router.get("/contracts/{contract_id}/statements", response={200: list[SettlementOut], **PROBLEMS})
def statements(request: HttpRequest, contract_id: UUID) -> list[SettlementOut]:
    """Return the statements of a contract, the newest first."""
    return [
        SettlementOut(**_fields(row, version)) for row, version in selectors.statements(actor_of(request), contract_id)
    ]


@router.post("/contracts/{contract_id}/statements", response={201: SettlementDetail, **PROBLEMS})
def draft(request: HttpRequest, contract_id: UUID, body: SettlementIn) -> Status[SettlementDetail]:
    """Draft the settlement of an instalment."""
    actor = actor_of(request)
    row = actions.draft_statement(
        actor=actor,
        contract_id=contract_id,
        year=body.year,
        instalment=body.instalment,
        as_of=body.as_of or timezone.localdate(),
        corrects=body.corrects,
        now=timezone.now(),
    )
    return Status(201, _detail(request, row.pk))


@router.get("/statements/{statement_id}", response={200: SettlementDetail, **PROBLEMS})
def statement(request: HttpRequest, statement_id: UUID) -> SettlementDetail:
    """Return a statement with its whole content."""
    return _detail(request, statement_id)


@router.post("/statements/{statement_id}/sign", response={200: SettlementDetail, **PROBLEMS})
def sign(request: HttpRequest, statement_id: UUID, body: ContractSignIn) -> SettlementDetail:
    """Sign for one's side."""
    actions.sign_statement(actor=actor_of(request), statement_id=statement_id, title=body.title, now=timezone.now())
    return _detail(request, statement_id)


@router.post("/statements/{statement_id}/withdraw-signature", response={200: SettlementDetail, **PROBLEMS})
def withdraw_signature(request: HttpRequest, statement_id: UUID, body: ContractReasonIn) -> SettlementDetail:
    """Take the first signature off a statement that the other side does not accept."""
    actions.withdraw_signature(actor=actor_of(request), statement_id=statement_id, reason=body.text)
    return _detail(request, statement_id)


@router.get("/statements/{statement_id}/statement.{paper}", response={200: None, **PROBLEMS})
def print_statement(request: HttpRequest, statement_id: UUID, paper: FORM) -> HttpResponse:
    """Return a statement as PDF, as a workbook, or its inputs as JSON."""
    return _file(*selectors.printed(actor_of(request), statement_id, paper), paper)


@router.get("/contracts/{contract_id}/archive", response={200: None, **PROBLEMS})
def archive(request: HttpRequest, contract_id: UUID, query: Query[ContractArchiveIn]) -> HttpResponse:
    """Return the archive of a contract year."""
    return _file(*selectors.year_archive(actor_of(request), contract_id, query.year), "zip")


def _file(name: str, content: bytes, form: str) -> HttpResponse:
    shown = "inline" if form == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=TYPES[form], headers=headers)


def _detail(request: HttpRequest, statement_id: UUID) -> SettlementDetail:
    row, version = selectors.statement_of(actor_of(request), statement_id)
    return SettlementDetail(**_fields(row, version), content=version.content)


def _fields(row: Statement, version: DocumentVersion) -> dict[str, Any]:
    return {
        "id": row.pk,
        "contract_id": row.contract_id,
        "number": row.number,
        "year": row.year,
        "instalment": row.instalment,
        "as_of": row.as_of,
        "state": version.state,
        "net_to_b": version.content["result"]["settlement"]["net_to_b"],
        "corrects": row.corrects.number if row.corrects else None,
        "sha256": row.sha256,
        "document_sha256": version.sha256,
        "signatures": [
            ContractSignatureOut(side=SIDES[one.role], name=one.name, title=one.title, at=one.signed_at)
            for one in sorted(version.signatures.all(), key=lambda one: one.signed_at)
        ],
        "by": row.by,
        "at": row.at,
    }
