"""Hostile requests, each really sent: injection into every text, forged and fixed sessions, bombs, a jumping clock.

OWASP ASVS 4.0.3 chapters 2, 3, 5, 12, 13; issue “safe ground”, faults.
"""

import io
import json
import socket
import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from tests.api.calls import call, operations
from tests.api.matrix import MATRIX, PARTS, part_of
from tests.api.world import World
from tianmu.foundation.access.models import Session
from tianmu.foundation.access.tests.people import PASSWORD
from tianmu.foundation.audit.seals import check_month, month_of, seal_everything
from tianmu.foundation.audit.watch import recently
from tianmu.foundation.db.keys import uuid7
from tianmu.registry.residents.models import Resident

DESCRIBED = operations()
PAYLOADS = {
    "sql": "x' OR '1'='1';SELECT pg_sleep(9);--",
    "template": '{{7331*7331}}${7331*7331}#eval("7331*7331")',
    "header and path": "../../../../etc/passwd\r\nSet-Cookie: evil=1\r\n\r\n\x00",
}
PREVIEW = "/api/v1/ecg/imports/preview"


@pytest.fixture(autouse=True)
def without_memory() -> Iterator[None]:
    recently.forget()
    yield
    recently.forget()


def texts_of(name: str) -> list[str]:
    """Return the query parameters of an operation that are free text."""
    found = []
    for one in DESCRIBED[name].get("parameters", []):
        kinds = [one["schema"], *one["schema"].get("anyOf", [])]
        if one["in"] == "query" and any(kind.get("type") == "string" and "format" not in kind for kind in kinds):
            found.append(one["name"])
    return found


def poisoned(value: Any, payload: str) -> Any:
    """Put the payload into every text of a body that is no key of a thing."""
    if isinstance(value, dict):
        return {key: poisoned(one, payload) for key, one in value.items()}
    if isinstance(value, list):
        return [poisoned(one, payload) for one in value]
    return payload if isinstance(value, str) and not value.startswith("@") else value


@pytest.mark.parametrize("part", PARTS)
def test_no_text_is_taken_for_sql_template_header_or_path(world: World, part: str) -> None:
    people = Resident.objects.count()
    for name in (one for one in sorted(MATRIX) if part_of(one) == part):
        row = MATRIX[name]
        if not texts_of(name) and "body" not in row:
            continue
        for kind, payload in PAYLOADS.items():
            sent = {**row, "query": {**row.get("query", {}), **dict.fromkeys(texts_of(name), payload)}}
            if "body" in row:
                sent["body"] = poisoned(row["body"], payload)
            began = time.monotonic()
            with transaction.atomic():
                answer = call(world, row["who"]["rightful"], name, sent)
                transaction.set_rollback(True)
            assert time.monotonic() - began < 5, (name, kind)
            assert answer.status_code < 500, (name, kind)
            assert "evil" not in str(answer.headers), (name, kind)
            assert "evil" not in answer.cookies, (name, kind)
            content = b"" if answer.streaming else getattr(answer, "content", b"")
            assert b"53743561" not in content, (name, kind)
            assert b"root:" not in content, (name, kind)
            assert b"syntax error" not in content, (name, kind)
    assert Resident.objects.count() == people


@pytest.mark.parametrize("payload", ["' OR '1'='1", "%", "_", "*", "\\", "张%", "' UNION SELECT 1 --"])
def test_a_search_finds_no_more_for_signs_of_the_query_language(world: World, payload: str) -> None:
    for name in ("GET /residents/people", "GET /ecg/orders", "GET /access/accounts", "GET /staff/people"):
        answer = call(world, MATRIX[name]["who"]["rightful"], name, {"query": {"search": payload}})
        assert json.loads(getattr(answer, "content", b""))["items"] == [], name


WRITES = sorted(name for name in MATRIX if not name.startswith("GET "))


