"""A ticket from the user's word to its end: who may do what, which clocks run, what is refused and changes nothing."""

from datetime import datetime

import pytest
from django.db import DatabaseError, transaction

from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.operations.servicedesk.actions import grading, moving
from tianmu.operations.servicedesk.actions.talk import Said, attach, file_of, say
from tianmu.operations.servicedesk.models import Survey, Ticket, TicketClock, TicketEvent, TicketMessage
from tianmu.operations.servicedesk.models.tickets import NEVER
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.tests.desk import DAY, HOUR, MINUTE, MONDAY, Desk, clock


def code_of(error: pytest.ExceptionInfo[TianmuError]) -> str:
    return error.value.code


def test_a_users_question_is_answered_solved_confirmed_and_closed(desk: Desk) -> None:
    ticket = desk.raised_by_user()
    assert (ticket.state, ticket.next_clock, ticket.due_at) == ("new", "response", MONDAY + 15 * MINUTE)
    assert [one.human for one in ticket.messages.order_by("id")] == [True, False]
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY + MINUTE)
    say(actor=desk.engineer, ticket_id=ticket.pk, said=Said("请重启工作站"), now=MONDAY + 5 * MINUTE)
    moving.resolve(
        actor=desk.engineer, ticket_id=ticket.pk, resolution="重启", problem_kind="", now=MONDAY + 20 * MINUTE
    )
    moving.confirm(actor=desk.user, ticket_id=ticket.pk, now=MONDAY + 25 * MINUTE)
    ticket = moving.close(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY + 30 * MINUTE)
    assert (ticket.state, ticket.first_contact, ticket.due_at, ticket.rank) == ("closed", True, NEVER, 9)
    assert [(one.type, one.in_time, one.elapsed_seconds) for one in ticket.clocks.order_by("type")] == [
        ("handle", True, 1200), ("response", True, 300),
    ]  # fmt: skip
    assert Survey.objects.get(ticket=ticket).score is None
    kinds = list(ticket.log.order_by("number").values_list("kind", flat=True))
    assert kinds == ["raised", "accepted", "replied", "resolved", "confirmed", "closed"]
    assert AuditLine.objects.filter(subject_id=ticket.pk).count() == 6


def test_of_two_engineers_who_accept_one_wins_and_the_other_sees_who(desk: Desk) -> None:
    ticket = desk.open()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    with pytest.raises(ConflictError) as error:
        moving.accept(actor=desk.second, ticket_id=ticket.pk, now=MONDAY)
    assert (code_of(error), error.value.extra["holder"]) == ("servicedesk.taken", "赵工")
    assert Ticket.objects.get(pk=ticket.pk).assignee_name == "赵工"


def test_the_log_and_what_was_said_cannot_be_changed_in_the_database(desk: Desk) -> None:
    ticket = desk.open()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        TicketEvent.objects.filter(ticket=ticket).update(actor="x")
    with pytest.raises(DatabaseError, match="stays as it was said"), transaction.atomic():
        TicketMessage.objects.filter(ticket=ticket).delete()
    assert TicketEvent.objects.get(ticket=ticket).actor == "赵工"


def test_a_ticket_typed_in_late_needs_a_reason_and_keeps_both_instants(desk: Desk) -> None:
    with pytest.raises(TianmuError) as error:
        desk.open(MONDAY + 47 * MINUTE, raised_at=MONDAY)
    assert (code_of(error), error.value.extra["minutes"]) == ("servicedesk.late_reason_missing", 47)
    assert Ticket.objects.count() == 0
    ticket = desk.open(MONDAY + 47 * MINUTE, raised_at=MONDAY, late_reason="外出处理故障")
    assert (ticket.raised_at, ticket.received_at) == (MONDAY, MONDAY + 47 * MINUTE)
    assert clock(ticket, "response").due_at == MONDAY + 15 * MINUTE


def test_nothing_happens_in_the_future(desk: Desk) -> None:
    with pytest.raises(TianmuError) as error:
        desk.open(raised_at=MONDAY + HOUR)
    assert code_of(error) == "servicedesk.in_the_future"


