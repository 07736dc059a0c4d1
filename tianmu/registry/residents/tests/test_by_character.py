"""One typed character: the newest people who bear it anywhere in their names, in pages, of one's own institution."""

from datetime import date

import pytest

from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.registry.organizations.actions import OrganizationDraft, add_organizations
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.residents import actions, selectors
from tianmu.registry.residents.by_character import Newest, is_character
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right
from tianmu.registry.tests.county import County

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 1)
SETUP = system("test")
BEARERS = ("明", "明亮", "王明", "王大明", "明明明", "欧阳小明", "阿卜杜拉明江", "李明明")
OTHERS = ("王大亮", "李日月", "欧阳小亮")


def test_every_place_of_a_name_is_found_page_by_page_and_nobody_twice(county: County) -> None:
    unit = county.zhang.register_unit
    for name in (*BEARERS, *OTHERS):
        actions.register_resident(actor=SETUP, draft=PersonDraft(name, kind=ResidentKind.TEMPORARY), unit=unit)
    found: list[str] = []
    cursor = ""
    while True:
        page = county.reader.get(f"/residents/people?search=明&limit=3{cursor}").json()
        found += [one["name"] for one in page["items"]]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == list(reversed(BEARERS))
    doctor = Actor(
        kind=ActorKind.STAFF, account_id=None, name="医生", home_path="/ly/t1/", rights={str(Right.VIEW): ("/ly/t1/",)}
    )
    for most in (3, 50):
        rows = selectors.search(doctor, "明", TODAY, newest=Newest(most)).order_by("-id")[:most]
        assert [one.name for one in rows] == list(reversed(BEARERS))[:most]


def test_the_newest_are_those_of_her_own_institution_and_in_force() -> None:
    units = add_organizations(
        actor=SETUP,
        drafts=[
            OrganizationDraft("ly", "县卫生健康局", OrganizationKind.BUREAU),
            OrganizationDraft("t1", "南渡镇卫生院", OrganizationKind.TOWNSHIP, "ly"),
            OrganizationDraft("t2", "社渚镇卫生院", OrganizationKind.TOWNSHIP, "ly"),
        ],
    )
    own, closed, other = (
        actions.register_resident(actor=SETUP, draft=PersonDraft("王明", kind=ResidentKind.TEMPORARY), unit=units[code])
        for code in ("t1", "t1", "t2")
    )
    Resident.objects.filter(pk=closed.pk).update(closed_as="moved_away")
    doctor = Actor(
        kind=ActorKind.STAFF, account_id=None, name="医生", home_path="/ly/t1/", rights={str(Right.VIEW): ("/ly/t1/",)}
    )

    def found(*, with_closed: bool = False) -> set[object]:
        rows = selectors.search(doctor, "明", TODAY, closed=with_closed, newest=Newest(5))
        return {one.pk for one in rows}

    assert found() == {own.pk}
    assert found(with_closed=True) == {own.pk, closed.pk}
    assert other.pk not in found(with_closed=True)


def test_the_statement_asks_what_the_indexes_of_places_hold() -> None:
    doctor = Actor(
        kind=ActorKind.STAFF,
        account_id=None,
        name="医生",
        home_path="/ly/t1/",
        rights={str(Right.VIEW): ("/ly/t1/",)},
    )
    statement = str(selectors.search(doctor, "曾", TODAY, newest=Newest(5)).query)
    assert (statement.count("SUBSTRING("), statement.count("LIMIT 5"), statement.count("UNION")) == (3, 4, 3), statement


@pytest.mark.parametrize(("text", "one"), [("明", True), ("明亮", False), ("m", False), ("", False), ("·", False)])
def test_only_one_chinese_character_is_asked_so(text: str, one: bool) -> None:
    assert is_character(text) is one
