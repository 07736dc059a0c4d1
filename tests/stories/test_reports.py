"""Reports in a real browser: a built-in one read, copied, designed by keyboard and mouse, saved, sent, scheduled."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

INFORMATION, LEADER = Person("info1", "desk"), Person("leader1", "desk")


def test_a_statistician_makes_a_cross_table_with_a_chart_saves_schedules_and_exports_it(
    browser: Browser, platform: Platform
) -> None:
    with at_browser(browser, platform, INFORMATION) as page:
        page.goto(f"{platform.url}/desk/reports")
        page.get_by_role("link", name="服务工单").click()
        choose(page, "统计期间", "last_365_days")
        expect(page.get_by_role("columnheader", name="工单", exact=True)).to_be_visible()
        page.get_by_role("button", name="复制为我的报表").click()
        expect(page).to_have_url(re.compile(r"/desk/reports/design\?id="))
        choose(page, "统计期间", "last_365_days")
        channel = page.locator(".field-tree .field").filter(has_text="来源")
        channel.press("c")
        expect(page.locator("section.well").nth(1)).to_contain_text("来源")
        page.keyboard.press("Control+z")
        expect(page.locator("section.well").nth(1)).not_to_contain_text("来源")
        channel.drag_to(page.locator("section.well").nth(1))
        expect(page.get_by_role("columnheader", name="电话", exact=True).first).to_be_visible()
        calculate(page, "用时", "分段(解决用时, 4, 8", "第")
        calculate(page, "用时", "分段(解决用时, 4, 8)", "结果：文字")
        page.get_by_role("button", name="保存", exact=True).last.click()
        page.locator(".field-tree .field").filter(has_text="用时").last.press("r")
        expect(page.get_by_role("rowheader", name=re.compile("<4|≥8|4–<8")).first).to_be_visible()
        page.get_by_role("button", name="保存", exact=True).click()
        page.get_by_role("dialog").get_by_role("textbox", name="名称", exact=False).first.fill("工单用时交叉表")
        page.get_by_role("dialog").get_by_role("button", name="保存", exact=True).last.click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="打开", exact=True).click()
        expect(page.get_by_role("heading", name="工单用时交叉表")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="XLSX").click()
        assert download.value.suggested_filename.startswith("工单用时交叉表")
        page.get_by_role("button", name="定时发送").click()
        page.get_by_role("button", name="新建定时").click()
        page.get_by_role("dialog").get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("每月 1 07:00")
        page.get_by_role("dialog").get_by_role("button", name="关闭").click()
        page.get_by_role("button", name="版本", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("第 2 版")


def test_who_sees_figures_only_is_told_what_she_may_not_ask(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, LEADER) as page:
        page.goto(f"{platform.url}/desk/reports/design")
        expect(page.get_by_text("您的角色在此数据集只能看统计数字")).to_be_visible()
        closed = page.locator(".field-tree .field").filter(has_text="检查号")
        expect(closed).to_have_attribute("aria-disabled", "true")
        page.goto(f"{platform.url}/desk/reports")
        page.get_by_role("link", name="各机构检查量").click()
        choose(page, "统计期间", "last_365_days")
        expect(page.get_by_text("涉及 1–4 例的数字不显示")).to_be_visible()


def choose(page: Page, name: str, period: str) -> None:
    page.get_by_label(name, exact=True).select_option(period)


def calculate(page: Page, name: str, expression: str, answer: str) -> None:
    """Write a calculated field, until the platform says what it makes of it."""
    if page.get_by_role("dialog").count() == 0:
        page.get_by_role("region", name="计算字段").get_by_role("button", name="添加").click()
        page.get_by_role("dialog").get_by_role("textbox").first.fill(name)
    page.get_by_role("dialog").get_by_role("textbox").nth(1).fill(expression)
    expect(page.get_by_role("dialog")).to_contain_text(answer)
