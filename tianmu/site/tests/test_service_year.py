"""A replayed year: duty, inspections and reports beside the tickets; every yuan of the statement led to its proof."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tianmu.foundation.storage.here import store
from tianmu.operations.contracts import demo as contracts
from tianmu.operations.contracts.actions.statements import version_of
from tianmu.operations.contracts.models import Duty, EvidenceItem, Statement
from tianmu.operations.contracts.selectors.ledger import ledger_of
from tianmu.operations.contracts.selectors.statement_lines import link_of
from tianmu.operations.duty.demo import county as duty
from tianmu.operations.duty.models import Finding, Roster, Swap
from tianmu.operations.servicedesk.demo import year as service_year
from tianmu.registry.organizations import demo as organizations
from tianmu.registry.staff import demo as staff
from tianmu.site.demo import ecg_part, filling
from tianmu.site.demo.service_year import replay_service_year

pytestmark = pytest.mark.django_db
MONTHS = 3
PARTS = {"organizations": organizations.fill, "staff": staff.fill, "contracts": contracts.fill}


def test_every_yuan_of_the_statement_leads_to_clause_fact_and_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "PARTS", {**PARTS, "duty": duty.fill})
    monkeypatch.setattr(duty, "live_until", lambda *_: None)
    monkeypatch.setattr(service_year, "OUTAGES", service_year.OUTAGES[:3])
    monkeypatch.setattr(service_year, "DEMANDS", service_year.DEMANDS[:2])
    monkeypatch.setattr(ecg_part, "fill_month", lambda *_: None)
    filling.run(residents=100, seed=7)
    done = replay_service_year(seed=7, questions=1, progress=lambda *_: None, months=MONTHS)
    statement = Statement.objects.get(pk=done.statement_id)
    content = version_of(statement).content
    assert {one.role for one in version_of(statement).signatures.all()} == {"party_a", "party_b"}
    ledger = ledger_of(statement.contract, today=timezone.localdate(), year=1)
    lines = {(one.line.event, one.line.rule, one.line.as_json()["at"]): one for one in ledger.lines}
    deducted = Decimal(0)
    for told in content["lines"]:
        line = lines[told["event"], told["rule"], told["at"]]
        assert told["clause"]
        assert told["obligation"]
        assert told["evidence"], told
        assert line.evidence_count > 0
        if told["rule"] not in {"C-7.3", "C-3.3"}:
            link = link_of(line.fact)
            assert link is not None, told
            assert told["source"] == link.title
            deducted += Decimal(told["payable"])
    assert deducted == Decimal(content["result"]["settlement"]["deductions"])
    kinds = {(one.fact.source_kind, one.fact.type) for one in lines.values()}
    assert {("ticket", "incident"), ("ticket", "demand"), ("duty_finding", "attendance")} <= kinds
    duty_was_lived()
    inspections_have_their_reports(statement)


def duty_was_lived() -> None:
    published = Roster.objects.filter(in_time=True, acknowledged_at__isnull=False).order_by("year", "month")[:MONTHS]
    assert all(one.published_at and timezone.localtime(one.published_at).day <= 28 for one in published)
    assert Swap.objects.filter(state="effective").count() == 1
    assert Finding.objects.filter(state="confirmed").exists()


def inspections_have_their_reports(statement: Statement) -> None:
    for obligation, times in (("O-054", 12), ("O-060", 12), ("O-022", 4)):
        duties = Duty.objects.filter(contract=statement.contract, year=1, obligation=obligation)
        assert duties.count() == times
        files = EvidenceItem.objects.filter(of="duty", of_id__in=duties.values("pk")).exclude(sha256="")
        assert files.count() == times
        assert all(store().get(one.sha256).startswith(b"%PDF") for one in files[:2])
    paid = Duty.objects.get(contract=statement.contract, year=1, obligation="O-009")
    assert paid.fulfilled_at is not None
    assert paid.fulfilled_at <= paid.due_at
