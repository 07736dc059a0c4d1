"""Staff and institutions that the one box finds by ready statements are those of the ordinary searches."""

from itertools import product

import pytest

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import RefusedError
from tianmu.registry.organizations import selectors as organizations
from tianmu.registry.organizations.permissions import Right as OrganizationRight
from tianmu.registry.staff import selectors as staff
from tianmu.registry.staff.actions import MemberDraft, add_members
from tianmu.registry.staff.permissions import Right as StaffRight
from tianmu.registry.tests.county import SETUP, SINCE, County

MOST = 8
NAMES = ("王明", "王小明", "曾可", "解放", "O'Brien", "欧阳明")
TEXTS = (
    *("王", "小明", "王明", "欧阳", "明", "陌", "w", "wm", "wang", "zeng", "xf", "jf", "o'b", "o"),
    *("4", "40", "4003", "T1", "t1-", "卫生", "%", "_", "\\", "'", "%s", "zz", "无此人"),
)
REACHES = (("/",), ("/ly/",), ("/ly/t1/",), ("/ly/t2/",), ("/ly/t1/", "/ly/t2/"), ("/ly/none/",))


def somebody(*paths: str) -> Actor:
    rights = {str(StaffRight.VIEW): paths, str(OrganizationRight.VIEW): paths}
    return Actor(kind=ActorKind.STAFF, account_id=None, name="医生", home_path="/ly/t1/", rights=rights)


@pytest.fixture
def colleagues(county: County) -> County:
    places = [county.units["t1"], county.units["t2"], county.units["t1-v1"]]
    add_members(
        actor=SETUP,
        drafts=[
            MemberDraft(number=f"{4000 + 10 * at + n}", name=name, home=place, post="医生", since=SINCE)
            for (at, place), (n, name) in product(enumerate(places), enumerate(NAMES))
        ],
    )
    return county


@pytest.mark.parametrize("reach", REACHES, ids=" ".join)
def test_staff_whom_the_ordinary_search_finds(colleagues: County, reach: tuple[str, ...]) -> None:
    actor, some = somebody(*reach), 0
    for text, most in product(TEXTS, (2, MOST)):
        expected = list(staff.search(actor, text).order_by("pinyin", "id")[:most])
        found = staff.found(actor, text, most)
        assert [row.pk for row in found] == [row.pk for row in expected], (text, most)
        assert [row.home.name for row in found] == [row.home.name for row in expected]
        some += len(found)
    assert bool(some) is (reach != ("/ly/none/",))


def test_staff_of_another_township_are_never_found(colleagues: County) -> None:
    for path, text in product(("/ly/t1/", "/ly/t2/", "/ly/t1/"), TEXTS):
        found = staff.found(somebody(path), text, 100)
        assert all(row.home.path.startswith(path) for row in found), (path, text)
    with pytest.raises(RefusedError):
        staff.found(somebody(), "王", MOST)


def test_institutions_are_found_by_a_part_of_the_name_else_by_the_beginning_of_the_code(county: County) -> None:
    everything = list(organizations.organizations(somebody("/ly/t1/")).filter(active=True))
    for text in (*TEXTS, "T1-V", *(one.name for one in everything), *(one.name[1:3] for one in everything)):
        named = [one for one in everything if text.upper() in one.name.upper()]
        coded = [one for one in everything if one.unit.code.upper().startswith(text.upper())]
        expected = sorted(named or (coded if text.isascii() else []), key=lambda one: one.path)
        found = organizations.search(somebody("/ly/t1/"), text, MOST)
        assert [one.pk for one in found] == [one.pk for one in expected[:MOST]], text
    assert organizations.search(somebody(), "t1", MOST) == []


def test_institutions_at_and_above_a_path(county: County) -> None:
    village, township = county.units["t1-v1"], county.units["t1"]
    assert organizations.institution_of(f"{village.path}x/y/") == village
    assert organizations.institution_of(f"{township.path}nowhere/") == township
    assert organizations.institution_of("/") is None
    assert organizations.institution_by_code("t1") == township
    assert organizations.institution_by_code("T1") is None
