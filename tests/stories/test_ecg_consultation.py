"""A reader puts an ECG to an expert of another hospital, who signs an opinion; the reader concludes."""

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.stories.files import synthetic_files
from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform
from tests.stories.reading_room import open_by_keys, patient, sent
from tests.stories.test_first_light import NURSE, READER

EXPERT = Person("expert1", "desk")
SOON = 30_000


def test_an_expert_elsewhere_answers_and_the_reader_concludes(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    question = "宽QRS波，请会诊"
    file = synthetic_files("scp", tmp_path, 1201)[0]
    with at_browser(browser, platform, NURSE) as nurse:
        number = sent(nurse, platform, file, patient(nurse, platform))
    with at_browser(browser, platform, READER) as page:
        open_by_keys(page, platform, number)
        page.get_by_role("button", name="会诊", exact=True).click()
        dialog = page.get_by_role("dialog", name="发起专家会诊")
        dialog.get_by_label("会诊目的").fill(question)
        elsewhere = dialog.get_by_role("listitem").filter(has_text="县中医院")
        elsewhere.get_by_role("checkbox").first.check()
        dialog.get_by_role("button", name="发起专家会诊").click()
        page.wait_for_url(re.compile("/ecg/consultations/[0-9a-f-]{36}"))
        address = page.url
        expect(page.get_by_text("待答复").first).to_be_visible()

    with at_browser(browser, platform, EXPERT) as page:
        page.goto(f"{platform.url}/desk/ecg/consultations")
        page.get_by_role("link", name=question).click()
        page.locator("textarea").first.fill("考虑室上性心动过速伴差异性传导。")
        page.get_by_role("button", name="签署意见").click()
        expect(page.get_by_text("已签署").first).to_be_visible(timeout=SOON)
        page.goto(re.sub("/ecg/.*", "/ecg/worklist", page.url))
        expect(page.get_by_text("缺少权限").or_(page.get_by_text("没有权限")).first).to_be_visible(timeout=SOON)

    with at_browser(browser, platform, READER) as page:
        page.goto(address)
        expect(page.get_by_text("考虑室上性心动过速伴差异性传导。")).to_be_visible(timeout=SOON)
        page.locator("textarea").last.fill("采纳专家意见。")
        page.get_by_role("button", name="签署结论，结束会诊").click()
        expect(page.get_by_role("link", name="会诊单")).to_be_visible(timeout=SOON)
        page.get_by_role("link", name="打开心电图").click()
        expect(page.get_by_text("待诊断").or_(page.get_by_text("诊断中")).first).to_be_visible(timeout=SOON)
