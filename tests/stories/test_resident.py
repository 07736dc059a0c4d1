"""A resident shares a report with a doctor who has no account, sees who looked, and takes the code back."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.stories.people import PATIENCE_MS, Person, at_browser
from tests.stories.platform import Platform

LOOKS, LOOK_MS = 40, 2000


def make_code(page: Page, platform: Platform) -> str:
    """Share the newest report for an hour, once the demo county's readers have signed it; return the code."""
    page.goto(f"{platform.url}/resident/reports")
    report, none = page.locator("a[href*='/reports/']").first, page.get_by_text("报告会出现在这里")
    for _ in range(LOOKS):
        expect(report.or_(none)).to_be_visible()
        if report.is_visible():
            break
        page.wait_for_timeout(LOOK_MS)
        page.reload()
    report.click()
    page.get_by_role("button", name="分享给医生").click()
    dialog = page.get_by_role("dialog", name="分享这份报告")
    dialog.get_by_label("1 小时").check()
    dialog.get_by_placeholder("例如：市一院 周医生").fill("市一院 周医生")
    dialog.get_by_role("button", name="生成分享码").click()
    picture = dialog.get_by_role("img", name="分享二维码")
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    code = dialog.locator(".code").inner_text().strip()
    dialog.get_by_role("button", name="完成").click()
    return code


def test_a_report_is_shared_seen_by_a_doctor_and_taken_back(browser: Browser, platform: Platform) -> None:
    resident = Person(platform.logins_of("resident")[0], "resident")
    doctor = browser.new_context(locale="zh-CN").new_page()
    doctor.set_default_timeout(PATIENCE_MS)
    with at_browser(browser, platform, resident) as page:
        code = make_code(page, platform)

        doctor.goto(f"{platform.url}/share/")
        doctor.get_by_role("textbox").fill(code.lower())
        doctor.get_by_role("button", name="查看").click()
        expect(doctor.get_by_text("文书真实有效")).to_be_visible()
        expect(doctor.get_by_role("heading", name="诊断")).to_be_visible()
        shared = doctor.url
        paper = doctor.request.get(f"{shared}/report.pdf")
        assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")

        page.goto(f"{platform.url}/resident/records")
        expect(page.get_by_text("市一院 周医生").first).to_be_visible()

        page.goto(f"{platform.url}/resident/shares")
        card = page.locator("section", has_text="市一院 周医生").first
        expect(card.get_by_text(re.compile("看过 1 次"))).to_be_visible()
        card.get_by_role("button", name="收回").click()
        expect(card.get_by_text("已收回", exact=True)).to_be_visible()
        doctor.goto(shared)
        expect(doctor.get_by_text("分享码无效")).to_be_visible()

        page.goto(f"{platform.url}/resident/trend")
        expect(page.get_by_role("heading", name="历次变化")).to_be_visible()
    doctor.context.close()
