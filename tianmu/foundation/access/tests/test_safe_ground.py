"""Passwords, second factor, sessions, tokens, emergency openings and delegation, through the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tianmu.foundation.access import ports
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.identity import session_of
from tianmu.foundation.access.models import Account, BreakGlass, Grant, Role, Session, Token
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.access.tests.people import PASSWORD, County, browser_of, make_county, make_person, stranger
from tianmu.foundation.access.totp import STEP_SECONDS, code_at
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.db.keys import uuid7

pytestmark = pytest.mark.django_db
NEW = "Xk9$mountain"
ME = "/api/v1/access/me"


@pytest.fixture
def county() -> County:
    return make_county()


def post(browser: Browser, path: str, **body: Any) -> Any:
    return browser.post(f"/api/v1/access/{path}", body, content_type="application/json")


def sign_in(password: str = PASSWORD, login: str = "wang", **more: str) -> tuple[Browser, Any]:
    browser = stranger()
    return browser, post(browser, "sign-in", login=login, password=password, **more)


def test_a_new_password_ends_the_other_sessions_and_the_old_one_is_refused(county: County) -> None:
    account = make_person("wang", county.first)
    here, there = browser_of(account), browser_of(account)
    assert post(here, "me/password", old_password="wrong", new_password=NEW).status_code == 401
    weak = post(here, "me/password", old_password=PASSWORD, new_password="short")
    assert (weak.status_code, weak.json()["code"], weak.json()["weaknesses"]) == (
        422,
        "access.password_weak",
        ["short", "simple"],
    )
    assert post(here, "me/password", old_password=PASSWORD, new_password=NEW).status_code == 204
    assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)
    assert sign_in()[1].status_code == 401
    assert sign_in(NEW)[1].status_code == 200
    again = post(here, "me/password", old_password=NEW, new_password=NEW)
    assert again.json()["weaknesses"] == ["used_before"]


def test_a_first_password_must_be_changed_before_anything_else(county: County) -> None:
    account = make_person("wang", county.first)
    officer = browser_of(make_person("officer", county.first, ["access.account.manage"]))
    foreign = browser_of(make_person("other", county.second, ["access.account.manage"]))
    path = f"accounts/{account.pk}/password"
    assert post(foreign, path, new_password=NEW).status_code == 404
    assert post(officer, path, new_password=NEW).status_code == 204
    browser, answer = sign_in(NEW)
    assert answer.json()["must_change_password"] is True
    refused = browser.get("/api/v1/messages/messages")
    assert (refused.status_code, refused.json()["code"]) == (403, "access.password_change_needed")
    assert post(browser, "me/password", old_password=NEW, new_password="Another-lake-7").status_code == 204
    assert browser.get("/api/v1/messages/messages").status_code == 200


def enrolled(account: Account) -> tuple[str, list[str]]:
    browser = browser_of(account)
    begun = post(browser, "second-factor").json()
    assert begun["qr_svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert post(browser, "second-factor/confirm", code="000000").status_code == 422
    code = code_at(begun["secret"], int(timezone.now().timestamp()) // STEP_SECONDS - 1)
    codes = post(browser, "second-factor/confirm", code=code).json()["recovery_codes"]
    assert len(set(codes)) == 10
    return begun["secret"], codes


def test_with_a_second_factor_the_password_alone_does_not_open(county: County) -> None:
    account = make_person("wang", county.first)
    secret, codes = enrolled(account)
    assert secret.encode() not in bytes(Account.objects.values_list("password", flat=True)[0].encode())
    assert sign_in()[1].json()["code"] == "access.second_factor_needed"
    assert sign_in(code="000000")[1].json()["code"] == "access.second_factor_wrong"
    code = code_at(secret, int(timezone.now().timestamp()) // STEP_SECONDS)
    assert sign_in(code=code)[1].status_code == 200
    assert sign_in(code=code)[1].json()["code"] == "access.second_factor_wrong"
    assert sign_in(code=codes[0])[1].status_code == 200
    assert sign_in(code=codes[0])[1].status_code == 401


def test_wrong_codes_are_counted_as_guesses(county: County) -> None:
    enrolled(make_person("wang", county.first))
    for _ in range(8):
        assert sign_in(code="000000")[1].status_code == 401
    assert sign_in(code="000000")[1].status_code == 429


def test_privileged_rights_wait_for_the_second_factor(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    make_person("wang", county.first, ["access.account.manage", "jobs.job.view"])
    browser, answer = sign_in()
    assert list(answer.json()["rights"]) == ["jobs.job.view"]
    assert answer.json()["second_factor"] == {"enrolled": False, "required": True}
    assert browser.get("/api/v1/access/tokens").status_code == 403
    monkeypatch.setenv("TIANMU_SECOND_FACTOR", "offered")
    assert sorted(browser.get(ME).json()["rights"]) == ["access.account.manage", "jobs.job.view"]


def test_a_lost_phone_is_helped_by_an_administrator(county: County) -> None:
    account = make_person("wang", county.first)
    enrolled(account)
    officer = browser_of(make_person("officer", county.first, ["access.account.manage"]))
    path = f"accounts/{account.pk}/second-factor/remove"
    assert post(officer, path, password="wrong").status_code == 401
    assert post(officer, path, password=PASSWORD).status_code == 204
    assert sign_in()[1].status_code == 200
    assert AuditLine.objects.filter(action="access.second_factor_removed").count() == 1


def test_sessions_are_listed_and_ended(county: County) -> None:
    account = make_person("wang", county.first)
    here, there = browser_of(account), browser_of(account, address="10.0.0.7")
    listed = here.get("/api/v1/access/sessions").json()
    assert [(one["address"], one["mine"]) for one in listed] == [("10.0.0.7", False), ("127.0.0.1", True)]
    assert post(browser_of(make_person("li", county.first)), f"sessions/{listed[0]['id']}/revoke").status_code == 404
    assert post(here, f"sessions/{listed[0]['id']}/revoke").status_code == 204
    assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)


def test_a_session_nobody_uses_locks_itself(county: County) -> None:
    browser = browser_of(make_person("wang", county.first))
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    assert browser.get("/api/v1/messages/messages").status_code == 200
    assert Session.objects.get().seen_at > timezone.now() - timedelta(minutes=1)
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=61))
    assert browser.get("/api/v1/messages/messages").status_code == 423
    assert post(browser, "unlock", password=PASSWORD).status_code == 200
    assert browser.get("/api/v1/messages/messages").status_code == 200


def test_tokens_are_listed_used_and_ended(county: County) -> None:
    device = make_person("ecg-7", county.first, ["jobs.job.view"], kind=AccountKind.DEVICE)
    officer = browser_of(make_person("officer", county.first, ["access.token.issue"]))
    foreign = browser_of(make_person("other", county.second, ["access.token.issue"]))
    until = (timezone.now() + timedelta(days=1)).isoformat()
    asked = {"account_id": str(device.pk), "label": "ward", "rights": ["jobs.job.view"], "expires_at": until}
    bearer = post(officer, "tokens", **asked).json()["token"]
    machine = Browser(headers={"Authorization": f"Bearer {bearer}"})
    assert machine.get("/api/v1/jobs/jobs").status_code == 200
    listed = officer.get("/api/v1/access/tokens").json()["items"]
    assert [(one["label"], one["account"], one["used_at"] is not None) for one in listed] == [
        ("ward", device.name, True)
    ]
    assert bearer not in str(listed)
    assert foreign.get("/api/v1/access/tokens").json()["items"] == []
    assert post(foreign, f"tokens/{listed[0]['id']}/revoke").status_code == 404
    assert post(officer, f"tokens/{listed[0]['id']}/revoke").status_code == 204
    assert machine.get("/api/v1/jobs/jobs").status_code == 401
    assert Token.objects.get().revoked_at is not None


def test_an_emergency_opens_one_record_for_looking_and_is_reviewed(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, nobody = uuid7(), uuid7()
    monkeypatch.setattr(ports, "_answers", [lambda key: patient if key == patient else None])
    doctor = make_person("wang", county.first, ["access.break_glass.open"])
    browser = browser_of(doctor)
    assert post(browser, "break-glass", person_id=str(patient), reason="   ?  ").status_code == 422
    assert post(browser, "break-glass", person_id=str(nobody), reason="昏迷送入急诊").status_code == 404
    assert not BreakGlass.objects.exists()
    opened = post(browser, "break-glass", person_id=str(patient), reason="昏迷送入急诊")
    assert opened.status_code == 201
    session = session_of(browser.cookies["tianmu_desk"].value, "desk", timezone.now())
    assert session is not None
    assert list(session.opened_persons) == [str(patient)]
    reviewer = make_person("auditor", county.top, ["access.break_glass.review", "access.break_glass.open"])
    auditor = browser_of(reviewer)
    pending = auditor.get("/api/v1/access/break-glass").json()["items"]
    assert [(one["account"], one["reason"]) for one in pending] == [("wang者", "昏迷送入急诊")]
    path = f"break-glass/{pending[0]['id']}/review"
    assert post(browser, path, justified=True).status_code == 404
    assert post(auditor, path, justified=False).status_code == 422
    assert post(auditor, path, justified=False, note="病人当时清醒").json()["justified"] is False
    assert post(auditor, path, justified=True).status_code == 409
    assert auditor.get("/api/v1/access/break-glass").json()["items"] == []
    assert BreakGlass.objects.get().reviewed_by_id == reviewer.pk
    own = post(auditor, "break-glass", person_id=str(patient), reason="昏迷送入急诊").json()
    assert post(auditor, f"break-glass/{own['id']}/review", justified=True).status_code == 403
    assert AuditLine.objects.filter(action="access.break_glass", person_id=patient).count() == 2


def lend(browser: Browser, county: County, **changed: Any) -> Any:
    body = {
        "to_login": "li",
        "role": "test-wang",
        "unit_id": str(county.first.pk),
        "until": str(timezone.localdate() + timedelta(days=3)),
        "reason": "年休假",
    }
    return post(browser, "delegations", **{**body, **changed})


def test_a_lent_role_works_until_its_day_and_as_long_as_the_lenders_own(county: County) -> None:
    lender, borrower = make_person("wang", county.first, ["ecg.order.view"]), make_person("li", county.first)
    browser = browser_of(lender)
    grant = lend(browser, county).json()
    assert (grant["lender"], grant["to"], grant["unit"]) == ("wang者", "li者", "县人民医院")
    now = timezone.now()
    assert actor_for(borrower, now).may("ecg.order.view", "/ly/h1/")
    assert not actor_for(borrower, now + timedelta(days=4)).may("ecg.order.view")
    Grant.objects.filter(account=lender).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert not actor_for(borrower, now).may("ecg.order.view")
    Grant.objects.filter(account=lender).update(ends_on=None)
    assert len(browser_of(borrower).get("/api/v1/access/delegations").json()) == 1
    assert post(browser_of(borrower), f"delegations/{grant['id']}/end").status_code == 204
    assert not actor_for(borrower, now).may("ecg.order.view")


def test_what_is_not_ones_own_is_not_lent(county: County) -> None:
    browser = browser_of(make_person("wang", county.first, ["ecg.order.view"]))
    borrower = make_person("li", county.first)
    Role.objects.create(code="admin", name="x", rights=["access.account.manage"])
    far = str(timezone.localdate() + timedelta(days=32))
    for changed in ({"role": "admin"}, {"unit_id": str(county.second.pk)}, {"until": far}, {"to_login": "wang"}):
        assert lend(browser, county, **changed).json()["code"] == "access.delegation_invalid"
    assert lend(browser, county, to_login="nobody").status_code == 404
    lent = lend(browser, county)
    assert lent.status_code == 201
    third = make_person("zhao", county.first)
    assert lend(browser_of(borrower), county, to_login=third.login).json()["code"] == "access.delegation_invalid"
