"""A write that is sent twice is done once, whatever happens in between."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import close_old_connections, connection
from django.test import Client as Browser
from django.utils import timezone

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, Token
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person
from tianmu.foundation.api.models import IdempotentAnswer
from tianmu.foundation.audit.models import AuditLine

PATH = "/api/v1/access/me"
in_one_transaction = pytest.mark.django_db
with_real_commits = pytest.mark.django_db(transaction=True)


def save(browser: Browser, key: str, **preferences: object) -> tuple[int, dict[str, object], str | None]:
    answer = browser.patch(
        PATH, {"preferences": preferences}, content_type="application/json", headers={"Idempotency-Key": key}
    )
    return answer.status_code, json.loads(answer.content), answer.headers.get("Idempotency-Replayed")


def saved_times() -> int:
    return AuditLine.objects.filter(action="access.preferences_saved").count()


def person(login: str = "anyone") -> Account:
    return Account.objects.filter(login=login).first() or make_person(login, make_county().first)


@in_one_transaction
def test_the_same_key_is_answered_the_same_and_done_once() -> None:
    browser = browser_of(person())
    first = save(browser, "k-1", font=14)
    again = save(browser, "k-1", font=14)
    assert first[:2] == again[:2]
    assert (first[2], again[2]) == (None, "true")
    assert saved_times() == 1


@in_one_transaction
def test_the_same_key_for_something_else_is_refused() -> None:
    browser = browser_of(person())
    save(browser, "k-1", font=14)
    status, problem, _ = save(browser, "k-1", font=16)
    assert (status, problem["code"]) == (422, "api.idempotency_key_reused")
    assert person().preferences == {"font": 14}


@in_one_transaction
def test_another_persons_key_is_her_own() -> None:
    county = make_county()
    first, second = make_person("first", county.first), make_person("second", county.first)
    save(browser_of(first), "k-1", font=14)
    assert save(browser_of(second), "k-1", font=16)[0] == 200
    assert saved_times() == 2


@in_one_transaction
def test_a_refused_write_may_be_corrected_under_the_same_key() -> None:
    browser = browser_of(person())
    headers = {"Idempotency-Key": "k-1"}
    assert browser.patch(PATH, {"locale": "fr"}, content_type="application/json", headers=headers).status_code == 422
    assert browser.patch(PATH, {"locale": "en"}, content_type="application/json", headers=headers).status_code == 200
    assert person().locale == "en"


@in_one_transaction
@pytest.mark.parametrize("key", ["x" * 65, "a b", "ключ"])
def test_a_key_that_is_none_is_refused_and_nothing_done(key: str) -> None:
    status, problem, _ = save(browser_of(person()), key, font=14)
    assert (status, problem["code"]) == (422, "api.invalid")
    assert saved_times() == 0


@in_one_transaction
def test_reading_needs_no_key_and_keeps_none() -> None:
    browser_of(person()).get(PATH, headers={"Idempotency-Key": "k-1"})
    assert not IdempotentAnswer.objects.exists()


@with_real_commits
def test_what_failed_half_way_is_done_by_the_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(person())

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("tianmu.foundation.access.api._me", crash)
        assert save(browser, "k-1", font=14)[0] == 500
    assert (saved_times(), IdempotentAnswer.objects.count(), person().preferences) == (0, 0, {})
    assert save(browser, "k-1", font=14)[::2] == (200, None)
    assert (saved_times(), person().preferences) == (1, {"font": 14})


def at_once(
    count: int, send: Callable[[int], tuple[int, dict[str, object], str | None]]
) -> list[tuple[int, str | None]]:
    def one(number: int) -> tuple[int, str | None]:
        close_old_connections()
        try:
            status, _, replayed = send(number)
            return status, replayed
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)), key=str)


@with_real_commits
def test_eight_at_once_are_done_once() -> None:
    account = person()
    browsers = [browser_of(account) for _ in range(8)]
    answers = at_once(8, lambda number: save(browsers[number], "k-1", font=14))
    assert answers == [(200, "true")] * 7 + [(200, None)]
    assert saved_times() == 1


@with_real_commits
def test_a_repeat_waits_for_the_first_and_takes_over_when_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    account = person()
    browsers = [browser_of(account) for _ in range(2)]
    began, failed = Event(), []

    def fail_once(**_: object) -> None:
        monkeypatch.undo()
        began.set()
        failed.append(1)
        raise RuntimeError

    monkeypatch.setattr("tianmu.foundation.access.actions.record", fail_once)
    answers = at_once(2, lambda number: save(browsers[number], "k-1", font=14))
    assert (began.is_set(), failed) == (True, [1])
    assert answers == [(200, None), (500, None)]
    assert (saved_times(), person().preferences) == (1, {"font": 14})


@with_real_commits
def test_a_device_may_repeat_itself_too() -> None:
    county = make_county()
    issuer = make_person("issuer", county.first, ["access.token.issue"])
    device = make_person("ecg-7", county.first, kind=AccountKind.DEVICE)
    body = {
        "account_id": str(device.pk),
        "label": "ward",
        "rights": [],
        "expires_at": timezone.now().replace(year=2030).isoformat(),
    }
    browser = browser_of(issuer)
    answers = [
        browser.post(
            "/api/v1/access/tokens", body, content_type="application/json", headers={"Idempotency-Key": "t-1"}
        ).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert Token.objects.count() == 1
