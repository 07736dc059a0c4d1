"""What people meet on an ordinary day: two readers at one ECG, a session that ends, the loop of an alarm."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.stories.files import INFARCTION, synthetic_files
from tests.stories.people import Person, at_browser, confirm_critical_values
from tests.stories.platform import Platform
from tests.stories.test_first_light import NURSE, READER, own_name, send

HEAD = Person("head1", "desk")
REVIEWER = Person("reviewer1", "desk")
SOON = 30_000


def open_order(page: Page, platform: Platform, number: str) -> str:
    """Open an order from the list by its number; return its address."""
    page.goto(f"{platform.url}/desk/ecg/worklist")
    page.get_by_placeholder("姓名、检查号").fill(number)
    page.keyboard.press("Enter")
    row = page.locator("tr", has_text=number)
    row.get_by_role("link").first.click()
    page.get_by_text("机器分析").wait_for()
    return page.url


def test_a_second_reader_sees_who_reads_and_takes_over_with_a_reason(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    name = own_name(browser, platform)
    with (
        at_browser(browser, platform, NURSE) as nurse,
        at_browser(browser, platform, READER) as reader,
        at_browser(browser, platform, HEAD) as head,
    ):
        number = send(nurse, synthetic_files("dicom", tmp_path, 951), name=name)
        address = open_order(reader, platform, number)
        head.goto(address)
        expect(head.get_by_text("正在诊断")).to_be_visible(timeout=SOON)
        head.get_by_role("button", name="接管").click()
        dialog = head.get_by_role("dialog")
        dialog.locator("textarea, input[type=text]").first.fill("读图医师离开")
        dialog.get_by_role("button").last.click()
        expect(head.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)


def test_what_was_written_survives_the_end_of_the_session(browser: Browser, platform: Platform, tmp_path: Path) -> None:
    name = own_name(browser, platform)
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        number = send(nurse, synthetic_files("aecg", tmp_path, 952), name=name)
        open_order(reader, platform, number)
        findings = reader.get_by_label("心电图特征（所见）")
        reader.get_by_role("button", name="全部采用").click()
        reader.context.clear_cookies()
        findings.fill("写到一半的所见")
        again = reader.get_by_role("dialog")
        expect(again.locator("input[type=password]")).to_be_visible(timeout=SOON)
        again.locator("input[type=password]").fill(READER.password)
        if again.locator("input:not([type=password])").count():
            again.locator("input:not([type=password])").first.fill(READER.login)
        reader.keyboard.press("Enter")
        expect(again).to_be_hidden(timeout=SOON)
        expect(findings).to_have_value("写到一半的所见")
        reader.wait_for_timeout(6_000)
        reader.reload()
        expect(reader.get_by_label("心电图特征（所见）")).to_have_value("写到一半的所见", timeout=SOON)


def test_a_critical_value_goes_round_its_loop(browser: Browser, platform: Platform, tmp_path: Path) -> None:
    name = own_name(browser, platform)
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        number = send(nurse, synthetic_files("scp", tmp_path, 953, INFARCTION), name=name)
        open_order(reader, platform, number)
        expect(reader.get_by_role("button", name="确认危急值").first).to_be_visible(timeout=SOON)
        confirm_critical_values(reader)
        alarm = nurse.get_by_role("alertdialog")
        expect(alarm).to_be_visible(timeout=SOON)
        alarm.get_by_role("button", name="接收").first.click()
        expect(nurse.locator("body")).to_contain_text(name)


def test_two_signatures_then_an_amendment(browser: Browser, platform: Platform, tmp_path: Path) -> None:
    name = own_name(browser, platform)
    with at_browser(browser, platform, NURSE) as nurse:
        number = send(nurse, synthetic_files("wfdb", tmp_path, 954), name=name)
    with at_browser(browser, platform, READER) as reader, at_browser(browser, platform, REVIEWER) as reviewer:
        address = open_order(reader, platform, number)
        sign(reader)
        accept(reviewer, address)
        reader.goto(address)
        reader.get_by_role("button", name="修订报告").click()
        dialog = reader.get_by_role("dialog")
        dialog.locator("textarea, input[type=text]").first.fill("补充建议")
        dialog.get_by_role("button").last.click()
        reader.get_by_label("建议").fill("请结合临床，必要时复查。")
        reader.wait_for_timeout(1_000)
        reader.keyboard.press("Control+Enter")
        expect(reader).not_to_have_url(address, timeout=SOON)
        accept(reviewer, address)
        expect(reviewer.get_by_text("已修订").first).to_be_visible(timeout=SOON)


def sign(page: Page) -> None:
    """Take the machine's wording over and sign."""
    address = page.url
    page.get_by_role("button", name="全部采用").click()
    page.wait_for_timeout(1_000)
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(address, timeout=SOON)


def accept(page: Page, address: str) -> None:
    """Open an order as second person and sign it."""
    page.goto(address)
    page.get_by_role("button", name="审核通过").click()
    page.wait_for_timeout(2_000)
    page.goto(address)
    page.get_by_text("机器分析").wait_for()
