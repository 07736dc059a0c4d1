"""Statements: drafted from the ledger, signed by both parties, immutable then; a correction names the old one."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.documents import actions as documents
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.events.actions import publish
from tianmu.operations.contracts.choices import FineState, Side
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.events import StatementSigned
from tianmu.operations.contracts.models import Contract, Fine, Party, Renewal, Statement
from tianmu.operations.contracts.permissions import CONTRACTS, Right
from tianmu.operations.contracts.printing.inputs import SCHEMA, content_digest
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.selectors.contracts import contract_of, terms_in_force
from tianmu.operations.contracts.selectors.ledger import Ledger, case_document, ledger_of
from tianmu.operations.contracts.selectors.statement_lines import figures_of, statement_lines

KIND = "contracts.statement"
ROLES = {Side.A: "party_a", Side.B: "party_b"}


@transaction.atomic
def draft_statement(
    *,
    actor: Actor,
    contract_id: UUID,
    year: int,
    instalment: int,
    as_of: date,
    now: datetime,
    corrects: UUID | None = None,
) -> Statement:
    """Draft the settlement of an instalment from the ledger as it stands.

    Raises:
        RefusedError: the actor may not draft.
        ConflictError: lines wait for a decision, the parties are not entered, the renewed year is unsigned, the
            instalment is settled already (name the statement that this one corrects), or another draft is open.

    """
    contract = contract_of(actor, contract_id, Right.DRAFT)
    Contract.objects.select_for_update().get(pk=contract.pk)
    found = ledger_of(contract, today=as_of, year=year, settle=instalment)
    parties = {party.side: {"name": party.name or ""} for party in Party.objects.filter(contract=contract)}
    if set(parties) != set(Side.values):
        raise ConflictError(Code.PARTIES_MISSING, "Enter both parties of the contract before a statement is drafted.")
    if year > 1 and not Renewal.objects.filter(contract=contract, year=year).exists():
        raise ConflictError(Code.RENEWAL_UNSIGNED, f"The renewal contract of year {year} is not signed.", year=year)
    _demand_decided(found)
    earlier = _corrected(contract, year, instalment, corrects)
    number = (contract.statements.aggregate(last=Max("number"))["last"] or 0) + 1
    content = _content(contract, found, number, instalment, as_of, earlier)
    statement = Statement.objects.create(
        contract=contract,
        number=number,
        year=year,
        instalment=instalment,
        as_of=as_of,
        corrects=earlier,
        sha256=content_digest(content),
        parties=json.dumps(parties, ensure_ascii=False, sort_keys=True),
        by=actor.name,
        at=now,
    )
    documents.save_draft(
        actor=actor,
        kind=KIND,
        subject=("contract_statement", statement.pk),
        person_id=None,
        layout="contracts.statement/1",
        content=content,
        expected=None,
    )
    return statement


@transaction.atomic
def sign_statement(*, actor: Actor, statement_id: UUID, title: str, now: datetime) -> Statement:
    """Sign for the side whose right the actor holds; the second side's signature closes the statement for ever.

    Raises:
        RefusedError: the actor signs for neither side.
        ConflictError: her side has signed, the same person would sign for both, or the ledger changed since.

    """
    statement = _locked(actor, statement_id)
    version = version_of(statement)
    signed = {one.role: one.account_id for one in version.signatures.all()}
    if version.state == VersionState.SIGNED:
        raise ConflictError(Code.STATEMENT_STATE, "Both parties have signed this statement.", state=version.state)
    side = _side(actor, statement.contract, signed)
    if actor.demand_account() in signed.values():
        raise ConflictError(Code.SAME_SIGNER, "You signed for the other side. Somebody else signs for this one.")
    _demand_current(statement, version)
    final = bool(signed)
    documents.sign(actor=actor, version=version, role=ROLES[side], title=title, final=final, now=now)
    if final:
        _settle(statement, version)
        publish(
            StatementSigned(contract_id=statement.contract_id, statement_id=statement.pk, year=statement.year, at=now)
        )
    return statement


@transaction.atomic
def withdraw_signature(*, actor: Actor, statement_id: UUID, reason: str) -> Statement:
    """Take the first signature off a statement that the other side does not accept, so that it can be drafted anew.

    Raises:
        ConflictError: nobody, or everybody, has signed.

    """
    statement = _locked(actor, statement_id)
    CONTRACTS.demand(actor, Right.DRAFT, statement.contract)
    documents.reopen(actor=actor, version=version_of(statement), reason=reason)
    return statement


def version_of(statement: Statement) -> DocumentVersion:
    """Return the document of a statement, with its signatures."""
    return (
        DocumentVersion.objects.select_related("document")
        .prefetch_related("signatures")
        .get(document__kind=KIND, document__subject_id=statement.pk)
    )


def _locked(actor: Actor, statement_id: UUID) -> Statement:
    statement = Statement.objects.select_related("contract").filter(pk=statement_id).first()
    if statement is None or not CONTRACTS.allows(actor, Right.VIEW, statement.contract):
        raise MissingError("statement")
    Contract.objects.select_for_update().get(pk=statement.contract_id)
    return statement


def _side(actor: Actor, contract: Contract, signed: dict[str, UUID]) -> Side:
    held = [
        side
        for side, right in ((Side.A, Right.SIGN_A), (Side.B, Right.SIGN_B))
        if CONTRACTS.allows(actor, right, contract)
    ]
    if not held:
        raise RefusedError(Right.SIGN_A, contract.path)
    free = [side for side in held if ROLES[side] not in signed]
    if not free:
        raise ConflictError(Code.STATEMENT_STATE, "Your side has signed. Now the other side signs.", state="to_review")
    return free[0]


def _demand_decided(found: Ledger) -> None:
    waiting = [one.line.event for one in found.lines if one.is_open] + [one.event_id for one in found.undecided]
    if waiting:
        detail = f"{len(waiting)} lines wait for a hearing, a decision or an answer: {', '.join(waiting[:5])}."
        raise ConflictError(Code.FINES_OPEN, detail, events=waiting[:50])


def _demand_current(statement: Statement, version: DocumentVersion) -> None:
    now = ledger_of(statement.contract, today=statement.as_of, year=statement.year, settle=statement.instalment)
    if now.evaluation.as_json()["sha256"] != version.content["result"]["sha256"]:
        detail = "Facts, decisions or readings changed since this was drafted. Draft a new statement."
        raise ConflictError(Code.STATEMENT_STATE, detail, state="outdated")


def _corrected(contract: Contract, year: int, instalment: int, corrects: UUID | None) -> Statement | None:
    last = contract.statements.filter(year=year, instalment=instalment).order_by("-number").first()
    if last is None:
        return None
    if version_of(last).state != VersionState.SIGNED:
        return last.corrects
    if corrects != last.pk:
        detail = f"Statement {last.number} settled this instalment. Name it as the one that you correct."
        raise ConflictError(Code.STATEMENT_OPEN, detail, statement=str(last.pk))
    return last


def _content(
    contract: Contract, found: Ledger, number: int, instalment: int, as_of: date, earlier: Statement | None
) -> dict[str, Any]:
    years = ContractYears.of(terms_in_force(contract))
    calendar = calendar_in_force(as_of)
    result = found.evaluation.as_json()
    facts = {key: fact for key, fact in found.facts.items() if not fact.undecided}
    return {
        "schema": SCHEMA,
        "ref": contract.ref,
        "title": contract.title,
        "number": number,
        "year": found.year,
        "instalment": instalment,
        "first_day": years.first_day(found.year).isoformat(),
        "last_day": years.last_day(found.year).isoformat(),
        "corrects": {"number": earlier.number, "sha256": earlier.sha256} if earlier else None,
        "case": case_document(contract, found.year, as_of, facts, instalment),
        "waived": sorted(found.waived),
        "calendar": {
            "version": calendar.version,
            "covers_from": calendar.covers_from.isoformat(),
            "covers_until": calendar.covers_until.isoformat(),
            "days": [[day.isoformat(), str(kind)] for day, kind in sorted(calendar.kinds.items())],
        },
        "result": result,
        "lines": statement_lines(contract, found),
        "kpis": figures_of(contract, years.first_day(found.year), years.last_day(found.year), as_of),
        "drafted_on": as_of.isoformat(),
    }


def _settle(statement: Statement, version: DocumentVersion) -> None:
    keys = {(row["event"], row["rule"], row["at"]) for row in version.content["lines"]}
    for fine in Fine.objects.filter(contract=statement.contract_id, state=FineState.DECIDED):
        if (fine.event_id, fine.rule, fine.line_at.astimezone(ZONE).isoformat()) in keys:
            fine.state = FineState.SETTLED
            fine.version += 1
            fine.save(update_fields=["state", "version", "changed_at"])