def test_an_institutions_user_sees_own_tickets_only_and_a_stranger_none(desk: Desk) -> None:
    own, other = desk.raised_by_user(), desk.open()

    def seen(actor: object) -> set[str]:
        return {one.number for one in TICKETS.rows(actor, Right.VIEW, Ticket.objects.all())}  # type: ignore[arg-type]

    assert seen(desk.user) == {own.number}
    assert seen(desk.admin) == {own.number, other.number}
    assert seen(desk.other_user) == set()
    assert seen(desk.other_admin) == set()
    assert seen(desk.engineer) == {own.number, other.number}
    with pytest.raises(RefusedError):
        moving.accept(actor=desk.user, ticket_id=own.pk, now=MONDAY)
    with pytest.raises(MissingError):
        moving.confirm(actor=desk.other_admin, ticket_id=own.pk, now=MONDAY)
    assert Ticket.objects.get(pk=own.pk).state == "new"


def test_waiting_needs_a_reason_and_only_party_as_material_rests_the_clock(desk: Desk) -> None:
    ticket = desk.open()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    with pytest.raises(TianmuError) as error:
        moving.wait(actor=desk.engineer, ticket_id=ticket.pk, wait_for="user", reason=" ", now=MONDAY)
    assert code_of(error) == "servicedesk.reason_missing"
    moving.wait(
        actor=desk.engineer,
        ticket_id=ticket.pk,
        wait_for="party_a_material",
        reason="等厂商授权码",
        now=MONDAY + 10 * MINUTE,
    )
    assert clock(ticket, "handle").state == "paused"
    moving.resume(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY + 70 * MINUTE)
    assert clock(ticket, "handle").due_at == MONDAY + 90 * MINUTE


def test_the_users_answer_ends_the_wait_for_her(desk: Desk) -> None:
    ticket = desk.raised_by_user()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    moving.wait(actor=desk.engineer, ticket_id=ticket.pk, wait_for="user", reason="等截图", now=MONDAY + MINUTE)
    say(actor=desk.user, ticket_id=ticket.pk, said=Said("见图"), now=MONDAY + 2 * MINUTE)
    assert Ticket.objects.get(pk=ticket.pk).state == "in_progress"


def test_reopening_keeps_the_first_instant_within_seven_days_and_is_refused_after(desk: Desk) -> None:
    ticket = desk.raised_by_user()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    moving.resolve(actor=desk.engineer, ticket_id=ticket.pk, resolution="好了", problem_kind="", now=MONDAY + HOUR)
    moving.reopen(actor=desk.user, ticket_id=ticket.pk, reason="又打不开", now=MONDAY + 2 * DAY)
    ticket = moving.resolve(
        actor=desk.engineer, ticket_id=ticket.pk, resolution="换电源", problem_kind="", now=MONDAY + 2 * DAY + HOUR
    )
    assert (ticket.raised_at, ticket.reopened, ticket.first_contact) == (MONDAY, 1, False)
    assert clock(ticket, "handle").elapsed_seconds == 7200
    with pytest.raises(ConflictError) as error:
        moving.reopen(actor=desk.user, ticket_id=ticket.pk, reason="又", now=MONDAY + 10 * DAY)
    assert code_of(error) == "servicedesk.too_late_to_reopen"


def test_silence_closes_a_question_after_three_working_days_but_no_major_incident(desk: Desk) -> None:
    question, incident = desk.open(), desk.incident()
    for ticket in (question, incident):
        moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
        moving.resolve(
            actor=desk.engineer, ticket_id=ticket.pk, resolution="好了", problem_kind="power", now=MONDAY + HOUR
        )
    friday_midnight = datetime(2022, 11, 11, 0, 0, tzinfo=MONDAY.tzinfo)
    assert moving.close_silent(actor=desk.engineer, now=friday_midnight - MINUTE) == 0
    assert moving.close_silent(actor=desk.engineer, now=friday_midnight) == 1
    assert Ticket.objects.get(pk=question.pk).state == "closed"
    grading.decide_grade(actor=desk.officer, ticket_id=incident.pk, grade=3, reason="一家停诊", now=MONDAY + DAY)
    with pytest.raises(ConflictError):
        moving.close(actor=desk.engineer, ticket_id=incident.pk, now=MONDAY + 30 * DAY)


