"""Loading a version by hand, at the desk and on the command line: who may, what is refused, what it would change."""

import json
from typing import Any

import pytest
from django.test import Client as Browser

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.tests.people import County, browser_of, make_county, make_person
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.rulesets.actions import load_by_hand, load_version
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.permissions import Right
from tianmu.foundation.rulesets.ports import reads_rule_set
from tianmu.foundation.rulesets.rules.document import DocumentError, document_of, parsed

pytestmark = pytest.mark.django_db
SETUP = system("test")


def document(version: str = "2", **changed: Any) -> dict[str, Any]:
    return {
        "key": "test.limits",
        "name": "时限",
        "version": version,
        "effective_from": "2026-01-01",
        "source": "test",
        "content": {"minutes": 30, "steps": [{"code": "a", "limit": 1}]},
        **changed,
    }


@pytest.fixture
def county() -> County:
    load_version(document=document("1", content={"minutes": 20, "steps": [{"code": "a", "limit": 1}]}))
    return make_county()


def loader(county: County) -> Browser:
    return browser_of(make_person("loader", county.first, (Right.LOAD,)))


def post(browser: Browser, path: str, body: dict[str, Any]) -> Any:
    return browser.post(f"/api/v1/rulesets/{path}", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": ""}, "needs key"),
        ({"version": "x" * 41}, "needs version"),
        ({"source": None}, "needs source"),
        ({"content": 3}, "object or a list"),
        ({"effective_from": "soon"}, "effective_from must be a day"),
        ({"effective_to": "2025-12-31"}, "none before it"),
    ],
)
def test_a_document_that_lacks_something_says_what(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence):
        document_of(document(**changed))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"x"'])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(DocumentError):
        parsed(text)


def test_the_desk_tells_what_would_change_and_loads_nothing_yet(county: County) -> None:
    answer = post(loader(county), "versions/check", {"document": document(), "unit_id": str(county.first.pk)}).json()
    assert (answer["compared_with"], answer["loaded_before"]) == ("1", False)
    assert answer["changes"] == [{"path": "minutes", "before": 20, "after": 30}]
    assert RuleSetVersion.objects.count() == 1


def test_the_desk_loads_for_an_institution_and_leaves_a_line(county: County) -> None:
    browser = loader(county)
    made = post(browser, "versions", {"document": document(), "unit_id": str(county.first.pk), "reason": "new rule"})
    assert made.status_code == 201
    assert (made.json()["unit"], made.json()["in_force"]) == (county.first.name, True)
    line = AuditLine.objects.get(action="rulesets.loaded")
    assert (line.new or {})["version"] == "2"
    assert (line.reason, line.subject_id) == ("new rule", RuleSetVersion.objects.get(version="2").pk)
    listed = browser.get("/api/v1/rulesets/rulesets").json()[0]["versions"]
    assert [(one["version"], one["unit_id"], one["in_force"]) for one in listed] == [
        ("2", str(county.first.pk), True), ("1", None, True),
    ]  # fmt: skip


def test_nobody_loads_where_she_has_no_right(county: County) -> None:
    browser = loader(county)
    for unit in (None, str(county.second.pk)):
        for path in ("versions/check", "versions"):
            assert post(browser, path, {"document": document(), "unit_id": unit}).status_code == 403
    stranger = browser_of(make_person("other", county.first))
    assert post(stranger, "versions", {"document": document(), "unit_id": str(county.first.pk)}).status_code == 403
    assert stranger.get("/api/v1/rulesets/units").status_code == 403
    assert RuleSetVersion.objects.count() == 1


def test_the_units_are_those_of_the_right(county: County) -> None:
    found = loader(county).get("/api/v1/rulesets/units").json()
    assert found[0] == {"id": str(county.first.pk), "name": county.first.name, "depth": 0}
    assert str(county.second.pk) not in {one["id"] for one in found}


def test_a_version_that_is_loaded_does_not_change(county: County) -> None:
    with pytest.raises(TianmuError) as refused:
        load_by_hand(actor=SETUP, found=document("1"), unit=None)
    assert (refused.value.code, refused.value.status) == ("rulesets.version_changed", 409)


def test_an_unknown_rule_set_is_refused_with_the_known_ones(county: County) -> None:
    with pytest.raises(TianmuError, match=r"It has test\.limits") as refused:
        load_by_hand(actor=SETUP, found=document(key="test.limit"), unit=None)
    assert refused.value.code == "rulesets.unknown_set"


def test_the_room_that_reads_a_rule_set_judges_it(county: County) -> None:
    def check(content: Any) -> None:
        if content["minutes"] < 1:
            message = "Minutes must be positive."
            raise ValueError(message)

    reads_rule_set("test.limits", check)
    for content, sentence in (({"minutes": 0}, "positive"), ({}, "lacks a part"), ([], "lacks a part")):
        with pytest.raises(TianmuError, match=sentence) as refused:
            load_by_hand(actor=SETUP, found=document(content=content), unit=None)
        assert (refused.value.code, refused.value.status) == ("rulesets.document_invalid", 422)
    assert load_by_hand(actor=SETUP, found=document(), unit=None).version == "2"


def test_the_engine_judges_its_thresholds() -> None:
    load_version(document=document("1", key="ecg.criteria", content={"changes": {}}))
    with pytest.raises(TianmuError, match=r"Unknown thresholds: qt\.longest"):
        load_by_hand(actor=SETUP, found=document(key="ecg.criteria", content={"changes": {"qt.longest": 1}}), unit=None)


def test_two_versions_are_compared(county: County) -> None:
    load_version(document=document())
    browser = loader(county)
    found = browser.get("/api/v1/rulesets/changes?key=test.limits&old=1&new=2").json()
    assert found == [{"path": "minutes", "before": 20, "after": 30}]
    assert browser.get("/api/v1/rulesets/changes?key=test.limits&old=1&new=3").status_code == 404
