"""Closing, opening again and moving: who is found when, what stays, what needs a reason."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.registry.residents import selectors
from tianmu.registry.residents.models import Closing, RegisterMove, Resident
from tianmu.registry.residents.standing import ClosingDraft, close_resident, refuse_new_work, reopen_resident
from tianmu.registry.tests.county import ID_NUMBER, SETUP, County

TODAY = timezone.localdate()
DEATH = {"kind": "death", "on": str(TODAY), "source": "certificate"}
AWAY = {"kind": "moved_away", "on": str(TODAY), "destination": "南京市江宁区"}


def found(county: County, who: str = "reader", **query: str) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in {"search": "zxz", **query}.items())
    caller = getattr(county, who)
    return [one["name"] for one in caller.get(f"/residents/people?{asked}").json()["items"]]


def path(county: County, step: str = "") -> str:
    return f"/residents/people/{county.zhang.pk}{step}"


def test_the_dead_are_found_only_when_asked_for_and_keep_their_page(county: County) -> None:
    refused = county.reader.call("POST", path(county, "/close"), DEATH)
    assert (refused.status_code, refused.json()["right"]) == (403, "residents.person.close")
    assert county.stranger.call("POST", path(county, "/close"), DEATH).status_code == 404
    assert Closing.objects.count() == 0
    closed = county.rightful.call("POST", path(county, "/close"), DEATH).json()
    assert (closed["closed_as"], closed["deceased_on"]) == ("death", str(TODAY))
    assert found(county) == []
    assert found(county, search=ID_NUMBER) == []
    assert found(county, closed="true") == ["张小曾"]
    assert found(county, closed="true", search="") == ["张小曾"]
    assert county.reader.get(path(county)).json()["closed_on"] == str(TODAY)
    again = county.rightful.call("POST", path(county, "/close"), DEATH)
    assert (again.status_code, again.json()["code"]) == (409, "residents.closed")
    noted = AuditLine.objects.get(action="residents.person.close").new
    assert noted == {"kind": "death", "on": str(TODAY), "source": "certificate", "destination": ""}


def test_who_is_dead_gets_nothing_new_without_a_reason(county: County) -> None:
    assert refuse_new_work(county.zhang, "") == ""
    draft = ClosingDraft("death", TODAY, source="family")
    row = close_resident(actor=SETUP, resident_id=county.zhang.pk, draft=draft, now=timezone.now())
    with pytest.raises(ConflictError) as refused:
        refuse_new_work(row, " ")
    assert (refused.value.code, refused.value.extra) == ("residents.closed", {"kind": "death", "on": str(TODAY)})
    assert refuse_new_work(row, " 死亡时所做 ") == "死亡时所做"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "death"},
        {"kind": "moved_away", "destination": " "},
        {"kind": "death", "source": "family", "on": str(TODAY + timedelta(days=1))},
        {"kind": "death", "source": "family", "on": "1950-01-01"},
        {"kind": "error"},
    ],
)
def test_a_closing_must_say_what_its_kind_needs(county: County, said: dict[str, Any]) -> None:
    answer = county.rightful.call("POST", path(county, "/close"), {"on": str(TODAY), **said})
    assert answer.status_code == 422
    assert answer.json()["code"] in {"residents.closing_invalid", "residents.reason_needed"}
    assert len(answer.json()["field_errors"]) == 1
    assert Closing.objects.count() == 0


def test_a_death_entered_by_mistake_is_taken_back(county: County) -> None:
    county.rightful.call("POST", path(county, "/close"), DEATH)
    assert county.reader.call("POST", path(county, "/reopen"), {"reason": "录入错误"}).status_code == 403
    opened = county.rightful.call("POST", path(county, "/reopen"), {"reason": "录入错误"}).json()
    assert (opened["closed_as"], opened["deceased_on"], opened["deceased"]) == ("", None, False)
    assert found(county) == ["张小曾"]
    told = county.reader.get(path(county, "/history")).json()["closings"]
    assert [(one["kind"], one["source"], one["reopen_reason"]) for one in told] == [
        ("death", "certificate", "录入错误")
    ]
    twice = county.rightful.call("POST", path(county, "/reopen"), {"reason": "录入错误"})
    assert twice.json()["code"] == "residents.not_closed"


def test_who_moved_away_leaves_the_township_and_comes_back_by_her_card(county: County) -> None:
    assert county.rightful.call("POST", path(county, "/close"), AWAY).status_code == 200
    assert county.reader.get(path(county)).status_code == 404
    assert found(county, closed="true") == []
    row = Resident.objects.get(pk=county.zhang.pk)
    assert (row.scope_path, row.scope_code, row.register_unit_id) == ("/ly/", "", county.units["t1-v1"].pk)
    home = {"reason": "迁回", "unit": str(county.units["t2"].pk)}
    assert county.stranger.call("POST", path(county, "/reopen"), home).status_code == 404
    assert found(county, "stranger", search=ID_NUMBER) == []
    assert found(county, "stranger", search=ID_NUMBER, closed="true") == ["张小曾"]
    assert county.stranger.call("POST", path(county, "/reopen"), home).status_code == 200
    row.refresh_from_db()
    assert (row.scope_path, row.scope_code, row.closed_as) == ("/ly/t2/", "t2", "")
    assert found(county, "stranger") == ["张小曾"]
    assert found(county) == []


def test_registering_a_closed_number_again_leads_to_the_closed_entry(county: County) -> None:
    county.rightful.call("POST", path(county, "/close"), DEATH)
    answer = county.rightful.call("POST", "/residents/people", {"name": "张小曾", "id_number": ID_NUMBER})
    assert (answer.status_code, answer.json()["existing"]) == (409, str(county.zhang.pk))


def test_a_move_within_the_county_changes_who_sees_her_and_is_kept(county: County) -> None:
    body = {"unit": str(county.units["t2"].pk), "on": str(TODAY), "reason": "搬家", "town_code": "320481116"}
    refused = county.reader.call("POST", path(county, "/move"), body)
    assert (refused.status_code, refused.json()["right"]) == (403, "residents.person.move")
    assert RegisterMove.objects.count() == 0
    moved = county.rightful.call("POST", path(county, "/move"), body).json()
    assert (moved["register_unit"]["name"], moved["town"]["name"]) == ("社渚镇卫生院", "社渚镇")
    assert (found(county), found(county, "stranger")) == ([], ["张小曾"])
    told = county.stranger.get(path(county, "/history")).json()["moves"]
    assert [(one["source"]["name"], one["target"]["name"], one["reason"]) for one in told] == [
        ("长乐村卫生室", "社渚镇卫生院", "搬家")
    ]
    assert county.rightful.call("POST", path(county, "/move"), body).status_code == 404
    same = county.stranger.call("POST", path(county, "/move"), body)
    assert same.json()["code"] == "residents.same_unit"
    assert selectors.resident(SETUP, county.zhang.pk).village == ""


def test_the_closed_do_not_move_and_nobody_opens_without_a_reason(county: County) -> None:
    county.rightful.call("POST", path(county, "/close"), DEATH)
    body = {"unit": str(county.units["t2"].pk), "on": str(TODAY), "reason": "搬家"}
    assert county.rightful.call("POST", path(county, "/move"), body).json()["code"] == "residents.closed"
    with pytest.raises(TianmuError) as silent:
        reopen_resident(actor=SETUP, resident_id=county.zhang.pk, unit=None, reason="", now=timezone.now())
    assert silent.value.code == "residents.reason_needed"
    assert Closing.objects.filter(reopened_at=None, on=date.today()).count() == 1  # noqa: DTZ011 - the county's day
