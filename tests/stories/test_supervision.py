"""The bureau looks: map to device, a figure to its rows once a purpose is stated; a wall that outlives its network."""

import re

from playwright.sync_api import Browser, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

OFFICER = Person("supervisor1", "desk")
WALL = Person("wall1", "wall")


def test_a_figure_opens_to_its_rows_and_a_point_to_its_devices(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, OFFICER) as page:
        page.goto(f"{platform.url}/desk/supervision/map")
        expect(page.get_by_text("示意图（非测绘）")).to_be_visible()
        page.get_by_role("button", name="南渡镇卫生院，").press("Enter")
        pane = page.get_by_role("region", name="南渡镇卫生院")
        expect(pane.get_by_text("最近上传")).to_be_visible()
        pane.get_by_role("link", name="查看该机构指标").click()

        expect(page.get_by_role("heading", name="监管指标", level=1)).to_be_visible()
        page.get_by_label("机构范围").select_option("")
        card = page.get_by_role("link", name="检查量", exact=False).first
        card.click()
        page.get_by_label("分组").select_option("year")
        page.get_by_role("button", name="计入明细").first.click()
        rows = page.get_by_role("dialog")
        expect(rows.get_by_text("access.purpose_needed")).to_be_visible()
        rows.get_by_role("button", name="说明查看目的").click()
        purpose = page.get_by_role("dialog").filter(has=page.get_by_role("radio"))
        purpose.get_by_role("radio").first.check()
        purpose.get_by_role("textbox").fill("季度督查")
        purpose.get_by_role("button", name="开始查看").click()
        expect(rows.get_by_text(re.compile(r"共 [1-9]\d* 行"))).to_be_visible()
        expect(rows.get_by_role("row")).not_to_have_count(0)


def test_the_wall_survives_a_broken_network(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, WALL) as page:
        page.clock.install()
        page.goto(f"{platform.url}/wall/")
        expect(page.get_by_text("今日检查", exact=True)).to_be_visible()
        expect(page.get_by_role("group", name="县域示意图")).to_be_visible()
        page.context.set_offline(True)
        page.clock.fast_forward(90_000)
        expect(page.get_by_role("alert")).to_contain_text("数据延迟")
        expect(page.get_by_text("今日检查", exact=True)).to_be_visible()
        page.clock.fast_forward(240_000)
        expect(page.get_by_text("数字已隐藏")).to_be_visible()
        page.context.set_offline(False)
        page.clock.fast_forward(20_000)
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.get_by_text("今日检查", exact=True)).to_be_visible()
