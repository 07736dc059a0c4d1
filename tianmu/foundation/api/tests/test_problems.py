"""Every error leaves the house in one shape."""

import json

import pytest
from django.db.utils import OperationalError
from django.http import HttpRequest
from django.test import Client as Browser
from django.test import RequestFactory

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person, stranger
from tianmu.foundation.api.router import expected_version

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "code", "field_errors", "trace_id"}
JSON = "application/json"


@pytest.fixture
def browser() -> Browser:
    return browser_of(make_person("anyone", make_county().first))


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status", "code"),
    [
        ("GET", "/api/v1/nothing", "", "", 404, "api.not_found"),
        ("GET", "/api/v2/access/me", "", "", 404, "api.not_found"),
        ("GET", "/api/", "", "", 404, "api.not_found"),
        ("DELETE", "/api/v1/access/me", "", "", 405, "api.method_not_allowed"),
        ("PATCH", "/api/v1/access/me", "{", JSON, 400, "api.invalid"),
        ("PATCH", "/api/v1/access/me", "[" * 100_000, JSON, 400, "api.invalid"),
        ("PATCH", "/api/v1/access/me", '{"locale": ' + "9" * 5000 + "}", JSON, 400, "api.invalid"),
        ("PATCH", "/api/v1/access/me", '{"locale": "fr"}', JSON, 422, "api.invalid"),
        ("PATCH", "/api/v1/access/me", '{"preferences": {"x": "\\u0000"}}', JSON, 422, "api.invalid"),
        ("PATCH", "/api/v1/access/me", '{"preferences": {"x": "\\ud800"}}', JSON, 422, "api.invalid"),
        ("PATCH", "/api/v1/access/me", "--x", "multipart/form-data; boundary=", 400, "api.invalid"),
        ("GET", "/api/v1/jobs/jobs/not-a-key", "", "", 422, "api.invalid"),
        ("GET", "/api/v1/jobs/jobs/01a2073d-7ae8-736b-9c38-2030b51f8416", "", "", 404, "access.not_found"),
        ("GET", "/api/v1/messages/messages?cursor=%F0%9F%98%80", "", "", 422, "api.cursor_invalid"),
        ("GET", "/api/v1/messages/messages?cursor=WyJ4Il0", "", "", 422, "api.invalid"),
        ("GET", "/api/v1/messages/messages?limit=0", "", "", 422, "api.invalid"),
        ("GET", "/api/v1/messages/messages?limit=201", "", "", 422, "api.invalid"),
        ("GET", "/api/v1/codes/systems/%00", "", "", 422, "api.invalid"),
    ],
)
def test_an_error_has_the_shape_of_all_errors(
    browser: Browser, method: str, path: str, body: str, kind: str, status: int, code: str
) -> None:
    answer = browser.generic(method, path, body, content_type=kind or "application/octet-stream")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = json.loads(answer.content)
    assert set(problem) >= MEMBERS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["trace_id"] == answer.headers["X-Trace-Id"]
    assert len(problem["trace_id"]) == 16


def test_a_405_names_what_is_allowed(browser: Browser) -> None:
    assert set(browser.delete("/api/v1/access/me").headers["Allow"].split(", ")) == {"GET", "PATCH"}


def test_a_body_that_is_announced_too_large_is_not_read(browser: Browser) -> None:
    answer = browser.generic("POST", "/api/v1/access/sign-in", "{}", headers={"Content-Length": str(80 << 20)})
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")


def test_a_field_that_is_wrong_is_named(browser: Browser) -> None:
    answer = browser.patch("/api/v1/access/me", {"locale": "fr"}, content_type=JSON)
    assert list(answer.json()["field_errors"]) == ["body.locale"]


def test_a_database_that_is_away_is_said_plainly(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        message = "connection refused"
        raise OperationalError(message)

    monkeypatch.setattr("tianmu.foundation.messages.selectors.messages", away)
    answer = browser.get("/api/v1/messages/unread-count")
    assert (answer.status_code, answer.json()["code"]) == (503, "api.unavailable")
    monkeypatch.setattr("tianmu.foundation.access.middleware.session_of", away)
    answer = browser.get("/api/v1/messages/unread-count")
    assert (answer.status_code, answer.json()["code"]) == (503, "api.unavailable")


def test_what_nobody_foresaw_shows_a_trace_id_and_nothing_else(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "secret 320481199003071234"
        raise RuntimeError(message)

    monkeypatch.setattr("tianmu.foundation.messages.selectors.messages", broken)
    answer = browser.get("/api/v1/messages/unread-count")
    assert (answer.status_code, answer.json()["code"]) == (500, "api.internal")
    assert "secret" not in answer.content.decode()


def test_every_answer_keeps_strangers_out_of_frames_scripts_and_caches() -> None:
    answer = stranger().get("/api/v1/access/me")
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("given", "version"), [("", None), ('"7"', 7), ("7", 7)])
def test_if_match_holds_a_version(given: str, version: int | None) -> None:
    assert expected_version(asking(given)) == version


@pytest.mark.parametrize("given", ["*", "-1", '"x"', "9" * 10, 'W/"7"'])
def test_another_if_match_is_refused(given: str) -> None:
    with pytest.raises(TianmuError, match="If-Match must hold the version"):
        expected_version(asking(given))


def asking(version: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"If-Match": version} if version else {})
