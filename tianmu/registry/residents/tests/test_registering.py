"""Registering, finding and revealing people."""

from datetime import date

import pytest

from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.foundation.access.errors import MissingError
from tianmu.registry.organizations.actions import OrganizationDraft, add_organizations
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents import actions, selectors
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right

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
