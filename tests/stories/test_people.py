"""The register keeper merges two entries and takes it back; a resident looks after somebody and decides for herself."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

KEEPER = Person("register1", "desk")
SOON = 30_000


def give_reason(page: Page, title: str, preset: str, button: str = "确定") -> None:
    """Fill a dialog with one of its ready reasons."""
    dialog = page.get_by_role("dialog", name=title)
    dialog.get_by_role("button", name=preset).click()
    dialog.get_by_role("button", name=button, exact=True).click()


def test_two_entries_are_compared_merged_and_parted_again(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, KEEPER) as page:
        page.goto(f"{platform.url}/desk/people/duplicates")
        rows = page.locator("tbody tr[aria-rowindex], tbody tr").filter(has=page.get_by_role("link"))
        rows.first.wait_for()
        rows.first.get_by_role("link").click()
        page.get_by_role("heading", name="档案比对").wait_for()
        expect(page.get_by_text("评分规则版本")).to_be_visible()
        expect(page.get_by_text("不同", exact=True).first).to_be_visible()
        address = page.url
        keys = [link.get_attribute("href") for link in page.locator("thead th a").all()]
        assert len(set(keys)) == 2

        page.keyboard.press("m")
        give_reason(page, "合并两份档案", "持身份证核对为同一人")
        expect(page.get_by_text("已合并").first).to_be_visible(timeout=SOON)
        opened = set()
        for key in keys:
            page.goto(f"{platform.url}/desk{key}" if key and key.startswith("/people") else f"{platform.url}{key}")
            page.get_by_role("heading", name="档案变动").wait_for()
            expect(page.get_by_role("button", name="撤销合并")).to_be_visible(timeout=SOON)
            opened.add(re.sub(r".*/", "", page.url))
        assert len(opened) == 1, "the old key leads to the entry that was kept"

        page.goto(address)
        page.get_by_role("button", name="撤销合并").click()
        dialog = page.get_by_role("dialog", name="撤销合并")
        dialog.get_by_role("button", name="认错人").click()
        dialog.get_by_role("button", name="撤销合并", exact=True).click()
        expect(page.get_by_text("不是同一人").first).to_be_visible(timeout=SOON)
        for key in keys:
            page.goto(f"{platform.url}/desk{key}" if key and key.startswith("/people") else f"{platform.url}{key}")
            page.get_by_role("heading", name="档案变动").wait_for()
            assert key is not None
            assert page.url.endswith(key.rsplit("/", 1)[1])


def test_a_resident_switches_to_whom_she_looks_after_and_always_sees_for_whom(
    browser: Browser, platform: Platform
) -> None:
    resident = Person(platform.login_of("resident"), "resident")
    with at_browser(browser, platform, resident) as page:
        own = page.get_by_text("您好").first.inner_text()
        page.goto(f"{platform.url}/resident/family")
        switch = page.get_by_role("link", name=re.compile("为 .+ 查看")).first
        name = switch.inner_text().split()[1]
        switch.click()
        ribbon = page.get_by_role("status").filter(has_text=f"正在为 {name} 操作")
        expect(ribbon).to_be_visible()
        expect(page.get_by_text(f"{name}，您好")).to_be_visible()
        page.get_by_role("link", name="报告", exact=True).click()
        expect(ribbon).to_be_visible()
        assert "person=" in page.url
        page.get_by_role("link", name="回到自己").click()
        expect(ribbon).to_be_hidden()
        expect(page.get_by_text(own)).to_be_visible()

        page.goto(f"{platform.url}/resident/consents")
        first = page.locator("section").first
        first.get_by_role("button", name="我同意").click()
        expect(first.get_by_text("已同意")).to_be_visible(timeout=SOON)
        first.get_by_role("button", name="撤回同意").click()
        expect(first.get_by_text("未同意")).to_be_visible(timeout=SOON)
