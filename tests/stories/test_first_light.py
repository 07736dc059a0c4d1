"""Township uploads, alarm, county reads and signs, township prints, resident reads: in real browsers, all at once."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.stories.files import INFARCTION, REAL, real_files, synthetic_files
from tests.stories.people import Person, at_browser, confirm_critical_values
from tests.stories.platform import Platform

NURSE = Person("nurse1", "point")
READER = Person("reader1", "desk")
REVIEWER = Person("reviewer1", "desk")
SOON = 30_000


def send(page: Page, files: list[Path], *, name: str, urgency: str = "门诊") -> str:
    """Go through the three steps of the station; return the examination number."""
    page.get_by_text("新建心电检查").click()
    page.get_by_role("heading", name="第一步").wait_for()
    page.get_by_role("searchbox").fill(name)
    page.locator("ul.hits button").first.click()
    page.get_by_text(urgency, exact=True).click()
    page.get_by_role("button", name="下一步").click()
    page.locator("input[type=file]").set_input_files([str(file) for file in files])
    page.get_by_role("button", name="下一步").click(timeout=40_000)
    page.get_by_role("button", name="传送到诊断中心").click()
    expect(page.get_by_text("已传送")).to_be_visible(timeout=SOON)
    number = page.get_by_text("检查号 E").inner_text()
    return number.split()[-1]


def sign_over_a_slow_line(page: Page) -> None:
    """Adopt and sign at once, pressing twice while the draft is still on its way; the next examination opens."""
    address = page.url
    page.route("**/ecg/orders/*/draft", slowly)
    page.get_by_role("button", name="全部采用").click()
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(address, timeout=SOON)


def slowly(route: Route) -> None:
    """Let a call wait before it goes on."""
    time.sleep(0.5)
    route.continue_()


def resident(platform: Platform) -> Person:
    """Return the resident of this story."""
    return Person(platform.login_of("resident"), "resident")


def own_name(browser: Browser, platform: Platform) -> str:
    """Return the name of the resident of this story, from her own page."""
    with at_browser(browser, platform, resident(platform)) as page:
        return page.get_by_text("您好").first.inner_text().split("，")[0]


def test_an_ecg_goes_all_the_way(browser: Browser, platform: Platform, tmp_path: Path) -> None:
    name = own_name(browser, platform)
    files = synthetic_files("scp", tmp_path, 901, INFARCTION)
    with at_browser(browser, platform, READER) as reader, at_browser(browser, platform, NURSE) as nurse:
        reader.goto(f"{platform.url}/desk/ecg/worklist")
        reader.get_by_role("heading", name="诊断工作列表").wait_for()
        number = send(nurse, files, name=name, urgency="急诊")

        alarm = reader.get_by_role("alertdialog")
        expect(alarm.get_by_text(name)).to_be_visible(timeout=SOON)
        alarm.locator("li", has_text=name).get_by_role("button", name="接收").click()
        expect(reader.get_by_role("heading", name=name)).to_be_visible()
        confirm_critical_values(reader)
        sign_over_a_slow_line(reader)

        nurse.goto(f"{platform.url}/point/")
        row = nurse.locator("li", has_text=number)
        expect(row.get_by_text("已出报告")).to_be_visible(timeout=SOON)
        with nurse.context.expect_page() as opened:
            row.get_by_role("button", name="打印报告").or_(row.get_by_role("link", name="打印报告")).click()
        assert "report.pdf" in opened.value.url or opened.value.url.startswith("blob:")

    with at_browser(browser, platform, resident(platform)) as phone:
        phone.goto(f"{platform.url}/resident/reports")
        phone.get_by_text("心肌梗死").first.click()
        expect(phone.get_by_text("用大白话说")).to_be_visible()
        assert "没有发现异常" not in phone.locator("main").inner_text()


@pytest.mark.parametrize("form", sorted(REAL))
@pytest.mark.parametrize("origin", ["real", "synthetic"])
def test_four_formats_arrive_and_are_analysed(
    browser: Browser, platform: Platform, tmp_path: Path, form: str, origin: str
) -> None:
    files = real_files(form) if origin == "real" else synthetic_files(form, tmp_path, 910 + len(form))
    if not files:
        pytest.skip("the real recordings are not beside the project")
    name = own_name(browser, platform)
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        number = send(nurse, files, name=name)
        reader.goto(f"{platform.url}/desk/ecg/worklist")
        reader.get_by_placeholder("姓名、检查号").fill(number)
        reader.keyboard.press("Enter")
        row = reader.locator("tr", has_text=number)
        expect(row).to_be_visible(timeout=SOON)
        expect(row.get_by_text("心", exact=False).first).to_be_visible(timeout=SOON)
