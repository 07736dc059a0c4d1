"""The reading room from the keyboard: signed in three strokes, written again after review, amended, sent back."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.stories.files import synthetic_files
from tests.stories.people import at_browser
from tests.stories.platform import Platform
from tests.stories.reading_room import (
    REVIEWER,
    SOON,
    accept_by_keys,
    find,
    give_reason,
    open_by_keys,
    order_of,
    patient,
    sent,
    sign_by_keys,
)
from tests.stories.test_first_light import NURSE, READER

MOST_KEYS = 3
COUNT_KEYS = """() => {
  window.pressed = []
  const bare = ['Control', 'Shift', 'Alt', 'Meta']
  addEventListener('keydown', (event) => bare.includes(event.key) || window.pressed.push(event.key), true)
}"""


def test_a_normal_ecg_is_signed_in_three_keys_and_the_next_one_opens(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        who = patient(nurse, platform)
        number = sent(nurse, platform, synthetic_files("scp", tmp_path, 971)[0], who)
        sent(nurse, platform, synthetic_files("scp", tmp_path, 972)[0], who)
        find(reader, platform, number)
        reader.evaluate(COUNT_KEYS)
        reader.keyboard.press("Enter")
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        address = reader.url
        reader.keyboard.press("a")
        expect(reader.get_by_label("正常心电图", exact=True)).to_be_checked()
        reader.keyboard.press("Control+Enter")
        expect(reader).not_to_have_url(address, timeout=SOON)
        pressed = reader.evaluate("window.pressed")
        assert len(pressed) <= MOST_KEYS, pressed
        expect(reader.get_by_text("机器分析")).to_be_visible(timeout=SOON)
        assert order_of(reader, platform, address)["state"] == "to_review"


def test_a_report_comes_back_from_review_is_written_again_and_amended_later(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with at_browser(browser, platform, NURSE) as nurse:
        number = sent(nurse, platform, synthetic_files("dicom", tmp_path, 973)[0], patient(nurse, platform))
    with at_browser(browser, platform, READER) as reader, at_browser(browser, platform, REVIEWER) as reviewer:
        address = open_by_keys(reader, platform, number)
        sign_by_keys(reader)
        reviewer.goto(address)
        reviewer.get_by_role("button", name="退回修改").click()
        give_reason(reviewer, "请补充建议")
        expect(reviewer).not_to_have_url(address, timeout=SOON)

        reader.goto(address)
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        reader.get_by_label("建议").fill("请随访。")
        reader.keyboard.press("Control+Enter")
        expect(reader).not_to_have_url(address, timeout=SOON)
        accept_by_keys(reviewer, address)
        first = order_of(reader, platform, address)
        assert (first["state"], first["published_version"]) == ("signed", 1)
        assert [one["role"] for one in first["report"]["versions"][0]["signatures"]] == ["reader", "reviewer"]

        reader.goto(address)
        reader.get_by_role("button", name="修订报告").click()
        give_reason(reader, "补充复查时间")
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        reader.get_by_label("建议").fill("请随访，一周后复查。")
        reader.keyboard.press("Control+Enter")
        expect(reader).not_to_have_url(address, timeout=SOON)
        accept_by_keys(reviewer, address)
        second = order_of(reader, platform, address)
        assert (second["state"], second["published_version"]) == ("amended", 2)

        reader.goto(address)
        reader.get_by_role("tab").nth(1).click()
        reader.get_by_role("button", name="对照").click()
        dialog = reader.get_by_role("dialog")
        expect(dialog.locator("ins", has_text="一周后复查")).to_be_visible()


def test_an_ecg_is_returned_recorded_again_and_waits_anew(browser: Browser, platform: Platform, tmp_path: Path) -> None:
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        who = patient(nurse, platform)
        number = sent(nurse, platform, synthetic_files("aecg", tmp_path, 974)[0], who)
        address = open_by_keys(reader, platform, number)
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        reader.get_by_role("button", name="退回采集点").click()
        give_reason(reader, "导联脱落，请重新采集")
        expect(reader).not_to_have_url(address, timeout=SOON)

        key = address.rsplit("/", 1)[-1]
        nurse.goto(f"{platform.url}/point/orders/{key}")
        expect(nurse.get_by_role("alert").filter(has_text="导联脱落")).to_be_visible(timeout=SOON)
        again = synthetic_files("aecg", tmp_path, 975)[0]
        assert sent(nurse, platform, again, who, order_id=key) == number

        open_by_keys(reader, platform, number)
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        history = order_of(reader, platform, address)["history"]
        assert [step["to_state"] for step in history][-3:] == ["returned", "waiting", "in_progress"]
