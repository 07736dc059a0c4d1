"""Quality of reading: a sample drawn, one report read again blind, the figures of each reader with the rows behind."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.stories.files import synthetic_files
from tests.stories.people import at_browser
from tests.stories.platform import Platform
from tests.stories.reading_room import (
    HEAD,
    REVIEWER,
    SOON,
    accept_by_keys,
    open_by_keys,
    patient,
    sent,
    sign_by_keys,
)
from tests.stories.test_first_light import NURSE, READER


def test_a_signed_report_is_drawn_read_again_blind_and_counted(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with at_browser(browser, platform, NURSE) as nurse:
        who = patient(nurse, platform)
        number = sent(nurse, platform, synthetic_files("scp", tmp_path, 991)[0], who)
    with at_browser(browser, platform, READER) as reader, at_browser(browser, platform, HEAD) as head:
        address = open_by_keys(reader, platform, number)
        sign_by_keys(reader)
        accept_by_keys(head, address)
        head.goto(f"{platform.url}/desk/ecg/quality")
        head.get_by_role("button", name="抽取样本").press("Enter")
        head.get_by_role("dialog").get_by_role("button", name="抽取样本").press("Enter")
        expect(head.get_by_text("已抽取")).to_be_visible(timeout=SOON)

    with at_browser(browser, platform, REVIEWER) as reviewer:
        reviewer.goto(f"{platform.url}/desk/ecg/quality")
        expect(reviewer.locator("tbody tr:not([aria-hidden])").first).to_be_visible(timeout=SOON)
        reviewer.keyboard.press("F4")
        reviewer.get_by_role("heading", name="盲法复读").wait_for()
        expect(reviewer.locator("main")).not_to_contain_text(who.name)
        expect(reviewer.locator("main")).not_to_contain_text(number)
        reviewer.keyboard.press("Control+Enter")
        expect(reviewer.get_by_role("alert").first).to_be_visible(timeout=SOON)
        box = reviewer.get_by_role("combobox", name="输入诊断")
        box.fill("窦性心律")
        box.press("Enter")
        reviewer.get_by_label("正常心电图", exact=True).press("Space")
        reviewer.get_by_label("A 优").press("Space")
        reviewer.keyboard.press("Control+Enter")
        expect(reviewer.get_by_role("heading", name="原报告")).to_be_visible(timeout=SOON)

    with at_browser(browser, platform, HEAD) as head:
        head.goto(f"{platform.url}/desk/ecg/workload")
        figures = head.locator("tbody tr").first.get_by_role("button")
        count = int(figures.first.inner_text())
        assert count >= 1
        figures.first.press("Enter")
        rows = head.get_by_role("dialog").locator("tbody tr")
        expect(rows).to_have_count(count, timeout=SOON)
        with head.expect_download() as download:
            head.get_by_role("dialog").get_by_role("button", name="关闭").press("Enter")
            head.get_by_role("link", name="导出 CSV").press("Enter")
        assert "医师" in Path(download.value.path()).read_text("utf-8-sig")
