"""What the stories of the reading room share: ECGs sent for one resident, opened from the list with the keyboard."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.stories.people import Person
from tests.stories.platform import Platform

HEAD = Person("head1", "desk")
REVIEWER = Person("reviewer1", "desk")
COLLEAGUE = Person("reader2", "desk")
SOON = 30_000
ANALYSED = 90_000


@dataclass(frozen=True, slots=True)
class Patient:
    """A resident of the demo county, as the nurse finds her."""

    key: str
    name: str


def patient(nurse: Page, platform: Platform) -> Patient:
    """Return a resident of the nurse's place."""
    login = platform.login_of("resident")
    answer = nurse.context.request.get(
        f"{platform.url}/api/v1/residents/people", params={"limit": "50"}, headers={"X-Tianmu-Client": "point"}
    )
    assert answer.ok, f"{login}: {answer.text()}"
    grown = next(one for one in answer.json()["items"] if (one["birth_date"] or "9") < "1990")
    return Patient(grown["id"], grown["name"])


def sent(nurse: Page, platform: Platform, file: Path, who: Patient, **more: str) -> str:
    """Send a recording with the session of the nurse; return the examination number."""
    answer = nurse.context.request.post(
        f"{platform.url}/api/v1/ecg/imports",
        headers={"X-Tianmu-Client": "point"},
        multipart={
            "file": {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.read_bytes()},
            "patient_id": who.key,
            **more,
        },
    )
    assert answer.ok, answer.text()
    return str(answer.json()["order"]["number"])


def find(page: Page, platform: Platform, number: str) -> None:
    """Filter the worklist to one examination that the machine has analysed, then leave the text field."""
    page.goto(f"{platform.url}/desk/ecg/worklist")
    page.get_by_placeholder("姓名、检查号").fill(number)
    row = page.locator("tbody tr", has_text=number)
    expect(row).to_have_count(1, timeout=SOON)
    expect(page.locator("tbody tr:not([aria-hidden])")).to_have_count(1, timeout=SOON)
    expect(row).to_contain_text("心", timeout=ANALYSED)
    page.get_by_role("heading", name="诊断工作列表").click()


def open_by_keys(page: Page, platform: Platform, number: str) -> str:
    """Open an examination from the list with Enter; return its address."""
    find(page, platform, number)
    page.keyboard.press("Enter")
    page.get_by_text("机器分析").wait_for()
    return page.url


def sign_by_keys(page: Page) -> None:
    """Adopt the machine's proposal, look, sign; the next one opens."""
    address = page.url
    expect(page.get_by_role("button", name="签发")).to_be_visible(timeout=SOON)
    page.keyboard.press("a")
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(address, timeout=SOON)


def accept_by_keys(page: Page, address: str) -> None:
    """Open an order as second person and accept it."""
    page.goto(address)
    expect(page.get_by_role("button", name="审核通过")).to_be_visible(timeout=SOON)
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(address, timeout=SOON)


def give_reason(page: Page, reason: str) -> None:
    """Answer the question why."""
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea, input[type=text]").first.fill(reason)
    dialog.get_by_role("button").last.click()
    expect(dialog).to_be_hidden(timeout=SOON)


def order_of(page: Page, platform: Platform, address: str) -> dict[str, Any]:
    """Return the examination of an address as the server has it, asked with the page's own session."""
    key = address.rsplit("/", 1)[-1]
    answer = page.context.request.get(f"{platform.url}/api/v1/ecg/orders/{key}", headers={"X-Tianmu-Client": "desk"})
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found
