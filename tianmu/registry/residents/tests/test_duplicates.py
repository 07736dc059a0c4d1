"""The work queue: what is found when, who works on it, what is decided, and the scan of the county."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.access.models import Account
from tianmu.foundation.audit.models import AuditLine
from tianmu.registry.residents import duplicates
from tianmu.registry.residents.actions import change_resident, register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.duplicates import PairFilter, look_for_duplicates
from tianmu.registry.residents.merging import Wanted, merge
from tianmu.registry.residents.models import DuplicatePair, Resident
from tianmu.registry.residents.scanning import scan_county
from tianmu.registry.tests.county import SETUP, County

BORN = date(1957, 3, 8)
LIKE = {"birth_date": BORN, "sex": "M", "phone": "16100001234"}


def stray(county: County, name: str = "张小增", unit: str = "t1", **said: Any) -> Resident:
    draft = PersonDraft(name, kind="temporary", **{**LIKE, **said})
    return register_resident(actor=SETUP, draft=draft, unit=county.units[unit])


def look(row: Resident) -> int:
    return look_for_duplicates(resident_id=row.pk, now=timezone.now())


def queue(county: County, who: str = "rightful", query: str = "") -> Any:
    return getattr(county, who).get(f"/residents/duplicates?{query}").json()


def pair_path(step: str = "") -> str:
    return f"/residents/duplicates/{DuplicatePair.objects.get().pk}{step}"


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"birth_date": date(1957, 8, 3)},
        {"birth_date": date(1957, 3, 9)},
        {"name": "张曾小", "phone": None},
        {"name": "张大曾", "phone": None, "address": "溧阳市南渡镇长乐村3组12号"},
        {"birth_date": None, "name": "张小曾"},
    ],
)
def test_a_new_entry_like_another_is_found_through_the_indexes(county: County, said: dict[str, Any]) -> None:
    row = stray(county, **said)
    assert look(row) == 1
    pair = DuplicatePair.objects.get()
    assert {pair.first_id, pair.second_id} == {county.zhang.pk, row.pk}
    assert pair.score == sum(one["weight"] for one in pair.reasons)
    assert look(row) == 1
    assert DuplicatePair.objects.count() == 1


def test_nobody_else_is_proposed(county: County) -> None:
    row = stray(county, "李四", birth_date=date(1990, 1, 1), sex="F", phone="16155556666")
    assert look(row) == 0
    assert DuplicatePair.objects.count() == 0


def test_a_correction_lets_a_pair_fade_and_come_back(county: County) -> None:
    row = stray(county)
    look(row)
    change = {"name": "李四", "birth_date": date(1990, 1, 1), "phone": "16155556666", "sex": "F"}
    change_resident(actor=SETUP, resident_id=row.pk, expected_version=None, changes=change)
    look(row)
    assert DuplicatePair.objects.get().state == "faded"
    back = {"name": "张小增", **LIKE}
    change_resident(actor=SETUP, resident_id=row.pk, expected_version=None, changes=back)
    look(row)
    assert DuplicatePair.objects.get().state == "open"


def test_the_scan_finds_what_the_indexes_find_and_keeps_decisions(county: County) -> None:
    people = [stray(county, name) for name in ("张小增", "张大曾", "章晓增")]
    people.append(stray(county, "王五", birth_date=date(1999, 9, 9), phone="16177770000"))
    for one in people:
        look(one)
    single = {(one.first_id, one.second_id, one.score) for one in DuplicatePair.objects.all()}
    DuplicatePair.objects.all().delete()
    told: list[tuple[int, int]] = []
    result = scan_county(actor=SETUP, now=timezone.now(), progress=lambda done, total: told.append((done, total)))
    assert {(one.first_id, one.second_id, one.score) for one in DuplicatePair.objects.all()} == single
    assert (result.people, result.found, result.fresh) == (5, len(single), len(single))
    assert told == [(result.compared, result.compared)]
    pair = DuplicatePair.objects.order_by("pk")[0]
    duplicates.tell_apart(actor=SETUP, pair_id=pair.pk, reason="父子", now=timezone.now())
    again = scan_county(actor=SETUP, now=timezone.now())
    assert (again.found, again.fresh) == (len(single), 0)
    pair.refresh_from_db()
    assert (pair.state, pair.reason) == ("not_same", "父子")


def test_two_who_were_told_apart_are_not_proposed_again_under_another_key(county: County) -> None:
    row = stray(county)
    look(row)
    duplicates.tell_apart(actor=SETUP, pair_id=DuplicatePair.objects.get().pk, reason="父子", now=timezone.now())
    newer = stray(county)
    merge(actor=SETUP, wanted=Wanted(newer.pk, row.pk, frozenset(), "同一人"), now=timezone.now())
    look(newer)
    assert not DuplicatePair.objects.filter(state="open").exists()


def test_the_queue_shows_pairs_of_ones_own_register_to_those_who_work_on_them(county: County) -> None:
    look(stray(county))
    refused = county.reader.get("/residents/duplicates")
    assert (refused.status_code, refused.json()["right"]) == (403, "residents.duplicate.work")
    assert queue(county, "stranger")["items"] == []
    assert county.stranger.get(pair_path()).status_code == 404
    found = queue(county)
    assert (found["total"], found["items"][0]["band"]) == (1, "likely")
    assert queue(county, query="band=certain")["items"] == []
    assert queue(county, query="mine=true")["items"] == []
    assert len(queue(county, query="state=&path=/ly/t1/")["items"]) == 1
    assert queue(county, query="path=/ly/t2/")["items"] == []


def test_a_pair_over_two_registers_is_seen_from_both_sides_and_merged_from_above(county: County) -> None:
    look(stray(county, unit="t2"))
    for who in ("rightful", "stranger"):
        [found] = queue(county, who)["items"]
        assert getattr(county, who).get(pair_path()).json()["may_merge"] is False
        keys = {found["first"]["id"], found["second"]["id"]}
        body = {"survivor": min(keys), "absorbed": max(keys), "reason": "同一人"}
        answer = getattr(county, who).call("POST", "/residents/merges", body)
        assert (answer.status_code, answer.json()["right"]) == (403, "residents.person.merge")


def test_a_pair_goes_only_to_those_who_work_on_it(county: County) -> None:
    look(stray(county))
    assert [one["name"] for one in county.rightful.get(pair_path("/colleagues")).json()] == ["管理员"]
    other = Account.objects.get(grants__unit__path="/ly/t2/")
    assert county.rightful.call("POST", pair_path("/assign"), {"account": str(other.pk)}).status_code == 404
    assert county.reader.get(pair_path("/colleagues")).status_code == 403
    assert county.stranger.get(pair_path("/colleagues")).status_code == 404


def test_a_pair_over_two_registers_goes_to_either_side(county: County) -> None:
    look(stray(county, unit="t2"))
    other = Account.objects.get(grants__unit__path="/ly/t2/")
    listed = county.stranger.get(pair_path("/colleagues")).json()
    assert (len(listed), str(other.pk) in {one["id"] for one in listed}) == (2, True)
    given = county.rightful.call("POST", pair_path("/assign"), {"account": str(other.pk)})
    assert (given.status_code, given.json()["assignee"]["id"]) == (200, str(other.pk))
    assert len(queue(county, "stranger", "mine=true")["items"]) == 1
    assert county.stranger.call("POST", pair_path("/assign"), {}).json()["assignee"] is None


def test_the_comparison_masks_what_is_sealed_and_tells_what_agrees(county: County) -> None:
    look(stray(county, address="溧阳市南渡镇长乐村9组1号"))
    shown = county.rightful.get(pair_path()).json()
    fields = {one["field"]: one for one in shown["fields"]}
    assert (fields["phone"]["same"], fields["phone"]["first"]) == (True, "161****1234")
    assert (fields["address"]["same"], fields["address"]["first"], fields["address"]["second"]) == (
        False,
        "溧阳市南渡镇****",
        "溧阳市南渡镇****",
    )
    assert (fields["name"]["level"], fields["name"]["weight"]) == ("same_sound", 6.5)
    assert (fields["id_number"]["same"], fields["id_number"]["unit"]) == (False, "identity")
    assert (shown["may_merge"], shown["merge_id"]) == (True, None)
    noted = AuditLine.objects.filter(action="residents.duplicate.view").values_list("person_id", flat=True)
    assert set(noted) == {county.zhang.pk, DuplicatePair.objects.get().second_id}


def test_decisions_need_a_pair_that_is_open_and_a_reason(county: County) -> None:
    look(stray(county))
    assert county.rightful.call("POST", pair_path("/not-same"), {"reason": ""}).status_code == 422
    assert county.reader.call("POST", pair_path("/not-same"), {"reason": "父子"}).status_code == 403
    assert county.rightful.call("POST", pair_path("/assign"), {"me": True}).json()["assignee"]["name"] == "管理员"
    assert len(queue(county, query="mine=true")["items"]) == 1
    yesterday = str(timezone.localdate() - timedelta(days=1))
    assert county.rightful.call("POST", pair_path("/later"), {"until": yesterday}).status_code == 422
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = county.rightful.call("POST", pair_path("/later"), {"until": str(tomorrow), "reason": "电话核实"}).json()
    assert (later["state"], later["later_until"]) == ("later", str(tomorrow))
    assert duplicates.wake_pairs(timezone.localdate()) == 0
    assert duplicates.wake_pairs(tomorrow) == 1
    assert county.rightful.call("POST", pair_path("/not-same"), {"reason": "父子"}).json()["state"] == "not_same"
    late = county.rightful.call("POST", pair_path("/later"), {})
    assert (late.status_code, late.json()["code"], late.json()["state"]) == (409, "residents.pair_decided", "not_same")
    assert county.rightful.call("POST", pair_path("/again"), {"reason": ""}).status_code == 422
    assert county.rightful.call("POST", pair_path("/again"), {"reason": "新证据"}).json()["state"] == "open"


def test_two_entries_are_put_side_by_side_by_hand(county: County) -> None:
    row = stray(county, "无名氏", birth_date=None, phone=None, sex="unknown")
    body = {"first": str(row.pk), "second": str(county.zhang.pk)}
    assert county.reader.call("POST", "/residents/duplicates", body).status_code == 403
    made = county.rightful.call("POST", "/residents/duplicates", body)
    assert (made.status_code, made.json()["found_by"], made.json()["band"]) == (201, "hand", "")
    look(row)
    assert DuplicatePair.objects.get().state == "open"
    same = county.rightful.call("POST", "/residents/duplicates", {"first": body["first"], "second": body["first"]})
    assert same.json()["code"] == "residents.same_person"


def test_the_whole_county_is_compared_only_by_who_works_on_all_of_it(county: County) -> None:
    answer = county.rightful.call("POST", "/residents/duplicates/scan")
    assert (answer.status_code, answer.json()["right"]) == (403, "residents.duplicate.work")


def test_the_queue_asks_the_database_as_often_for_many_as_for_few(county: County) -> None:
    look(stray(county))

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert queue(county)["items"]
        return len(queries)

    statements()
    before = statements()
    for number in range(5):
        look(stray(county, "张小增", address=f"东街{number}号"))
    assert statements() == before


def test_refusals_and_filters_of_the_selector(county: County) -> None:
    row = stray(county)
    look(row)
    assert duplicates.pairs(SETUP, PairFilter(person_id=row.pk)).count() == 1
    assert duplicates.counts(SETUP)["open"] == 1
    merge(actor=SETUP, wanted=Wanted(county.zhang.pk, row.pk, frozenset(), "同一人"), now=timezone.now())
    assert [one.state for one in duplicates.pairs(SETUP, PairFilter(state=""))] == ["merged"]
    with pytest.raises(ConflictError):
        duplicates.tell_apart(actor=SETUP, pair_id=DuplicatePair.objects.get().pk, reason="父子", now=timezone.now())
