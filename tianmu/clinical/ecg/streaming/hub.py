"""The hub of one web process: who sends, who watches, and the rounds that judge, write, note and look at rights."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from tianmu.clinical.ecg.rules.live.alarms import AlarmKind
from tianmu.clinical.ecg.rules.live.monitor import Reading
from tianmu.clinical.ecg.rules.live.states import EndReason, LiveState
from tianmu.clinical.ecg.streaming import desk
from tianmu.clinical.ecg.streaming.alarming import Alarms
from tianmu.clinical.ecg.streaming.mirror import mirror
from tianmu.clinical.ecg.streaming.relay import serve_relay
from tianmu.clinical.ecg.streaming.sources import Source, utc_now
from tianmu.clinical.ecg.streaming.tracks import Track
from tianmu.clinical.ecg.streaming.viewers import Channel, Viewer
from tianmu.foundation.metrics.counting import gauge

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

JUDGE_S, WRITE_S, EXPIRE_S, NOTE_S, RIGHTS_S = 0.5, 1.0, 1.0, 10.0, 20.0
STATE_EVERY_S = 2.0
QUIET_S = 5.0
MOST_SOURCES, MOST_VIEWERS = 200, 400


class Hub:
    """Everything live in this process; all of it happens in one event loop, database and detection in threads."""

    def __init__(self) -> None:
        self.sources: dict[UUID, Source] = {}
        self.channels: dict[UUID, Channel] = {}
        self.mirrors: dict[UUID, asyncio.Task[None]] = {}
        self.mirrored: dict[UUID, tuple[Track, dict[str, Any]]] = {}
        self.viewers: set[Viewer] = set()
        self.address = ""
        self.tasks: set[asyncio.Task[Any]] = set()
        self.rounds: list[asyncio.Task[None]] = []
        self.relay: asyncio.Server | None = None
        self.threads = ThreadPoolExecutor(3, thread_name_prefix="live")
        self.alarms = Alarms(self)
        self.starting: asyncio.Lock | None = None

    async def start(self) -> None:
        """Open the local socket and begin the rounds, once."""
        self.starting = self.starting or asyncio.Lock()
        async with self.starting:
            if self.relay is not None:
                return
            self.relay, self.address = await serve_relay(self)
            rounds = (
                (JUDGE_S, self.judge_all),
                (WRITE_S, self.write_all),
                (EXPIRE_S, self.expire),
                (NOTE_S, self.note_all),
                (RIGHTS_S, self.look_at_rights),
            )
            self.rounds = [asyncio.create_task(self._every(seconds, work)) for seconds, work in rounds]

    async def stop(self) -> None:
        """Write what waits; sessions go on at the process that their device finds next."""
        for task in (*self.rounds, *self.mirrors.values()):
            task.cancel()
        if self.relay is not None:
            self.relay.close()
        for source in self.sources.values():
            with contextlib.suppress(OSError):
                source.journal.close()
        for viewer in tuple(self.viewers):
            viewer.close("stopping")
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.alarms.stop()

    async def work(self, function: Callable[P, R], *given: P.args, **named: P.kwargs) -> R:
        """Run in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, lambda: function(*given, **named))

    def begin(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run beside everything else, and keep it alive until it is done."""
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work of live ECG failed", exc_info=error)

    async def _every(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Exception:
                log.exception("a round of live ECG failed")

    # streams ---------------------------------------------------------------------------------------------------------

    def adopt(self, source: Source) -> None:
        """Hold a session here from now on; screens that followed another process get what it had still written."""
        key = source.info.session
        self.sources[key] = source
        if (task := self.mirrors.pop(key, None)) is not None:
            task.cancel()
        kept, channel = self.mirrored.pop(key, None), self.channels.get(key)
        if kept is not None and channel is not None:
            fresh = source.track.between(kept[0].next_index, source.track.next_index)
            for viewer in channel.viewers:
                viewer.back_fill(fresh, viewer.watching.get(key))
        gauge("tianmu_ecg_live_sources", len(self.sources))
        self.say(source)

    def feed(self, source: Source, data: bytes) -> None:
        """Take one frame of a device and give it to every screen."""
        frame = source.feed(data)
        if frame is None:
            return
        if source.course.state is not LiveState.LIVE:
            source.course = source.course.heard(utc_now())
            self.alarms.change(source, AlarmKind.NO_SIGNAL, raised=False)
            self.noted(source)
        channel = self.channels.get(source.info.session)
        if channel is not None:
            channel.publish(frame)

    def lost(self, source: Source) -> None:
        """Note that the line to a device broke."""
        source.hang = None
        if source.course.state is LiveState.LIVE:
            self.alarms.change(source, AlarmKind.NO_SIGNAL, raised=True)
        source.course = source.course.lost(utc_now())
        self.noted(source)

    def noted(self, source: Source) -> None:
        """Tell the screens and write down a change of state at once."""
        self.say(source)
        self.begin(self._note(source))

    async def release(self, key: UUID) -> None:
        """Let a session go to another process of which its device has found the door."""
        source = self.sources.pop(key, None)
        if source is None:
            return
        await self.work(source.journal.close)
        if source.hang is not None:
            await source.hang("moved")
        if self.channels.get(key):
            self.mirror(key)

    async def finish(self, source: Source, reason: EndReason | None) -> None:
        """End a session here: screens are told, and the device once all is on the disk; a recording is made."""
        key = source.info.session
        if self.sources.pop(key, None) is None:
            return
        source.course = source.course.ended(reason or EndReason.STAFF, utc_now())
        source.alarms.clear()
        gauge("tianmu_ecg_live_sources", len(self.sources))
        self.say(source)
        await self.work(source.journal.close)
        if source.hang is not None:
            await source.hang("ended")
        await self._stored(key, reason, source.counts())

    async def _stored(self, key: UUID, reason: EndReason | None, counts: dict[str, float | None]) -> None:
        """Write down an end, again and again while the database is away: reason and counts are known here alone."""
        while True:
            try:
                await self.work(desk.finish, key, reason, counts)
            except desk.AWAY:
                await asyncio.sleep(desk.AGAIN_S)
                continue
            except Exception:
                log.exception("a live session could not be stored yet; the sweep tries again")
            return

    # rounds ----------------------------------------------------------------------------------------------------------

    async def judge_all(self) -> None:
        """Run detection over what came since the last round."""
        waiting = [source for source in self.sources.values() if source.pending]
        if not waiting:
            return
        readings = await self.work(_judged, waiting)
        for source, reading in readings:
            self._take(source, reading)

    def _take(self, source: Source, reading: Reading) -> None:
        now = time.monotonic()
        changed = (source.rate, source.off) != (reading.rate, reading.off)
        source.rate, source.off = reading.rate, reading.off
        for one in reading.changes:
            self.alarms.take(source, one)
        if changed or reading.changes or now - source.said_at >= STATE_EVERY_S:
            self.say(source)

    def say(self, source: Source) -> None:
        """Tell the screens of a session how it stands."""
        source.said_at = time.monotonic()
        channel = self.channels.get(source.info.session)
        if channel is not None:
            channel.say(source.state())

    async def write_all(self) -> None:
        """Append every journal; segments that are full go into storage."""
        if not self.sources:
            return
        for key, segment in await self.work(_written, list(self.sources.values())):
            number, first, end, data = segment
            await self.work(desk.seal_segment, key, number, first, end, data)

    async def expire(self) -> None:
        """End what is overdue, break lines that went silent."""
        for source in list(self.sources.values()):
            reason = source.course.overdue(utc_now())
            if reason is not None:
                self.begin(self.finish(source, reason))
            elif source.course.state is LiveState.LIVE and time.monotonic() - source.last_heard > QUIET_S:
                hang = source.hang
                self.lost(source)
                if hang is not None:
                    self.begin(hang("silent"))

    async def note_all(self) -> None:
        """Write down that every session is alive here."""
        for source in list(self.sources.values()):
            await self._note(source)

    async def _note(self, source: Source) -> None:
        key = source.info.session
        if key not in self.sources:
            return
        ours = await self.work(desk.note_session, key, self.address, source.course, source.counts())
        if not ours and self.sources.get(key) is source:
            await self._lost_hold(source)

    async def _lost_hold(self, source: Source) -> None:
        """Let go of a session that staff ended or that another process holds."""
        found = await self.work(desk.place_of, source.info.session)
        if found is not None and found[0] != "ended":
            await self.release(source.info.session)
        else:
            await self.finish(source, None)

    async def look_at_rights(self) -> None:
        """Close what somebody may see or send no longer."""
        asked: dict[tuple[UUID, UUID | None], set[UUID]] = {}
        for viewer in self.viewers:
            asked.setdefault((viewer.account_id, viewer.access_session_id), set()).update(viewer.allowed)
        for who, wanted in asked.items():
            allowed = await self.work(desk.still_allowed, *who, frozenset(wanted))
            for viewer in [one for one in self.viewers if (one.account_id, one.access_session_id) == who]:
                self.narrow(viewer, allowed)
        tokens = frozenset(one.token_id for one in self.sources.values() if one.token_id is not None)
        gone = await self.work(desk.tokens_gone, tokens) if tokens else frozenset()
        for source in [one for one in self.sources.values() if one.token_id in gone]:
            await self.finish(source, EndReason.REFUSED)

    # screens ---------------------------------------------------------------------------------------------------------

    def narrow(self, viewer: Viewer, allowed: frozenset[UUID]) -> None:
        """Take the streams from a screen that it may not see any more."""
        for key in viewer.allowed - allowed:
            viewer.allowed.discard(key)
            self.unwatch(viewer, key)
            viewer.say({"type": "closed", "session": str(key), "reason": "right"})
        if not viewer.allowed:
            viewer.close("right")

    async def watch(self, viewer: Viewer, key: UUID, leads: tuple[str, ...] | None, seconds: int) -> None:
        """Let a screen watch a session, with what was before."""
        found = await self._track(key)
        if found is None:
            viewer.say({"type": "closed", "session": str(key), "reason": "unknown"})
            return
        track, state = found
        names = track.info.leads
        wanted = tuple(names.index(lead) for lead in leads if lead in names) if leads is not None else None
        viewer.say({"type": "session", **track.info.plain(), "next_index": track.next_index})
        viewer.say(state)
        viewer.watching[key] = wanted or None
        if state["state"] != "ended":
            self.channels.setdefault(key, Channel()).add(viewer, wanted or None)
        count = round(1000 * seconds / track.info.frame_ms)
        frames = track.between(max(0, track.next_index - count), track.next_index)
        viewer.back_fill(frames, wanted or None)

    async def _track(self, key: UUID) -> tuple[Track, dict[str, Any]] | None:
        source = self.sources.get(key)
        if source is not None:
            return source.track, source.state()
        if key not in self.mirrored:
            found = await self.work(desk.place_of, key)
            if found is None:
                return None
            if found[0] == "ended":
                return await self._ended(key)
            self.mirror(key)
            async with asyncio.timeout(3.0):
                while key not in self.mirrored and key not in self.sources:
                    await asyncio.sleep(0.02)
        source = self.sources.get(key)
        return (source.track, source.state()) if source is not None else self.mirrored[key]

    async def _ended(self, key: UUID) -> tuple[Track, dict[str, Any]] | None:
        found = await self.work(desk.place_of, key)
        if found is None:
            return None
        frames, end = await self.work(desk.stored_end, key, 600)
        track = Track(found[2])
        track.load(frames)
        track.next_index = end
        state: dict[str, Any] = {
            "type": "state",
            "session": str(key),
            "state": "ended",
            "rate": None,
            "off": [],
            "alarms": [],
        }
        return track, {**state, "next_index": end}

    def mirror(self, key: UUID) -> None:
        """Follow a session that another process holds."""
        if key not in self.mirrors:
            self.mirrors[key] = asyncio.create_task(mirror(self, key))

    def unwatch(self, viewer: Viewer, key: UUID) -> None:
        """Let a screen go from a session; nobody left, nothing is followed."""
        viewer.watching.pop(key, None)
        channel = self.channels.get(key)
        if channel is None:
            return
        channel.remove(viewer)
        if not channel:
            del self.channels[key]
            self.mirrored.pop(key, None)
            if (task := self.mirrors.pop(key, None)) is not None:
                task.cancel()

    def gone(self, viewer: Viewer) -> None:
        """Forget a screen."""
        self.viewers.discard(viewer)
        for key in list(viewer.watching):
            self.unwatch(viewer, key)
        gauge("tianmu_ecg_live_viewers", len(self.viewers))

    # what the database tells -----------------------------------------------------------------------------------------

    def told(self, facts: dict[str, Any]) -> None:
        """Hear what happened to a session elsewhere."""
        source = self.sources.get(UUID(str(facts["session"])))
        if source is None:
            return
        what = facts["what"]
        if what == "end":
            self.begin(self.finish(source, None))
        elif what == "limits":
            self.begin(self._new_limits(source))
        elif what == "acknowledged":
            for alarm in source.alarms.values():
                if alarm["id"] == facts["alarm"]:
                    alarm["acknowledged"] = True
            self.say(source)

    async def _new_limits(self, source: Source) -> None:
        source.limits, source.limits_version = await self.work(desk.limits_of, source.info.session)
        source.monitor.limits = source.limits


def _judged(sources: list[Source]) -> list[tuple[Source, Reading]]:
    pairs = ((source, source.judge()) for source in sources)
    return [(source, reading) for source, reading in pairs if reading is not None]


def _written(sources: list[Source]) -> list[tuple[UUID, tuple[int, int, int, bytes]]]:
    pairs = ((source.info.session, source.write()) for source in sources)
    return [(key, segment) for key, segment in pairs if segment is not None]
