"""People of the demo county at their browsers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.stories.platform import PASSWORD, Platform

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in where."""

    login: str
    app: str
    password: str = PASSWORD


@contextmanager
def at_browser(browser: Browser, platform: Platform, person: Person) -> Iterator[Page]:
    """Yield the page of a person who has signed in, in a browser of her own; an error on the page fails the story."""
    context = browser.new_context(
        viewport=PHONE if person.app == "resident" else DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    try:
        sign_in(page, platform, person)
        yield page
    except BaseException:
        keep_picture(page, person)
        raise
    finally:
        context.close()
    assert errors == []


def keep_picture(page: Page, person: Person) -> None:
    """Keep what the person saw when her story failed, where `TIANMU_STORY_PICTURES` names a folder."""
    folder = os.environ.get("TIANMU_STORY_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{person.app}-{person.login}.png"))


def sign_in(page: Page, platform: Platform, person: Person) -> None:
    """Fill the sign-in page."""
    page.goto(f"{platform.url}/{person.app}/")
    fields = page.locator("input:visible")
    fields.nth(0).fill(person.login)
    fields.nth(1).fill(person.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def confirm_critical_values(page: Page) -> None:
    """Confirm every critical value of the open examination, one after the other."""
    buttons = page.get_by_role("button", name="确认危急值")
    for left in reversed(range(buttons.count())):
        buttons.first.click()
        expect(buttons).to_have_count(left, timeout=PATIENCE_MS)
