"""An incident, a demand and a controlled request from beginning to end, each person at a browser of her own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

Seat = Callable[[str], Page]
PART = "数据库连接池在业务高峰时耗尽，新的请求排队超时，服务无法响应。"


@pytest.fixture
def seat(browser: Browser, platform: Platform) -> Iterator[Seat]:
    """Seat people by login, each once."""
    with ExitStack() as seats:
        pages: dict[str, Page] = {}

        def of(login: str) -> Page:
            if login not in pages:
                pages[login] = seats.enter_context(at_browser(browser, platform, Person(login, "desk")))
            return pages[login]

        yield of


def press(where: Page | Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def answer(page: Page, button: str, fields: dict[str, str], last: str = "发送") -> None:
    """Press a button of the page itself, fill in the dialog that opens, and send it."""
    press(page.locator(".tm-page"), button)
    dialog = page.get_by_role("dialog")
    for label, text in fields.items():
        dialog.get_by_label(label).fill(text)
    press(dialog, last)
    expect(dialog).to_have_count(0)


def test_an_incident_is_graded_restored_and_reported(seat: Seat, platform: Platform) -> None:
    engineer = seat("engineer2")
    engineer.goto(f"{platform.url}/desk/service")
    press(engineer, "录入")
    form = engineer.get_by_role("dialog")
    form.get_by_label("机构").select_option(index=1)
    form.get_by_label("类型").select_option("incident")
    form.get_by_label("哪个系统").select_option("ecg")
    form.get_by_label("标题").fill("区域心电平台整体打不开")
    form.get_by_label("说了什么").fill("全院心电都打不开，门诊停诊")
    form.get_by_label("业务办不了").check()
    press(form, "建工单")
    expect(engineer.get_by_role("heading", name="区域心电平台整体打不开")).to_be_visible()
    expect(engineer.get_by_text("系统建议 Ⅲ级")).to_be_visible()
    page = engineer.url
    press(engineer, "受理")
    press(engineer, "应答呼叫")
    note = engineer.get_by_label("目前情况、正在做什么、下次通报时间")
    note.fill("正在扩容连接池，14:30 再报")
    press(engineer, "通报")

    officer = seat("info1")
    officer.goto(page)
    answer(officer, "定级", {"写明原因": "一家机构核心业务不能进行"}, last="定级")
    card = officer.get_by_role("region", name="事件处置")
    expect(card.get_by_text("Ⅲ级", exact=True)).to_be_visible()
    expect(card.get_by_text("正在扩容连接池，14:30 再报")).to_be_visible()

    answer(engineer, "业务已恢复", {"写明原因": "连接池已扩容，服务重启"})
    press(officer, "确认恢复")
    expect(card.get_by_text("已确认")).to_be_visible()
    press(engineer, "已解决")
    dialog = engineer.get_by_role("dialog")
    dialog.get_by_label("问题类别").select_option(index=1)
    dialog.get_by_label("处理结果").fill("扩容连接池并重启服务")
    press(dialog, "发送")
    expect(engineer.get_by_role("region", name="处理结果")).to_contain_text("扩容连接池并重启服务")

    lead = seat("lead1")
    lead.goto(page)
    report = lead.get_by_role("region", name="故障报告（四部分）")
    expect(report.get_by_role("button", name="乙方签署")).to_be_disabled()
    for part in ("一、故障原因", "二、分析过程", "三、处理方法", "四、后期预防措施"):
        report.get_by_label(part).fill(PART)
    press(report, "乙方签署")
    expect(report.get_by_text("第 1 版 已签署")).to_be_visible()
    officer.reload()
    read = officer.get_by_role("region", name="故障报告（四部分）")
    press(read, "甲方阅签")
    expect(read.get_by_text("甲方已阅")).to_be_visible()
    for clock in ("恢复", "报告"):
        row = officer.get_by_role("region", name="时限").get_by_role("listitem").filter(has_text=clock)
        expect(row.get_by_text("按时")).to_be_visible()


def test_a_demand_is_answered_agreed_built_and_accepted(seat: Seat, platform: Platform) -> None:
    asker = seat("info1")
    asker.goto(f"{platform.url}/desk/service/demands")
    press(asker, "提需求")
    form = asker.get_by_role("dialog")
    form.get_by_label("需求名称").fill("月报增加按村统计")
    form.get_by_label("需要什么").fill("家医签约月报按村列出签约人数和服务次数")
    press(form, "提交")
    expect(asker.get_by_role("heading", name="月报增加按村统计")).to_be_visible()
    page = asker.url
    demand = asker.get_by_role("region", name="需求", exact=True)
    press(demand, "提交")
    expect(asker.get_by_role("region", name="时限")).to_contain_text("限 24 小时")

    engineer = seat("engineer2")
    engineer.goto(page)
    answer(engineer, "首次反馈", {"反馈": "可以实现，十二月内上线"})
    answer(engineer, "提出计划节点", {"实现办法": "在报表中增加村一级", "节点内容": "上线"})
    press(engineer, "乙方确认节点")
    expect(engineer.get_by_role("button", name="乙方确认节点")).to_have_count(0)
    expect(engineer.get_by_text("待确认", exact=True)).to_be_visible()
    asker.reload()
    press(asker, "甲方确认节点")
    expect(asker.get_by_text("已约定", exact=True)).to_be_visible()

    engineer.reload()
    press(engineer, "开始开发")
    press(engineer, "完成")
    expect(engineer.get_by_text("按时完成")).to_be_visible()
    press(engineer, "交甲方测试")
    asker.reload()
    press(asker, "验收")
    answer(asker, "关闭", {"写明原因": "按村统计与手工核对一致"})
    expect(demand.get_by_text("已关闭").first).to_be_visible()


def test_a_controlled_request_passes_through_six_hands(seat: Seat, platform: Platform) -> None:
    asker = seat("it1")
    asker.goto(f"{platform.url}/desk/service/controlled")
    press(asker, "提受控申请")
    form = asker.get_by_role("dialog")
    form.get_by_label("标题").fill("更正出院小结的过敏史")
    form.get_by_label("要改什么").fill("过敏史由“无”更正为“青霉素”")
    form.get_by_label("医疗文书").check()
    press(form, "提交")
    expect(asker.get_by_role("heading", name="更正出院小结的过敏史")).to_be_visible()
    page = asker.url
    hands: tuple[tuple[str, str, dict[str, str], str], ...] = (
        ("engineer1", "受理", {}, "已受理"),
        ("info1", "确认", {}, "已确认"),
        ("lead1", "答复", {"说明": "可以办理，今晚执行"}, "已答复"),
        ("engineer2", "准备并试运行", {"变更前影像": "过敏史：无"}, "已准备"),
        ("engineer3", "复核通过", {}, "已复核"),
        ("engineer2", "执行", {"变更后影像": "过敏史：青霉素"}, "已执行"),
        ("it1", "核对并关闭", {}, "已关闭"),
    )
    for login, step, fields, state in hands:
        person = seat(login)
        person.goto(page)
        request = person.get_by_role("region", name="受控申请")
        expect(request.get_by_text("轮到您办理。")).to_be_visible()
        answer(person, step, fields, last=step)
        expect(request.locator("[aria-current]")).to_contain_text(state)
    press(asker, "查看加密内容")
    for image in ("过敏史：无", "过敏史：青霉素"):
        expect(asker.get_by_text(image, exact=True)).to_be_visible()
    people = {asker.get_by_role("row").nth(number).get_by_role("cell").nth(3).inner_text() for number in range(7)}
    assert len(people) == 6
