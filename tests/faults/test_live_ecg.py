"""Live ECG over real sockets with two web processes: kill -9, a dead database, losses, refusals, lost rights."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.faults.live_clients import COUNT, Screen, begun, device, sent_by, signal_of, until
from tests.faults.served import Platform, platform
from tianmu.clinical.ecg.rules.live.frames import MISSING, Frame, encode
from tianmu.clinical.ecg.simulator.device import Manner, RefusedByServerError, Told
from tianmu.clinical.ecg.simulator.signals import drawn

HELLO = {"protocol": 1, "leads": ["II"], "fs_hz": 250, "samples_per_frame": COUNT, "uv_per_lsb": 2.5}


@pytest.fixture(scope="module")
def served() -> Iterator[Platform]:
    with platform() as running:
        yield running


@pytest.fixture(scope="module")
def reader(served: Platform) -> str:
    return served.sign_in("reader1")


def row(served: Platform, session: UUID) -> tuple[Any, ...]:
    columns = "state, end_reason, next_index, missing_frames, doubled_frames, hub"
    return served.rows(f"SELECT {columns} FROM ecg_livesession WHERE id = '{session}'")[0]  # noqa: S608 - ours


def shift(served: Platform, session: UUID) -> int:
    """Return how many frames after its beginning the first one came: on a busy machine the device is late."""
    return int(served.rows(f"SELECT shift FROM ecg_livesession WHERE id = '{session}'")[0][0])  # noqa: S608 - ours


def ended_row(served: Platform, session: UUID) -> tuple[Any, ...]:
    """Return the row of a session that a device was told has ended: it follows as soon as the database is back."""
    deadline = time.monotonic() + 60
    while (found := row(served, session))[0] != "ended" and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def holder(served: Platform, session: UUID) -> int:
    """Return the process that holds a session, by the name of its socket."""
    return int(Path(row(served, session)[5]).name.split("-")[1])


def test_a_killed_process_and_a_dead_database_lose_no_frame(served: Platform, reader: str) -> None:
    sender = device(served, Manner(seconds=24.0))
    screens = [Screen(served, reader) for _ in range(4)]

    async def story() -> Told:
        running = asyncio.create_task(sender.run())
        session = await begun(sender)
        watching = [asyncio.create_task(one.watch(session)) for one in screens]
        await until(lambda: all(len(one.frames) > 20 for one in screens))
        os.kill(holder(served, session), signal.SIGKILL)
        await until(lambda: sender.told.connections == 2 and sender.told.acknowledged > 40)
        before = [len(one.frames) for one in screens]
        served.kill("postgres")
        await asyncio.sleep(1.0)
        assert all(len(one.frames) > was for one, was in zip(screens, before, strict=True))
        told = await running
        await asyncio.wait_for(asyncio.gather(*watching), 20)
        return told

    told = asyncio.run(story())
    assert told.session is not None
    assert (told.sent + told.resent, told.lost, told.ended) >= (120, 0, "device")
    wanted, begins = sent_by(sender, 120), shift(served, told.session)
    for one in screens:
        assert [seq for seq in range(begins, begins + 120) if seq not in one.frames] == [], one.breaks
        assert np.array_equal(signal_of(one.frames, begins, begins + 120), wanted)
    state, reason, end, missing, _, _ = ended_row(served, told.session)
    assert (state, reason, end, missing) == ("ended", "device", begins + 120, begins)
    kept = served.rows(f"SELECT stored_at FROM ecg_livesession WHERE id = '{told.session}'")  # noqa: S608 - ours
    assert kept[0][0] is not None
    late = Screen(served, reader)
    asyncio.run(asyncio.wait_for(late.watch(told.session), 20))
    assert np.array_equal(signal_of(late.frames, begins, begins + 120), wanted)


def test_what_was_lost_stays_a_hole_and_is_never_moved_together(served: Platform, reader: str) -> None:
    sender = device(served, Manner(seconds=16.0, loss=0.15, breaks_s=4.0, pause_s=2.0, resends=False, seed=3))
    screen = Screen(served, reader)

    async def story() -> Told:
        running = asyncio.create_task(sender.run())
        watching = asyncio.create_task(screen.watch(await begun(sender)))
        told = await running
        await asyncio.wait_for(watching, 20)
        return told

    told = asyncio.run(story())
    assert told.session is not None
    assert told.lost > 3
    assert told.connections >= 3
    begins = shift(served, told.session)
    seen, wanted = signal_of(screen.frames, begins, begins + 80), sent_by(sender, 80)
    holes = (seen == MISSING).all(axis=0)
    assert 0 < int(holes.sum()) == COUNT * (80 - len(screen.frames))
    assert np.array_equal(seen[:, ~holes], wanted[:, ~holes])
    _, _, end, missing, doubled, _ = row(served, told.session)
    assert (end - missing, doubled) == (len(screen.frames), 0)
    assert {"live", "interrupted"} <= {one["state"] for one in screen.states}


def test_an_alarm_reaches_a_screen_within_two_seconds_and_freezes_ten(served: Platform, reader: str) -> None:
    signal_ = drawn(["sinus:12", "ventricular_fibrillation:30"])
    sender, screen = device(served, Manner(seconds=26.0), signal_), Screen(served, reader)

    async def story() -> UUID:
        running = asyncio.create_task(sender.run())
        session = await begun(sender)
        watching = asyncio.create_task(screen.watch(session))
        await until(lambda: any(one["alarms"] for one in screen.states), 25)
        await running
        await asyncio.wait_for(watching, 20)
        return session

    session = asyncio.run(story())
    alarms = served.items(f"/ecg/live/alarms?session_id={session}", cookie=reader)
    assert {one["grade"] for one in alarms} >= {"critical"}
    cuts = served.call("GET", f"/ecg/live/sessions/{session}", cookie=reader).json["cuts"]
    assert {"alarm", "session"} <= {one["kind"] for one in cuts}
    order = next(one["order_id"] for one in cuts if one["kind"] == "alarm")
    assert served.call("GET", f"/ecg/orders/{order}", cookie=reader).json["urgency"] == "emergency"


async def closed_with(served: Platform, path: str, *messages: object, token: str = "") -> tuple[int, list[str]]:
    """Open a line, say what is to be said, and return how it was closed."""
    said: list[str] = []
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"ws://127.0.0.1:{served.port}/api/v1/ecg/live/{path}"
    async with connect(address, additional_headers=headers, compression=None) as line:
        with contextlib.suppress(ConnectionClosed):
            for one in messages:
                await line.send(one if isinstance(one, bytes) else json.dumps(one))
            while True:
                said.append(str(await line.recv()))
        return line.close_code or 0, said


@pytest.mark.parametrize("token", ["", "not-a-token"])
def test_no_token_sends_nothing(served: Platform, token: str) -> None:
    assert asyncio.run(closed_with(served, "send", HELLO, token=token))[0] == 4401
    assert asyncio.run(closed_with(served, "send?ticket=stolen", HELLO))[0] == 4401


def test_what_is_no_message_of_ours_is_refused(served: Platform) -> None:
    token = (served.home / "demo-device-token").read_text().strip()
    wrong = HELLO | {"fs_hz": 10}
    assert asyncio.run(closed_with(served, "send", wrong, token=token))[0] == 4400
    assert asyncio.run(closed_with(served, "send", b"\0" * 100_000, token=token))[0] == 4400
    foreign = encode(Frame(uuid4(), 0, 0, np.zeros((1, COUNT), np.int16)))
    assert asyncio.run(closed_with(served, "send", HELLO, foreign, token=token))[0] == 4400
    unknown = HELLO | {"resume": str(uuid4())}
    assert asyncio.run(closed_with(served, "send", unknown, token=token))[0] == 4403


def test_more_signal_than_time_and_more_messages_than_allowed_are_refused(served: Platform) -> None:
    token = (served.home / "demo-device-token").read_text().strip()

    async def flood() -> tuple[int, list[str]]:
        headers = {"Authorization": f"Bearer {token}"}
        address = f"ws://127.0.0.1:{served.port}/api/v1/ecg/live/send"
        async with connect(address, additional_headers=headers, compression=None) as line:
            await line.send(json.dumps(HELLO))
            session, said = UUID(json.loads(await line.recv())["session"]), []
            with contextlib.suppress(ConnectionClosed):
                for seq in range(100):
                    await line.send(encode(Frame(session, seq, 0, np.zeros((1, COUNT), np.int16))))
            with contextlib.suppress(ConnectionClosed):
                while True:
                    said.append(str(await line.recv()))
            return line.close_code or 0, said

    code, said = asyncio.run(flood())
    assert code == 4429
    assert "more signal than time" in " ".join(said)


def test_an_account_has_eight_sessions_at_most(served: Platform) -> None:
    served.rows("UPDATE ecg_livesession SET state = 'ended' WHERE state <> 'ended'")
    senders = [device(served, Manner(seconds=20.0)) for _ in range(9)]

    async def story() -> list[object]:
        return await asyncio.gather(*(one.run() for one in senders), return_exceptions=True)

    results = asyncio.run(story())
    refused = [one for one in results if isinstance(one, RefusedByServerError)]
    assert len(refused) == 1
    assert "ecg.live_too_many" in str(refused[0])


def test_a_stranger_and_a_used_ticket_open_nothing(served: Platform, reader: str) -> None:
    sender = device(served, Manner(seconds=6.0))

    async def story() -> None:
        running = asyncio.create_task(sender.run())
        session = str(await begun(sender))
        outsider = await asyncio.to_thread(served.sign_in, "registrar1")
        body = {"sessions": [session]}
        refused = await asyncio.to_thread(served.call, "POST", "/ecg/live/streams", body, cookie=outsider)
        assert refused.status in {403, 404}
        given = await asyncio.to_thread(served.call, "POST", "/ecg/live/streams", body, cookie=reader)
        opening = {"type": "open", "ticket": given.json["ticket"]}
        async with connect(f"ws://127.0.0.1:{served.port}/api/v1/ecg/live/watch", compression=None) as line:
            await line.send(json.dumps(opening))
            assert json.loads(await line.recv())["sessions"] == [session]
            await line.send(json.dumps({"type": "watch", "session": str(uuid4())}))
            assert json.loads(await line.recv())["reason"] == "right"
        assert (await closed_with(served, "watch", opening))[0] == 4401
        await running

    asyncio.run(story())


def test_signing_out_closes_the_screen_and_a_revoked_token_the_stream(served: Platform) -> None:
    sender = device(served, Manner(seconds=90.0))
    leaving = served.sign_in("reader2")
    screen = Screen(served, leaving)

    async def story() -> tuple[float, float]:
        running = asyncio.create_task(sender.run())
        session = await begun(sender)
        watching = asyncio.create_task(screen.watch(session))
        await until(lambda: len(screen.frames) > 5)
        at = time.monotonic()
        await asyncio.to_thread(served.call, "POST", "/access/sign-out", {}, cookie=leaving)
        await until(lambda: bool(screen.closed), 5)
        out = time.monotonic() - at
        watching.cancel()
        at = time.monotonic()
        served.rows("UPDATE access_token SET revoked_at = now()")
        await asyncio.wait_for(asyncio.gather(running, return_exceptions=True), 40)
        assert row(served, session)[:2] == ("ended", "refused")
        return out, time.monotonic() - at

    out, revoked = asyncio.run(story())
    assert out < 5
    assert revoked < 25
    assert screen.closed["reason"] == "right"
