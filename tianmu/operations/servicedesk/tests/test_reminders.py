"""Reminders, calls, the cache of clocks, and what the contract is told: the same figures whatever stood still."""

from datetime import timedelta

import pytest

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.messages.models import Message
from tianmu.operations.contracts.models import Contract, FactRevision
from tianmu.operations.duty.models import Member
from tianmu.operations.servicedesk import answers, ports
from tianmu.operations.servicedesk.actions import contract_facts, grading, joining, moving
from tianmu.operations.servicedesk.actions.calls import call_on, remind_of_notes
from tianmu.operations.servicedesk.actions.checking import Difference, compare
from tianmu.operations.servicedesk.actions.reminding import remind
from tianmu.operations.servicedesk.actions.talk import Said, say
from tianmu.operations.servicedesk.models import Reminder, Ticket, TicketClock
from tianmu.operations.servicedesk.selectors.figure_files import figure_file
from tianmu.operations.servicedesk.selectors.figures import Period, figures
from tianmu.operations.servicedesk.selectors.printing import tickets_csv
from tianmu.operations.servicedesk.tests.desk import DAY, HOUR, MINUTE, MONDAY, Desk, clock

JOB = system("service desk")


def marks(ticket: Ticket, kind: str) -> list[int]:
    rows = Reminder.objects.filter(ticket=ticket, clock=kind).order_by("mark")
    return list(rows.values_list("mark", flat=True))


def test_each_mark_is_sent_once_also_when_the_job_stood_still_for_two_hours(desk: Desk) -> None:
    steady, late = desk.open(), desk.open()
    for minute in range(0, 121, 5):
        remind(actor=JOB, now=MONDAY + minute * MINUTE)
        if minute == 0:
            Reminder.objects.filter(ticket=late).delete()
            TicketClock.objects.filter(ticket=late).update(remind_at=None)
    expected = [50, 80, 100, 200, 300, 400]
    assert marks(steady, "handle") == expected
    assert marks(late, "handle") == []
    TicketClock.objects.filter(ticket=late).update(remind_at=MONDAY)
    assert remind(actor=JOB, now=MONDAY + 2 * HOUR) == len(expected) + len(marks(late, "response"))
    assert remind(actor=JOB, now=MONDAY + 2 * HOUR) == 0
    assert marks(late, "handle") == expected
    rows = [
        list(TicketClock.objects.filter(ticket=one).order_by("type").values("type", "due_at")) for one in (steady, late)
    ]
    assert rows[0] == rows[1]


def test_no_figure_depends_on_a_job(desk: Desk) -> None:
    ticket = desk.open()
    remind(actor=JOB, now=MONDAY + 2 * HOUR)
    say(actor=desk.engineer, ticket_id=ticket.pk, said=Said("好"), now=MONDAY + 2 * HOUR)
    assert clock(ticket, "response").elapsed_seconds == 7200


def test_the_cache_is_computed_anew_from_the_log_and_a_changed_row_is_found(desk: Desk) -> None:
    ticket, other = desk.open(), desk.incident()
    say(actor=desk.engineer, ticket_id=ticket.pk, said=Said("好"), now=MONDAY + MINUTE)
    later = MONDAY + 3 * DAY

    def found(*, write: bool = False) -> list[Difference]:
        return [one for one in compare(since=None, now=later, write=write) if isinstance(one, Difference)]

    assert found() == []
    TicketClock.objects.filter(ticket=ticket, type="response").update(due_at=later)
    TicketClock.objects.filter(ticket=other, type="report").delete()
    assert [(one.number, one.clock, one.field) for one in found(write=True)] == [
        (ticket.number, "response", "due_at"), (other.number, "report", "clock"),
    ]  # fmt: skip
    assert found() == []


def test_the_chain_is_called_one_after_the_other_until_somebody_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = [one.demand_account() for one in (desk.engineer, desk.second, desk.lead)]
    monkeypatch.setattr(ports, "_chains", [lambda _subsystem, _now: chain])
    ticket = desk.incident()
    called = [call_on(actor=JOB, now=MONDAY + minute * MINUTE) for minute in (0, 4, 5, 10)]
    assert called == [1, 1, 2, 3]
    assert Message.objects.filter(topic="servicedesk.major").count() == 3
    grading.acknowledge(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY + 11 * MINUTE)
    assert call_on(actor=JOB, now=MONDAY + 15 * MINUTE) == 0


def test_the_chain_is_that_of_the_duty_room_in_the_order_of_its_rungs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rungs = {"duty": [desk.engineer.demand_account()], "lead": [desk.lead.demand_account()]}
    Member.objects.create(account_id=desk.lead.demand_account(), unit_path="/ly/svc/", name="负责人", standing="lead")
    monkeypatch.setattr(answers, "people_to_call", lambda path, _now: rungs if path == "/ly/svc/" else {})
    assert ports.chain_of("ecg", MONDAY) == [desk.engineer.account_id, desk.lead.account_id]


def test_a_status_note_is_asked_for_every_hour_of_a_grade_iii_incident(desk: Desk) -> None:
    ticket = desk.incident()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    asked = [remind_of_notes(actor=JOB, now=MONDAY + minute * MINUTE) for minute in (59, 60, 61)]
    assert (asked, Message.objects.filter(topic="servicedesk.note_due").count()) == ([0, 1, 1], 1)


