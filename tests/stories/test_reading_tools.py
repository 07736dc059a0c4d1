"""Tools of the reading room: serial comparison, own boundaries, and what is kept when network or lock are lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.stories.files import synthetic_files
from tests.stories.people import at_browser
from tests.stories.platform import Platform
from tests.stories.reading_room import (
    HEAD,
    REVIEWER,
    SOON,
    accept_by_keys,
    give_reason,
    open_by_keys,
    order_of,
    patient,
    sent,
    sign_by_keys,
)
from tests.stories.test_first_light import NURSE, READER
from tianmu.clinical.ecg.synthesis import Scenario

LEADS = 12
SAMPLES = 10


def test_what_changed_since_the_last_ecg_is_named_and_the_beats_lie_over_each_other(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with (
        at_browser(browser, platform, NURSE) as nurse,
        at_browser(browser, platform, READER) as reader,
        at_browser(browser, platform, REVIEWER) as reviewer,
    ):
        who = patient(nurse, platform)
        address = open_by_keys(
            reader, platform, sent(nurse, platform, synthetic_files("scp", tmp_path, 981, Scenario(rate=64.0))[0], who)
        )
        sign_by_keys(reader)
        accept_by_keys(reviewer, address)

        faster = synthetic_files("scp", tmp_path, 982, Scenario(rate=112.0))[0]
        open_by_keys(reader, platform, sent(nurse, platform, faster, who))
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        reader.keyboard.press("Space")
        dialog = reader.get_by_role("dialog")
        expect(dialog.locator("svg path.before")).to_have_count(LEADS, timeout=SOON)
        expect(dialog.get_by_text("心率").first).to_be_visible()
        dialog.get_by_role("button", name="写入结论").first.click()
        reader.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(reader.get_by_label("心电图诊断（结论） 1")).not_to_have_value("")


def test_boundaries_moved_by_keys_are_measured_again_beside_the_machine(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        file = synthetic_files("scp", tmp_path, 983)[0]
        address = open_by_keys(reader, platform, sent(nurse, platform, file, patient(nurse, platform)))
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        machine = order_of(reader, platform, address)["analysis"]["measurements"]["qt_ms"]
        reader.get_by_role("application").focus()
        reader.keyboard.press("Shift+B")
        for _ in range(SAMPLES):
            reader.keyboard.press(".")
        reader.get_by_role("tab").nth(1).click()
        expect(reader.get_by_text("调整分界线")).to_be_visible(timeout=SOON)
        row = reader.get_by_role("row").filter(has_text="QT 间期")
        expect(row.get_by_role("cell").first).to_have_text(str(round(machine)))
        analysis = order_of(reader, platform, address)["analysis"]
        assert analysis["measurements"]["qt_ms"] == machine
        assert analysis["confirmed"]["measurements"]["qt_ms"] == pytest.approx(machine + 2 * SAMPLES, abs=0.5)
        reader.get_by_role("button", name="恢复机器测量").click()
        expect(reader.get_by_text("调整分界线")).to_be_hidden(timeout=SOON)
        assert order_of(reader, platform, address)["analysis"]["confirmed"] is None


def test_what_is_written_without_a_network_is_kept_and_sent_when_it_is_back(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with at_browser(browser, platform, NURSE) as nurse, at_browser(browser, platform, READER) as reader:
        file = synthetic_files("scp", tmp_path, 984)[0]
        address = open_by_keys(reader, platform, sent(nurse, platform, file, patient(nurse, platform)))
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        reader.keyboard.press("a")
        expect(reader.get_by_text("已保存")).to_be_visible(timeout=SOON)
        reader.context.set_offline(True)
        reader.get_by_label("建议").fill("断网时写的建议")
        expect(reader.get_by_text("保存失败，内容保留在本机")).to_be_visible(timeout=SOON)
        reader.context.set_offline(False)
        expect(reader.get_by_text("保存失败，内容保留在本机")).to_be_hidden(timeout=SOON)
        expect(reader.get_by_text("已保存")).to_be_visible(timeout=SOON)
        assert order_of(reader, platform, address)["report"]["advice"] == "断网时写的建议"


def test_a_reader_whose_lock_was_taken_is_told_and_keeps_her_words(
    browser: Browser, platform: Platform, tmp_path: Path
) -> None:
    with (
        at_browser(browser, platform, NURSE) as nurse,
        at_browser(browser, platform, READER) as reader,
        at_browser(browser, platform, HEAD) as head,
    ):
        file = synthetic_files("scp", tmp_path, 985)[0]
        address = open_by_keys(reader, platform, sent(nurse, platform, file, patient(nurse, platform)))
        expect(reader.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        reader.get_by_label("心电图特征（所见）").fill("写到一半")
        head.goto(address)
        head.get_by_role("button", name="接管").click()
        give_reason(head, "读图医师离开")
        expect(head.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
        expect(reader.get_by_role("alert").filter(has_text="接管了这份检查")).to_be_visible(timeout=SOON)
        expect(reader.get_by_label("心电图特征（所见）")).to_have_value("写到一半")
        expect(reader.get_by_role("button", name="签发")).to_be_hidden()
