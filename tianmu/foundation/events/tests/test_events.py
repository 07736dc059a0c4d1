"""Facts: written with the change, told at least once, dealt with once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.events.actions import deliver, publish
from tianmu.foundation.events.fact import Fact
from tianmu.foundation.events.listening import listeners_of, listens
from tianmu.foundation.events.models import Delivery, OutboxEvent

in_one_transaction = pytest.mark.django_db
with_real_commits = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Signed(Fact):
    """A fact of the tests."""

    name: ClassVar[str] = "tests.signed"
    order: UUID
    at: datetime
    day: date
    note: str = ""
    amended: bool = False


HEARD: list[Signed] = []
TROUBLE: list[Exception] = []


@listens(Signed)
def remember(fact: Signed) -> None:
    if TROUBLE:
        raise TROUBLE.pop()
    HEARD.append(fact)


NAME = f"{__name__}.remember"
FACT = Signed(
    UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC), date(2026, 11, 23)
)


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    HEARD.clear()
    TROUBLE.clear()
    yield
    TROUBLE.clear()


def queued() -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name LIKE '%%events%%' ORDER BY id")
        return [json.loads(row[0]) for row in cursor.fetchall()]


@given(st.uuids(), st.datetimes(timezones=st.just(UTC)), st.dates(), st.text(), st.booleans())
def test_a_fact_survives_the_outbox(order: UUID, at: datetime, day: date, note: str, amended: bool) -> None:
    fact = Signed(order, at, day, note, amended)
    assert Signed.from_json(fact.as_json()) == fact


def test_an_older_fact_takes_defaults_and_a_newer_one_loses_what_is_unknown() -> None:
    old = {key: value for key, value in FACT.as_json().items() if key not in {"note", "amended"}}
    assert Signed.from_json(old) == FACT
    assert Signed.from_json({**FACT.as_json(), "colour": "blue"}) == FACT


@in_one_transaction
def test_a_fact_is_queued_for_each_listener_in_the_same_transaction() -> None:
    assert listeners_of("tests.signed") == (NAME,)
    publish(FACT)
    event = OutboxEvent.objects.get()
    assert (event.name, event.facts["order"]) == ("tests.signed", str(FACT.order))
    assert queued() == [{"event_id": str(event.pk), "listener": NAME}]


@in_one_transaction
def test_a_fact_of_a_change_that_fails_is_never_told() -> None:
    with transaction.atomic():
        publish(FACT)
        transaction.set_rollback(True)
    assert (OutboxEvent.objects.count(), queued()) == (0, [])


@in_one_transaction
def test_a_repeat_is_not_dealt_with_again() -> None:
    publish(FACT)
    event = OutboxEvent.objects.get()
    assert deliver(event_id=event.pk, listener_name=NAME) is True
    assert deliver(event_id=event.pk, listener_name=NAME) is False
    assert HEARD == [FACT]


@in_one_transaction
def test_a_listener_that_fails_is_told_again() -> None:
    publish(FACT)
    event = OutboxEvent.objects.get()
    TROUBLE.append(ValueError("no such order yet"))
    with pytest.raises(ValueError, match="no such order yet"):
        deliver(event_id=event.pk, listener_name=NAME)
    assert (HEARD, Delivery.objects.count()) == ([], 0)
    assert deliver(event_id=event.pk, listener_name=NAME) is True
    assert HEARD == [FACT]


@in_one_transaction
def test_a_listener_of_an_older_release_is_passed_over() -> None:
    publish(FACT)
    assert deliver(event_id=OutboxEvent.objects.get().pk, listener_name="gone") is False


@in_one_transaction
def test_an_event_that_is_not_in_the_outbox_is_an_error() -> None:
    with pytest.raises(LookupError, match="not in the outbox"):
        deliver(event_id=uuid7(), listener_name=NAME)


@with_real_commits
def test_two_workers_at_once_deal_with_it_once() -> None:
    publish(FACT)
    event = OutboxEvent.objects.get()
    barrier, told = Barrier(2), list[bool]()

    def work() -> None:
        barrier.wait(5)
        told.append(deliver(event_id=event.pk, listener_name=NAME))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(10)
    assert sorted(told) == [False, True]
    assert HEARD == [FACT]