@pytest.mark.parametrize("part", PARTS)
def test_no_write_is_taken_from_a_foreign_page(world: World, part: str) -> None:
    """A foreign page can send the cookie with a form, but not our header (and not read the answer)."""
    for name in (one for one in WRITES if part_of(one) == part):
        who = MATRIX[name]["who"]["rightful"]
        if who not in world.cookies:
            continue
        client, cookie = world.cookies[who]
        browser = Browser(raise_request_exception=False)
        browser.cookies[f"tianmu_{client}"] = cookie
        method, path = name.split(" ", 1)
        url = f"/api/v1{path}".replace("{", "").replace("}", "") + f"?client={client}"
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
            answer = browser.generic(method, url, "{}", content_type=kind, headers={"Origin": "https://evil.example"})
            assert (answer.status_code, answer.json()["code"]) == (403, "access.client_mismatch"), name
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_cookies_are_kept_from_scripts_and_foreign_pages(world: World) -> None:
    body = json.dumps({"login": "doctor1", "password": PASSWORD})
    for secure in (False, True):
        browser = Browser(headers={"X-Tianmu-Client": "desk"})
        answer = browser.post("/api/v1/access/sign-in", body, content_type="application/json", secure=secure)
        assert sorted(answer.cookies) == ["tianmu_desk", "tianmu_known_desk"]
        for cookie in answer.cookies.values():
            assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/api/")
            assert bool(cookie["secure"]) is secure
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_signing_in_gives_a_new_session_and_ends_the_one_that_was_planted(world: World) -> None:
    body = json.dumps({"login": "doctor1", "password": PASSWORD})
    browser = Browser(headers={"X-Tianmu-Client": "desk"})
    browser.cookies["tianmu_desk"] = "planted-by-somebody-else-0123456789"
    answer = browser.post("/api/v1/access/sign-in", body, content_type="application/json")
    first = answer.cookies["tianmu_desk"].value
    assert first != "planted-by-somebody-else-0123456789"
    _, attackers = world.cookies["doctor.2"]
    browser.cookies["tianmu_desk"] = attackers
    second = browser.post("/api/v1/access/sign-in", body, content_type="application/json").cookies["tianmu_desk"].value
    assert len({first, second, attackers}) == 3
    stranger = Browser(headers={"X-Tianmu-Client": "desk"})
    stranger.cookies["tianmu_desk"] = attackers
    assert stranger.get("/api/v1/access/me").status_code == 401


def sent(world: World, name: str, data: bytes) -> tuple[int, str, float]:
    """Send a file for preview; return status, code and seconds."""
    began = time.monotonic()
    browser = world.browser("doctor.1")
    answer = browser.post(PREVIEW, {"file": SimpleUploadedFile(name, data)})
    return answer.status_code, str(answer.json().get("code")), time.monotonic() - began


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
XMLS = {
    "entities": f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><AnnotatedECG>&l11;</AnnotatedECG>',
    "file": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><AnnotatedECG>&x;</AnnotatedECG>',
}


@pytest.mark.parametrize("kind", sorted(XMLS))
def test_xml_with_entities_is_refused_at_once(world: World, kind: str) -> None:
    status, code, seconds = sent(world, "a.xml", XMLS[kind].encode())
    assert (status, code) == (422, "ecg.xml_unsafe")
    assert seconds < 2


def test_xml_fetches_nothing_from_the_network(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd"
        for xml in (
            f'<?xml version="1.0"?><!DOCTYPE a SYSTEM "{place}"><AnnotatedECG/>',
            f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % x SYSTEM "{place}"> %x;]><AnnotatedECG/>',
        ):
            status, code, _ = sent(world, "a.xml", xml.encode())
            assert status == 422
            assert code in {"ecg.xml_unsafe", "ecg.not_an_ecg"}
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_zip_bomb_is_refused_before_it_opens(world: World) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.dat", "w", force_zip64=True) as one,
    ):
        for _ in range(300):
            one.write(bytes(1 << 20))
    assert len(file.getvalue()) < 400_000
    status, code, seconds = sent(world, "a.zip", file.getvalue())
    assert status in {413, 422}
    assert code.startswith("ecg.")
    assert seconds < 5


