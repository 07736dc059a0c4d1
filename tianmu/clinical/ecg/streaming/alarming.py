"""Alarms on their way into the database, one after the other, however long it is away; critical ones freeze a strip."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tianmu.clinical.ecg.rules.live.alarms import CRITICAL, AlarmKind, Change
from tianmu.clinical.ecg.streaming import desk
from tianmu.clinical.ecg.streaming.sources import Source

if TYPE_CHECKING:
    from tianmu.clinical.ecg.streaming.hub import Hub

P = ParamSpec("P")
R = TypeVar("R")


class Alarms:
    """What is raised and ended at one hub."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.stopping = Event()
        self.in_order = ThreadPoolExecutor(1, thread_name_prefix="live-alarms")

    def stop(self) -> None:
        """Finish what is being written; wait for no database that is away."""
        self.stopping.set()
        self.in_order.shutdown(wait=True)

    def change(self, source: Source, kind: AlarmKind, *, raised: bool) -> None:
        """Raise or end an alarm that is not of the signal itself."""
        if raised == (kind in source.alarms):
            return
        at_s = source.timeline.next_index * source.info.frame_ms / 1000
        self.take(source, Change(kind, raised=raised, at_s=at_s))

    def take(self, source: Source, change: Change) -> None:
        """Note a change at once, and write it down."""
        if change.raised:
            source.alarms[change.kind] = desk.new_alarm(change)
            self.hub.begin(self._raised(source, change))
        else:
            source.alarms.pop(change.kind, None)
            self.hub.begin(self._ordered(desk.end_alarm, source.info.session, change.kind))

    async def _ordered(self, function: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Run one after the other, again and again while the database is away: no alarm is forgotten."""
        loop = asyncio.get_running_loop()
        kept = desk.until_done(function, self.stopping)
        return await loop.run_in_executor(self.in_order, lambda: kept(*given, **named))

    async def _raised(self, source: Source, change: Change) -> None:
        key, version = source.info.session, source.limits_version
        signal_ms = round(source.timeline.began_ms + 1000 * change.at_s)
        alarm = await self._ordered(desk.alarm, key, change.kind, change.value, version, signal_ms)
        if change.kind in source.alarms:
            source.alarms[change.kind] = desk.plain_alarm(alarm)
            self.hub.say(source)
        if change.kind in CRITICAL:
            await self.hub.work(desk.freeze_for, alarm, int(1000 * change.at_s / source.info.frame_ms))
