"""Looking after accounts: roles with unit and dates, disabling, and what nobody may do to herself."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.api.calls import call
from tests.api.world import World
from tianmu.foundation.access.models import Account, Grant, Session, Token
from tianmu.foundation.audit.models import AuditLine

ONE = "GET /access/accounts/{account_id}"
CHANGE = "PATCH /access/accounts/{account_id}"
GRANT = "POST /access/accounts/{account_id}/grants"
REVOKE = "POST /access/grants/{grant_id}/revoke"
MAKE = "POST /access/accounts"
WORKLIST = "GET /ecg/orders"


def said(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.content)
    return found


def granting(role: str, unit: str = "@township.1", **more: object) -> dict[str, Any]:
    return {"body": {"role": role, "unit_id": unit, "reason": "轮岗", **more}}


def test_a_role_is_given_from_a_day_to_a_day_and_taken_back_at_once(world: World) -> None:
    today = timezone.localdate()
    asked = granting("registrar", ends_on=str(today + timedelta(days=9)))
    made = said(call(world, "officer.1", GRANT, asked))
    newest = made["grants"][0]
    assert (newest["role"], newest["starts_on"], newest["over"]) == ("registrar", str(today), False)
    assert "residents.person.change" in made["rights"]
    again = call(world, "officer.1", GRANT, asked)
    assert (again.status_code, said(again)["code"]) == (409, "access.grant_invalid")
    world.things()["new_grant.1"] = newest["id"]
    answer = call(world, "officer.1", REVOKE, {"at": {"grant_id": "new_grant.1"}, "body": {"reason": "轮岗结束"}})
    assert answer.status_code == 204
    rest = said(call(world, "officer.1", ONE, {}))
    assert [one["over"] for one in rest["grants"] if one["role"] == "registrar"] == [True]
    line = AuditLine.objects.filter(action="access.role_revoked").get()
    assert (line.old, line.reason) == ({"ends_on": str(today + timedelta(days=9))}, "轮岗结束")


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (granting("no_such_role"), 404),
        (granting("registrar", "@township.2"), 403),
        (granting("registrar", ends_on="2020-01-01"), 422),
        ({**granting("auditor"), "at": {"account_id": "officer.1"}}, 403),
        ({**granting("registrar"), "at": {"account_id": "account.2"}}, 404),
    ],
)
def test_a_role_is_not_given_where_it_may_not_be(world: World, row: dict[str, Any], status: int) -> None:
    before = Grant.objects.count()
    assert call(world, "officer.1", GRANT, row).status_code == status
    assert Grant.objects.count() == before


def test_a_disabled_account_is_out_at_once_and_its_tokens_rest(world: World) -> None:
    assert call(world, "doctor.1", WORKLIST, {}).status_code == 200
    out = {"body": {"active": False, "reason": "离职"}}
    assert said(call(world, "officer.1", CHANGE, out))["active"] is False
    assert call(world, "doctor.1", WORKLIST, {}).status_code == 401
    assert not Session.objects.filter(account=world.first.doctor, revoked_at=None).exists()
    device = {"at": {"account_id": "device_account.1"}, **out}
    assert call(world, "officer.1", CHANGE, device).status_code == 200
    assert call(world, "device.1", "GET /access/me", {}).status_code == 401
    assert Token.objects.get(account=world.first.device).revoked_at is None
    back = {"at": {"account_id": "device_account.1"}, "body": {"active": True, "reason": "修好"}}
    assert call(world, "officer.1", CHANGE, back).status_code == 200
    assert call(world, "device.1", "GET /access/me", {}).status_code == 200


def test_nobody_disables_herself_or_takes_her_own_role_back(world: World) -> None:
    own = {"at": {"account_id": "officer.1"}, "body": {"active": False, "reason": "试试"}}
    assert call(world, "officer.1", CHANGE, own).status_code == 403
    world.things()["own_grant.1"] = Grant.objects.get(account=world.first.officer).pk
    taking = {"at": {"grant_id": "own_grant.1"}, "body": {"reason": "试试"}}
    assert call(world, "officer.1", REVOKE, taking).status_code == 403
    assert Account.objects.get(pk=world.first.officer.pk).active


def test_a_new_member_of_staff_changes_the_first_password_before_anything_else(world: World) -> None:
    body = {"kind": "staff", "login": "new.one", "name": "赵六", "home_id": "@township.1"}
    weak = call(world, "officer.1", MAKE, {"body": {**body, "first_password": "short"}})
    assert (weak.status_code, said(weak)["code"]) == (422, "access.password_weak")
    assert not Account.objects.filter(login="new.one").exists()
    made = call(world, "officer.1", MAKE, {"body": {**body, "first_password": "Xk9$mountain"}})
    assert (made.status_code, said(made)["must_change_password"]) == (201, True)
    taken = call(world, "officer.1", MAKE, {"body": {**body, "login": "NEW.one", "first_password": "Xk9$mountain"}})
    assert (taken.status_code, said(taken)["code"]) == (409, "access.login_taken")
    browser = world.browser("anonymous")
    entry = json.dumps({"login": "new.one", "password": "Xk9$mountain"})
    assert browser.post("/api/v1/access/sign-in", entry, content_type="application/json").status_code == 200
    for path in ("site/info", "site/health", "access/me"):
        assert browser.get(f"/api/v1/{path}").status_code == 200, path
    refused = browser.get("/api/v1/ecg/orders")
    assert (refused.status_code, refused.json()["code"]) == (403, "access.password_change_needed")


def test_a_token_carries_no_right_that_its_account_lacks_and_ends_within_bounds(world: World) -> None:
    body = {"account_id": "@device_account.1", "label": "x", "rights": ["ecg.order.view", "ecg.recording.import"]}
    for ends, status in (("2020-01-01T00:00:00Z", 422), ("2090-01-01T00:00:00Z", 422), ("2030-01-01T00:00:00", 422)):
        asked = {"body": {**body, "expires_at": ends}}
        assert call(world, "officer.1", "POST /access/tokens", asked).status_code == status, ends
    issued = said(
        call(world, "officer.1", "POST /access/tokens", {"body": {**body, "expires_at": "2030-01-01T00:00:00Z"}})
    )
    browser = world.browser("anonymous")
    me = browser.get("/api/v1/access/me", headers={"Authorization": f"Bearer {issued['token']}"})
    assert list(me.json()["rights"]) == ["ecg.recording.import"]
