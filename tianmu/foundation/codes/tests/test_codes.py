"""Code systems: versions, texts, look-up."""

from typing import Any

import pytest

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person
from tianmu.foundation.codes.actions import load_system
from tianmu.foundation.codes.models import Code, CodeSystem
from tianmu.foundation.codes.selectors import codes, systems

pytestmark = pytest.mark.django_db


def document(version: str = "2003", first: str = "男性") -> dict[str, Any]:
    return {
        "key": "gbt2261.1",
        "version": version,
        "name": "人的性别代码",
        "source": "GB/T 2261.1-2003",
        "codes": [
            {"code": "1", "display": first, "display_en": "male", "letter": "M"},
            {"code": "2", "display": "女性"},
        ],
    }


def test_codes_keep_their_order_texts_and_further_fields() -> None:
    load_system(document=document())
    assert [(one.code, one.display, one.display_en, one.extra) for one in codes("gbt2261.1")] == [
        ("1", "男性", "male", {"letter": "M"}),
        ("2", "女性", "", {}),
    ]


def test_codes_are_found_by_code_and_by_text() -> None:
    load_system(document=document())
    assert [one.code for one in codes("gbt2261.1", "女")] == ["2"]
    assert [one.code for one in codes("gbt2261.1", "1")] == ["1"]
    assert list(codes("gbt2261.1", "%")) == []
    assert list(codes("nothing")) == []


def test_the_newest_version_answers_and_the_old_one_stays() -> None:
    load_system(document=document())
    load_system(document=document("2026", "男"))
    assert [one.version for one in systems()] == ["2026"]
    assert [one.display for one in codes("gbt2261.1")] == ["男", "女性"]
    assert Code.objects.filter(system__version="2003").count() == 2


def test_a_loaded_version_never_changes() -> None:
    load_system(document=document())
    load_system(document=document())
    with pytest.raises(TianmuError, match="Give the new codes a new version"):
        load_system(document=document(first="男"))
    assert (CodeSystem.objects.count(), Code.objects.count()) == (1, 2)


def test_the_api_lists_systems_and_codes() -> None:
    load_system(document=document())
    browser = browser_of(make_person("anyone", make_county().first))
    assert [one["key"] for one in browser.get("/api/v1/codes/systems").json()] == ["gbt2261.1"]
    found = browser.get("/api/v1/codes/systems/gbt2261.1", {"search": "女"}).json()
    assert found == [{"code": "2", "display": "女性", "display_en": "", "extra": {}}]
