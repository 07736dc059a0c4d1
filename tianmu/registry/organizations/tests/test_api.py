"""The directory of institutions over HTTP."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.events.models import OutboxEvent
from tianmu.registry.organizations.actions import OrganizationDraft, add_organization
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.towns import town_of, towns
from tianmu.registry.tests.county import SETUP, County

NEW = {"code": "t1-v2", "name": "金塘村卫生室", "kind": "village", "parent_code": "t1", "town_code": "320481114"}


def test_nobody_sees_the_directory_without_signing_in(county: County) -> None:
    one = f"/organizations/{county.units['t1'].pk}"
    for method, path, body in (
        ("GET", "/organizations/tree", None),
        ("GET", one, None),
        ("POST", "/organizations", NEW),
        ("PATCH", one, {"name": "x"}),
    ):
        assert county.anonymous.call(method, path, body).status_code == 401


def test_the_tree_is_whole_for_everybody_who_works_here(county: County) -> None:
    [root] = county.stranger.get("/organizations/tree").json()
    assert (root["code"], root["kind"], root["path"]) == ("ly", "bureau", "/ly/")
    assert [child["code"] for child in root["children"]] == ["t1", "t2"]
    [station] = root["children"][0]["children"]
    assert (station["name"], station["town"]) == ("长乐村卫生室", {"code": "320481114", "name": "南渡镇"})


def test_statements_of_the_tree_do_not_grow(county: County) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            county.reader.get("/organizations/tree")
        return len(queries)

    before = statements()
    for number in range(20):
        draft = OrganizationDraft(f"t1-x{number}", "站", OrganizationKind.STATION, "t1")
        add_organization(actor=SETUP, draft=draft)
    assert statements() == before <= 6


def test_a_page_masks_the_phone_and_counts_staff(county: County) -> None:
    unit = county.units["t1"]
    county.rightful.call("PATCH", f"/organizations/{unit.pk}", {"phone": "0519-87654321", "address": "东街1号"})
    page = county.stranger.get(f"/organizations/{unit.pk}").json()
    assert (page["phone_masked"], page["address"], page["version"]) == ("051****4321", "东街1号", 2)
    assert page["staff_count"] == 2
    assert county.stranger.get(f"/organizations/{uuid4()}").status_code == 404


def test_only_who_manages_it_changes_an_institution(county: County) -> None:
    unit = county.units["t1"]
    path = f"/organizations/{unit.pk}"
    for caller in (county.reader, county.stranger):
        refused = caller.call("PATCH", path, {"name": "别的名字"})
        assert (refused.status_code, refused.json()["right"]) == (403, "organizations.unit.manage")
    assert ScopeUnit.objects.get(pk=unit.pk).name == "南渡镇卫生院"
    stale = county.rightful.call("PATCH", path, {"name": "新名"}, **{"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 1)
    assert county.rightful.call("PATCH", path, {"name": "南渡镇中心卫生院"}).json()["name"] == "南渡镇中心卫生院"
    line = AuditLine.objects.get(action="organizations.changed")
    assert line.old is not None
    assert line.new is not None
    assert (line.old["name"], line.new["name"]) == ("南渡镇卫生院", "南渡镇中心卫生院")
    assert OutboxEvent.objects.filter(name="organizations.changed").count() == 1


def test_only_who_manages_the_parent_adds_below_it(county: County) -> None:
    for caller in (county.reader, county.stranger):
        assert caller.call("POST", "/organizations", NEW).status_code == 403
    assert not Organization.objects.filter(unit__code="t1-v2").exists()
    made = county.rightful.call("POST", "/organizations", NEW)
    assert (made.status_code, made.json()["path"]) == (201, "/ly/t1/t1-v2/")
    row = Organization.objects.get(unit__code="t1-v2")
    assert row.pk == row.unit_id


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"code": "T1"}, 422, "organizations.code_invalid"),
        ({"code": "a/b"}, 422, "organizations.code_invalid"),
        ({"code": "t2"}, 409, "organizations.code_taken"),
        ({"town_code": "999999999"}, 422, "organizations.town_unknown"),
        ({"parent_code": "nowhere"}, 422, "organizations.code_invalid"),
        ({"kind": "castle"}, 422, "api.invalid"),
    ],
)
def test_what_cannot_be_is_refused(county: County, change: dict[str, str], status: int, code: str) -> None:
    before = ScopeUnit.objects.count()
    answer = county.rightful.call("POST", "/organizations", {**NEW, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ScopeUnit.objects.count() == before


def test_the_county_has_twelve_towns() -> None:
    assert len(towns()) == 12
    assert all(code.startswith("320481") and len(code) == 9 for code in towns())
    found = town_of("320481106")
    assert found is not None
    assert found.name == "天目湖镇"
    assert town_of("") is None


def test_what_is_not_there_cannot_be_changed(county: County) -> None:
    assert county.rightful.call("PATCH", f"/organizations/{uuid4()}", {"name": "x"}).status_code == 404
    assert county.rightful.call("POST", f"/staff/posts/{uuid4()}/end", {"until": "2024-01-01"}).status_code == 404
    assert county.rightful.call("PATCH", f"/residents/people/{uuid4()}", {"name": "x"}).status_code == 404
