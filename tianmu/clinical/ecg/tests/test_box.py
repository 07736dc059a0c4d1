"""The orders that the one box finds by ready statements are those of the ordinary worklist."""

from dataclasses import replace
from itertools import product

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.orders import Asked, register_order
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.selectors.box import newest_found
from tianmu.clinical.ecg.selectors.worklist import Wanted, orders
from tianmu.clinical.ecg.tests.county import SETUP, County
from tianmu.foundation.access.actor import Actor
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.merging import Wanted as Merging
from tianmu.registry.residents.merging import merge

pytestmark = pytest.mark.django_db
NUMBER, PHONE = "11010519491231002X", "13812340001"
TEXTS = ("王", "小明", "王小明", "wxm", "wang", "o'b", NUMBER, PHONE, "002X", "0001", "12", "%", "_", "\\", "无此人")


@pytest.fixture
def asked(county: County) -> list[Order]:
    places = ((county.township, county.sender), (county.other_township, county.stranger))
    made = [
        _order(sender, place, PersonDraft(name, kind="temporary"))
        for (place, sender), name in product(places, ("王小明", "王明", "O'Brien"))
    ]
    numbered = PersonDraft("王大", id_number=NUMBER, phone=PHONE)
    return [*made, _order(county.sender, county.township, numbered)]


def _order(sender: Actor, place: Organization, draft: PersonDraft) -> Order:
    person = register_resident(actor=SETUP, draft=draft, unit=place)
    return register_order(actor=sender, patient=person, origin=place, asked=Asked(), now=timezone.now())


def test_which_the_ordinary_worklist_finds(county: County, asked: list[Order]) -> None:
    merge(
        actor=SETUP,
        wanted=Merging(asked[0].patient_id, asked[1].patient_id, frozenset(), "同一人"),
        now=timezone.now(),
    )
    numbers = (asked[0].number, asked[5].number.lower(), asked[2].number[:7], "E", "E0")
    opened = replace(county.stranger, opened_persons=frozenset({asked[0].patient_id}))
    actors = (county.sender, county.stranger, county.reader, opened, county.resident, SETUP)
    some = 0
    for actor, text, most in product(actors, (*TEXTS, *numbers), (2, 8)):
        expected = orders(actor, Wanted(search=text)).order_by("-registered_at", "-id")[:most]
        found = newest_found(actor, text, most)
        assert [row.pk for row in found] == [row.pk for row in expected], (actor.name, text, most)
        some += len(found)
    assert some


def test_a_township_never_finds_an_order_of_another(county: County, asked: list[Order]) -> None:
    for sender, text in product((county.sender, county.stranger, county.sender), (*TEXTS, "E")):
        assert all(row.origin.path.startswith(sender.home_path) for row in newest_found(sender, text, 100)), text
