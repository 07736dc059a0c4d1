"""The searches that are kept ready find exactly whom the ordinary search finds, for every reach and every text."""

from dataclasses import replace
from datetime import date
from itertools import product
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.db.keys import uuid7
from tianmu.registry.organizations.actions import OrganizationDraft, add_organizations
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.residents import selectors
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import PEOPLE, Right
from tianmu.registry.tests.county import SETUP

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 1)
NUMBER = "11010519491231002X"
PHONE = "13812340001"
NAMES = ("王明", "王小明", "欧阳小明", "明", "单于", "曾可", "O'Brien", "王明明明", "张三丰", "长孙无忌")
TEXTS = (
    *("", " ", "明", "王", "小明", "王小明", "欧阳小明", "w", "wm", "wxm", "wang", "wangx", "zeng", "z", "shan", "o'b"),
    *(NUMBER, NUMBER.lower(), PHONE, "002X", "0001", "12", "%", "_", "王%", "\\", "9999"),
)
REACHES = (
    *(
        ("/ly/t1/",),
        ("/ly/t2/",),
        ("/ly/t1/v1/",),
        ("/ly/",),
        ("/",),
        ("/ly/t1/", "/ly/t2/"),
        ("/ly/t1/v1/", "/ly/t2/"),
    ),
    *(("/ly/none/",), ("/ly/t1/v1/", "/ly/t1/v2/")),
)


@pytest.fixture
def people() -> list[Resident]:
    kinds = OrganizationKind
    drafts = [
        OrganizationDraft("ly", "县卫生健康局", kinds.BUREAU),
        *(OrganizationDraft(code, f"{code}卫生院", kinds.TOWNSHIP, "ly") for code in ("t1", "t2")),
        *(OrganizationDraft(code, f"{code}卫生室", kinds.STATION, "t1") for code in ("v1", "v2")),
    ]
    units = add_organizations(actor=SETUP, drafts=drafts)
    made = [
        register_resident(actor=SETUP, draft=PersonDraft(name, kind="temporary"), unit=units[code])
        for name, code in product(NAMES, ("t1", "t2", "v1", "v2"))
    ]
    draft = PersonDraft("王明", id_number=NUMBER, phone=PHONE)
    made.append(register_resident(actor=SETUP, draft=draft, unit=units["v1"]))
    Resident.objects.filter(pk__in=[row.pk for row in made[::7]]).update(closed_as="moved_away")
    Resident.objects.filter(pk=made[5].pk).update(merged_into=made[6].pk)
    return made


def staff(*paths: str) -> Actor:
    rights = {str(Right.VIEW): paths}
    return Actor(kind=ActorKind.STAFF, account_id=None, name="医生", home_path="/ly/t1/", rights=rights)


def ordinary(actor: Actor, text: str, closed: bool, below: UUID | None, most: int) -> list[UUID]:
    rows = selectors.search(actor, text, TODAY, closed=closed).order_by("-id")
    return [row.pk for row in (rows.filter(pk__lt=below) if below else rows)[:most]]


@pytest.mark.parametrize("reach", REACHES, ids=" ".join)
def test_whom_the_ordinary_search_finds(people: list[Resident], reach: tuple[str, ...]) -> None:
    doctor = staff(*reach)
    opened = replace(doctor, opened_persons=frozenset({people[1].pk, people[2].pk}))
    pages = ((False, None, 60), (False, people[20].pk, 60), (True, people[20].pk, 3))
    for actor, text, (closed, below, most) in product((doctor, opened), TEXTS, pages):
        found = selectors.newest(actor, text, TODAY, closed=closed, below=below, most=most)
        assert [row.pk for row in found] == ordinary(actor, text, closed, below, most), (text, closed, below, most)


def test_one_institution_is_never_shown_the_people_of_another(people: list[Resident]) -> None:
    seen: dict[str, set[UUID]] = {}
    for path, text in product(("/ly/t1/", "/ly/t2/", "/ly/t1/", "/ly/t1/v1/"), TEXTS):
        seen.setdefault(path, set()).update(row.pk for row in selectors.newest(staff(path), text, TODAY, most=200))
    for path, keys in seen.items():
        paths = Resident.objects.filter(pk__in=keys).values_list("scope_path", flat=True)
        assert keys
        assert all(one.startswith(path) for one in paths)


@pytest.mark.parametrize("reach", REACHES, ids=" ".join)
def test_one_person_is_opened_by_whom_the_policy_lets(people: list[Resident], reach: tuple[str, ...]) -> None:
    actor = staff(*reach)
    for row in people[7:]:
        stored = Resident.objects.get(pk=row.pk)
        if PEOPLE.allows(actor, Right.VIEW, stored):
            assert selectors.resident(actor, row.pk).register_unit.unit.path == stored.scope_path
            assert selectors.known_person(actor, row.pk, timezone.now()).pk == row.pk
        else:
            with pytest.raises(MissingError):
                selectors.resident(actor, row.pk)
    with pytest.raises(MissingError):
        selectors.resident(actor, uuid7())


def test_a_ready_search_is_one_statement(people: list[Resident]) -> None:
    doctor = staff("/ly/t1/")
    for text in ("", "明", "小明", "wang", "w", NUMBER, PHONE, "002X"):
        with CaptureQueriesContext(connection) as seen:
            assert selectors.newest(doctor, text, TODAY, most=50)
        assert len(seen.captured_queries) == 1, text
