"""The stream through the whole site: sign in, ticket, server-sent events, reconnecting, being signed out."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actions import sign_out
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account, Session
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person
from tianmu.foundation.live.actions import open_ticket, tell
from tianmu.foundation.live.models import Ticket
from tianmu.site.asgi import EVENTS_PATH, application, broadcaster

pytestmark = pytest.mark.django_db(transaction=True)
RIGHT = "ecg.order.view"
Message = MutableMapping[str, Any]


class Stream:
    """One open connection, driven as a server drives it."""

    def __init__(self, method: str = "GET", query: str = "") -> None:
        self.scope = {"type": "http", "method": method, "path": EVENTS_PATH, "query_string": query.encode()}
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.task = asyncio.create_task(application(self.scope, self.receive, self.sent.put))

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> Message:
        return await asyncio.wait_for(self.sent.get(), 5)

    async def event(self) -> dict[str, Any]:
        text = (await self.next())["body"].decode()
        assert text.startswith("event: message\ndata: ")
        assert text.endswith("\n\n")
        found: dict[str, Any] = json.loads(text.removeprefix("event: message\ndata: "))
        return found

    async def opened(self) -> "Stream":
        start = await self.next()
        assert start["status"] == 200
        assert dict(start["headers"])[b"content-type"] == b"text/event-stream; charset=utf-8"
        assert (await self.next())["body"] == b"retry: 1000\nevent: open\ndata: {}\n\n"
        return self


@asynccontextmanager
async def streams() -> AsyncIterator[Callable[[str], Stream]]:
    opened: list[Stream] = []

    def open_one(ticket: str) -> Stream:
        opened.append(Stream(query=f"ticket={ticket}"))
        return opened[-1]

    try:
        yield open_one
    finally:
        for one in opened:
            one.gone.set()
            await asyncio.wait_for(one.task, 5)
        await broadcaster.stop()
        assert broadcaster.listeners == set()


def run(story: Callable[[Callable[[str], Stream]], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with streams() as open_one:
            await story(open_one)

    asyncio.run(whole())


@pytest.fixture
def reader() -> Account:
    return make_person("reader", make_county().first, [RIGHT])


def acting(account: Account) -> Actor:
    session = Session.objects.filter(account=account).order_by("-id").first()
    return actor_for(account, timezone.now(), session_id=session.pk if session else None, client="desk")


def ticket_of(account: Account) -> str:
    return open_ticket(actor=acting(account), now=timezone.now())


def committed(number: int, path: str = "/ly/h1/") -> None:
    tell("ecg.worklist", right=RIGHT, path=path, facts={"order": number})


def rolled_back(number: int) -> None:
    with transaction.atomic():
        committed(number)
        transaction.set_rollback(True)


def test_a_browser_with_a_ticket_from_the_api_hears_its_own_hospital(reader: Account) -> None:
    ticket = browser_of(reader).post("/api/v1/live/tickets").json()["ticket"]

    async def story(open_one: Callable[[str], Stream]) -> None:
        stream = await open_one(ticket).opened()
        await sync_to_async(rolled_back)(1)
        await sync_to_async(committed)(2, "/ly/h2/")
        await sync_to_async(committed)(3)
        assert await stream.event() == {"topic": "ecg.worklist", "order": 3}
        assert stream.sent.empty()

    run(story)


def test_a_ticket_opens_one_stream(reader: Account) -> None:
    ticket = ticket_of(reader)

    async def story(open_one: Callable[[str], Stream]) -> None:
        await open_one(ticket).opened()
        for again in (ticket, "", "guess", "%00%ff"):
            second = open_one(again)
            assert (await second.next())["status"] == 401
            assert json.loads((await second.next())["body"])["code"] == "live.ticket_invalid"

    run(story)
    assert not Ticket.objects.exists()


def test_a_ticket_is_good_for_half_a_minute(reader: Account) -> None:
    late = open_ticket(actor=acting(reader), now=timezone.now() - timedelta(seconds=31))

    async def story(open_one: Callable[[str], Stream]) -> None:
        assert (await open_one(late).next())["status"] == 401

    run(story)


def test_other_methods_are_refused(reader: Account) -> None:
    async def whole() -> None:
        stream = Stream("POST", f"ticket={await sync_to_async(ticket_of)(reader)}")
        assert (await stream.next())["status"] == 405
        assert json.loads((await stream.next())["body"])["code"] == "api.method_not_allowed"
        await stream.task

    asyncio.run(whole())


def test_a_browser_that_comes_back_hears_what_happens_after(reader: Account) -> None:
    first_ticket, second_ticket = ticket_of(reader), ticket_of(reader)

    async def story(open_one: Callable[[str], Stream]) -> None:
        first = await open_one(first_ticket).opened()
        first.gone.set()
        await asyncio.wait_for(first.task, 5)
        assert broadcaster.listeners == set()
        await sync_to_async(committed)(1)
        second = await open_one(second_ticket).opened()
        await sync_to_async(committed)(2)
        assert await second.event() == {"topic": "ecg.worklist", "order": 2}

    run(story)


def test_a_lost_database_connection_is_told_and_mended(reader: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = ticket_of(reader)

    async def story(open_one: Callable[[str], Stream]) -> None:
        stream = await open_one(ticket).opened()
        await sync_to_async(end_listening_connections)()
        assert await stream.event() == {"topic": "live.lagging"}
        await asyncio.sleep(1.2)
        await broadcaster.until_hearing()
        await sync_to_async(committed)(7)
        assert await stream.event() == {"topic": "ecg.worklist", "order": 7}

    run(story)


def end_listening_connections() -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %%' AND datname = "
            "current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchall() == [(True,)]


def test_signing_out_ends_the_streams_of_that_session_only(reader: Account) -> None:
    browser_of(reader)
    leaving = acting(reader)
    leaving_ticket = open_ticket(actor=leaving, now=timezone.now())
    late_ticket = open_ticket(actor=leaving, now=timezone.now())
    browser_of(reader)
    staying_ticket = ticket_of(reader)

    async def story(open_one: Callable[[str], Stream]) -> None:
        ended, kept = await open_one(leaving_ticket).opened(), await open_one(staying_ticket).opened()
        await sync_to_async(sign_out)(actor=leaving, now=timezone.now())
        last = await ended.next()
        assert (last["body"], last["more_body"]) == (b"", False)
        assert (await open_one(late_ticket).next())["status"] == 401
        await sync_to_async(committed)(5)
        assert await kept.event() == {"topic": "ecg.worklist", "order": 5}

    run(story)


def test_a_message_that_carries_contents_is_refused() -> None:
    with pytest.raises(ValueError, match="carries keys, not contents"):
        tell("x", facts={"report": "窦" * 3000})
