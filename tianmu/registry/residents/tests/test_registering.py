"""Registering, finding and revealing people."""

from datetime import date

import pytest

from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.foundation.access.errors import MissingError, RefusedError
from tianmu.foundation.db.keys import uuid7
from tianmu.registry.organizations.actions import OrganizationDraft, add_organizations
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents import actions, selectors
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import PEOPLE, Right

pytestmark = pytest.mark.django_db
SETUP = system("test")
TODAY = date(2026, 11, 1)
EVERY_RIGHT = tuple(str(right) for right in Right)


@pytest.fixture
def county() -> dict[str, Organization]:
    return add_organizations(
        actor=SETUP,
        drafts=[
            OrganizationDraft("ly", "县卫生健康局", OrganizationKind.BUREAU),
            OrganizationDraft("t1", "南渡镇卫生院", OrganizationKind.TOWNSHIP, "ly", town_code="320481114"),
            OrganizationDraft("t2", "社渚镇卫生院", OrganizationKind.TOWNSHIP, "ly", town_code="320481116"),
        ],
    )


def staff(path: str, *rights: str) -> Actor:
    held = dict.fromkeys(rights or EVERY_RIGHT, (path,))
    return Actor(kind=ActorKind.STAFF, account_id=None, name="护士", home_path=path, rights=held)


@pytest.fixture
def zhang(county: dict[str, Organization]) -> Resident:
    draft = PersonDraft("张小曾", id_number="32048119570308005X", phone="19900001234", address="溧阳市南渡镇东街12号")
    return actions.register_resident(actor=SETUP, draft=draft, unit=county["t1"])


@pytest.mark.parametrize(
    "text",
    ["张", "小", "曾", "张小", "小曾", "张小曾", "z", "zx", "zxz", "zxc", "zhang", "zhangxiaozeng", "zhangxiaoceng",
     "ZHANGX", "32048119570308005X", "32048119570308005x", " 320481 19570308 005x", "320481570308005", "005X", "1234",
     "19900001234", "005x"],
)  # fmt: skip
def test_one_box_finds_her(zhang: Resident, text: str) -> None:
    for path in ("/ly/", "/ly/t1/"):
        assert [one.pk for one in selectors.search(staff(path), text, TODAY)] == [zhang.pk]


@pytest.mark.parametrize("text", ["李", "曾小", "张曾", "xz", "hang", "0000", "12345", "%", "_", "'", "19900001235"])
def test_one_box_finds_nobody_else(zhang: Resident, text: str) -> None:
    assert list(selectors.search(staff("/ly/"), text, TODAY)) == []


def test_staff_of_another_township_do_not_find_her(zhang: Resident) -> None:
    elsewhere = staff("/ly/t2/")
    for text in ("张", "zxz", "32048119570308005X", "1234"):
        assert not selectors.search(elsewhere, text, TODAY).exists()
    with pytest.raises(MissingError):
        selectors.resident(elsewhere, zhang.pk)


def test_the_short_condition_for_one_institution_selects_what_the_policy_does(
    county: dict[str, Organization], zhang: Resident
) -> None:
    for code in ("t1", "t2", "ly"):
        actions.register_resident(actor=SETUP, draft=PersonDraft("王五", kind="temporary"), unit=county[code])
    for path in ("/", "/ly/", "/ly/t1/", "/ly/t2/", "/ly/t9/"):
        actor = staff(path)
        allowed = {one.pk for one in Resident.objects.all() if PEOPLE.allows(actor, Right.VIEW, one)}
        assert {one.pk for one in selectors.residents(actor)} == allowed
        assert {one.pk for one in selectors.search(actor, "王", TODAY)} == allowed - {zhang.pk}


def test_staff_of_two_institutions_see_both(county: dict[str, Organization], zhang: Resident) -> None:
    other = actions.register_resident(actor=SETUP, draft=PersonDraft("张五", kind="temporary"), unit=county["t2"])
    both = Actor(
        kind=ActorKind.STAFF,
        account_id=None,
        name="护士",
        home_path="/ly/t1/",
        rights={str(Right.VIEW): ("/ly/t1/", "/ly/t2/")},
    )
    assert {one.pk for one in selectors.search(both, "张", TODAY)} == {zhang.pk, other.pk}
    assert {one.pk for one in selectors.search(both, "z", TODAY)} == {zhang.pk, other.pk}


def test_a_person_merged_into_another_is_found_no_more(county: dict[str, Organization], zhang: Resident) -> None:
    twin = actions.register_resident(actor=SETUP, draft=PersonDraft("张小曾", kind="temporary"), unit=county["t1"])
    Resident.objects.filter(pk=twin.pk).update(merged_into=zhang)
    assert [one.pk for one in selectors.search(staff("/ly/"), "张小曾", TODAY)] == [zhang.pk]
    assert [one.pk for one in selectors.residents(staff("/ly/"))] == [zhang.pk]


def test_a_refused_register_leaves_nothing_behind(county: dict[str, Organization]) -> None:
    draft = PersonDraft("王五", kind="temporary")
    placed = [actions.Placed(draft, county[code], uuid7()) for code in ("t1", "t2")]
    with pytest.raises(RefusedError) as refused:
        actions.load_residents(actor=staff("/ly/t1/"), people=placed)
    assert refused.value.right == "residents.person.register"
    assert Resident.objects.count() == 0
    assert actions.load_residents(actor=staff("/ly/"), people=placed) == 2


def test_only_who_registers_people_finds_a_holder_by_card(zhang: Resident) -> None:
    assert selectors.by_card(staff("/ly/t2/"), "32048119570308005X", TODAY) == zhang
    assert selectors.by_card(staff("/ly/t2/"), "1234", TODAY) is None
    assert selectors.by_card(staff("/ly/t2/", str(Right.VIEW)), "32048119570308005X", TODAY) is None