def test_figures_count_what_was_in_time_and_unknown_stays_unknown(desk: Desk) -> None:
    first, second = desk.open(), desk.open()
    say(actor=desk.engineer, ticket_id=first.pk, said=Said("好"), now=MONDAY + 10 * MINUTE)
    say(actor=desk.engineer, ticket_id=second.pk, said=Said("好"), now=MONDAY + 20 * MINUTE)
    incident = desk.incident()
    grading.acknowledge(actor=desk.engineer, ticket_id=incident.pk, now=MONDAY + 5 * MINUTE)
    grading.restore(actor=desk.engineer, ticket_id=incident.pk, at=None, note="", now=MONDAY + 90 * MINUTE)
    found = figures(desk.leader, Period(MONDAY - DAY, MONDAY + 9 * DAY), MONDAY + 2 * DAY)
    response = next(one for one in found["on_time"] if one["clock"] == "response")
    assert (response["in_time"], response["late"], response["percent"]) == (1, 2, 33.3)
    assert (response["mean_seconds"], response["p90_seconds"]) == (900, 1200)
    assert found["subsystems"] == [
        {"subsystem": "ecg", "incidents": 1, "mtta_seconds": 300, "mttr_seconds": 5400, "availability": 97.9167}
    ]
    assert (found["survey"]["mean"], found["quality"]["first_percent"]) == (None, None)
    assert found["backlog"] == {"0-1": 0, "2-3": 3, "4-7": 0, "over-7": 0}


def test_exports_are_written_down_and_a_cell_that_could_act_is_defused(desk: Desk) -> None:
    desk.open(title="=cmd()")
    period = Period(MONDAY - DAY, MONDAY + DAY)
    data = tickets_csv(desk.leader, period).decode("utf-8-sig")
    assert "'=cmd()" in data
    sheet = figure_file(desk.leader, period, "csv", MONDAY).decode("utf-8-sig")
    assert "机构," in sheet
    assert "类别,咨询,1" in sheet
    assert figure_file(desk.leader, period, "xlsx", MONDAY)[:2] == b"PK"


@pytest.fixture
def contract(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Stand in for the contract: what it is told, and what it refuses."""
    told: list[dict[str, object]] = []

    def record_fact(**values: object) -> None:
        event = values["event"]
        assert isinstance(event, dict)
        if event["subsystems" if event["type"] == "incident" else "id"] == ["video"]:
            raise TianmuError("contracts.case_unknown", "subsystems: video is not priced", status=422)
        told.append(event)

    monkeypatch.setattr(contract_facts, "contract_in_force", lambda _day: Contract())
    monkeypatch.setattr(contract_facts, "record_fact", record_fact)
    monkeypatch.setattr(
        contract_facts, "withdraw_fact", lambda **values: told.append({"withdrawn": values["event_id"]})
    )
    return told


def test_the_contract_is_told_of_an_incident_at_every_step_with_the_grade_that_counts(
    desk: Desk, contract: list[dict[str, object]]
) -> None:
    ticket = desk.incident()
    grading.decide_grade(actor=desk.officer, ticket_id=ticket.pk, grade=2, reason="两家", now=MONDAY + MINUTE)
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY + MINUTE)
    moving.resolve(
        actor=desk.engineer, ticket_id=ticket.pk, resolution="换电源", problem_kind="power", now=MONDAY + HOUR
    )
    moving.confirm(actor=desk.admin, ticket_id=ticket.pk, now=MONDAY + 2 * HOUR)
    assert contract[-1] == {
        "id": ticket.number,
        "type": "incident",
        "subsystems": ["ecg"],
        "grade": 2,
        "kind": "power",
        "occurred": "2022-11-07T09:00:00+08:00",
        "resolved": "2022-11-07T11:00:00+08:00",
        "restored": "2022-11-07T10:00:00+08:00",
        "excluded": None,
        "grades": [{"at": "2022-11-07T09:01:00+08:00", "grade": 2}],
    }
    grading.exclude(actor=desk.officer, ticket_id=ticket.pk, cause="party_a", reason="停电", now=MONDAY + 3 * HOUR)
    assert contract[-1]["excluded"] == "party_a"


def test_a_refusal_of_the_contract_stays_on_the_ticket_and_stops_nobody(
    desk: Desk, contract: list[dict[str, object]]
) -> None:
    ticket = desk.incident(subsystems=("video",))
    assert ticket.contract_refusal == "contracts.case_unknown: subsystems: video is not priced"
    assert Ticket.objects.get(pk=ticket.pk).contract_refusal != ""
    grading.describe(actor=desk.engineer, ticket_id=ticket.pk, values={"subsystems": ["ecg"]}, now=MONDAY + MINUTE)
    assert (Ticket.objects.get(pk=ticket.pk).contract_refusal, len(contract)) == ("", 1)


def test_a_merged_incident_is_taken_back_from_the_contract(desk: Desk, contract: list[dict[str, object]]) -> None:
    survivor, other = desk.incident(), desk.incident()
    joining.merge(actor=desk.engineer, ticket_id=other.pk, into_id=survivor.pk, reason="同一", now=MONDAY + MINUTE)
    assert contract[-1] == {"withdrawn": other.number}
    assert FactRevision.objects.count() == 0


def test_a_late_holiday_moves_open_clocks_only_through_the_log(desk: Desk) -> None:
    ticket = desk.open()
    say(actor=desk.engineer, ticket_id=ticket.pk, said=Said("好"), now=MONDAY + timedelta(minutes=5))
    assert {row.calendar for row in ticket.log.all()} == {clock(ticket, "response").calendar}
