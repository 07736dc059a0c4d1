"""Demands, controlled requests, changes and major reports: both sides, their clocks, what each step refuses."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, RefusedError, TianmuError
from tianmu.operations.servicedesk import sql_target
from tianmu.operations.servicedesk.actions import changes, controlled, demands, grading, major, moving
from tianmu.operations.servicedesk.actions.controlled import Asked, Change
from tianmu.operations.servicedesk.actions.demands import Feedback, Form, PlannedNode
from tianmu.operations.servicedesk.models import ControlledRequest, Demand, Ticket
from tianmu.operations.servicedesk.rules.controlled import Step
from tianmu.operations.servicedesk.rules.demands import DemandMove, Side
from tianmu.operations.servicedesk.selectors.printing import report_pdf
from tianmu.operations.servicedesk.selectors.sealed_parts import sealed_parts
from tianmu.operations.servicedesk.tests.desk import DAY, HOUR, MINUTE, MONDAY, Desk, clock

LONG = "电源模块老化导致心电服务器反复重启，已更换并复测。"


def written(desk: Desk, **values: object) -> Demand:
    given = {"title": "增加打印模板", "what": "报告加院徽", "why": "规范", "institution": desk.township, **values}
    return demands.write_demand(actor=desk.admin, form=Form(subsystems=("ecg",), **given), now=MONDAY)  # type: ignore[arg-type]


def go(actor: Actor, demand: Demand, move: str, now: datetime = MONDAY, **values: object) -> Demand:
    return demands.move_demand(
        actor=actor,
        ticket_id=demand.ticket_id,
        move=DemandMove(move),
        now=now,
        **values,  # type: ignore[arg-type]
    )


def planned(desk: Desk, due_days: int = 10) -> Demand:
    demand = written(desk)
    go(desk.admin, demand, "submit")
    go(desk.engineer, demand, "triage", MONDAY + HOUR)
    go(desk.engineer, demand, "feed_back", MONDAY + 5 * HOUR, feedback=Feedback("可以，十天"))
    demands.propose_plan(
        actor=desk.engineer, ticket_id=demand.ticket_id, method="改模板",
        nodes=[PlannedNode("1", "上线", MONDAY + due_days * DAY)], now=MONDAY + 6 * HOUR,
    )  # fmt: skip
    return demand


def test_a_demand_goes_from_draft_to_closed_with_a_plan_of_both_sides(desk: Desk) -> None:
    demand = planned(desk)
    with pytest.raises(ConflictError):
        go(desk.engineer, demand, "build")
    demands.confirm_plan(actor=desk.engineer, ticket_id=demand.ticket_id, side=Side.B, now=MONDAY + 7 * HOUR)
    assert Demand.objects.get(pk=demand.pk).state == "feedback_given"
    demands.confirm_plan(actor=desk.officer, ticket_id=demand.ticket_id, side=Side.A, now=MONDAY + 8 * HOUR)
    for actor, move, day in (
        (desk.engineer, "build", 1),
        (desk.engineer, "hand_over", 8),
        (desk.admin, "accept", 9),
        (desk.admin, "close", 9),
    ):  # fmt: skip
        go(actor, demand, move, MONDAY + day * DAY)
    demands.finish_node(actor=desk.engineer, ticket_id=demand.ticket_id, key="1", at=None, now=MONDAY + 9 * DAY)
    demand.refresh_from_db()
    ticket = Ticket.objects.get(pk=demand.ticket_id)
    assert (demand.state, ticket.state) == ("closed", "closed")
    assert (clock(ticket, "feedback").in_time, clock(ticket, "feedback").elapsed_seconds) == (True, 5 * 3600)
    assert (clock(ticket, "node", "1").in_time, clock(ticket, "node", "1").started_at) == (True, MONDAY + 8 * HOUR)


def test_feedback_is_late_a_second_after_24_hours_and_declining_is_feedback_too(desk: Desk) -> None:
    demand = written(desk)
    go(desk.admin, demand, "submit")
    with pytest.raises(TianmuError):
        go(desk.engineer, demand, "decline", MONDAY + HOUR, reason=" ")
    go(desk.engineer, demand, "decline", MONDAY + 24 * HOUR + timedelta(seconds=1), reason="超出合同范围")
    assert clock(Ticket.objects.get(pk=demand.ticket_id), "feedback").in_time is False
    assert Demand.objects.get(pk=demand.pk).possible is False


def test_each_side_has_its_own_moves_and_one_sided_nodes_bind_nobody(desk: Desk) -> None:
    demand = written(desk)
    with pytest.raises(RefusedError):
        go(desk.engineer, demand, "submit")
    with pytest.raises(RefusedError):
        demands.confirm_plan(actor=desk.engineer, ticket_id=demand.ticket_id, side=Side.A, now=MONDAY)
    demand = planned(desk)
    demands.confirm_plan(actor=desk.engineer, ticket_id=demand.ticket_id, side=Side.B, now=MONDAY + 7 * HOUR)
    with pytest.raises(ConflictError) as error:
        demands.note_consequence(
            actor=desk.officer, ticket_id=demand.ticket_id, key="1", impact=True, complaint="city", evidence="投诉单",
            now=MONDAY + 20 * DAY,
        )  # fmt: skip
    assert error.value.code == "servicedesk.plan_not_agreed"


def test_a_node_that_lapsed_before_it_fell_due_is_no_late_node(desk: Desk) -> None:
    demand = planned(desk)
    for actor, side in ((desk.engineer, Side.B), (desk.officer, Side.A)):
        demands.confirm_plan(actor=actor, ticket_id=demand.ticket_id, side=side, now=MONDAY + 7 * HOUR)
    demands.lapse_node(
        actor=desk.officer, ticket_id=demand.ticket_id, key="1", reason="双方改方案", now=MONDAY + 5 * DAY
    )
    assert clock(Ticket.objects.get(pk=demand.ticket_id), "node", "1").in_time is True


def asked(desk: Desk, **values: object) -> ControlledRequest:
    given = {
        "title": "更正收费",
        "what": "张三 3 月 1 日 收费多计",
        "why": "录入错误",
        "institution": desk.township,
        **values,
    }
    form = Asked(subsystems=("ecg",), **given)  # type: ignore[arg-type]
    return controlled.ask(actor=desk.admin, asked=form, now=MONDAY)


def answered(desk: Desk, request: ControlledRequest) -> None:
    key = request.ticket_id
    controlled.advance(actor=desk.resident, ticket_id=key, step=Step.TAKE, now=MONDAY)
    controlled.advance(actor=desk.officer, ticket_id=key, step=Step.CONFIRM, now=MONDAY)
    controlled.advance(
        actor=desk.lead, ticket_id=key, step=Step.ANSWER, note="今天完成", planned_for=MONDAY + 8 * HOUR, now=MONDAY
    )


def test_a_controlled_request_takes_six_accounts_and_both_images(desk: Desk) -> None:
    request = asked(desk, medical_document=True)
    key = request.ticket_id
    with pytest.raises(RefusedError):
        controlled.advance(actor=desk.engineer, ticket_id=key, step=Step.TAKE, now=MONDAY)
    answered(desk, request)
    with pytest.raises(ConflictError) as error:
        controlled.prepare(actor=desk.lead, ticket_id=key, change=Change(before="旧"), note="", now=MONDAY)
    assert (error.value.code, error.value.extra["role"]) == ("servicedesk.same_person", "answerer")
    controlled.prepare(actor=desk.engineer, ticket_id=key, change=Change(before="旧诊断"), note="", now=MONDAY)
    with pytest.raises(ConflictError):
        controlled.advance(actor=desk.engineer, ticket_id=key, step=Step.CHECK, now=MONDAY)
    controlled.advance(actor=desk.second, ticket_id=key, step=Step.CHECK, now=MONDAY)
    with pytest.raises(ConflictError):
        controlled.execute(actor=desk.third, ticket_id=key, after_image="新诊断", note="", now=MONDAY)
    with pytest.raises(ConflictError) as error:
        moving.resolve(actor=desk.engineer, ticket_id=key, resolution="好了", problem_kind="", now=MONDAY)
    assert error.value.code == "servicedesk.images_missing"
    controlled.execute(actor=desk.engineer, ticket_id=key, after_image="新诊断", note="已改", now=MONDAY + HOUR)
    controlled.advance(actor=desk.admin, ticket_id=key, step=Step.CLOSE, now=MONDAY + 2 * HOUR)
    request.refresh_from_db()
    names = list(request.steps.order_by("id").values_list("step", "name"))
    assert names == [
        ("ask", "钱管理员"), ("take", "驻场李工"), ("confirm", "信息科王"), ("answer", "项目负责人"),
        ("prepare", "赵工"), ("check", "钱工"), ("execute", "赵工"), ("close", "钱管理员"),
    ]  # fmt: skip
    assert (request.state, Ticket.objects.get(pk=key).state) == ("closed", "closed")
    assert sealed_parts(desk.officer, key)["before_image"] == "旧诊断"
    with pytest.raises(RefusedError):
        controlled.ask(
            actor=desk.user,
            asked=Asked("x", "x", "", desk.township, (), medical_document=True),
            now=MONDAY,
        )


def test_what_needs_no_control_is_an_ordinary_request(desk: Desk) -> None:
    with pytest.raises(TianmuError) as error:
        asked(desk, amount=999)
    assert (error.value.code, Ticket.objects.count()) == ("servicedesk.unknown_key", 0)


def test_sealed_parts_are_not_readable_in_the_database(desk: Desk) -> None:
    request = asked(desk, medical_document=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM servicedesk_controlledrequest WHERE id = %s", [request.pk])
        assert "张三".encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("statement", "image", "says"),
    [
        ("DROP TABLE fee", "SELECT 1", "one UPDATE"),
        ("UPDATE fee SET yuan = 1", "SELECT 1", "WHERE"),
        ("DELETE FROM fee WHERE id = 1; DELETE FROM fee", "SELECT 1", "one UPDATE"),
        ("UPDATE fee SET yuan = 1 WHERE id = 1", "DELETE FROM fee", "one SELECT"),
    ],
)
def test_only_one_change_with_a_where_and_one_image_query_is_run(statement: str, image: str, says: str) -> None:
    with pytest.raises(sql_target.TargetError, match=says):
        sql_target.check_statement(statement, image)


def test_a_major_report_needs_four_parts_and_never_changes_once_signed(desk: Desk) -> None:
    ticket = desk.incident()
    moving.accept(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY)
    grading.restore(actor=desk.engineer, ticket_id=ticket.pk, at=None, note="切换", now=MONDAY + HOUR)
    major.write_status_note(actor=desk.engineer, ticket_id=ticket.pk, text="正在切换", now=MONDAY + 30 * MINUTE)
    parts = dict.fromkeys(("cause", "analysis", "handling"), LONG)
    major.save_report(
        actor=desk.engineer, ticket_id=ticket.pk, parts=parts, data_loss=False, expected=None, now=MONDAY + 2 * HOUR
    )
    with pytest.raises(TianmuError) as error:
        major.sign_report(actor=desk.lead, ticket_id=ticket.pk, now=MONDAY + 2 * HOUR)
    assert (error.value.code, list(error.value.fields)) == ("servicedesk.report_parts_missing", ["prevention"])
    full = {**parts, "prevention": LONG}
    major.save_report(
        actor=desk.engineer, ticket_id=ticket.pk, parts=full, data_loss=False, expected=None, now=MONDAY + 2 * HOUR
    )
    with pytest.raises(RefusedError):
        major.sign_report(actor=desk.engineer, ticket_id=ticket.pk, now=MONDAY + 2 * HOUR)
    version = major.sign_report(actor=desk.lead, ticket_id=ticket.pk, now=MONDAY + 2 * HOUR)
    assert version.content["institutions"] == ["南渡镇卫生院"]
    assert [one["kind"] for one in version.content["timeline"]][:2] == ["raised", "graded"]
    report = clock(ticket, "report")
    assert (report.in_time, report.elapsed_seconds) == (True, 7200)
    major.acknowledge_report(actor=desk.officer, ticket_id=ticket.pk, now=MONDAY + 3 * HOUR)
    name, pdf = report_pdf(desk.engineer, ticket.pk)
    assert (name, pdf[:5]) == (f"{ticket.number}-report-v1.pdf", b"%PDF-")


def test_a_change_told_seven_days_before_is_in_time(desk: Desk) -> None:
    assert changes.told_in_time(MONDAY, MONDAY + 7 * DAY - 8 * HOUR)
    assert not changes.told_in_time(MONDAY, MONDAY + 6 * DAY + 14 * HOUR)
    notice = changes.Notice(
        "更换机房空调", Side.A, MONDAY + 8 * DAY, MONDAY + 8 * DAY + HOUR, "换空调", "装回", desk.township, ("cloud",)
    )
    row = changes.announce(actor=desk.admin, notice=notice, now=MONDAY)
    done = changes.finish_change(
        actor=desk.engineer, ticket_id=row.ticket_id, before="26 度", after="22 度", witnesses=["王", " "],
        now=MONDAY + 8 * DAY,
    )  # fmt: skip
    assert (done.witnesses, done.done_at) == (["王"], MONDAY + 8 * DAY)
