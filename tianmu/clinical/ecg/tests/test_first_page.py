"""The first page that a kept-ready statement reads is that of the ordinary worklist, row by row."""

from dataclasses import replace
from itertools import product

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.orders import Asked, register_order, withdraw_order
from tianmu.clinical.ecg.choices import OrderState, Urgency
from tianmu.clinical.ecg.selectors.worklist import Wanted, first_orders, orders
from tianmu.clinical.ecg.tests.county import SETUP, County

pytestmark = pytest.mark.django_db
WORK_ORDER, NEWEST = ("rank", "due_at", "id"), ("-registered_at", "-id")
STATES = ((), (OrderState.REGISTERED,), (OrderState.WITHDRAWN, OrderState.REGISTERED), (OrderState.SIGNED,))


def test_which_a_ready_statement_reads(county: County) -> None:
    places = ((county.township, county.sender), (county.other_township, county.stranger))
    for (place, sender), urgency in product(places, Urgency):
        order = register_order(
            actor=sender, patient=county.patient, origin=place, asked=Asked(urgency=urgency), now=timezone.now()
        )
    withdraw_order(actor=county.stranger, order_id=order.pk, reason="误登", now=timezone.now())
    actors = (county.sender, county.stranger, county.reader)
    for actor, states, keys, most in product(actors, STATES, (WORK_ORDER, NEWEST), (3, 51)):
        wanted = Wanted(states=states)
        found = first_orders(actor, wanted, keys, most)
        expected = list(orders(actor, wanted).order_by(*keys)[:most])
        assert found == expected
        assert [one.origin.name for one in found or []] == [one.origin.name for one in expected]
    assert first_orders(county.reader, Wanted(kinds=("holter",)), WORK_ORDER, 51) == []


def test_but_no_statement_is_ready_for_other_questions(county: County) -> None:
    opened = replace(county.stranger, opened_persons=frozenset({county.patient.pk}))
    for actor in (county.resident, opened, SETUP):
        assert first_orders(actor, Wanted(), WORK_ORDER, 51) is None
    for wanted in (Wanted(search="三"), Wanted(urgency="emergency"), Wanted(states=("nonsense",)), Wanted(owner="me")):
        assert first_orders(county.reader, wanted, WORK_ORDER, 51) is None
