"""The service contract: one of each half with a line, a duty, evidence and a draft statement; people of both sides."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from tests.api.world import SETUP, World, _staff
from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions import fines, statements
from tianmu.operations.contracts.actions.contracts import create_contract, enter_party
from tianmu.operations.contracts.actions.evidence import Evidence, keep_file
from tianmu.operations.contracts.actions.facts import record_fact
from tianmu.operations.contracts.choices import Side
from tianmu.operations.contracts.models import Contract, EvidenceItem, FactRevision, Notice
from tianmu.operations.contracts.rules.terms import FOLDER
from tianmu.operations.contracts.selectors.ledger import ledger_of

PARAMETERS = {
    "contract_id": "contract.1",
    "line_id": "line.1",
    "duty_id": "duty.1",
    "evidence_id": "evidence.1",
    "statement_id": "statement.1",
    "notice_id": "notice.1",
    "event": "call",
    "obligation": "O-016",
    "side": "A",
    "paper": "pdf",
}


def furnish(world: World) -> dict[str, UUID]:
    """Return the contracts of both halves and what belongs to them."""
    found: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        things = _half(number, half.township.unit)
        found |= {f"{name}.{number}": key for name, key in things.items()}
    return found


def accounts(world: World) -> dict[str, Account]:
    """Return the information section, the leader and the contractor of each half."""
    found = {}
    for number, half in enumerate((world.first, world.second), 1):
        unit = half.township.unit
        for name, role in (
            ("section", "information_officer"),
            ("signer", "bureau_leader"),
            ("contractor", "project_lead"),
            ("manager", "project_manager"),
        ):
            found[f"{name}.{number}"] = _staff(f"contract{name}{number}", role, unit)
    return found


def grow(world: World) -> None:
    """Add facts with evidence, hence lines, to the contract of the first half, and another contract beside it."""
    terms = {**_terms(), "ref": "T-more"}
    path = world.first.township.unit.path
    create_contract(actor=SETUP, title="合同", path=path, terms=terms, reason="签订", now=timezone.now())
    contract = Contract.objects.get(pk=world.things()["contract.1"])
    for number in range(3):
        _fact(contract, _absence(f"more{number}", contract))


def _half(number: int, unit: ScopeUnit) -> dict[str, UUID]:
    signed = timezone.localdate() - timedelta(days=60)
    terms = {**_terms(), "ref": f"T{number}", "signed": signed.isoformat()}
    now = timezone.now()
    contract = create_contract(actor=SETUP, title="合同", path=unit.path, terms=terms, reason="签订", now=now)
    for side in Side:
        enter_party(actor=SETUP, contract_id=contract.pk, side=side, values={"name": f"单位{side}"})
    today = timezone.localdate()
    settled = _fact(contract, _absence("settled", contract))
    line = ledger_of(contract, today=today).lines[0]
    asked: dict[str, Any] = {"actor": SETUP, "contract_id": contract.pk, "key": line.id, "year": 1, "text": "无异议"}
    fines.hear(**asked, now=now)
    fines.decide(**asked, waive=False, now=now)
    statement = statements.draft_statement(
        actor=SETUP, contract_id=contract.pk, year=1, instalment=1, as_of=today, now=now
    )
    fact = _fact(contract, _absence("left", contract))
    call = {**_absence("call", contract), "kind": "holiday_no_reply"}
    _fact(contract, call)
    return {
        "contract": contract.pk,
        "line": uuid5(contract.pk, f"left|C-5.5.2|{fact.content['at']}"),
        "decided_line": line.id,
        "duty": contract.duties.filter(obligation="O-054").order_by("due_at")[0].pk,
        "fact": fact.pk,
        "settled_fact": settled.pk,
        "evidence": EvidenceItem.objects.filter(of_id=fact.pk).exclude(sha256="").get().pk,
        "statement": statement.pk,
        "notice": Notice.objects.create(
            contract=contract, year=1, side="A", posted_on=contract.signed, text="不再续展", by="x", at=now
        ).pk,
    }


def _terms() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "ly-2022.json").read_text(encoding="utf-8"))
    return loaded


def _absence(name: str, contract: Contract) -> dict[str, Any]:
    day = contract.signed + timedelta(days=20)
    at = datetime(day.year, day.month, day.day, 15, tzinfo=ZONE)
    return {"id": name, "type": "attendance", "kind": "left_unrecorded", "at": at.isoformat()}


def _fact(contract: Contract, event: dict[str, Any]) -> FactRevision:
    return record_fact(
        actor=SETUP,
        contract_id=contract.pk,
        event=event,
        source=("contract", contract.pk),
        now=timezone.now(),
        evidence=[keep_file(name=f"{event['id']}.pdf", content=b"%PDF-1.4 test"), Evidence("话", note="见附件")],
    )
