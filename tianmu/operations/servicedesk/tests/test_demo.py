"""The demo desk and its replayed year: through the ordinary actions, ending in a statement that both parties signed."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from tianmu.foundation.access.actions import grant_role, load_roles, make_account, make_scope_unit
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Role, ScopeUnit
from tianmu.foundation.demo import Demo
from tianmu.foundation.rulesets.actions import load_version
from tianmu.foundation.terminal import TerminalError
from tianmu.operations.contracts import ports
from tianmu.operations.contracts.actions.statements import version_of
from tianmu.operations.contracts.demo import make_contract
from tianmu.operations.contracts.models import Statement
from tianmu.operations.contracts.selectors.ledger import ledger_of
from tianmu.operations.servicedesk.actions.checking import Difference, compare
from tianmu.operations.servicedesk.demo import living
from tianmu.operations.servicedesk.demo import year as service_year
from tianmu.operations.servicedesk.demo.year import replay
from tianmu.operations.servicedesk.models import Ticket, TicketEvent
from tianmu.operations.servicedesk.tests.desk import RULES, SETUP
from tianmu.registry.organizations.models import Organization

ROLES = Path(__file__).resolve().parents[3] / "site" / "data" / "roles.json"
BUREAU = {
    "engineer1": "resident_engineer", "engineer2": "duty_engineer", "engineer3": "duty_engineer",
    "engineer4": "duty_engineer", "lead1": "project_lead", "info1": "information_officer", "leader1": "bureau_leader",
}  # fmt: skip


@pytest.fixture
def county(db: None) -> None:
    """Make the people and places the demo asks for, and its contract."""
    load_roles(roles=json.loads(ROLES.read_text())["roles"])
    for path in RULES.glob("*.json"):
        load_version(document=json.loads(path.read_text()))
    top = make_scope_unit(code="ly", name="县", parent=None)
    Organization.objects.create(id=top.pk, unit=top, kind="bureau")
    for login, role in BUREAU.items():
        _account(login, role, top)
    for code in ("h1", "t01", "t02", "t03", "t04", "t05"):
        unit = make_scope_unit(code=code, name=f"{code} 院", parent=top)
        Organization.objects.create(id=unit.pk, unit=unit, kind="township")
        _account(f"doctor.{code}.1", "township_doctor", unit)
    _account("user1", "institution_user", unit)
    make_contract(SETUP, timezone.localtime())


def _account(login: str, role: str, unit: ScopeUnit) -> None:
    account = make_account(actor=SETUP, kind=AccountKind.STAFF, login=login, name=login, home=unit, person_id=None)
    grant_role(actor=SETUP, account=account, role=Role.objects.get(code=role), unit=unit, starts_on=date(2020, 1, 1))


def test_a_year_of_service_ends_in_a_statement_whose_lines_lead_to_tickets(
    county: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_year, "OUTAGES", service_year.OUTAGES[:3])
    monkeypatch.setattr(service_year, "DEMANDS", service_year.DEMANDS[:2])
    year = replay(seed=7, questions=1, progress=lambda _done, _total: None)
    confirmed = TicketEvent.objects.filter(kind="confirmed", ticket__kind="question").values_list("at", flat=True)
    assert all(7 <= timezone.localtime(at).hour < 21 for at in confirmed)
    statement = Statement.objects.get(pk=year.statement_id)
    version = version_of(statement)
    assert {one.role for one in version.signatures.all()} == {"party_a", "party_b"}
    lines = ledger_of(statement.contract, today=year.last, year=1).lines
    fined = [one for one in lines if one.line.rule == "C-5.3"]
    assert len(fined) == 3
    for one in fined:
        source = one.fact.source_id
        assert source is not None
        (link,) = [found for found in ports.links.ask(one.fact.source_kind, source) if found]
        assert link.title.startswith(one.line.event)
        assert one.state == "settled"
    assert sum(one.line.payable or 0 for one in fined) <= 98_000
    assert [one for one in compare(since=None, now=timezone.now(), write=False) if isinstance(one, Difference)] == []
    with pytest.raises(TerminalError, match="replayed already"):
        replay(seed=7, questions=1, progress=lambda _done, _total: None)


def test_the_living_desk_has_open_tickets_a_running_major_incident_and_articles(
    county: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "QUESTIONS", 2)
    demo = Demo(100, 7, "", False, lambda *_: None)
    living.fill(demo)
    count = Ticket.objects.count()
    living.fill(demo)
    assert Ticket.objects.count() == count
    assert Ticket.objects.filter(kind="incident", rank=1, state__in=["accepted", "in_progress"]).count() == 1
    assert Ticket.objects.filter(state="new").exists()
    hers = Ticket.objects.filter(raiser__login="user1", channel="web").values_list("state", flat=True)
    assert sorted(hers) == ["accepted", "closed", "new", "resolved", "waiting"]
    assert set(Ticket.objects.filter(kind="demand").values_list("demand__state", flat=True)) >= {"closed"}
    assert not Ticket.objects.exclude(contract_refusal="").exists()
