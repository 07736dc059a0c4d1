"""The ways in: chats, letters, monitors, callers; merging, linking, splitting; the survey and the knowledge base."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

import pytest

from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.actions import callers, chats, helpers, joining, knowledge, moving
from tianmu.operations.servicedesk.actions.letters import take_letter
from tianmu.operations.servicedesk.actions.monitors import Told, hear, settle_flapping
from tianmu.operations.servicedesk.models import Article, ReceivedLetter, Survey, Ticket
from tianmu.operations.servicedesk.rules.flapping import Outcome, Signal
from tianmu.operations.servicedesk.selectors import knowledge as reading
from tianmu.operations.servicedesk.selectors.places import caller_of
from tianmu.operations.servicedesk.selectors.queue import Wanted, counts, tickets
from tianmu.operations.servicedesk.tests.desk import DAY, HOUR, MINUTE, MONDAY, SETUP, Desk, clock

CHAT = """2022-11-07 8:50:10 南渡小周(10001)
心电工作站打不开
2022-11-07 8:55:00 赵工(10002)
收到，远程看一下
2022-11-07 8:58:00 南渡小周(10001)
好的
"""


def test_a_pasted_chat_is_a_ticket_raised_when_it_was_written_and_answered_when_it_was_answered(desk: Desk) -> None:
    group = chats.save_group(
        actor=desk.lead, name="运维群", channel="qq", institution=desk.township, group_id=None, active=True
    )
    shown = chats.preview(actor=desk.engineer, group_id=group.pk, text=CHAT, now=MONDAY)
    answers = frozenset(one.key(str(group.pk)) for one in shown.messages if one.sender == "赵工")
    kept = chats.Kept(group.pk, CHAT, subsystems=("ecg",), answers=answers)
    ticket, fresh = chats.take_chat(actor=desk.engineer, kept=kept, now=MONDAY)
    assert ticket is not None
    assert (fresh, ticket.raiser_name, ticket.title) == (3, "南渡小周", "心电工作站打不开")
    assert ticket.raised_at == datetime(2022, 11, 7, 8, 50, 10, tzinfo=ZONE)
    assert (clock(ticket, "response").in_time, clock(ticket, "response").elapsed_seconds) == (True, 290)
    again, none = chats.take_chat(actor=desk.engineer, kept=replace(kept, ticket_id=ticket.pk), now=MONDAY + HOUR)
    assert (again, none, Ticket.objects.count()) == (ticket, 0, 1)
    more = CHAT + "2022-11-07 9:30:00 南渡小周(10001)\n又不行了\n"
    _, fresh = chats.take_chat(
        actor=desk.engineer, kept=replace(kept, text=more, ticket_id=ticket.pk), now=MONDAY + HOUR
    )
    assert (fresh, ticket.messages.count()) == (1, 4)


def letter(body: str = "打不开", **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"From": "周 <zhou@x.cn>", "Subject": "心电", "Message-ID": "<1@x>", **headers}.items():
        message[name] = value
    message.set_content(body)
    return bytes(message)


def test_a_letter_opens_a_ticket_once_and_its_answer_goes_there(desk: Desk) -> None:
    first = take_letter(actor=SETUP, data=letter(), now=MONDAY)
    assert take_letter(actor=SETUP, data=letter(), now=MONDAY + MINUTE) == first
    assert first.ticket is not None
    assert (first.outcome, first.ticket.raiser_contact, first.ticket.channel) == ("ticket", "zhou@x.cn", "mail")
    answer = letter("还是不行", Subject=f"Re: [{first.ticket.number}]", **{"Message-ID": "<2@x>"})
    assert take_letter(actor=SETUP, data=answer, now=MONDAY + HOUR).outcome == "answer"
    foreign = letter("我也要", Subject=f"[{first.ticket.number}]", **{"Message-ID": "<3@x>", "From": "m@evil.cn"})
    other = take_letter(actor=SETUP, data=foreign, now=MONDAY + HOUR)
    assert (other.outcome, other.ticket == first.ticket) == ("ticket", False)
    automatic = letter(**{"Message-ID": "<4@x>", "Auto-Submitted": "auto-replied"})
    assert take_letter(actor=SETUP, data=automatic, now=MONDAY).ticket is None
    assert (Ticket.objects.count(), ReceivedLetter.objects.count()) == (2, 4)
    with pytest.raises(RefusedError):
        take_letter(actor=desk.user, data=letter(**{"Message-ID": "<5@x>"}), now=MONDAY)


def test_a_letter_of_a_known_member_of_staff_belongs_to_her_institution(desk: Desk) -> None:
    account = desk.raised_by_user().raiser
    assert account is not None
    account.preferences = {"mail": "zhou@x.cn"}
    account.save(update_fields=["preferences"])
    row = take_letter(actor=SETUP, data=letter(), now=MONDAY)
    assert row.ticket is not None
    assert (row.ticket.institution, row.ticket.raiser) == (desk.township, account)


def told(desk: Desk, signal: str, minutes: float, **values: object) -> Told:
    given = {
        "source": "zabbix",
        "check": "ecg-web",
        "institution": desk.county,
        "subsystem": "ecg",
        "text": "",
        **values,
    }
    return Told(signal=Signal(signal), at=MONDAY + minutes * MINUTE, **given)  # type: ignore[arg-type]


def test_monitoring_opens_closes_and_flaps_into_one_ticket(desk: Desk) -> None:
    def outcomes(*signals: str, start: float = 0, step: float = 1) -> list[Outcome]:
        return [
            hear(actor=desk.monitor, told=told(desk, one, start + n * step), now=MONDAY + DAY)[0]
            for n, one in enumerate(signals)
        ]

    assert outcomes("ok", "poll_failed", "poll_failed", "poll_failed", "ok") == [
        Outcome.NOTHING, Outcome.NOTHING, Outcome.NOTHING, Outcome.OPEN, Outcome.RECOVER,
    ]  # fmt: skip
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.state, ticket.resolved_at) == ("event", "closed", MONDAY + 4 * MINUTE)
    assert outcomes("failed", "ok", "failed", "ok", start=100)[0] is Outcome.OPEN
    assert outcomes("failed", "ok", "failed", start=104) == [Outcome.FLAPPING, Outcome.FLAPPING, Outcome.FLAPPING]
    assert Ticket.objects.count() == 3
    assert outcomes("ok", start=110) == [Outcome.FLAPPING]
    assert settle_flapping(actor=SETUP, now=MONDAY + 130 * MINUTE) == 0
    assert settle_flapping(actor=SETUP, now=MONDAY + 150 * MINUTE) == 1
    assert set(Ticket.objects.values_list("state", flat=True)) == {"closed"}


def test_a_monitor_that_blocks_core_business_is_an_incident_that_waits_to_be_confirmed(desk: Desk) -> None:
    down = told(desk, "failed", 0, blocks=True, affected=[desk.township.pk, desk.hospital.pk, desk.other_township.pk])
    _, ticket = hear(actor=desk.monitor, told=down, now=MONDAY)
    assert ticket is not None
    assert (ticket.kind, ticket.proposed_grade, ticket.rank) == ("incident", 1, 0)
    hear(actor=desk.monitor, told=down, now=MONDAY)
    hear(actor=desk.monitor, told=told(desk, "ok", 30), now=MONDAY + 30 * MINUTE)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.restored_at) == ("new", MONDAY + 30 * MINUTE)
    with pytest.raises(RefusedError):
        hear(actor=desk.engineer, told=down, now=MONDAY)


def test_merging_copies_the_institutions_and_points_to_the_survivor(desk: Desk) -> None:
    survivor, other = desk.incident(), desk.incident(institution=desk.other_township)
    joining.merge(actor=desk.engineer, ticket_id=other.pk, into_id=survivor.pk, reason="同一故障", now=MONDAY + HOUR)
    survivor.refresh_from_db()
    other.refresh_from_db()
    assert (other.state, other.survivor_id) == ("merged", survivor.pk)
    assert (survivor.affected, survivor.proposed_grade) == ([desk.township.pk, desk.other_township.pk], 2)
    with pytest.raises(ConflictError):
        joining.merge(actor=desk.engineer, ticket_id=other.pk, into_id=survivor.pk, reason="再", now=MONDAY)


def test_links_are_made_once_and_a_split_keeps_the_users_instant(desk: Desk) -> None:
    whole, other = desk.open(), desk.open()
    for _ in range(2):
        joining.link(actor=desk.engineer, ticket_id=whole.pk, other_id=other.pk, kind="related", now=MONDAY)
    assert whole.links.count() == 1
    part = joining.split(
        actor=desk.engineer, ticket_id=whole.pk, title="打印机缺纸", text="", kind="request", now=MONDAY + HOUR
    )
    assert (part.raised_at, part.kind, part.links.get().target) == (MONDAY, "request", whole)


def test_a_visit_is_dispatched_arrives_and_leaves_in_this_order(desk: Desk) -> None:
    ticket = desk.open()
    with pytest.raises(ConflictError):
        joining.arrive(actor=desk.engineer, ticket_id=ticket.pk, note="", now=MONDAY)
    joining.dispatch(actor=desk.engineer, ticket_id=ticket.pk, where="township", minutes=None, who="孙工", now=MONDAY)
    joining.arrive(actor=desk.engineer, ticket_id=ticket.pk, note="", now=MONDAY + 90 * MINUTE)
    joining.leave(actor=desk.engineer, ticket_id=ticket.pk, note="换电源，周护士签字", now=MONDAY + 3 * HOUR)
    assert (clock(ticket, "visit", "1").in_time, clock(ticket, "visit", "1").limit_seconds) == (True, 7200)


def test_a_caller_is_known_by_any_way_of_writing_her_number(desk: Desk) -> None:
    callers.save_caller(actor=desk.lead, phone="0519-8123 4567", name="护士站", institution=desk.township)
    found = caller_of(desk.engineer, "+86 519 81234567")
    assert found is not None
    assert (found.institution, found.name) == (desk.township, "护士站")
    assert caller_of(desk.engineer, "051981234568") is None
    with pytest.raises(RefusedError):
        caller_of(desk.user, "051981234567")


def test_an_unhappy_user_opens_a_follow_up_and_answers_once(desk: Desk) -> None:
    ticket = desk.raised_by_user()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    moving.resolve(actor=desk.engineer, ticket_id=ticket.pk, resolution="好了", problem_kind="", now=MONDAY)
    moving.confirm(actor=desk.user, ticket_id=ticket.pk, now=MONDAY + HOUR)
    survey = helpers.answer_survey(actor=desk.user, ticket_id=ticket.pk, score=2, text="太慢", now=MONDAY + HOUR)
    assert survey.follow_up is not None
    assert survey.follow_up.due_at == datetime(2022, 11, 8, 23, 59, 59, tzinfo=ZONE)
    with pytest.raises(ConflictError) as error:
        helpers.answer_survey(actor=desk.user, ticket_id=ticket.pk, score=5, text="", now=MONDAY + HOUR)
    assert (error.value.code, Survey.objects.get().score) == ("servicedesk.survey_answered", 2)


def solved(desk: Desk) -> Ticket:
    ticket = desk.open()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    return moving.resolve(
        actor=desk.engineer, ticket_id=ticket.pk, resolution="重启心电服务", problem_kind="", now=MONDAY
    )


def test_an_article_comes_from_a_ticket_is_found_by_words_and_initials_and_counts_what_it_solved(desk: Desk) -> None:
    article = knowledge.article_from_ticket(actor=desk.engineer, ticket_id=solved(desk).pk, now=MONDAY)
    assert (article.steps, article.state) == ("重启心电服务", "draft")
    assert list(reading.articles(desk.user, "心电")) == []
    knowledge.publish_article(actor=desk.engineer, article_id=article.pk, now=MONDAY)
    for text in ("心电", "工作站", "xdgzz", "gzz", "重启", "x"):
        assert list(reading.articles(desk.user, text)) == [article], text
    assert list(reading.articles(desk.user, "电心")) == []
    assert reading.suggestions(desk.user, "我们的心电工作站又打不开了") == [article]
    assert reading.suggestions(desk.user, "血压计坏了") == []
    for _ in range(2):
        knowledge.vote(actor=desk.user, article_id=article.pk, helpful=True, solved=True, now=MONDAY)
    article.refresh_from_db()
    assert (article.helpful, article.deflected, str(article.review_on)) == (1, 1, "2023-05-06")
    assert list(reading.articles(desk.engineer, review_before=article.review_on)) == [article]


def test_an_article_keeps_its_published_versions_and_refuses_an_old_one(desk: Desk) -> None:
    wording = knowledge.Wording("心电", "打不开", "重启")
    article = knowledge.write_article(actor=desk.engineer, wording=wording, ticket_id=None, now=MONDAY)
    knowledge.publish_article(actor=desk.engineer, article_id=article.pk, now=MONDAY)
    changed = replace(wording, steps="先断电再重启")
    with pytest.raises(TianmuError) as error:
        knowledge.change_article(actor=desk.engineer, article_id=article.pk, wording=changed, expected=1, now=MONDAY)
    assert error.value.status == 412
    knowledge.change_article(actor=desk.engineer, article_id=article.pk, wording=changed, expected=2, now=MONDAY)
    knowledge.publish_article(actor=desk.engineer, article_id=article.pk, now=MONDAY)
    assert [one.content["steps"] for one in article.versions.order_by("number")] == ["重启", "先断电再重启"]
    with pytest.raises(RefusedError):
        knowledge.write_article(actor=desk.user, wording=wording, ticket_id=None, now=MONDAY)


def test_the_queue_is_ordered_by_gravity_then_by_what_is_due_and_found_by_text(desk: Desk) -> None:
    late, soon = desk.open(MONDAY + HOUR), desk.open(MONDAY)
    incident = desk.incident(MONDAY + 2 * HOUR)
    rows = tickets(desk.engineer, Wanted(open_only=True)).order_by("rank", "due_at", "id")
    assert list(rows) == [incident, soon, late]
    assert set(tickets(desk.engineer, Wanted(search="工作站"))) == {late, soon, incident}
    assert set(tickets(desk.engineer, Wanted(search=soon.number.lower()))) == {soon}
    assert set(tickets(desk.engineer, Wanted(search="站工"))) == set()
    counted = counts(desk.engineer, Wanted(), MONDAY + 3 * HOUR)
    assert (counted["by_state"], counted["major"], counted["overdue"]) == (
        {"new": 3, "accepted": 0, "in_progress": 0, "waiting": 0}, 1, 3,
    )  # fmt: skip


def test_a_problem_gathers_tickets_the_actor_may_see(desk: Desk) -> None:
    ticket = desk.incident()
    problem = knowledge.open_problem(
        actor=desk.engineer, title="电源老化", kind="power", subsystem="ecg", ticket_ids=[ticket.pk], now=MONDAY
    )
    knowledge.explain_problem(
        actor=desk.engineer, problem_id=problem.pk, values={"root_cause": "老化", "workaround": "换备用"}
    )
    problem.refresh_from_db()
    assert (problem.state, list(problem.tickets.all())) == ("known_error", [ticket])
    with pytest.raises(MissingError):
        knowledge.open_problem(
            actor=desk.engineer, title="x", kind="x", subsystem="x", ticket_ids=[problem.pk], now=MONDAY
        )
    assert Article.objects.count() == 0
