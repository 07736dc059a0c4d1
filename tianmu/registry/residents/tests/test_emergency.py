"""An emergency opens the record of somebody whom the register knows, wherever her entry has gone."""

from uuid import UUID

import pytest
from django.utils import timezone

from tianmu.foundation.access.models import BreakGlass
from tianmu.foundation.access.tests.people import browser_of, make_person
from tianmu.foundation.db.keys import uuid7
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.merging import Wanted, merge
from tianmu.registry.tests.county import SETUP, County


def opened(county: County, person: UUID) -> int:
    doctor = make_person("wang", county.units["t2"].unit, ["access.break_glass.open"])
    asked = {"person_id": str(person), "reason": "昏迷送入急诊"}
    answer = browser_of(doctor).post("/api/v1/access/break-glass", asked, content_type="application/json")
    return int(answer.status_code)


@pytest.mark.django_db
def test_nobody_is_opened_whom_the_register_does_not_know(county: County) -> None:
    assert opened(county, uuid7()) == 404
    assert not BreakGlass.objects.exists()


@pytest.mark.django_db
def test_the_key_of_a_merged_entry_opens_the_one_that_holds_everything(county: County) -> None:
    stray = register_resident(actor=SETUP, draft=PersonDraft("张小增", kind="temporary"), unit=county.units["t1"])
    merge(actor=SETUP, wanted=Wanted(county.zhang.pk, stray.pk, frozenset(), "同一人"), now=timezone.now())
    assert opened(county, stray.pk) == 201
    assert BreakGlass.objects.get().person_id == county.zhang.pk
