"""A Holter comes in pieces, is analysed, corrected with undo, signed and printed: in real browsers."""

import hashlib

from playwright.sync_api import Browser, Locator, Page, expect

from tests.stories.people import Person, at_browser
from tests.stories.platform import Platform
from tianmu.clinical.ecg.tests.holter_files import holter_bytes

NURSE = Person("nurse1", "point")
READER = Person("reader1", "desk")
REVIEWER = Person("reviewer1", "desk")
CHUNK = 200_000
SOON = 30_000
ANALYSED_MS = 180_000
FROM_POINT, FROM_DESK = ({"X-Tianmu-Client": client} for client in ("point", "desk"))


def send(page: Page, url: str) -> str:
    """Send a recording of eight minutes by the piece, broken off once; return the order."""
    data, api = holter_bytes(21), f"{url}/api/v1"
    person = page.request.get(f"{api}/residents/people?limit=20", headers=FROM_POINT).json()["items"][3]["id"]
    files = [{"name": "h.ecg", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}]
    asked = {"files": files, "patient_id": person, "department": "心内科", "clinical_note": "心悸"}
    upload = page.request.post(f"{api}/ecg/holter/uploads", data=asked, headers=FROM_POINT).json()
    path = f"{api}/ecg/holter/uploads/{upload['id']}"
    binary = FROM_POINT | {"Content-Type": "application/octet-stream"}
    assert page.request.put(f"{path}/chunks/0", data=data[:CHUNK], headers=binary).status == 200
    received = page.request.post(f"{api}/ecg/holter/uploads", data=asked, headers=FROM_POINT).json()["received_bytes"]
    assert received == CHUNK
    for offset in range(received, len(data), CHUNK):
        answer = page.request.put(f"{path}/chunks/{offset}", data=data[offset : offset + CHUNK], headers=binary)
        assert answer.status == 200
    finished = page.request.post(f"{path}/finish", data={}, headers=FROM_POINT)
    assert finished.status == 200
    return str(finished.json()["id"])


def figure(page: Page, label: str) -> Locator:
    """Return a total of the summary."""
    return page.locator("dl > div", has=page.locator("dt", has_text=label)).first.locator("dd")


def test_a_holter_is_corrected_signed_and_printed(browser: Browser, platform: Platform) -> None:
    with at_browser(browser, platform, NURSE) as nurse:
        order = send(nurse, platform.url)
    with at_browser(browser, platform, READER) as reader:
        reader.goto(f"{platform.url}/desk/ecg/orders/{order}")
        reader.get_by_role("tab", name="模板").wait_for(timeout=ANALYSED_MS)
        expect(reader.get_by_text("已保存")).to_be_visible(timeout=SOON)
        ventricular = figure(reader, "室性早搏")
        before = ventricular.inner_text()
        assert not before.startswith("0 ")

        reader.keyboard.press("2")
        wide = reader.locator("button.card", has=reader.locator("strong", has_text="V")).first
        wide.click()
        reader.keyboard.press("S")
        expect(reader.get_by_text("已保存")).to_be_visible(timeout=SOON)
        reader.keyboard.press("1")
        expect(ventricular).to_have_text("0 (占 0.0%)", timeout=SOON)
        reader.keyboard.press("Control+Z")
        expect(ventricular).to_have_text(before, timeout=SOON)

        reader.keyboard.press("5")
        reader.locator("table tbody tr").first.click()
        reader.keyboard.press("A")
        expect(reader.locator("table tbody tr").first).to_contain_text("已确认", timeout=SOON)
        reader.keyboard.press("T")
        reader.get_by_role("tab", name="报告").click()
        expect(reader.get_by_role("heading", name="报告片段 (1)")).to_be_visible(timeout=SOON)
        reader.get_by_role("button", name="用自动分析填写").click()
        reader.keyboard.press("Control+Enter")
        expect(reader.get_by_text("待审核").first).to_be_visible(timeout=SOON)

    with at_browser(browser, platform, REVIEWER) as reviewer:
        reviewer.goto(f"{platform.url}/desk/ecg/orders/{order}")
        reviewer.get_by_role("tab", name="报告").click(timeout=SOON)
        expect(reviewer.get_by_role("heading", name="报告片段 (1)")).to_be_visible(timeout=SOON)
        reviewer.keyboard.press("Control+Enter")
        reviewer.wait_for_timeout(1000)
        signed = reviewer.request.get(f"{platform.url}/api/v1/ecg/orders/{order}/report.pdf", headers=FROM_DESK)
        assert signed.status == 200
        assert signed.body()[:5] == b"%PDF-"
        log = reviewer.request.get(f"{platform.url}/api/v1/ecg/holter/orders/{order}/log", headers=FROM_DESK).json()[
            "items"
        ]
        assert [line["act"] for line in reversed(log)] == ["relabel_cluster", "undo", "event", "strip"]
