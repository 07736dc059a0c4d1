"""The people of the county over HTTP: who sees whom, what is masked, what is noted."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tianmu.foundation.access.models import Role
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.events.models import OutboxEvent
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.tests.county import ID_NUMBER, SETUP, County, staff_caller

PEOPLE = "/residents/people"
NEWCOMER = {"name": "李四", "sex": "F", "birth_date": "1970-01-01", "kind": "temporary"}


def names(answer: object) -> list[str]:
    return [one["name"] for one in answer.json()["items"]]  # type: ignore[attr-defined]


def noted(action: str) -> int:
    return AuditLine.objects.filter(action=action).count()


def test_nobody_sees_anything_without_signing_in(county: County) -> None:
    one = f"{PEOPLE}/{county.zhang.pk}"
    for method, path in (("GET", PEOPLE), ("GET", one), ("POST", PEOPLE), ("PATCH", one), ("POST", f"{one}/reveal")):
        body = {"GET": None, "PATCH": {}}.get(method, {**NEWCOMER, "fields": ["phone"], "reason": "出诊"})
        answer = county.anonymous.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (401, "access.not_signed_in")
    assert Resident.objects.count() == 1


def test_a_list_shows_masked_people_of_ones_own_institution(county: County) -> None:
    [found] = county.reader.get(f"{PEOPLE}?search=zx").json()["items"]
    assert found == {
        "id": str(county.zhang.pk),
        "name": "张小曾",
        "sex": "M",
        "birth_date": "1957-03-08",
        "age_years": found["age_years"],
        "id_number_masked": "320481********005X",
        "phone_masked": "161****1234",
        "town": {"code": "320481114", "name": "南渡镇"},
        "village": "长乐村",
        "kind": "resident",
        "deceased": False,
        "closed_as": "",
    }
    assert names(county.stranger.get(f"{PEOPLE}?search=zx")) == []
    assert names(county.stranger.get(PEOPLE)) == []


def test_a_whole_id_number_finds_its_holder_elsewhere_and_is_noted(county: County) -> None:
    assert names(county.stranger.get(f"{PEOPLE}?search={ID_NUMBER}")) == ["张小曾"]
    line = AuditLine.objects.get(action="residents.person.find")
    assert (line.person_id, line.actor_name) == (county.zhang.pk, "陌生人")
    assert county.stranger.get(f"{PEOPLE}/{county.zhang.pk}").status_code == 404


def test_who_may_only_view_finds_nobody_elsewhere_by_card(county: County) -> None:
    draft = PersonDraft("王五", id_number="320481199001010014")
    assert draft.id_number is not None
    number = valid(draft.id_number)
    register_resident(actor=SETUP, draft=PersonDraft("王五", id_number=number), unit=county.units["t2"])
    assert names(county.reader.get(f"{PEOPLE}?search={number}")) == []


def valid(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = number[:17]
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def test_opening_a_page_is_noted_each_time(county: County) -> None:
    path = f"{PEOPLE}/{county.zhang.pk}"
    for _ in range(2):
        page = county.reader.get(path).json()
    assert page["address_masked"] == "溧阳市南渡镇****"
    assert page["register_unit"]["name"] == "长乐村卫生室"
    assert page["version"] == 1
    lines = AuditLine.objects.filter(action="residents.person.view", person_id=county.zhang.pk)
    assert [line.actor_name for line in lines] == ["查看员", "查看员"]
    assert county.stranger.get(path).status_code == 404
    assert county.reader.get(f"{PEOPLE}/{uuid4()}").status_code == 404
    assert lines.count() == 2


def test_residents_have_their_own_room_and_none_here(county: County) -> None:
    for path in (PEOPLE, f"{PEOPLE}/{county.zhang.pk}", "/staff/people", "/organizations/tree"):
        assert county.herself.get(path).status_code == 403
    assert county.herself.call("POST", PEOPLE, NEWCOMER).status_code == 403
    assert Resident.objects.count() == 1


def test_revealing_needs_the_right_and_a_reason(county: County) -> None:
    path = f"{PEOPLE}/{county.zhang.pk}/reveal"
    asked = {"fields": ["id_number", "phone"], "reason": "核对证件"}
    for caller in (county.reader, county.stranger):
        assert caller.call("POST", path, asked).status_code == 404
    assert county.rightful.call("POST", path, {**asked, "reason": ""}).status_code == 422
    assert county.rightful.call("POST", path, {**asked, "fields": ["password"]}).status_code == 422
    assert noted("residents.person.reveal") == 0
    shown = county.rightful.call("POST", path, asked).json()
    assert shown == {"id_number": ID_NUMBER, "phone": "16100001234", "address": None}
    line = AuditLine.objects.get(action="residents.person.reveal")
    assert (line.reason, line.new) == ("核对证件", {"fields": ["id_number", "phone"]})


def test_registering_needs_the_right_at_that_institution(county: County) -> None:
    refused = county.reader.call("POST", PEOPLE, NEWCOMER)
    assert (refused.status_code, refused.json()["right"]) == (403, "residents.person.register")
    elsewhere = {**NEWCOMER, "unit": str(county.units["t1"].pk)}
    assert county.stranger.call("POST", PEOPLE, elsewhere).status_code == 403
    assert Resident.objects.count() == 1
    made = county.rightful.call("POST", PEOPLE, NEWCOMER)
    assert (made.status_code, made.json()["kind"]) == (201, "temporary")
    assert made.json()["register_unit"]["name"] == "南渡镇卫生院"
    assert OutboxEvent.objects.filter(name="residents.registered", facts__kind="temporary").count() == 1
    assert names(county.rightful.get(f"{PEOPLE}?search=李")) == ["李四"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("3204811957030800", "length"),
        ("320481570308005", "length"),
        ("32048119570308A05X", "charset"),
        ("00048119570308005X", "region"),
        ("32048119570230005X", "birth_date"),
        ("320481195703080051", "check_digit"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason(county: County, number: str, reason: str) -> None:
    answer = county.rightful.call("POST", PEOPLE, {"name": "李四", "id_number": number})
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["reason"]) == ("residents.id_number_invalid", reason)
    assert list(answer.json()["field_errors"]) == ["id_number"]
    assert Resident.objects.count() == 1


def test_an_id_number_is_given_once_in_the_county(county: County) -> None:
    answer = county.stranger.call("POST", PEOPLE, {"name": "张小曾", "id_number": ID_NUMBER.lower()})
    assert (answer.status_code, answer.json()["code"]) == (409, "residents.id_number_taken")
    assert answer.json()["existing"] == str(county.zhang.pk)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "  ", "kind": "temporary"}, "residents.name_empty"),
        ({"name": "李四"}, "residents.id_number_missing"),
        ({"name": "李四", "kind": "temporary", "birth_date": "2999-01-01"}, "residents.birth_date_invalid"),
        ({"name": "李四", "kind": "temporary", "phone": "abc"}, "residents.phone_invalid"),
        ({"name": "李四", "id_number": "32048119900101", "sex": "M"}, "residents.id_number_invalid"),
        ({"name": "李四", "id_number": "320481199001019994", "sex": "F"}, "residents.id_number_contradicts"),
    ],
)
def test_contradictions_and_gaps_are_refused(county: County, said: dict[str, str], code: str) -> None:
    if len(said.get("id_number", "")) == 18:
        said = {**said, "id_number": valid(said["id_number"])}
    answer = county.rightful.call("POST", PEOPLE, said)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Resident.objects.count() == 1


def test_markup_in_a_name_stays_text(county: County) -> None:
    name = "<script>alert(1)</script>"
    made = county.rightful.call("POST", PEOPLE, {**NEWCOMER, "name": name})
    assert made.json()["name"] == name
    assert names(county.rightful.get(f"{PEOPLE}?search=%3Cscript%3E")) == [name]


def test_changing_needs_the_right_and_the_version_seen(county: County) -> None:
    path = f"{PEOPLE}/{county.zhang.pk}"
    change = {"phone": "16100009999"}
    assert county.reader.call("PATCH", path, change).status_code == 404
    assert county.stranger.call("PATCH", path, change).status_code == 404
    stale = county.rightful.call("PATCH", path, change, **{"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 1)
    changed = county.rightful.call("PATCH", path, change, **{"If-Match": '"1"'})
    assert (changed.json()["version"], changed.json()["phone_masked"]) == (2, "161****9999")
    line = AuditLine.objects.get(action="residents.person.change")
    assert (line.old, line.new) == ({"phone": "(sealed)"}, {"phone": "(sealed)"})
    assert names(county.reader.get(f"{PEOPLE}?search=9999")) == ["张小曾"]
    assert names(county.reader.get(f"{PEOPLE}?search=1234")) == []
    assert OutboxEvent.objects.get(name="residents.changed").facts["fields"] == ["phone"]


def test_a_change_that_changes_nothing_leaves_no_trace(county: County) -> None:
    path = f"{PEOPLE}/{county.zhang.pk}"
    assert county.rightful.call("PATCH", path, {"village": "长乐村"}).json()["version"] == 1
    assert noted("residents.person.change") == 0


def test_a_renamed_person_is_found_by_the_new_name_only(county: County) -> None:
    county.rightful.call("PATCH", f"{PEOPLE}/{county.zhang.pk}", {"name": "张大明"})
    assert names(county.reader.get(f"{PEOPLE}?search=大明")) == ["张大明"]
    assert names(county.reader.get(f"{PEOPLE}?search=zxz")) == []


def test_pages_neither_skip_nor_repeat_and_statements_do_not_grow(county: County) -> None:
    for number in range(30):
        draft = PersonDraft(f"张{chr(0x4E00 + number)}", birth_date=date(1980, 1, 1), kind="temporary")
        register_resident(actor=SETUP, draft=draft, unit=county.units["t1"])
    seen: list[str] = []
    cursor = ""
    counts = set()
    while True:
        with CaptureQueriesContext(connection) as queries:
            answer = county.reader.get(f"{PEOPLE}?search=张&limit=7{cursor}").json()
        counts.add(len(queries))
        seen += [one["id"] for one in answer["items"]]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert len(seen) == len(set(seen)) == 31
    assert len(counts) == 1
    assert max(counts) <= 12


def test_nothing_sealed_stands_in_the_database_in_clear(county: County) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT residents_resident::text FROM residents_resident")
        whole = " ".join(row[0] for row in cursor.fetchall())
    for secret in (ID_NUMBER, "16100001234", "3组12号"):
        assert secret not in whole
        assert secret.encode().hex() not in whole


def test_who_holds_the_right_nowhere_is_told_which_one(county: County) -> None:
    nothing = Role.objects.create(code="nothing", name="无", rights=[])
    visitor = staff_caller("访客", county.units["t1"], nothing, "4001")
    for path, right in ((PEOPLE, "residents.person.view"), ("/staff/people", "staff.person.view")):
        for address in (path, f"{path}?search=z"):
            answer = visitor.get(address)
            assert (answer.status_code, answer.json()["right"]) == (403, right)
    assert visitor.get("/organizations/tree").json()["right"] == "organizations.unit.view"
    assert visitor.get("/search?q=z").json() == {"groups": [], "purpose_needed": False}
