"""The queue: the statement kept ready answers as the queryset does; a search goes back as far as it must."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from tianmu.operations.servicedesk.actions import moving
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.schemas.tickets import listed_out
from tianmu.operations.servicedesk.selectors import queue
from tianmu.operations.servicedesk.selectors.queue import FIRST, Wanted, first_listed, horizons, listed, tickets
from tianmu.operations.servicedesk.tests.desk import HOUR, MINUTE, MONDAY, Desk

KEYS = (["rank", "due_at", "id"], ["-received_at", "-id"])


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Open some tickets of several kinds at two places."""
    for number in range(4):
        mine = desk.open(MONDAY + number * MINUTE, institution=desk.other_township if number % 2 else desk.township)
        if number < 2:
            moving.accept(actor=desk.engineer, ticket_id=mine.pk, now=MONDAY + HOUR)
    desk.open(MONDAY + 5 * MINUTE, subsystems=("mrl",), urgency="high")
    desk.raised_by_user(MONDAY + 6 * MINUTE)
    desk.incident(MONDAY + 7 * MINUTE)
    over = desk.open(MONDAY)
    moving.accept(actor=desk.second, ticket_id=over.pk, now=MONDAY)
    moving.resolve(actor=desk.second, ticket_id=over.pk, resolution="好了", problem_kind="", now=MONDAY + MINUTE)
    return desk


@pytest.mark.parametrize(
    "given",
    [{}, {"unassigned": True}, {"subsystem": "mrl"}, {"raised_by_me": True}, {"assignee": True}],
    ids=lambda given: "".join(given) or "all",
)
@pytest.mark.parametrize("open_only", [True, False])
def test_the_first_page_is_that_of_the_queryset(full: Desk, given: dict[str, Any], open_only: bool) -> None:
    for actor in (full.engineer, full.user, full.other_user):
        mine = {"assignee_id": actor.account_id} if given.get("assignee") else given
        wanted = Wanted(open_only=open_only, **mine)
        for keys in KEYS:
            expected = list(listed(tickets(actor, wanted)).order_by(*keys)[:5])
            assert first_listed(actor, wanted, keys, 5) == expected
    assert first_listed(full.engineer, Wanted(search="心电"), KEYS[0], 5) is None


def test_a_row_tells_its_place_and_how_much_of_its_limit_is_used(full: Desk) -> None:
    ticket = Ticket.objects.get(raiser_id=full.user.account_id)
    (row,) = first_listed(full.user, Wanted(raised_by_me=True), KEYS[0], 5) or []
    now = ticket.due_at - timedelta(seconds=row.limit_seconds / 4)
    shown = listed_out(row, full.user, now)
    assert (shown.institution.name, shown.next_clock, shown.used_percent) == ("南渡镇卫生院", "response", 75)


def test_a_search_goes_back_step_by_step_to_the_first_ticket(full: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LATELY", (2, 5, 60))
    steps = list(horizons(Q()))
    assert steps == [MONDAY + 5 * MINUTE, MONDAY + MINUTE, FIRST]
    assert list(horizons(Q(received_at__lt=steps[0]))) == [MONDAY + MINUTE, FIRST]
    rows = listed(tickets(full.engineer, Wanted(search="心电")))
    assert [rows.filter(received_at__gte=one).count() for one in steps] == [3, 6, 8]
