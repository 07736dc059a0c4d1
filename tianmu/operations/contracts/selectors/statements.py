"""Statements that an actor may see, and what they are printed from."""

import io
import json
import zipfile
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.storage.here import store
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import Contract, EvidenceItem, Statement
from tianmu.operations.contracts.permissions import CONTRACTS, Right
from tianmu.operations.contracts.ports import year_files
from tianmu.operations.contracts.printing.inputs import Inputs, Signed
from tianmu.operations.contracts.printing.paper import statement_pdf, statement_xlsx
from tianmu.operations.contracts.rules.evaluation import canonical
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.selectors.contracts import contract_of, terms_in_force

KIND = "contracts.statement"
SIDES = {"party_a": "A", "party_b": "B"}
FORMS = {"pdf": statement_pdf, "xlsx": statement_xlsx}
_EPOCH = (2022, 1, 1, 0, 0, 0)


def statements(actor: Actor, contract_id: UUID) -> list[tuple[Statement, DocumentVersion]]:
    """Return the statements of a contract with their documents, the newest first."""
    contract = contract_of(actor, contract_id)
    rows = list(contract.statements.select_related("corrects").order_by("-number"))
    versions = {one.document.subject_id: one for one in _versions([row.pk for row in rows])}
    return [(row, versions[row.pk]) for row in rows]


def statement_of(actor: Actor, statement_id: UUID) -> tuple[Statement, DocumentVersion]:
    """Return a statement with its document.

    Raises:
        MissingError: there is none that the actor may see.

    """
    row = Statement.objects.select_related("contract", "corrects").filter(pk=statement_id).first()
    if row is None or not CONTRACTS.allows(actor, Right.VIEW, row.contract):
        raise MissingError("statement")
    return row, _versions([row.pk]).get()


def inputs_for(row: Statement, version: DocumentVersion) -> Inputs:
    """Return everything that a statement is printed from."""
    signatures = [
        Signed(SIDES[one.role], one.name, one.title, f"{one.signed_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}")
        for one in sorted(version.signatures.all(), key=lambda one: one.role)
    ]
    return Inputs(version.content, json.loads(row.parties or "{}"), signatures)


def printed(actor: Actor, statement_id: UUID, form: str) -> tuple[str, bytes]:
    """Return name and bytes of a statement as pdf, xlsx or its inputs as json; logged.

    Raises:
        MissingError: there is none that the actor may see, or no such form.

    """
    row, version = statement_of(actor, statement_id)
    inputs = inputs_for(row, version)
    if form == "json":
        content = canonical(inputs.as_json())
    elif form in FORMS:
        content = FORMS[form](inputs)
    else:
        raise MissingError("form")
    record(
        actor=actor,
        action="contracts.statement_exported",
        kind="contract",
        key=row.contract_id,
        new={"statement": row.number, "form": form},
    )
    return f"{row.contract.ref}-statement-{row.number}.{form}", content


def year_archive(actor: Actor, contract_id: UUID, year: int) -> tuple[str, bytes]:
    """Return the archive of a contract year: statements, facts, evidence, duties, and what other rooms add; logged.

    Raises:
        MissingError: there is no such contract or year.

    """
    contract = contract_of(actor, contract_id, Right.DRAFT)
    years = ContractYears.of(terms_in_force(contract))
    first, last = years.first_day(year), years.last_day(year)
    files: dict[str, bytes] = {}
    for row, version in statements(actor, contract_id):
        if row.year == year:
            inputs = inputs_for(row, version)
            name = f"statements/{row.number:03}"
            files[f"{name}.pdf"], files[f"{name}.xlsx"] = statement_pdf(inputs), statement_xlsx(inputs)
            files[f"{name}.inputs.json"] = canonical(inputs.as_json())
    files["facts.jsonl"] = _facts(contract)
    files["duties.jsonl"] = _duties(contract, year)
    for item in _evidence(contract, first, last):
        kind = "" if item.sha256 else ".txt"
        files[f"evidence/{item.of}/{item.pk}-{_plain(item.name)}{kind}"] = (
            store().get(item.sha256) if item.sha256 else item.note.encode()
        )
    for answer in year_files.ask(contract.pk, contract.ref, first, last):
        for name, content in answer:
            files[f"desk/{name.lstrip('/').replace('..', '_')}"] = content
    record(
        actor=actor,
        action="contracts.year_exported",
        kind="contract",
        key=contract.pk,
        new={"year": year, "files": len(files)},
    )
    return f"{contract.ref}-year-{year}.zip", zipped(files)


def zipped(files: dict[str, bytes]) -> bytes:
    """Return an archive of files; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _versions(keys: list[UUID]) -> QuerySet[DocumentVersion]:
    rows = DocumentVersion.objects.select_related("document").prefetch_related("signatures")
    return rows.filter(document__kind=KIND, document__subject_id__in=keys)


def _facts(contract: Contract) -> bytes:
    rows = contract.facts.order_by("event_id", "number")
    return b"\n".join(
        canonical(
            {
                "event": row.event_id,
                "number": row.number,
                "type": row.type,
                "content": row.content,
                "withdrawn": row.withdrawn,
                "reason": row.reason,
                "by": row.by,
                "at": row.at.astimezone(ZONE).isoformat(),
                "sha256": row.sha256,
            }
        )
        for row in rows
    )


def _duties(contract: Contract, year: int) -> bytes:
    rows = contract.duties.filter(year=year).order_by("due_at", "obligation")
    return b"\n".join(
        canonical(
            {
                "obligation": row.obligation,
                "period": row.period,
                "due_at": row.due_at.astimezone(ZONE).isoformat(),
                "fulfilled_at": row.fulfilled_at.astimezone(ZONE).isoformat() if row.fulfilled_at else None,
                "by": row.fulfilled_by,
                "note": row.note,
            }
        )
        for row in rows
    )


def _evidence(contract: Contract, first: date, last: date) -> list[EvidenceItem]:
    """Return the evidence of every fact, and that of duties due in the year."""
    rows = EvidenceItem.objects.filter(contract=contract).order_by("pk")
    due = set(contract.duties.filter(first__lte=last, due_at__date__gte=first).values_list("pk", flat=True))
    return [row for row in rows if row.of != EvidenceOf.DUTY or row.of_id in due]


def _plain(name: str) -> str:
    return name.replace("/", "_").replace("\\", "_").lstrip(".")[:120] or "file"
