"""How a contract goes on (O-002, O-003, O-004, O-033, R-15): notices by post, what became of them, signed renewals.

LY-2022 ends on 2023-07-20; a notice not to renew must be there 30 days before, on 2023-06-20.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.access.tests.people import SETUP, make_county
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions.contracts import change_readings
from tianmu.operations.contracts.actions.duties import plan_duties, remind
from tianmu.operations.contracts.actions.renewal import (
    end_contract,
    end_what_ran_out,
    give_notice,
    note_delivery,
    sign_renewal,
)
from tianmu.operations.contracts.choices import Delivery, Side
from tianmu.operations.contracts.models import Contract, Notice
from tianmu.operations.contracts.presenters import contract_out
from tianmu.operations.contracts.schemas.contracts import RenewalOut
from tianmu.operations.contracts.tests.office import OF_A, OF_B, make_contract, person

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 6, 25, 9, tzinfo=ZONE)
IN_YEAR_2 = datetime(2023, 7, 21, 9, tzinfo=ZONE)
AFTER_THE_END = ("O-009", "O-027")
POSTED, LAST = date(2023, 6, 15), date(2023, 6, 20)


@pytest.fixture
def contract() -> Contract:
    return make_contract()


def posted(contract: Contract, delivered_on: date | None = None) -> Notice:
    return give_notice(
        actor=SETUP, contract_id=contract.pk, side=Side.A, posted_on=POSTED, delivered_on=delivered_on,
        text="不再续展", now=NOW,
    )  # fmt: skip


def delivered(notice: Notice, outcome: Delivery, signed_on: date | None = None, actor: Actor = SETUP) -> None:
    note_delivery(
        actor=actor, contract_id=notice.contract_id, notice_id=notice.pk, outcome=outcome, signed_on=signed_on, now=NOW
    )


def standing(contract: Contract, day: date = date(2023, 6, 25)) -> RenewalOut:
    return contract_out(Contract.objects.get(pk=contract.pk), day).renewal


def test_a_notice_counts_from_the_day_it_is_signed_for(contract: Contract) -> None:
    notice = posted(contract)
    assert standing(contract).renews, "not delivered yet"
    delivered(notice, Delivery.SIGNED, LAST)
    found = standing(contract)
    assert (found.renews, found.notices[0].delivered_on, found.notices[0].outcome) == (False, LAST, "signed")


def test_a_day_late_the_contract_renews_unless_posting_counts(contract: Contract) -> None:
    delivered(posted(contract), Delivery.SIGNED, date(2023, 6, 21))
    assert standing(contract).renews
    change_readings(
        actor=SETUP, contract_id=contract.pk, values={"notice_30d_counts": "posted"}, reason="商定", now=NOW
    )
    assert not standing(contract).renews


@pytest.mark.parametrize("outcome", [Delivery.REFUSED, Delivery.UNDELIVERABLE])
def test_refused_or_undeliverable_counts_as_delivered_when_sent(contract: Contract, outcome: Delivery) -> None:
    delivered(posted(contract), outcome)
    found = standing(contract)
    assert (found.renews, found.notices[0].delivered_on) == (False, POSTED)


def test_a_delivery_is_noted_once_on_a_possible_day_by_who_manages(contract: Contract) -> None:
    notice = posted(contract)
    with pytest.raises(TianmuError) as before:
        delivered(notice, Delivery.SIGNED, date(2023, 6, 14))
    with pytest.raises(TianmuError) as unnamed:
        delivered(notice, Delivery.SIGNED)
    assert before.value.code == unnamed.value.code == "contracts.notice_invalid"
    with pytest.raises(RefusedError):
        delivered(notice, Delivery.REFUSED, actor=person("lead", ScopeUnit.objects.get(path=contract.path), OF_B))
    with pytest.raises(MissingError):
        note_delivery(
            actor=SETUP, contract_id=contract.pk, notice_id=contract.pk, outcome=Delivery.REFUSED, signed_on=None,
            now=NOW,
        )  # fmt: skip
    delivered(notice, Delivery.SIGNED, LAST)
    with pytest.raises(ConflictError):
        delivered(notice, Delivery.REFUSED)


def test_without_notice_the_service_goes_on_and_the_renewal_is_unsigned_until_it_is_recorded() -> None:
    county = make_county()
    contract = make_contract(county.top)
    first_day = date(2023, 7, 21)
    assert not standing(contract, date(2023, 7, 20)).unsigned
    assert standing(contract, first_day).unsigned
    with pytest.raises(RefusedError):
        sign_renewal(actor=person("b", county.top, OF_B), contract_id=contract.pk, year=2, signed_on=first_day, now=NOW)
    officer = person("a", county.top, OF_A)
    sign_renewal(actor=officer, contract_id=contract.pk, year=2, signed_on=first_day, now=IN_YEAR_2)
    found = standing(contract, first_day)
    assert (found.unsigned, [(one.year, one.signed_on) for one in found.signed]) == (False, [(2, first_day)])
    with pytest.raises(ConflictError):
        sign_renewal(actor=officer, contract_id=contract.pk, year=2, signed_on=first_day, now=IN_YEAR_2)


@pytest.mark.parametrize(
    ("year", "signed_on"),
    [(4, date(2023, 7, 21)), (2, date(2022, 7, 19)), (2, date(2023, 7, 22))],
    ids=["two years ahead", "before the contract", "tomorrow"],
)
def test_a_renewal_that_cannot_be_is_refused_and_nothing_kept(contract: Contract, year: int, signed_on: date) -> None:
    with pytest.raises(TianmuError) as refused:
        sign_renewal(actor=SETUP, contract_id=contract.pk, year=year, signed_on=signed_on, now=IN_YEAR_2)
    assert (refused.value.code, refused.value.status) == ("contracts.renewal_invalid", 422)
    assert contract.renewals.count() == 0
    assert sign_renewal(actor=SETUP, contract_id=contract.pk, year=3, signed_on=LAST, now=IN_YEAR_2).year == 3


def test_an_end_ahead_is_refused_and_nothing_changes(contract: Contract) -> None:
    asked: dict[str, Any] = {"actor": SETUP, "contract_id": contract.pk, "reason": "协商", "now": NOW}
    for day in (date(2023, 6, 26), date(2022, 7, 19)):
        with pytest.raises(TianmuError) as refused:
            end_contract(**asked, ended_on=day)
        assert (refused.value.code, refused.value.fields) == ("contracts.end_invalid", {"ended_on": "range"})
    contract.refresh_from_db()
    assert (contract.state, contract.ended_on, contract.version) == ("active", None, 1)
    assert end_contract(**asked, ended_on=NOW.date()).ended_on == NOW.date()


@pytest.mark.parametrize("signed_all_the_same", [False, True])
def test_a_notice_in_time_ends_the_contract_with_its_year(contract: Contract, *, signed_all_the_same: bool) -> None:
    delivered(posted(contract), Delivery.SIGNED, LAST)
    if signed_all_the_same:
        sign_renewal(actor=SETUP, contract_id=contract.pk, year=2, signed_on=NOW.date(), now=NOW)
    assert end_what_ran_out(actor=SETUP, now=datetime(2023, 7, 20, 23, 59, tzinfo=ZONE)) == 0
    assert end_what_ran_out(actor=SETUP, now=IN_YEAR_2 + timedelta(days=1)) == (not signed_all_the_same)
    assert end_what_ran_out(actor=SETUP, now=IN_YEAR_2 + timedelta(days=2)) == 0
    contract.refresh_from_db()
    if signed_all_the_same:
        assert (contract.state, contract.ended_on) == ("active", None)
        return
    assert (contract.state, contract.ended_on) == ("ended", date(2023, 7, 20))
    assert contract.duties.get(obligation="O-027").due_at == datetime(2023, 8, 1, tzinfo=ZONE)
    assert not contract.duties.filter(first__gt=date(2023, 7, 20)).exclude(obligation__in=AFTER_THE_END).exists()


def test_a_contract_whose_notice_came_late_or_not_goes_on(contract: Contract) -> None:
    delivered(posted(contract), Delivery.SIGNED, date(2023, 6, 21))
    assert end_what_ran_out(actor=SETUP, now=IN_YEAR_2) == 0
    contract.refresh_from_db()
    assert contract.state == "active"


def test_notice_reminder_and_talks_are_duties_with_their_days(contract: Contract) -> None:
    """O-002 and O-003 end on 2023-06-20, talks (O-004) are due in the last month, 2023-06-21 to 2023-07-20."""
    plan_duties(contract=contract, today=date(2023, 6, 25))
    days = {row.obligation: (row.first, row.due_at.astimezone(ZONE)) for row in contract.duties.filter(year=1)}
    midnight = datetime(2023, 6, 21, tzinfo=ZONE)
    assert days["O-002"][1] == days["O-003"][1] == midnight
    assert days["O-004"] == (date(2023, 6, 21), datetime(2023, 7, 21, tzinfo=ZONE))
    remind(actor=SETUP, now=datetime(2023, 6, 19, 10, tzinfo=ZONE))
    assert contract.duties.get(obligation="O-003", year=1).fulfilled_at is not None
