"""A walk over the table of obligations: each works by itself, or its evidence is entered; a row with neither fails.

What works by itself is proved by what it brings about: a duty on the calendar, a line of money, a clock of the desk, a
proposed grade. For every other row somebody notes what was done, puts a file beside it, and finds both on the board.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.access.tests.people import SETUP
from tianmu.foundation.calendars.calendar import shipped
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions import money, renewal
from tianmu.operations.contracts.actions.duties import register_certificate
from tianmu.operations.contracts.actions.evidence import keep_file
from tianmu.operations.contracts.actions.evidence_upload import add_evidence
from tianmu.operations.contracts.actions.facts import record_fact
from tianmu.operations.contracts.actions.performance import note_obligation
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import Contract
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.money import ZERO
from tianmu.operations.contracts.selectors.board import board, obligation_of
from tianmu.operations.contracts.selectors.evidence import evidence_of
from tianmu.operations.contracts.selectors.ledger import ledger_of
from tianmu.operations.contracts.tests.building import demand, incident, node
from tianmu.operations.contracts.tests.office import OF_B, make_contract, person
from tianmu.operations.servicedesk.rules.clocks import ClockType, read_clocks
from tianmu.operations.servicedesk.rules.controlled import ControlledState, Role, Step, held_otherwise, steps_from
from tianmu.operations.servicedesk.rules.demands import Node as PlanNode
from tianmu.operations.servicedesk.rules.grades import propose
from tianmu.operations.servicedesk.rules.levels import Levels
from tianmu.operations.servicedesk.rules.log import Entry, Kind

pytestmark = pytest.mark.django_db
TODAY = date(2022, 11, 30)
NOW = datetime(2022, 11, 30, 10, tzinfo=ZONE)
NUMBERS = (
    *range(1, 35), *range(40, 43), *range(50, 55), *range(60, 64), *range(70, 78), *range(80, 89), *range(90, 93),
    *range(100, 105), *range(110, 113), 120, *range(130, 139),
)  # fmt: skip
TABLE = [f"O-{number:03}" for number in NUMBERS]
MUST_WORK_BY_THEMSELVES = {
    "O-008", "O-009", "O-022", "O-040", "O-041", "O-054", "O-060", "O-070", "O-072", "O-074", "O-084", "O-085", "O-086",
    "O-087", "O-088", "O-090", "O-091", "O-092", "O-102", "O-103", "O-104", "O-110", "O-111", "O-112", "O-120",
}  # fmt: skip
LEFT = {"id": "a1", "type": "attendance", "kind": "left_unrecorded", "at": "2022-09-08T15:00:00+08:00"}
MISSED = node("2022-09-05T12:00", "2022-09-10T12:00")
PRICED: Mapping[str, dict[str, Any]] = {
    "O-041": {"id": "stop", "type": "service_delay", "from": "2022-09-05", "to": "2022-09-06"},
    "O-070": LEFT,
    "O-090": incident("g1", "2022-09-05T09:00", "2022-09-05T10:30", 1),
    "O-091": incident("g2", "2022-09-06T09:00", "2022-09-06T10:30", 2),
    "O-092": incident("g3", "2022-09-07T09:00", "2022-09-07T10:30", 3),
    "O-102": demand("d1", "2022-09-05T10:00", "2022-09-07T10:30"),
    "O-103": demand("d2", "2022-09-05T10:00", "2022-09-05T12:00", MISSED),
    "O-104": demand("d3", "2022-09-05T10:00", "2022-09-05T12:00", {**MISSED, "impact": True}),
    "O-110": LEFT,
    "O-111": {"id": "a2", "type": "attendance", "kind": "late", "at": "2022-09-08T08:20:00+08:00"},
    "O-112": {
        "id": "a3", "type": "attendance", "kind": "holiday_no_reply", "at": "2022-10-02T20:00:00+08:00",
        "decided": "150.00",
    },
}  # fmt: skip
EXCUSED: Mapping[str, Any] = {
    "id": "force", "type": "service_delay", "from": "2022-09-05", "to": "2022-09-06",
    "excused": [{"from": "2022-09-05", "to": "2022-09-06", "cause": "force_majeure", "notified": "2022-09-06",
                 "proved": "2022-09-09"}],
}  # fmt: skip
GRADE_OF = {"O-080": 1, "O-081": 2, "O-082": 3, "O-083": 4}
LIMIT_HOURS = {"O-084": (1, 1), "O-085": (2, 3), "O-086": (3, 6)}


def test_no_row_of_the_table_is_missing() -> None:
    assert sorted(obligations()) == TABLE
    assert {key for key in MUST_WORK_BY_THEMSELVES if not obligations()[key].get("automated")} == set()


@pytest.mark.parametrize("key", TABLE)
def test_it_works_by_itself_or_its_evidence_is_entered(key: str) -> None:
    contract, way = make_contract(), obligations()[key].get("automated")
    if way:
        assert WAYS[way](contract, key), f"{key} says that it works by itself ({way}), and nothing came of it."
        return
    actor = person("walker", ScopeUnit.objects.get(path=contract.path), OF_B)
    asked: dict[str, Any] = {"actor": actor, "contract_id": contract.pk, "now": NOW}
    duty = note_obligation(**asked, obligation=key, on=TODAY, note="已完成，见附件")
    add_evidence(
        **asked, of=EvidenceOf.DUTY, of_id=duty.pk, file=lambda: keep_file(name="记录.txt", content=b"1"), note=""
    )
    row = next(one for one in board(SETUP, contract.pk, now=NOW) if one.obligation["id"] == key)
    waits = "trigger" in obligations()[key]
    assert (row.open, row.done) == ((1, 0) if waits else (0, 1))
    assert [one.name for one in evidence_of(EvidenceOf.DUTY, [duty.pk])] == ["记录.txt"]
    assert obligations()[key]["entry"]


def on_the_calendar(contract: Contract, key: str) -> bool:
    if obligations()[key]["duty"].get("when") == "ended":
        renewal.end_contract(actor=SETUP, contract_id=contract.pk, ended_on=TODAY, reason="双方商定", now=NOW)
    return contract.duties.filter(obligation=key).exists()


def in_the_ledger(contract: Contract, key: str) -> bool:
    if key == "O-120":
        return ledger_of(contract, today=TODAY).evaluation.totals["annex_cap"] == 98_000
    record(contract, PRICED[key])
    costs = {obligation_of(one.line) for one in ledger_of(contract, today=TODAY).lines if one.line.assessed}
    return ("O-110" if key == "O-070" else key) in costs


def paid_late(contract: Contract, key: str) -> bool:
    if key != "O-040":
        return on_the_calendar(contract, key)
    money.record_payment(
        actor=SETUP, contract_id=contract.pk, year=1, instalment=1, day=date(2022, 8, 26), amount="490000.00", now=NOW
    )
    return ledger_of(contract, today=TODAY).evaluation.totals["late_7_3_payable"] == 5145


def quoted_and_approved(contract: Contract, _key: str) -> bool:
    asked: dict[str, Any] = {"actor": SETUP, "contract_id": contract.pk, "now": NOW}
    fact = money.propose_extra(**asked, year=1, title="更换", amount="3500.00")
    before = ledger_of(contract, today=TODAY).evaluation.totals["extras"]
    money.decide_extra(**asked, event_id=fact.event_id, approve=True, reason="可")
    return (before, ledger_of(contract, today=TODAY).evaluation.totals["extras"]) == (ZERO, Decimal(3500))


def certificate_runs_out(contract: Contract, key: str) -> bool:
    duty = register_certificate(actor=SETUP, contract_id=contract.pk, name="证书", expires_on=date(2023, 1, 5), now=NOW)
    return duty.obligation == key and duty.fulfilled_at is None


def excused_by_force_majeure(contract: Contract, _key: str) -> bool:
    record(contract, dict(EXCUSED))
    late = [{**EXCUSED["excused"][0], "proved": "2022-11-01"}]
    free = ledger_of(contract, today=TODAY).evaluation.totals["delay_7_2_payable"]
    record(contract, {**EXCUSED, "excused": late})
    return (free, ledger_of(contract, today=TODAY).evaluation.totals["delay_7_2_payable"]) == (ZERO, Decimal(19_600))


def line_waits_to_be_decided(contract: Contract, _key: str) -> bool:
    record(contract, LEFT)
    (line,) = ledger_of(contract, today=TODAY).lines
    return line.is_open


def term_of_one_year(contract: Contract, _key: str) -> bool:
    return ledger_of(contract, today=TODAY).year == 1 and ledger_of(contract, today=date(2023, 7, 21)).year == 2


def counted_as_figures(contract: Contract, _key: str) -> bool:
    return sum(bool(one.obligation.get("kpi")) for one in board(SETUP, contract.pk, now=NOW)) >= 9


def by_the_desk(_contract: Contract, key: str) -> bool:
    if key in GRADE_OF:
        affected = {1: "abc", 2: "ab", 3: "a", 4: ""}[GRADE_OF[key]]
        return propose(affected=affected, users="abc", core_blocked=bool(affected)).grade == GRADE_OF[key]
    if key == "O-076":
        asked = held_otherwise(Step.CONFIRM, "same", {Role.ASKER: "same"})
        return bool(steps_from(ControlledState.ASKED)) and asked is not None
    if key == "O-101":
        one_side, both = PlanNode("1", NOW, NOW), PlanNode("1", NOW, NOW, NOW)
        return (one_side.agreed_at, both.agreed_at) == (None, NOW)
    return clock_of(key)


def clock_of(key: str) -> bool:
    begun = datetime(2022, 11, 7, 9, tzinfo=ZONE)
    grade, hours = LIMIT_HOURS.get(key, (4 if key == "O-087" else 1, 1))
    ask = Entry(begun, Kind.RAISED, {"ticket_kind": "question", "channel": "wechat"})
    fault = Entry(begun, Kind.RAISED, {"ticket_kind": "incident", "channel": "phone"})
    log = [ask] if key in {"O-074", "O-075"} else [fault, Entry(begun, Kind.GRADED, {"grade": grade})]
    read = {one.type: one for one in read_clocks(log, Levels("1"), {}, shipped(), begun + timedelta(hours=12))}
    if key == "O-087":
        return ClockType.INCIDENT not in read and ClockType.RESPONSE in read
    kind = {"O-074": ClockType.RESPONSE, "O-075": ClockType.HANDLE, "O-088": ClockType.REPORT}.get(
        key, ClockType.INCIDENT
    )
    minutes = {"O-074": 15, "O-075": 30}.get(key, 60 * hours)
    return read[kind].reading.deadline == begun + timedelta(minutes=minutes) and read[kind].in_time is False


def record(contract: Contract, event: dict[str, Any]) -> None:
    record_fact(actor=SETUP, contract_id=contract.pk, event=event, source=("contract", contract.pk), now=NOW)


WAYS: Mapping[str, Callable[[Contract, str], bool]] = {
    "term": term_of_one_year, "renewal": on_the_calendar, "board": on_the_calendar, "period": on_the_calendar,
    "roster": on_the_calendar, "certificates": certificate_runs_out, "payment": paid_late,
    "extra_work": quoted_and_approved, "kpi": counted_as_figures, "excuse": excused_by_force_majeure,
    "dispute": line_waits_to_be_decided, "service_delay": in_the_ledger, "attendance": in_the_ledger,
    "fines": in_the_ledger, "ticket": by_the_desk,
}  # fmt: skip
