"""Merging and un-merging: nothing is lost, whatever the order; old keys lead on; one of many wins."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from tianmu.foundation.access.actions import make_account
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.selectors import AuditFilter, lines
from tianmu.foundation.events.models import OutboxEvent
from tianmu.registry.residents import merging, selectors
from tianmu.registry.residents.actions import change_resident, register_resident, view_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.identity import keys_of, resolve
from tianmu.registry.residents.merging import Wanted, merge, unmerge
from tianmu.registry.residents.models import DuplicatePair, FamilyLink, HouseholdMember, Merge, RegisterMove, Resident
from tianmu.registry.residents.models.families import Household
from tianmu.registry.residents.ports import moving_columns, person_columns, undeclared
from tianmu.registry.residents.rules.merging import UNITS
from tianmu.registry.tests.county import ID_NUMBER, SETUP, County

NOW = timezone.now
OTHER_NUMBER = "11010519491231002X"
SINCE = date(2026, 1, 1)


def person(county: County, name: str = "张小曾", unit: str = "t1", **said: Any) -> Resident:
    draft = PersonDraft(name, kind=said.pop("kind", "temporary"), **said)
    return register_resident(actor=SETUP, draft=draft, unit=county.units[unit])


def joined(survivor: Resident, absorbed: Resident, *take: str, actor: Actor = SETUP) -> Merge:
    wanted = Wanted(survivor.pk, absorbed.pk, frozenset(take), "同一人")
    return merge(actor=actor, wanted=wanted, now=NOW())


def parted(made: Merge, *give: tuple[str, UUID], actor: Actor = SETUP) -> Merge:
    return unmerge(actor=actor, merge_id=made.pk, reason="合并错误", give=give, now=NOW())


def row(one: Resident | UUID) -> Resident:
    return Resident.objects.get(pk=one.pk if isinstance(one, Resident) else one)


def thing(county: County, owner: Resident) -> RegisterMove:
    units = county.units
    return RegisterMove.objects.create(
        person=owner, source=units["t1"], target=units["t2"], on=SINCE, reason="x", at=NOW(), by_name="x"
    )


def account(owner: Resident) -> Account:
    return make_account(
        actor=SETUP,
        kind=AccountKind.RESIDENT,
        login=f"r{owner.pk}",
        name=owner.name,
        home=owner.register_unit.unit,
        person_id=owner.pk,
    )


def test_every_column_of_a_person_in_the_house_is_declared() -> None:
    assert undeclared() == []
    assert all(column.mover is not None or column.why for column in person_columns())
    assert "ecg.Order.patient_id" in {column.name for column, _ in moving_columns()}


def test_a_temporary_person_becomes_the_resident_she_is(county: County) -> None:
    stray = person(county, "张小增", phone="16155550000", address="溧阳市东街1号")
    moved = thing(county, stray)
    made = joined(county.zhang, stray, "phone")
    survivor, absorbed = row(county.zhang), row(stray)
    assert (survivor.phone, survivor.id_number, survivor.address) == (
        "16155550000",
        ID_NUMBER,
        "溧阳市南渡镇长乐村3组12号",
    )
    assert (absorbed.merged_into_id, absorbed.name, absorbed.phone) == (survivor.pk, "张小增", "16155550000")
    assert RegisterMove.objects.get(pk=moved.pk).person_id == survivor.pk
    assert resolve(stray.pk) == survivor.pk
    assert keys_of(survivor.pk) == (survivor.pk, stray.pk)
    assert selectors.resident(SETUP, stray.pk).pk == survivor.pk
    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.reason) == ("merged", "同一人")
    assert OutboxEvent.objects.filter(name="residents.merged", facts__merge_id=str(made.pk)).count() == 1
    noted = AuditLine.objects.filter(action="residents.person.merge").values_list("person_id", flat=True)
    assert set(noted) == {survivor.pk, stray.pk}


def test_the_known_one_may_be_absorbed_and_its_number_lives_on(county: County) -> None:
    stray = person(county, "张小增", birth_date=date(1957, 3, 9))
    joined(stray, county.zhang, "identity", "name")
    kept = row(stray)
    assert (kept.kind, kept.id_number, kept.birth_date, kept.sex) == ("resident", ID_NUMBER, date(1957, 3, 8), "M")
    found = selectors.match_by_id_number(ID_NUMBER, timezone.localdate())
    assert found is not None
    assert found.pk == stray.pk


def test_a_number_given_up_still_leads_to_the_person_and_to_nobody_new(county: County) -> None:
    other = person(county, "张小曾", id_number=OTHER_NUMBER, kind="resident", unit="t2")
    made = joined(county.zhang, other, "identity")
    for number in (ID_NUMBER, OTHER_NUMBER):
        found = selectors.match_by_id_number(number, timezone.localdate())
        assert found is not None
        assert found.pk == county.zhang.pk
        with pytest.raises(ConflictError) as taken:
            person(county, "王五", id_number=number, kind="resident")
        assert taken.value.extra["existing"] == str(county.zhang.pk)
    parted(made)
    assert (row(county.zhang).id_number, row(other).id_number) == (ID_NUMBER, OTHER_NUMBER)


def test_unmerging_gives_back_fields_rows_and_account(county: County) -> None:
    stray = person(county, "张小增", phone="16155550000")
    moved, login = thing(county, stray), account(stray)
    before = [_columns(one) for one in (row(county.zhang), row(stray))]
    made = joined(county.zhang, stray, "phone", "name")
    login.refresh_from_db()
    assert login.active is False, "she has an account already; this one is closed meanwhile"
    newer = [thing(county, row(county.zhang)) for _ in range(2)]
    assert [(one.column.name, one.key) for one in merging.rows_since(made)] == [
        ("residents.RegisterMove.person_id", one.pk) for one in newer
    ]
    parted(made, ("residents.RegisterMove.person_id", newer[1].pk))
    assert [_columns(one) for one in (row(county.zhang), row(stray))] == before
    owners = {one.pk: one.person_id for one in RegisterMove.objects.all()}
    assert owners == {moved.pk: stray.pk, newer[0].pk: county.zhang.pk, newer[1].pk: stray.pk}
    login.refresh_from_db()
    assert (login.active, login.person_id) == (True, stray.pk)
    assert DuplicatePair.objects.get().state == "not_same"
    assert resolve(stray.pk) == stray.pk


def test_what_was_changed_after_the_merge_is_kept(county: County) -> None:
    stray = person(county, "张小增", phone="16155550000")
    made = joined(county.zhang, stray, "phone", "name")
    change_resident(actor=SETUP, resident_id=county.zhang.pk, expected_version=None, changes={"phone": "16177778888"})
    parted(made)
    assert (row(county.zhang).phone, row(county.zhang).name) == ("16177778888", "张小曾")


def test_merges_are_undone_in_the_order_of_a_stack(county: County) -> None:
    first, second = person(county), person(county)
    one, two = joined(first, second), joined(county.zhang, first)
    with pytest.raises(ConflictError) as refused:
        parted(one)
    assert (refused.value.code, refused.value.extra["later"]) == ("residents.merge_not_last", str(two.pk))
    assert resolve(second.pk) == county.zhang.pk
    assert keys_of(county.zhang.pk) == (county.zhang.pk, first.pk, second.pk)
    parted(two)
    assert (resolve(second.pk), resolve(first.pk)) == (first.pk, first.pk)
    parted(one)
    with pytest.raises(ConflictError) as again:
        parted(one)
    assert again.value.code == "residents.merge_undone"


def test_refusals_change_nothing(county: County) -> None:
    stray, elsewhere = person(county), person(county, unit="t2")
    before = [_columns(one) for one in Resident.objects.order_by("pk")]
    township = Actor(
        kind=ActorKind.STAFF,
        account_id=None,
        name="x",
        home_path="/ly/t1/",
        rights=dict.fromkeys(("residents.person.view", "residents.person.merge"), ("/ly/t1/",)),
    )
    with pytest.raises(MissingError):
        joined(stray, elsewhere, actor=township)
    looks = Actor(
        kind=ActorKind.STAFF,
        account_id=None,
        name="x",
        home_path="/ly/",
        rights={"residents.person.view": ("/ly/",), "residents.person.merge": ("/ly/t1/",)},
    )
    with pytest.raises(RefusedError) as refused:
        joined(stray, elsewhere, actor=looks)
    assert refused.value.right == "residents.person.merge"
    with pytest.raises(TianmuError, match="different"):
        joined(stray, stray)
    with pytest.raises(TianmuError) as stale:
        merge(actor=SETUP, wanted=Wanted(stray.pk, elsewhere.pk, frozenset(), "同一人", 9), now=NOW())
    assert (stale.value.status, stale.value.extra["current"]) == (412, 1)
    with pytest.raises(TianmuError) as silent:
        merge(actor=SETUP, wanted=Wanted(stray.pk, elsewhere.pk, frozenset(), " "), now=NOW())
    assert silent.value.code == "residents.reason_needed"
    assert [_columns(one) for one in Resident.objects.order_by("pk")] == before
    assert Merge.objects.count() == 0


def test_whoever_comes_second_is_told_where_everything_is(county: County) -> None:
    stray = person(county)
    joined(county.zhang, stray)
    with pytest.raises(ConflictError) as late:
        joined(county.zhang, stray)
    assert (late.value.code, late.value.extra["into"]) == ("residents.merged_already", str(county.zhang.pk))


def test_a_row_written_in_the_moment_of_the_merge_follows(county: County) -> None:
    stray = person(county)
    made = joined(county.zhang, stray)
    straggler = thing(county, stray)
    assert merging.follow_latest(NOW() - timedelta(minutes=1)) == 1
    straggler.refresh_from_db()
    assert straggler.person_id == county.zhang.pk
    assert merging.follow_latest(NOW() - timedelta(minutes=1)) == 0
    parted(made)
    straggler.refresh_from_db()
    assert straggler.person_id == stray.pk


def test_the_audit_of_a_person_is_that_of_all_her_keys_and_no_line_is_changed(county: County) -> None:
    stray = person(county)
    view_resident(actor=SETUP, row=stray)
    before = list(AuditLine.objects.order_by("pk").values())
    joined(county.zhang, stray)
    assert list(AuditLine.objects.order_by("pk").values())[: len(before)] == before
    herself = Actor(kind=ActorKind.RESIDENT, account_id=None, name="x", home_path="/ly/t1/", person_id=county.zhang.pk)
    for found in (lines(herself, AuditFilter()), lines(SETUP, AuditFilter(person_id=county.zhang.pk))):
        seen = found.filter(action="residents.person.view").values_list("person_id", flat=True)
        assert list(seen) == [stray.pk]


def test_links_that_would_tie_her_to_herself_stay_behind(county: County) -> None:
    stray, mother = person(county), person(county)
    said = {"kind": "sibling", "since": SINCE, "proof_kind": "household_register", "recorded_by": "x"}
    between = FamilyLink.objects.create(person=county.zhang, relative=stray, **said)
    twice = [FamilyLink.objects.create(person=one, relative=mother, **said) for one in (county.zhang, stray)]
    made = joined(county.zhang, stray)
    owners = {one.pk: (one.person_id, one.relative_id) for one in FamilyLink.objects.all()}
    assert owners == {
        between.pk: (county.zhang.pk, stray.pk),
        twice[0].pk: (county.zhang.pk, mother.pk),
        twice[1].pk: (stray.pk, mother.pk),
    }
    parted(made)
    assert {one.pk: (one.person_id, one.relative_id) for one in FamilyLink.objects.all()} == owners


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_merging_and_unmerging_loses_nothing(county: County, seed: int) -> None:
    """Play random merges, un-merges and new rows against a model; undo all at the end: everything is as it was."""
    chance = random.Random(seed)
    people = [_anybody(county, chance, number) for number in range(6)]
    household = Household.objects.create(number="H1", path="/ly/t1/")
    for one in people[:4]:
        thing(county, one)
        HouseholdMember.objects.create(household=household, person=one, role="other", since=SINCE)
    for one in people[:2]:
        account(one)
    whole = _snapshot()
    owners = {one.pk: one.person_id for one in RegisterMove.objects.all()}
    made: list[Merge] = []
    added: list[UUID] = []
    for _ in range(24):
        apart = [one.pk for one in people if not any(one.pk == merge.absorbed_id for merge in made)]
        step = chance.random()
        if step < 0.45 and len(apart) > 1:
            survivor, absorbed = chance.sample(apart, 2)
            take = [unit for unit in UNITS if chance.random() < 0.4]
            made.append(joined(row(survivor), row(absorbed), *take))
            owners = {key: survivor if owner == absorbed else owner for key, owner in owners.items()}
        elif step < 0.75 and made:
            last = made.pop()
            since = {one.key for one in merging.rows_since(last) if one.column.name.startswith("residents.RegisterM")}
            assert since <= set(added)
            moved = {key for one in last.moved.filter(column="residents.RegisterMove.person_id") for key in one.keys}
            parted(last)
            owners = {key: last.absorbed_id if key in moved else owner for key, owner in owners.items()}
        else:
            fresh = thing(county, row(chance.choice(apart)))
            added.append(fresh.pk)
            owners[fresh.pk] = fresh.person_id
        assert {one.pk: one.person_id for one in RegisterMove.objects.all()} == owners
        assert set(RegisterMove.objects.values_list("person_id", flat=True)) <= {
            one.pk for one in Resident.objects.filter(merged_into=None)
        }
    while made:
        parted(made.pop())
    RegisterMove.objects.filter(pk__in=added).delete()
    assert _snapshot() == whole


def _anybody(county: County, chance: random.Random, number: int) -> Resident:
    ids = [None, "320481199001019012", "320481198502039023", None, "320481197003049038", None]
    given = ids[number]
    return person(
        county,
        chance.choice(["张三", "李四", "王五"]) + str(number),
        unit=chance.choice(["t1", "t2", "t1-v1"]),
        kind="resident" if given else "temporary",
        id_number=_valid(given) if given else None,
        phone=f"161{number:08d}" if chance.random() < 0.7 else None,
        address=f"东街{number}号",
        village=f"{number}组",
    )


def _valid(number: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = number[:17]
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def _columns(one: Resident) -> dict[str, Any]:
    values = {field.attname: getattr(one, field.attname) for field in Resident._meta.concrete_fields}
    for hidden in ("version", "changed_at"):
        values.pop(hidden)
    return {key: bytes(value) if isinstance(value, memoryview) else value for key, value in values.items()}


def _snapshot() -> list[Any]:
    def rows() -> Iterator[Any]:
        yield [_columns(one) for one in Resident.objects.order_by("pk")]
        for model in (RegisterMove, HouseholdMember, FamilyLink):
            yield list(model.objects.order_by("pk").values())
        yield list(Account.objects.order_by("pk").values("pk", "person_id", "active"))

    return list(rows())


def test_over_http_a_merge_needs_its_right_and_tells_what_moved(county: County) -> None:
    stray = person(county)
    thing(county, stray)
    body = {"survivor": str(county.zhang.pk), "absorbed": str(stray.pk), "take": ["phone"], "reason": "同一人"}
    assert county.reader.call("POST", "/residents/merges", body).json()["right"] == "residents.person.merge"
    assert county.stranger.call("POST", "/residents/merges", body).status_code == 404
    made = county.rightful.call("POST", "/residents/merges", body)
    assert made.status_code == 201
    page = county.rightful.get(f"/residents/merges/{made.json()['id']}").json()
    assert page["moved"] == [{"column": "residents.RegisterMove.person_id", "rows": 1}]
    assert county.rightful.get(f"/residents/people/{stray.pk}").json()["id"] == str(county.zhang.pk)
    undo = f"/residents/merges/{made.json()['id']}/undo"
    assert county.reader.call("POST", undo, {"reason": "合并错误"}).status_code == 403
    assert county.rightful.call("POST", undo, {"reason": "合并错误"}).status_code == 200
    assert county.rightful.get(f"/residents/people/{stray.pk}").json()["id"] == str(stray.pk)
