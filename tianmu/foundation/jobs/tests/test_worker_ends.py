"""A worker is whole or gone: a lane that ends takes the others with it, and no thread keeps a leaving worker alive."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event
from typing import Any, cast

import pytest
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from tianmu.foundation.jobs import worker


class Lanes:
    """Stands in for procrastinate: every lane serves until it is cancelled, but one does `first`."""

    def __init__(self, first: BaseException | None) -> None:
        self.first = first
        self.cancelled: set[str] = set()

    @asynccontextmanager
    async def open_async(self) -> AsyncIterator[None]:
        yield

    async def run_worker_async(self, *, name: str, **_options: Any) -> None:
        if name == "quick":
            await asyncio.sleep(0)
            if self.first is not None:
                raise self.first
            return
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.add(name)
            raise


@pytest.mark.parametrize("first", [None, ConnectorException("the database is gone")])
def test_a_lane_that_ends_by_itself_ends_the_worker(
    first: BaseException | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []
    monkeypatch.setattr(worker, "_leave_soon", lambda: left.append(True))
    lanes = Lanes(first)
    with pytest.raises(ExceptionGroup) as raised:
        asyncio.run(asyncio.wait_for(worker._work(cast("App", lanes), until_empty=False), 10))
    assert raised.group_contains(worker.LaneEndedError, match="quick")
    assert lanes.cancelled == {"long", "outside"}
    assert left


def test_a_leaving_worker_waits_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Event()
    monkeypatch.setattr("os._exit", lambda _code: gone.set())
    for name in ("GRACE_SECONDS", "CLOSING_SECONDS"):
        monkeypatch.setattr(worker, name, 0.0)
    worker._leave_soon()
    assert gone.wait(10)