def test_a_zip_whose_names_climb_out_writes_nothing_outside(world: World) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("../../../../tmp/tianmu-evil.hea", "/tmp/tianmu-evil.dat", "a/../../b.hea"):
            archive.writestr(name, "x")
    status, code, _ = sent(world, "a.zip", file.getvalue())
    assert status == 422
    assert code.startswith("ecg.")


@pytest.mark.parametrize("body", ["[" * 200_000, '{"a":' * 100_000, "[" * 50_000 + "]" * 50_000, "1" * 5_000, "\ud800"])
def test_json_bombs_are_refused(world: World, body: str) -> None:
    data = body.encode("utf-8", "surrogatepass")
    for path in ("/api/v1/access/me", "/api/v1/residents/people"):
        browser = world.browser("doctor.1")
        method = "PATCH" if path.endswith("me") else "POST"
        answer = browser.generic(method, path, data, content_type="application/json")
        assert answer.status_code in {400, 422}, path
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_bodies_have_a_bound_and_settings_a_smaller_one(world: World) -> None:
    browser = world.browser("doctor.1")
    large = json.dumps({"preferences": {"a": "x" * (5 << 20)}})
    answer = browser.patch("/api/v1/access/me", large, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")
    answer = browser.patch("/api/v1/access/me", large[: 70 << 10] + '"}}', content_type="application/json")
    assert answer.status_code == 422
    deep: Any = {}
    for _ in range(90):
        deep = {"a": deep}
    answer = browser.patch("/api/v1/access/me", json.dumps({"preferences": deep}), content_type="application/json")
    assert answer.status_code in {200, 422}


def test_a_clock_that_jumps_ends_what_is_over_and_breaks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = timezone.now

    def jump(days: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=days))

    me, device = "GET /access/me", "GET /ecg/devices"
    assert call(world, "doctor.1", me, {}).status_code == 200
    for days, session, token in ((0.4, 200, 200), (0.6, 401, 200), (2, 401, 401), (3650, 401, 401)):
        jump(days)
        assert call(world, "doctor.1", me, {}).status_code == session, days
        assert call(world, "device.1", device, {}).status_code == token, days
    for days in (-1, -400):
        jump(days)
        assert call(world, "doctor.2", me, {}).status_code in {200, 423}, days
        call(world, "nobody", "GET /audit/lines", {})
        assert seal_everything(timezone.now()) >= 0
    jump(0)
    seal_everything(timezone.now())
    assert check_month(month_of(uuid7())).faults == ()


def test_a_session_that_was_locked_by_a_jump_opens_with_the_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=2))
    browser = world.browser("doctor.1")
    browser.get("/api/v1/access/me")
    assert browser.get("/api/v1/ecg/orders").status_code == 423
    body = json.dumps({"password": PASSWORD})
    assert browser.post("/api/v1/access/unlock", body, content_type="application/json").status_code == 200
    assert browser.get("/api/v1/ecg/orders").status_code == 200
    assert Session.objects.filter(account=world.accounts()["doctor.1"], locked_at=None).exists()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@127.0.0.1", "127.0.0.1:8000"])
def test_the_host_a_caller_names_leads_nobody_anywhere(world: World, host: str) -> None:
    browser = world.browser("doctor.1")
    for path in ("/", "/desk/", "/api/v1/site/info", "/api/v1/access/me", "/verify/" + "0" * 64):
        answer = browser.get(path, headers={"Host": host, "X-Forwarded-Host": host})
        assert answer.status_code < 500
        content = answer.getvalue()
        assert b"evil.example" not in content
        assert "evil.example" not in str(answer.headers)
