"""The contract of the demo county: one year served, the second running, invented parties, some facts and decisions."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.demo import Demo
from tianmu.operations.contracts.actions import fines, money
from tianmu.operations.contracts.actions.contracts import create_contract, enter_party
from tianmu.operations.contracts.actions.duties import plan_duties, register_certificate
from tianmu.operations.contracts.actions.evidence import Evidence
from tianmu.operations.contracts.actions.facts import record_fact
from tianmu.operations.contracts.choices import Side
from tianmu.operations.contracts.models import Contract, Duty, EvidenceItem
from tianmu.operations.contracts.rules.periods import years_after
from tianmu.operations.contracts.rules.terms import FOLDER
from tianmu.operations.contracts.selectors.ledger import ledger_of

DAYS_INTO_SECOND_YEAR = 45
TITLE = "示范县智慧医疗项目运维服务合同"
PARTIES = {
    Side.A: {"name": "示范县卫生健康局（示例）", "representative": "示例甲", "phone": "000-00000000"},
    Side.B: {"name": "示例运维服务有限公司", "representative": "示例乙", "phone": "000-11111111"},
}
LATE_EVERY = 9


def fill(demo: Demo) -> None:
    """Enter the contract with its parties, and fulfil what lies in the past; asked again, do nothing."""
    if not Contract.objects.exists():
        make_contract(demo.actor, timezone.localtime())


def make_contract(actor: Actor, anchor: datetime) -> Contract:
    """Enter a contract whose first year ended some weeks before `anchor`."""
    today = anchor.astimezone(ZONE).date()
    signed = years_after(today - timedelta(days=DAYS_INTO_SECOND_YEAR), -1)
    terms = json.loads((FOLDER / "ly-2022.json").read_text(encoding="utf-8"))
    terms |= {"ref": f"TM-{signed.year}", "signed": signed.isoformat(), "source": "示范合同，数据均为虚构"}
    top = ScopeUnit.objects.get(parent=None)
    contract = create_contract(
        actor=actor, title=TITLE, path=top.path, terms=terms, reason="示范县签订", now=at(signed, 10)
    )
    for side, values in PARTIES.items():
        enter_party(actor=actor, contract_id=contract.pk, side=side, values=values)
    plan_duties(contract=contract, today=today)
    _fulfil_the_past(contract, today)
    due = signed + timedelta(days=30)
    money.record_payment(
        actor=person("info1", actor),
        contract_id=contract.pk,
        year=1,
        instalment=1,
        day=due + timedelta(days=3),
        amount="490000.00",
        now=at(due + timedelta(days=3), 15),
        evidence=[Evidence("银行回单（示例）", note="示范数据")],
    )
    _facts_of_second_year(actor, contract, years_after(signed, 1))
    _certificates_and_extras(actor, contract, today)
    return contract


def person(login: str, otherwise: Actor) -> Actor:
    """Return somebody of the demo county by login, another actor where there is none."""
    account = Account.objects.filter(login=login, active=True).first()
    return otherwise if account is None else actor_for(account, timezone.now(), client="desk")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant of a day in the business zone."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def _fulfil_the_past(contract: Contract, today: date) -> None:
    """Mark the duties before today as done, one in nine a little late, each with a line of evidence."""
    past = Duty.objects.filter(contract=contract, due_at__lt=at(today, 0)).exclude(obligation__in=["O-008", "O-009"])
    evidence = []
    for number, duty in enumerate(past.exclude(obligation="O-002").order_by("due_at", "obligation")):
        late = number % LATE_EVERY == LATE_EVERY - 1
        duty.fulfilled_at = duty.due_at + (timedelta(hours=20) if late else -timedelta(days=2))
        duty.fulfilled_by, duty.note = "示例工程师", "示范数据"
        duty.save()
        evidence.append(
            EvidenceItem(
                contract=contract,
                of="duty",
                of_id=duty.pk,
                name=f"{duty.obligation} 报告（示例）",
                note="示范数据",
                by="示例工程师",
                at=duty.fulfilled_at,
            )
        )
    EvidenceItem.objects.bulk_create(evidence)


def _certificates_and_extras(actor: Actor, contract: Contract, today: date) -> None:
    """Register three certificates, one of which expires soon, and quote two jobs outside of the agreed service."""
    for name, days in (
        ("示例工程师 · 数据库认证", 400),
        ("示例工程师 · 网络工程师", 160),
        ("示例工程师 · 信息安全员", 20),
    ):
        register_certificate(
            actor=actor, contract_id=contract.pk, name=name, expires_on=today + timedelta(days=days), now=at(today, 0)
        )
    quoted: dict[str, Any] = {"actor": person("manager1", actor), "contract_id": contract.pk, "year": 2}
    disk = money.propose_extra(**quoted, title="会诊室编解码器更换（示例）", amount="3500.00", now=at(today, 0))
    money.propose_extra(**quoted, title="机房搬迁配合（示例）", amount="8000.00", now=at(today, 0))
    money.decide_extra(
        actor=person("info1", actor),
        contract_id=contract.pk,
        event_id=disk.event_id,
        approve=True,
        reason="价格合理（示例）",
        now=at(today, 0),
    )


def _facts_of_second_year(actor: Actor, contract: Contract, start: date) -> None:
    """Record an outage, a late demand and absences, and let the parties deal with the first of them."""
    outage, absence = start + timedelta(days=6), start + timedelta(days=9)
    events: list[dict[str, Any]] = [
        {
            "id": "示范-故障-1",
            "type": "incident",
            "subsystems": ["famdoc"],
            "grade": 3,
            "kind": "down",
            "occurred": at(outage, 9, 20).isoformat(),
            "resolved": at(outage, 16, 5).isoformat(),
            "excluded": None,
        },
        {"id": "示范-考勤-1", "type": "attendance", "kind": "left_unrecorded", "at": at(absence, 15, 30).isoformat()},
        {"id": "示范-考勤-2", "type": "attendance", "kind": "late", "at": at(absence, 8, 12).isoformat()},
        {
            "id": "示范-需求-1",
            "type": "demand",
            "complexity": "ordinary",
            "received": at(absence, 9).isoformat(),
            "feedback_at": at(absence + timedelta(days=1), 11).isoformat(),
            "plan": [],
            "done_at": None,
        },
    ]
    for event in events:
        record_fact(
            actor=person("info1", actor),
            contract_id=contract.pk,
            event=event,
            source=("contract", contract.pk),
            now=at(absence + timedelta(days=2), 9),
            evidence=[Evidence("记录（示例）", note="示范数据")],
        )
    lines = ledger_of(contract, today=absence + timedelta(days=2), year=2).lines
    first = next(one for one in lines if one.line.event == "示范-故障-1")
    asked: dict[str, Any] = {"contract_id": contract.pk, "key": first.id, "year": 2}
    now = at(absence + timedelta(days=3), 9)
    fines.hear(actor=person("lead1", actor), **asked, text="电源故障，恢复超过六小时，无异议（示例）", now=now)
    fines.decide(
        actor=person("info1", actor),
        **asked,
        waive=False,
        text="属实，按约定处罚（示例）",
        now=now + timedelta(hours=2),
    )
