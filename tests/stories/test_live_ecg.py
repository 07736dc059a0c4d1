"""A device streams; the centre sees it live, an alarm rings and freezes a strip, limits change, the strip is read."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform

READER = Person("reader1", "desk")
NAME = "欧阳实时"
RHYTHMS = ["sinus:16", "ventricular_fibrillation:12", "sinus:60"]
SOON = 40_000


@contextmanager
def device(platform: Platform) -> Iterator["subprocess.Popen[bytes]"]:
    """Stream as a device does, by the command of the manual."""
    words = [sys.executable, "-P", "-m", "tianmu.site.command_line", "ecg", "simulate-device", "--url", platform.url]
    words += ["--token", platform.device_token, "--name", NAME, "--sex", "M", "--place", "抢救室 1 床"]
    words += ["--json", "--rhythm", *RHYTHMS]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait(20) == 0


def ink(page: Page) -> int:
    """Return how many dark pixels the trace has."""
    return int(
        page.evaluate(
            """() => {
                const canvas = document.querySelector('.paper canvas')
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
                let dark = 0
                for (let i = 0; i < data.length; i += 4) if (data[i] + data[i + 1] + data[i + 2] < 150) dark += 1
                return dark
            }"""
        )
    )


def test_a_stream_is_seen_rings_is_frozen_and_read(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, READER) as page:
        page.goto(f"{platform.url}/desk/ecg/live")
        expect(page.get_by_text("现在没有设备在传送")).to_be_visible(timeout=SOON)
        with device(platform):
            tile = page.locator("article", has_text=NAME)
            expect(tile).to_be_visible(timeout=SOON)
            expect(tile.get_by_text("室颤")).to_be_visible(timeout=SOON)
            tile.get_by_role("button", name="确认报警").click()
            expect(tile.get_by_text("已确认")).to_be_visible(timeout=SOON)

            tile.get_by_role("link").click()
            expect(page.get_by_role("heading", name=NAME)).to_be_visible()
            page.wait_for_function("document.querySelector('.paper canvas')?.width > 0")
            page.wait_for_timeout(4_000)
            assert ink(page) > 2_000
            expect(page.get_by_text("室颤").first).to_be_visible()

            page.get_by_role("button", name="修改报警限").click()
            page.get_by_label("心率低限").fill("40")
            page.get_by_label("修改原因").fill("平素心率慢")
            page.get_by_role("button", name="保存").click()
            expect(page.get_by_role("dialog")).to_have_count(0)

            page.get_by_role("button", name="更早").click()
            expect(page.get_by_text("回看到")).to_be_visible(timeout=SOON)
            page.get_by_role("button", name="实时", exact=True).click()
            page.get_by_role("button", name="冻结 10 秒").click()
            expect(page.get_by_text("已冻结为急诊检查")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("监护已结束，可以回看。")).to_be_visible(timeout=SOON)

        page.locator("aside a", has_text="E").last.click()
        expect(page.get_by_role("heading", name=NAME).first).to_be_visible(timeout=SOON)
        page.goto(f"{platform.url}/desk/ecg/worklist")
        expect(page.get_by_text(NAME).first).to_be_visible(timeout=SOON)
