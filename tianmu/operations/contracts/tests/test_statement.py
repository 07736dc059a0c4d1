"""From facts to a signed statement: heard, decided, disputed, drafted, signed by both, printed the same each time."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, RefusedError, TianmuError
from tianmu.foundation.access.tests.people import SETUP, County, make_county
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.documents.verifying import flaws
from tianmu.operations.contracts import ports
from tianmu.operations.contracts.actions import fines, money, statements
from tianmu.operations.contracts.actions.contracts import change_readings, enter_party
from tianmu.operations.contracts.actions.evidence import Evidence
from tianmu.operations.contracts.actions.facts import record_fact
from tianmu.operations.contracts.choices import FineState, Side
from tianmu.operations.contracts.models import Contract, Fine, FineStep, Statement
from tianmu.operations.contracts.selectors.ledger import LedgerLine, ledger
from tianmu.operations.contracts.selectors.statements import inputs_for, printed, statement_of, year_archive
from tianmu.operations.contracts.tests.building import incident
from tianmu.operations.contracts.tests.office import OF_A, OF_B, make_contract, person

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 8, 21, 9, tzinfo=ZONE)
TODAY = date(2023, 8, 21)
SOURCE = ("ticket", uuid7())


class Office:
    """The contract of V06 with its two sides."""

    def __init__(self, county: County) -> None:
        self.contract: Contract = make_contract(county.top)
        self.of_a = person("a", county.top, OF_A)
        self.of_b = person("b", county.top, OF_B)
        for side, name in ((Side.A, "甲方单位"), (Side.B, "乙方单位")):
            enter_party(actor=SETUP, contract_id=self.contract.pk, side=side, values={"name": name})

    def fact(self, event: dict[str, Any], **changes: Any) -> None:
        given = {"actor": SETUP, "contract_id": self.contract.pk, "event": event, "source": SOURCE, "now": NOW}
        record_fact(**{**given, **changes})

    def lines(self) -> dict[str, LedgerLine]:
        return {one.line.event: one for one in ledger(SETUP, self.contract.pk, today=TODAY, year=1).lines}

    def step(self, action: Any, actor: Actor, event: str, text: str = "已核实", **changes: Any) -> Fine:
        key = self.lines()[event].id
        fine: Fine = action(actor=actor, contract_id=self.contract.pk, key=key, year=1, text=text, now=NOW, **changes)
        return fine

    def agree(self, *events: str) -> None:
        for event in events:
            self.step(fines.hear, self.of_b, event, "无异议")
            self.step(fines.decide, self.of_a, event, waive=False)

    def draft(self, **changes: Any) -> Statement:
        given = {"actor": self.of_a, "contract_id": self.contract.pk, "year": 1, "instalment": 2, "as_of": TODAY}
        return statements.draft_statement(**{**given, "now": NOW, **changes})

    def sign(self, statement: Statement, actor: Actor) -> None:
        statements.sign_statement(actor=actor, statement_id=statement.pk, title="负责人", now=timezone.now())


@pytest.fixture
def office() -> Office:
    made = Office(make_county())
    outage = incident("LY-2022-000007", "2022-12-12T10:00", "2022-12-12T15:00", 3, subsystems=["famdoc"])
    made.fact(outage, evidence=[Evidence("故障报告", note="四部分齐全")])
    made.fact({"id": "a1", "type": "attendance", "kind": "left_unrecorded", "at": "2023-02-10T15:30:00+08:00"})
    return made


def test_the_year_of_v06_ends_in_a_signed_statement(office: Office) -> None:
    call = {"id": "a2", "type": "attendance", "kind": "holiday_no_reply", "at": "2023-05-01T21:00:00+08:00"}
    office.fact(call)
    office.agree("LY-2022-000007", "a1")
    with pytest.raises(ConflictError) as caught:
        office.draft()
    assert caught.value.extra["events"] == ["a2"]
    fines.decide_holiday_call(
        actor=office.of_a, contract_id=office.contract.pk, event_id="a2", amount="200.00", reason="两小时未回", now=NOW
    )
    office.agree("a2")
    extra = money.propose_extra(
        actor=office.of_b, contract_id=office.contract.pk, year=1, title="换硬盘", amount="3500.00", now=NOW
    )
    money.decide_extra(
        actor=office.of_a, contract_id=office.contract.pk, event_id=extra.event_id, approve=True, reason="同意", now=NOW
    )
    statement = office.draft()
    office.sign(statement, office.of_b)
    office.sign(statement, office.of_a)
    _, version = statement_of(office.of_b, statement.pk)
    assert version.content["result"]["settlement"] == {
        "instalment": 2,
        "gross": "490000.00",
        "deductions": "13360.00",
        "additions": "3500.00",
        "net_to_b": "480140.00",
        "net_excl_vat": "452962.26",
        "vat": "27177.74",
    }
    assert version.state == "signed"
    assert flaws() == []
    assert {one.state for one in Fine.objects.all()} == {FineState.SETTLED}
    line = version.content["lines"][0]
    assert (line["event"], line["obligation"], line["evidence"][0]["name"]) == ("LY-2022-000007", "O-092", "故障报告")


def test_a_signed_statement_is_immutable_in_the_database(office: Office) -> None:
    office.agree("LY-2022-000007", "a1")
    statement = office.draft()
    office.sign(statement, office.of_a)
    office.sign(statement, office.of_b)
    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.filter(pk=statement.pk).update(sha256="0" * 64)
    _, version = statement_of(SETUP, statement.pk)
    version.content = {}
    with pytest.raises(DatabaseError), transaction.atomic():
        version.save()


def test_one_person_does_not_sign_for_both_sides(office: Office) -> None:
    office.agree("LY-2022-000007", "a1")
    statement = office.draft()
    both = Actor(
        office.of_a.kind,
        office.of_a.account_id,
        "甲",
        "/",
        {**office.of_a.rights, "contracts.statement.sign_b": ("/",)},
    )
    office.sign(statement, both)
    with pytest.raises(ConflictError) as caught:
        office.sign(statement, both)
    assert caught.value.code == "contracts.same_signer"
    with pytest.raises(ConflictError) as caught:
        office.sign(statement, office.of_a)
    assert caught.value.code == "contracts.statement_state"


def test_a_decides_only_after_b_was_heard_and_b_does_not_decide(office: Office) -> None:
    with pytest.raises(ConflictError) as caught:
        office.step(fines.decide, office.of_a, "a1", waive=False)
    assert caught.value.code == "contracts.fine_state"
    with pytest.raises(RefusedError):
        office.step(fines.decide, office.of_b, "a1", waive=True)
    with pytest.raises(TianmuError) as refused:
        office.step(fines.hear, office.of_b, "a1", " ")
    assert refused.value.code == "contracts.reason_missing"
    assert FineStep.objects.count() == 0


def test_a_waived_line_is_assessed_and_not_payable(office: Office) -> None:
    office.step(fines.decide, office.of_a, "a1", waive=True)
    line = office.lines()["a1"]
    assert (str(line.line.assessed), str(line.line.payable), line.state) == ("200.00", "0.00", "waived")
    office.agree("LY-2022-000007")
    assert statement_of(SETUP, office.draft().pk)[1].content["result"]["totals"]["annex_payable"] == "12960.00"


def test_a_disputed_line_holds_the_statement_until_it_is_answered(office: Office) -> None:
    office.agree("LY-2022-000007", "a1")
    office.step(fines.dispute, office.of_b, "a1", "当时在机房")
    with pytest.raises(ConflictError) as caught:
        office.draft()
    assert caught.value.extra["events"] == ["a1"]
    office.step(fines.answer_dispute, office.of_a, "a1", "有记录", accept=True)
    assert office.lines()["a1"].state == "waived"
    assert office.draft().number == 1
    assert list(FineStep.objects.filter(fine__event_id="a1").order_by("pk").values_list("side", "action")) == [
        ("B", "heard"), ("A", "decided"), ("B", "disputed"), ("A", "accepted")
    ]  # fmt: skip


def test_changed_facts_or_readings_call_for_another_decision_and_another_draft(office: Office) -> None:
    office.agree("LY-2022-000007", "a1")
    statement = office.draft()
    office.fact(incident("LY-2022-000007", "2022-12-12T10:00", "2022-12-12T17:00", 3, subsystems=["famdoc"]))
    assert office.lines()["LY-2022-000007"].stale is True
    with pytest.raises(ConflictError) as caught:
        office.sign(statement, office.of_a)
    assert caught.value.extra["state"] == "outdated"
    office.step(fines.decide, office.of_a, "LY-2022-000007", "逾期一小时", waive=False)
    assert str(office.lines()["LY-2022-000007"].line.payable) == "25920.00"
    second = office.draft()
    change_readings(
        actor=office.of_a,
        contract_id=office.contract.pk,
        values={"annual_cap_base": "section3"},
        reason="商定",
        now=NOW,
    )
    with pytest.raises(ConflictError):
        office.sign(second, office.of_b)


def test_a_correction_names_the_statement_it_replaces(office: Office) -> None:
    office.agree("LY-2022-000007", "a1")
    first = office.draft()
    office.sign(first, office.of_a)
    office.sign(first, office.of_b)
    changed = incident("LY-2022-000007", "2022-12-12T10:00", "2022-12-12T17:00", 3, subsystems=["famdoc"])
    with pytest.raises(ConflictError) as caught:
        office.fact(changed)
    assert caught.value.code == "contracts.fact_settled"
    office.fact(changed, reason="恢复时间更正")
    office.step(fines.decide, office.of_a, "LY-2022-000007", "更正", waive=False)
    with pytest.raises(ConflictError) as caught:
        office.draft()
    assert caught.value.code == "contracts.statement_open"
    second = office.draft(corrects=first.pk)
    _, version = statement_of(SETUP, second.pk)
    assert version.content["corrects"] == {"number": 1, "sha256": first.sha256}


def test_pdf_and_workbook_are_the_same_bytes_each_time_and_from_the_file_of_inputs(
    office: Office, tmp_path: Path
) -> None:
    office.agree("LY-2022-000007", "a1")
    statement = office.draft()
    office.sign(statement, office.of_a)
    office.sign(statement, office.of_b)
    files = {form: printed(office.of_b, statement.pk, form)[1] for form in ("pdf", "xlsx", "json")}
    assert files == {form: printed(office.of_a, statement.pk, form)[1] for form in files}
    inputs = tmp_path / "inputs.json"
    inputs.write_bytes(files["json"])
    command = [sys.executable, "-m", "tianmu.site.command_line", "contracts", "statement", str(inputs)]
    made = subprocess.run(
        [*command, "--pdf", str(tmp_path / "s.pdf"), "--xlsx", str(tmp_path / "s.xlsx")], check=False, timeout=30
    )
    assert made.returncode == 0
    assert (tmp_path / "s.pdf").read_bytes() == files["pdf"]
    assert (tmp_path / "s.xlsx").read_bytes() == files["xlsx"]
    altered = json.loads(files["json"])
    altered["content"]["result"]["totals"]["annex_payable"] = "0.00"
    altered["content"]["case"]["events"].pop()
    inputs.write_text(json.dumps(altered), encoding="utf-8")
    assert subprocess.run(command, check=False, timeout=30, capture_output=True).returncode == 1


def test_the_archive_holds_statements_facts_evidence_and_what_other_rooms_add(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    question: ports.Question[Any, Any] = ports.Question()

    def tickets(*_asked: Any) -> list[tuple[str, bytes]]:
        return [("tickets/LY-1.json", b"{}")]

    question.answer(tickets)
    monkeypatch.setattr("tianmu.operations.contracts.selectors.statements.year_files", question)
    office.agree("LY-2022-000007", "a1")
    office.draft()
    name, content = year_archive(office.of_a, office.contract.pk, 1)
    assert name == "LY-2022-year-1.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        facts = archive.read("facts.jsonl").decode()
    assert {
        "desk/tickets/LY-1.json",
        "duties.jsonl",
        "facts.jsonl",
        "statements/001.pdf",
        "statements/001.xlsx",
    } <= set(names)
    assert any(one.startswith("evidence/fact/") and one.endswith("故障报告.txt") for one in names)
    assert "LY-2022-000007" in facts
    assert content == year_archive(office.of_a, office.contract.pk, 1)[1]


def test_the_names_of_the_parties_are_sealed_and_not_in_the_document(office: Office) -> None:
    office.agree("LY-2022-000007", "a1")
    statement = office.draft()
    row, version = statement_of(SETUP, statement.pk)
    assert "甲方单位" not in json.dumps(version.content, ensure_ascii=False)
    assert inputs_for(row, version).parties == {"A": {"name": "甲方单位"}, "B": {"name": "乙方单位"}}
