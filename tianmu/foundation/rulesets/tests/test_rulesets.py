"""Which rules are in force where and when; a loaded version never changes."""

from datetime import date
from typing import Any

import pytest

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person, stranger
from tianmu.foundation.rulesets.actions import content_hash, load_version
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.selectors import in_force

pytestmark = pytest.mark.django_db


def document(version: str, since: str, until: str | None = None, minutes: int = 30) -> dict[str, Any]:
    return {
        "key": "ecg.limits",
        "name": "时限",
        "version": version,
        "effective_from": since,
        "effective_to": until,
        "source": "test",
        "content": {"minutes": minutes},
    }


def test_the_newest_version_of_the_day_is_in_force() -> None:
    load_version(document=document("1", "2026-01-01", "2026-06-30"))
    load_version(document=document("2", "2026-05-01"))
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 7, 1)]
    assert [in_force("ecg.limits", day).version for day in days] == ["1", "2", "2"]
    with pytest.raises(TianmuError) as none:
        in_force("ecg.limits", date(2025, 12, 31))
    assert (none.value.code, none.value.status) == ("rulesets.not_in_force", 409)


def test_the_first_and_last_day_count() -> None:
    load_version(document=document("1", "2026-01-01", "2026-06-30"))
    assert in_force("ecg.limits", date(2026, 1, 1)).version == "1"
    assert in_force("ecg.limits", date(2026, 6, 30)).version == "1"
    with pytest.raises(TianmuError):
        in_force("ecg.limits", date(2026, 7, 1))


def test_the_nearest_institutions_own_version_comes_first() -> None:
    county = make_county()
    load_version(document=document("county", "2026-06-01"))
    load_version(document=document("h1", "2026-01-01"), unit=county.first)
    day = date(2026, 7, 1)
    assert in_force("ecg.limits", day, "/ly/h1/ecg/").version == "h1"
    assert in_force("ecg.limits", day, "/ly/h2/").version == "county"
    assert in_force("ecg.limits", day).version == "county"


def test_loading_twice_changes_nothing_and_loading_other_content_is_refused() -> None:
    first = load_version(document=document("1", "2026-01-01"))
    assert load_version(document=document("1", "2026-01-01")).pk == first.pk
    with pytest.raises(TianmuError, match="Give the new rules a new version") as refused:
        load_version(document=document("1", "2026-01-01", minutes=10))
    assert refused.value.status == 409
    assert RuleSetVersion.objects.get().content == {"minutes": 30}


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert content_hash({"a": 1, "b": [2]}) == content_hash({"b": [2], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_rules_are_read_by_whoever_is_signed_in() -> None:
    load_version(document=document("1", "2026-01-01"))
    browser = browser_of(make_person("anyone", make_county().first))
    listed = browser.get("/api/v1/rulesets/rulesets").json()
    assert [(one["key"], [version["version"] for version in one["versions"]]) for one in listed] == [
        ("ecg.limits", ["1"])
    ]
    shown = browser.get("/api/v1/rulesets/rulesets/ecg.limits/1").json()
    assert (shown["content"], shown["sha256"]) == ({"minutes": 30}, content_hash({"minutes": 30}))
    assert browser.get("/api/v1/rulesets/rulesets/ecg.limits/2").status_code == 404
    assert stranger().get("/api/v1/rulesets/rulesets").status_code == 401