def test_the_grade_is_proposed_by_the_institutions_and_decided_by_the_information_section(desk: Desk) -> None:
    ticket = desk.incident()
    assert (ticket.proposed_grade, ticket.grade, ticket.rank) == (3, None, 2)
    assert clock(ticket, "incident").due_at == MONDAY + 6 * HOUR
    everybody = [desk.hospital.pk, desk.township.pk, desk.other_township.pk]
    ticket = grading.describe(
        actor=desk.engineer, ticket_id=ticket.pk, values={"affected": everybody}, now=MONDAY + MINUTE
    )
    assert (ticket.proposed_grade, ticket.rank) == (1, 0)
    with pytest.raises(RefusedError):
        grading.decide_grade(actor=desk.engineer, ticket_id=ticket.pk, grade=4, reason="小事", now=MONDAY + MINUTE)
    ticket = grading.decide_grade(
        actor=desk.officer, ticket_id=ticket.pk, grade=2, reason="两家仍可手工", now=MONDAY + 2 * MINUTE
    )
    assert (ticket.grade, clock(ticket, "incident").due_at) == (2, MONDAY + 3 * HOUR)
    decisions = ticket.log.filter(kind="graded").order_by("number")
    assert [(one.facts["grade"], one.facts["proposed"], one.reason) for one in decisions] == [
        (3, True, ""), (1, True, ""), (2, False, "两家仍可手工"),
    ]  # fmt: skip


def test_an_incident_ends_when_service_is_back_and_an_institution_says_so(desk: Desk) -> None:
    ticket = desk.incident()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    with pytest.raises(ConflictError):
        grading.confirm_restoration(actor=desk.admin, ticket_id=ticket.pk, now=MONDAY + HOUR)
    grading.restore(
        actor=desk.engineer, ticket_id=ticket.pk, at=MONDAY + HOUR, note="切换主机", now=MONDAY + 70 * MINUTE
    )
    assert clock(ticket, "incident").state == "running"
    grading.confirm_restoration(actor=desk.admin, ticket_id=ticket.pk, now=MONDAY + 80 * MINUTE)
    incident = clock(ticket, "incident")
    assert (incident.state, incident.in_time, incident.elapsed_seconds) == ("stopped", True, 4800)
    assert clock(ticket, "report").state == "running"


def test_only_engineers_may_be_mentioned_and_they_are_told(desk: Desk) -> None:
    ticket = desk.open()
    said = Said("请看一下", internal=True, mentions=(desk.second.demand_account(),))
    message = say(actor=desk.engineer, ticket_id=ticket.pk, said=said, now=MONDAY)
    assert (message.direction, clock(ticket, "response").state) == ("internal", "running")
    stranger = Said("请看", mentions=(desk.other_user.demand_account(),))
    with pytest.raises(MissingError):
        say(actor=desk.engineer, ticket_id=ticket.pk, said=stranger, now=MONDAY)


def test_a_file_is_kept_shown_to_who_sees_the_ticket_and_refused_when_it_could_run(desk: Desk) -> None:
    ticket = desk.raised_by_user()
    row = attach(
        actor=desk.user, ticket_id=ticket.pk, name="../截图.png", content_type="image/png", data=b"\x89PNG", now=MONDAY
    )
    assert (row.name, file_of(desk.engineer, row.pk)[1]) == (".._截图.png", b"\x89PNG")
    with pytest.raises(MissingError):
        file_of(desk.other_admin, row.pk)
    with pytest.raises(TianmuError) as error:
        attach(actor=desk.user, ticket_id=ticket.pk, name="x.html", content_type="text/html", data=b"<p>", now=MONDAY)
    assert code_of(error) == "servicedesk.file_kind_refused"


def test_a_limit_agreed_in_time_is_the_one_that_counts(desk: Desk) -> None:
    ticket = desk.open()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    moving.agree_limit(
        actor=desk.engineer, ticket_id=ticket.pk, until=MONDAY + DAY, agreed_with="钱管理员", now=MONDAY + 20 * MINUTE
    )
    assert clock(ticket, "handle").due_at == MONDAY + DAY
    assert TicketClock.objects.filter(ticket=ticket).count() == 2
